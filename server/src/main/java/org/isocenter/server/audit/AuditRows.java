package org.isocenter.server.audit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import org.isocenter.server.audit.AuditRecord.Phase;
import org.isocenter.server.db.Row;
import org.isocenter.server.db.Session;
import org.jspecify.annotations.Nullable;

/// The rows of the trail.
public final class AuditRows {
    private static final String COLUMNS = """
            number, occurred, phase, exchange, act, partition_name, subject, client, address, method, uri, status,
            studies, details, digest
            """;

    private static final String END = "select number, digest, before, before_digest from audit_end";

    /// Adds records if the trail ends where it is believed to, and none where it does not. The setting comes first,
    /// since it is for the commit of this transaction.
    private static final String GROW = """
            with grown as (
                update audit_end set number = ?, digest = ? where number = ? and digest = ?
                returning case when ? then '' else set_config('synchronous_commit', 'off', true) end)
            insert into audit (%s)
            select number, occurred, phase, exchange::uuid, act, partition_name, subject, client, address, method, uri,
                status, coalesce(string_to_array(nullif(studies, ''), ' '), '{}'), details, digest
            from unnest(?::bigint[], ?::timestamptz[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
                ?::text[], ?::text[], ?::text[], ?::int[], ?::text[], ?::text[], ?::bytea[])
                as input (%s), grown""".formatted(COLUMNS, COLUMNS);

    private static final String SELECT = """
            select %s from audit
            where (?::bigint is null or number > ?) and (?::bigint is null or number < ?)
                and (?::timestamptz is null or occurred >= ?) and (?::timestamptz is null or occurred < ?)
                and (?::text is null or subject = ?) and (?::text is null or act = ?)
                and (?::text is null or partition_name = ?) and (?::text is null or studies @> array[?::text])
                and (?::int is null or status = ?) and (?::uuid is null or exchange = ?)
                and (?::text is null or strpos(uri, ?) > 0 or strpos(details, ?) > 0)
            order by number %s limit ?""";

    private static final String FORWARDS = SELECT.formatted(COLUMNS, "");
    private static final String BACKWARDS = SELECT.formatted(COLUMNS, "desc");

    private static final String FORGET = "delete from audit where number > ? and number <= ?";

    private final Session session;

    public AuditRows(Session session) {
        this.session = session;
    }

    /// Where the trail ends, and after what it begins.
    ///
    /// @param number of the last record, 0 before there is one
    /// @param before the number of the last record that was forgotten, 0 while none was
    public record End(long number, byte[] digest, long before, byte[] beforeDigest) {}

    /// Which records are meant; null is any.
    ///
    /// @param after read from the record behind this one on, oldest first; null reads the newest first
    /// @param before read only what stands before this one
    /// @param fragment what the URI has in it, or the details have
    public record Filter(
            @Nullable Long after,
            @Nullable Long before,
            @Nullable Instant from,
            @Nullable Instant until,
            @Nullable String subject,
            @Nullable String act,
            @Nullable String partition,
            @Nullable String study,
            @Nullable Integer status,
            @Nullable UUID exchange,
            @Nullable String fragment) {
        /// All records behind one.
        public static Filter after(long number) {
            return new Filter(number, null, null, null, null, null, null, null, null, null, null);
        }
    }

    /// The last record of the trail.
    ///
    /// @param number 0 before there is one
    public record Tip(long number, byte[] digest) {}

    /// Adds records to the end of the trail. Whoever does so waits for the one before, on whichever machine.
    ///
    /// @param durable whether the commit is to be waited for until it is on the disk; where not, it will be by the
    ///     time the next one that is
    /// @param believed where the trail ended last, as far as the caller knows, which saves looking; or null
    /// @return where it ends now
    public Tip append(List<AuditRecord> records, boolean durable, @Nullable Tip believed) {
        Tip grown = believed == null ? null : grow(records, durable, believed);
        if (grown == null) {
            End end = session.sql(END + " for update").get(AuditRows::end);
            grown = grow(records, durable, new Tip(end.number(), end.digest()));
        }
        return Objects.requireNonNull(grown);
    }

