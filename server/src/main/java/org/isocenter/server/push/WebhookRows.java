package org.isocenter.server.push;

import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.isocenter.server.db.Row;
import org.isocenter.server.db.Session;
import org.isocenter.server.db.Sql;
import org.isocenter.server.push.Event.Kind;
import org.isocenter.server.push.Webhook.Definition;
import org.isocenter.server.push.Webhook.Held;
import org.isocenter.server.push.Webhook.Standing;
import org.isocenter.server.push.Webhook.State;
import org.jspecify.annotations.Nullable;

/// The rows of webhooks, as those see them who ask for something.
public final class WebhookRows {
    static final String COLUMNS = """
            webhook.key, webhook.name, webhook.url, webhook.secret, webhook.partition, webhook.modalities,
            webhook.actions, webhook.batch, webhook.state, webhook.position, webhook.revision, webhook.rests,
            greatest(0, ceil(extract(epoch from webhook.next_attempt - clock_timestamp()) * 1000))::bigint,
            webhook.problem, webhook.delivered, webhook.last_success, webhook.created, webhook.changed
            """;

    static final String HELD_COLUMNS = """
            position, partition, study_uid, attempts, first_failed, last_failed, next_attempt <= clock_timestamp(),
            status, problem
            """;

    private static final String STANDING = "select " + COLUMNS + """
                , greatest((select max(position) from feed), (select max(position) from study_stable), 0),
                (select occurred from feed where feed.position > webhook.position order by feed.position limit 1),
                (select count(*) from webhook_event where webhook = webhook.key and not dead),
                (select count(*) from webhook_event where webhook = webhook.key and dead)
            from webhook
            where (?::text is null or name = ?)
            order by name""";

    private static final String PUT = """
            insert into webhook (name, url, secret, partition, modalities, actions, batch, position)
            values (?, ?, ?, ?, ?::text[], ?::text[], ?, ?)""";

    private static final String CHANGE = """
            update webhook
            set url = ?, secret = ?, partition = ?, modalities = ?::text[], actions = ?::text[], batch = ?,
                revision = revision + 1, changed = now(), rests = 0, next_attempt = now()
            where name = ?""";

    private final Session session;

    public WebhookRows(Session session) {
        this.session = session;
    }

    /// Keeps others from adding webhooks until the transaction ends.
    public long lockAndCount() {
        session.sql("select pg_advisory_xact_lock(5642809501)").list(row -> true);
        return session.sql("select count(*) from webhook").get(row -> row.getLong(1));
    }

    /// The highest position of an event that there is.
    public long latest() {
        return new EventRows(session).latest();
    }

    /// Adds a webhook.
    ///
    /// @param position behind which it begins
    public void add(String name, Definition definition, long position) {
        bind(session.sql(PUT).bind(name), definition).bind(position).update();
    }

    /// Gives a webhook another definition.
    public void change(String name, Definition definition) {
        bind(session.sql(CHANGE), definition).bind(name).update();
    }

    private static Sql bind(Sql sql, Definition definition) {
        EventFilter filter = definition.filter();
        return sql.bind(definition.url().toString())
                .bind(definition.secret())
                .bind(filter.partition())
                .bindTexts(filter.modalities().toArray(String[]::new))
                .bindTexts(filter.kinds().stream().map(Kind::action).toArray(String[]::new))
                .bind(definition.batch());
    }

    /// How webhooks stand, by name.
    ///
    /// @param name of the only one, or null
    public List<Standing> standings(@Nullable String name) {
        return session.sql(STANDING)
                .bind(name)
                .bind(name)
                .list(row -> new Standing(
                        webhook(row), row.getLong(19), row.findInstant(20), row.getLong(21), row.getLong(22)));
    }

    public @Nullable Webhook find(String name) {
        return session.sql("select " + COLUMNS + " from webhook where name = ?")
                .bind(name)
                .findFirst(WebhookRows::webhook);
    }

    /// @return whether there was one
    public boolean delete(String name) {
        return session.sql("delete from webhook where name = ?").bind(name).update() == 1;
    }

    /// Pauses a webhook or has it go on; what it was told so far stays.
    ///
    /// @return whether there is one
    public boolean set(String name, State state) {
        return session.sql("""
                        update webhook
                        set state = ?, revision = revision + 1, changed = now(), rests = 0, next_attempt = now(),
                            problem = case when ? = 'active' then null else problem end
                        where name = ?""").bind(text(state)).bind(text(state)).bind(name).update() == 1;
    }

