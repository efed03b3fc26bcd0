package org.isocenter.server.job;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.isocenter.server.db.Row;
import org.isocenter.server.db.Session;
import org.isocenter.server.job.Operation.Draft;
import org.isocenter.server.job.Operation.State;
import org.jspecify.annotations.Nullable;

/// Operations as those see them who begin, watch and cancel them.
public final class OperationRows {
    /// Any number that all writers of one database agree on.
    private static final long LOCK = 0x49534F43_4F504552L;

    static final String COLUMNS = """
            key, id, partition, kind, input, resources, state, created, started, updated, ended, done, total, errors,
            checkpoint, result, problem, attempts, canceling,
            (select name from partition where partition.key = operation.partition)
            """;

    private static final String SELECT = "select " + COLUMNS + " from operation ";

    private static final String INSERT = """
            insert into operation (id, partition, kind, input, resources) values (?, ?, ?, ?, ?)
            returning\s""" + COLUMNS;

    private static final String LIST = SELECT + """
            where (?::int is null or partition = ?)
                and (cardinality(?::text[]) = 0 or kind = any(?::text[]))
                and (cardinality(?::text[]) = 0 or state = any(?::text[]))
            order by key desc offset ? limit ?""";

    private static final String CANCEL = """
            update operation set
                canceling = true,
                state = case when lease_until >= now() then state else 'canceled' end,
                updated = case when lease_until >= now() then updated else now() end,
                ended = case when lease_until >= now() then ended else now() end,
                lease = case when lease_until >= now() then lease end,
                lease_until = case when lease_until >= now() then lease_until end
            where (?::int is null or partition = ?) and id = ? and ended is null
            returning\s""" + COLUMNS;

    private final Session session;

    public OperationRows(Session session) {
        this.session = session;
    }

    /// Begins an operation. Those who do so follow one another, so that of two operations the one with the
    /// lower key was there first.
    public Operation insert(int partition, Draft draft) {
        lock();
        Operation operation = session.sql(INSERT)
                .bind(UUID.randomUUID())
                .bind(partition)
                .bind(draft.kind())
                .bind(draft.input())
                .bindTexts(draft.resources().toArray(String[]::new))
                .get(OperationRows::operation);
        if (!draft.studies().isEmpty()) {
            session.sql("""
                            insert into operation_study (partition, study_uid, operation)
                            select distinct ?::int, uid, ?::bigint from unnest(?::text[]) as uid""")
                    .bind(partition)
                    .bind(operation.key())
                    .bindTexts(draft.studies().toArray(String[]::new))
                    .update();
        }
        return operation;
    }

    /// @param partition beyond which there is nothing, or null
    public @Nullable Operation find(@Nullable Integer partition, UUID id) {
        return session.sql(SELECT + "where (?::int is null or partition = ?) and id = ?")
                .bind(partition)
                .bind(partition)
                .bind(id)
                .findFirst(OperationRows::operation);
    }

    /// A page of operations, newest first.
    ///
    /// @param partition of which to list them, or null for all
    /// @param kinds to list; all where there are none
    /// @param states to list; all where there are none
    public List<Operation> list(
            @Nullable Integer partition, Set<String> kinds, Set<State> states, long offset, int limit) {
        String[] kindTexts = kinds.toArray(String[]::new);
        String[] stateTexts = states.stream().map(OperationRows::text).toArray(String[]::new);
        return session.sql(LIST)
                .bind(partition)
                .bind(partition)
                .bindTexts(kindTexts)
                .bindTexts(kindTexts)
                .bindTexts(stateTexts)
                .bindTexts(stateTexts)
                .bind(offset)
                .bind(limit)
                .list(OperationRows::operation);
    }

    /// A page of what could not be done, in the order in which it was met.
    ///
    /// @param after the number behind which to begin; they count from 1
    public List<String> errors(long operation, long after, int limit) {
        return session.sql("""
                        select content from operation_error where operation = ? and number > ?
                        order by number limit ?""").bind(operation).bind(after).bind(limit).list(row -> row.getString(1));
    }

    /// Has an operation canceled: at once if nobody works on it, else after the step under way.
    ///
    /// @return the operation, or null where there is none that has not ended
    public @Nullable Operation cancel(@Nullable Integer partition, UUID id) {
        Operation operation =
                session.sql(CANCEL).bind(partition).bind(partition).bind(id).findFirst(OperationRows::operation);
        if (operation != null && operation.state().ended()) {
            freeStudies(session, operation.key());
        }
        return operation;
    }

    /// Takes the lock under which operations are begun, until the transaction ends.
    public void lock() {
        session.sql("select pg_advisory_xact_lock(" + LOCK + ")").list(row -> true);
    }

    /// Whether an operation has not ended that was begun for this reason.
    public boolean isOpen(String kind, int partition, @Nullable String reason) {
        return session.sql("""
                        select exists (select from operation
                            where ended is null and kind = ? and partition = ?
                                and (case when kind = ? then input::jsonb ->> 'reason' end) = ?)""")
                .bind(kind)
                .bind(partition)
                .bind(kind)
                .bind(reason)
                .get(row -> row.getBoolean(1));
    }