    /// @return null where the trail ends elsewhere
    private @Nullable Tip grow(List<AuditRecord> records, boolean durable, Tip end) {
        List<Link> links = new ArrayList<>();
        byte[] digest = end.digest();
        for (AuditRecord record : records) {
            Link link = Link.after(digest, end.number() + links.size() + 1, record);
            links.add(link);
            digest = link.digest();
        }
        Tip tip = new Tip(end.number() + links.size(), digest);
        int added = session.sql(GROW)
                .bind(tip.number())
                .bind(tip.digest())
                .bind(end.number())
                .bind(end.digest())
                .bind(durable)
                .bindLongs(links.stream().mapToLong(Link::number).toArray())
                .bindInstants(
                        links.stream().map(link -> link.record().occurred()).toArray(Instant[]::new))
                .bindTexts(texts(links, record -> record.phase().text()))
                .bindTexts(texts(links, record -> record.exchange().toString()))
                .bindTexts(texts(links, AuditRecord::act))
                .bindTexts(texts(links, AuditRecord::partition))
                .bindTexts(texts(links, AuditRecord::subject))
                .bindTexts(texts(links, AuditRecord::client))
                .bindTexts(texts(links, AuditRecord::address))
                .bindTexts(texts(links, AuditRecord::method))
                .bindTexts(texts(links, AuditRecord::uri))
                .bindInts(links.stream().map(link -> link.record().status()).toArray(Integer[]::new))
                .bindTexts(texts(links, record -> String.join(" ", record.studies())))
                .bindTexts(texts(links, AuditRecord::details))
                .bindBytes(links.stream().map(Link::digest).toArray(byte[][]::new))
                .update();
        return added == 0 ? null : tip;
    }

    private static @Nullable String[] texts(List<Link> links, Function<AuditRecord, @Nullable String> text) {
        @Nullable String[] texts = new String[links.size()];
        Arrays.setAll(texts, i -> text.apply(links.get(i).record()));
        return texts;
    }

    public End end() {
        return session.sql(END).get(AuditRows::end);
    }

    /// The records that a filter means.
    public List<Link> read(Filter filter, int limit) {
        return session.sql(filter.after() == null ? BACKWARDS : FORWARDS)
                .custom()
                .bind(filter.after())
                .bind(filter.after())
                .bind(filter.before())
                .bind(filter.before())
                .bind(filter.from())
                .bind(filter.from())
                .bind(filter.until())
                .bind(filter.until())
                .bind(filter.subject())
                .bind(filter.subject())
                .bind(filter.act())
                .bind(filter.act())
                .bind(filter.partition())
                .bind(filter.partition())
                .bind(filter.study())
                .bind(filter.study())
                .bind(filter.status())
                .bind(filter.status())
                .bind(filter.exchange())
                .bind(filter.exchange())
                .bind(filter.fragment())
                .bind(filter.fragment())
                .bind(filter.fragment())
                .bind(limit)
                .list(AuditRows::link);
    }

    /// Forgets the beginning of the trail.
    ///
    /// @param last the number of the last record to forget
    /// @return how many there were
    public int forget(long last) {
        session.sql("select set_config('isocenter.audit', 'forget', true)").list(row -> true);
        End end = session.sql(END + " for update").get(AuditRows::end);
        byte[] digest = session.sql("select digest from audit where number = ?")
                .bind(last)
                .findFirst(row -> row.getBytes(1));
        if (digest == null) {
            return 0;
        }
        session.sql("update audit_end set before = ?, before_digest = ?")
                .bind(last)
                .bind(digest)
                .update();
        return session.sql(FORGET).bind(end.before()).bind(last).update();
    }

    /// What values are hashed with.
    public byte[] key() {
        return session.sql("select key from audit_key").get(row -> row.getBytes(1));
    }

    private static End end(Row row) {
        return new End(row.getLong(1), row.getBytes(2), row.getLong(3), row.getBytes(4));
    }

    private static Link link(Row row) {
        AuditRecord record = new AuditRecord(
                row.getInstant(2),
                Phase.valueOf(row.getString(3).toUpperCase(Locale.ROOT)),
                row.getUuid(4),
                row.getString(5),
                row.findString(6),
                row.findString(7),
                row.findString(8),
                row.getString(9),
                row.getString(10),
                row.getString(11),
                row.findInt(12),
                List.of(row.getTexts(13)),
                row.getString(14));
        return new Link(row.getLong(1), record, row.getBytes(15));
    }
}