    /// Goes back, or forth, so that what is behind a position is told, again or for the first time. What was
    /// held back or given up and comes again is no longer.
    public void replay(Webhook webhook, long position) {
        session.sql("delete from webhook_event where webhook = ? and position > ?")
                .bind(webhook.key())
                .bind(position)
                .update();
        session.sql("""
                        update webhook set position = ?, revision = revision + 1, changed = now(), rests = 0,
                            next_attempt = now()
                        where key = ?""").bind(position).bind(webhook.key()).update();
    }

    /// Events that were given up, by position.
    public List<Held> dead(Webhook webhook, long after, int limit) {
        return session.sql("select " + HELD_COLUMNS + """
                        from webhook_event where webhook = ? and position > ? and dead
                        order by position limit ?""")
                .bind(webhook.key())
                .bind(after)
                .bind(limit)
                .list(WebhookRows::held);
    }

    /// Has events sent again that were given up.
    ///
    /// @param position of the only one, or null for all
    /// @return how many these are
    public int resend(Webhook webhook, @Nullable Long position) {
        session.sql("update webhook set revision = revision + 1, rests = 0, next_attempt = now() where key = ?")
                .bind(webhook.key())
                .update();
        return session.sql("""
                        update webhook_event
                        set dead = false, attempts = 0, first_failed = null, next_attempt = clock_timestamp()
                        where webhook = ? and dead and (?::bigint is null or position = ?)""")
                .bind(webhook.key())
                .bind(position)
                .bind(position)
                .update();
    }

    // ---- as those see them who work for them

    /// Takes a webhook that nobody works for.
    ///
    /// @return its key, or null where there is none
    @Nullable
    Long take(UUID holder, Duration term) {
        return session.sql("""
                        update webhook set holder = ?, until = now() + ? * interval '1 millisecond'
                        where key = (
                            select key from webhook
                            where state = 'active' and (until is null or until < now())
                            order by until nulls first, key limit 1
                            for update skip locked)
                        returning key""").bind(holder).bind(term.toMillis()).findFirst(row -> row.getLong(1));
    }

    /// Whether there is one that nobody works for.
    boolean anyFree() {
        return session.sql("""
                        select exists (
                            select from webhook where state = 'active' and (until is null or until < now()))""").get(row -> row.getBoolean(1));
    }

    /// Keeps all that a process has; what it no longer has stays lost.
    void keep(UUID holder, Duration term) {
        session.sql("""
                        update webhook set until = now() + ? * interval '1 millisecond'
                        where holder = ? and until > now()""").bind(term.toMillis()).bind(holder).update();
    }

    void release(UUID holder, long key) {
        session.sql("update webhook set holder = null, until = null where key = ? and holder = ?")
                .bind(key)
                .bind(holder)
                .update();
    }

    /// The webhook that a process has, or null where it has it no longer or there is nothing to do for it.
    @Nullable
    Webhook findHeld(UUID holder, long key) {
        return session.sql("select " + COLUMNS + """
                        from webhook where key = ? and holder = ? and until > now() and state = 'active'""").bind(key).bind(holder).findFirst(WebhookRows::webhook);
    }

    /// Events that are held back, by position.
    List<Held> held(Webhook webhook, int limit) {
        return session.sql("select " + HELD_COLUMNS + """
                        from webhook_event where webhook = ? and not dead order by position limit ?""")
                .bind(webhook.key())
                .bind(limit)
                .list(WebhookRows::held);
    }

    static String text(State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private static Webhook webhook(Row row) {
        Set<Kind> kinds = EnumSet.noneOf(Kind.class);
        texts(row, 7).forEach(action -> kinds.add(Objects.requireNonNull(Kind.find(action))));
        Definition definition = new Definition(
                URI.create(row.getString(3)),
                row.getBytes(4),
                new EventFilter(row.findString(5), texts(row, 6), kinds),
                row.getInt(8));
        return new Webhook(
                row.getLong(1),
                row.getString(2),
                definition,
                State.valueOf(row.getString(9).toUpperCase(Locale.ROOT)),
                row.getLong(10),
                row.getLong(11),
                row.getInt(12),
                row.getLong(13),
                row.findString(14),
                row.getLong(15),
                row.findInstant(16),
                row.getInstant(17),
                row.getInstant(18));
    }

    private static List<String> texts(Row row, int column) {
        return Arrays.stream(row.getTexts(column)).map(Objects::requireNonNull).toList();
    }

    private static Held held(Row row) {
        return new Held(
                row.getLong(1),
                new Event.Study(row.getString(2), row.getString(3)),
                row.getInt(4),
                row.findInstant(5),
                row.findInstant(6),
                row.getBoolean(7),
                row.getInt(8),
                row.findString(9));
    }
}