    /// Whether an operation of a partition has not ended.
    ///
    /// @param except that does not count, or null
    public boolean anyOpen(int partition, @Nullable UUID except) {
        return session.sql("""
                        select exists (select from operation
                            where ended is null and partition = ? and id is distinct from ?::uuid)""").bind(partition).bind(except).get(row -> row.getBoolean(1));
    }

    /// Whether an operation that has not ended has noted a step and is about this study.
    public boolean isBegun(String kind, int partition, String study) {
        return session.sql("""
                        select exists (select from operation
                            join operation_study on operation_study.operation = operation.key
                            where operation_study.partition = ? and operation_study.study_uid = ?
                                and kind = ? and checkpoint is not null and ended is null)""").bind(partition).bind(study).bind(kind).get(row -> row.getBoolean(1));
    }

    /// The studies that an operation is to change, as long as it has not ended.
    List<String> studies(long operation) {
        return session.sql("select study_uid from operation_study where operation = ? order by study_uid")
                .bind(operation)
                .list(row -> row.getString(1));
    }

    /// Has an operation be about further studies, for which others wait from now on.
    public void claim(Operation operation, List<String> studies) {
        session.sql("""
                        insert into operation_study (partition, study_uid, operation)
                        select ?::int, uid, ?::bigint from unnest(?::text[]) as uid on conflict do nothing""")
                .bind(operation.partition())
                .bind(operation.key())
                .bindTexts(studies.toArray(String[]::new))
                .update();
    }

    /// Forgets what operations that have ended were told, and what any could not do, where it has one of
    /// these texts in it.
    ///
    /// @param texts as they stand in JSON, with their quotes
    /// @return how many operations and errors there were
    public int redact(int partition, List<String> texts) {
        String[] words = texts.toArray(String[]::new);
        int operations = session.sql("""
                        update operation set input = '{}', checkpoint = null
                        where partition = ? and ended is not null
                            and exists (select from unnest(?::text[]) as word where strpos(input, word) > 0)""").bind(partition).bindTexts(words).update();
        return operations + session.sql("""
                                delete from operation_error using operation
                                where operation.key = operation_error.operation and operation.partition = ?
                                    and exists (select from unnest(?::text[]) as word
                                        where strpos(operation_error.content, word) > 0)""").bind(partition).bindTexts(words).update();
    }

    /// How many operations have not ended that were told one of some texts.
    ///
    /// @param texts as they stand in JSON, with their quotes
    /// @param but the key of one that does not count
    public long mentioning(int partition, List<String> texts, long but) {
        return session.sql("""
                        select count(*) from operation
                        where partition = ? and ended is null and key <> ?
                            and exists (select from unnest(?::text[]) as word where strpos(input, word) > 0)""")
                .bind(partition)
                .bind(but)
                .bindTexts(texts.toArray(String[]::new))
                .get(row -> row.getLong(1));
    }

    /// Replaces what an operation was told.
    public void redact(long operation, String input) {
        session.sql("update operation set input = ? where key = ?")
                .bind(input)
                .bind(operation)
                .update();
    }

    /// Adds to what an operation has erased.
    ///
    /// @param kind of what, such as instances
    public void noteErased(long operation, String kind, long removed) {
        session.sql("""
                        insert into erased (operation, kind, removed) values (?, ?, ?)
                        on conflict (operation, kind) do update set removed = erased.removed + excluded.removed""").bind(operation).bind(kind).bind(removed).update();
    }

    /// What an operation has erased, by kind.
    public SortedMap<String, Long> erased(long operation) {
        SortedMap<String, Long> erased = new TreeMap<>();
        session.sql("select kind, removed from erased where operation = ?")
                .bind(operation)
                .list(row -> erased.put(row.getString(1), row.getLong(2)));
        return erased;
    }

    /// Forgets operations that ended long ago.
    ///
    /// @return how many
    public int forget(Duration age) {
        return session.sql("delete from operation where ended < now() - ? * interval '1 millisecond'")
                .bind(age.toMillis())
                .update();
    }

    static void freeStudies(Session session, long operation) {
        session.sql("delete from operation_study where operation = ?")
                .bind(operation)
                .update();
    }

    static String text(State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    static Operation operation(Row row) {
        return new Operation(
                row.getLong(1),
                row.getUuid(2),
                row.getInt(3),
                row.getString(4),
                row.getString(5),
                List.of(row.getTexts(6)),
                State.valueOf(row.getString(7).toUpperCase(Locale.ROOT)),
                row.getInstant(8),
                row.findInstant(9),
                row.getInstant(10),
                row.findInstant(11),
                row.getLong(12),
                row.getLong(13),
                row.getLong(14),
                row.findString(15),
                row.findString(16),
                row.findString(17),
                row.getInt(18),
                row.getBoolean(19),
                row.getString(20));
    }
}
