package org.isocenter.server.worklist;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.isocenter.dicom.BulkLinks;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.JsonReader;
import org.isocenter.dicom.JsonWriter;
import org.isocenter.dicom.Limits;
import org.isocenter.dicom.MalformedException;
import org.isocenter.server.db.Row;
import org.isocenter.server.db.Session;
import org.isocenter.server.db.Sql;
import org.isocenter.server.worklist.WorkitemFilter.Condition;
import org.jspecify.annotations.Nullable;

/// Reads and writes workitems. Those of another partition do not exist here.
public final class WorkitemRows {
    private static final String COLUMNS = "select key, uid, state, transaction_uid, attributes ";
    private static final String SELECT = COLUMNS + "from workitem ";

    /// The same in a session that is bound to a partition, for whatever conditions.
    private static final String SEARCH = COLUMNS + "from searched_workitem ";

    private static final List<WorkitemKey> KEYS = Arrays.stream(WorkitemKey.values())
            .filter(key -> key != WorkitemKey.SOP_INSTANCE_UID && key != WorkitemKey.STATE)
            .toList();

    private static final String INSERT = "insert into workitem (partition, uid, state, attributes, "
            + KEYS.stream().map(WorkitemKey::column).collect(Collectors.joining(", "))
            + ") values (?, ?, ?, ?, "
            + KEYS.stream().map(WorkitemRows::parameter).collect(Collectors.joining(", "))
            + ") on conflict (partition, uid) do nothing returning key";

    private static final String UPDATE = "update workitem set state = ?, transaction_uid = ?, attributes = ?, "
            + KEYS.stream().map(key -> key.column() + " = " + parameter(key)).collect(Collectors.joining(", "))
            + ", revision = nextval('revision'), changed = now() where key = ?";

    /// A page ends with the workitem that begins beyond so many bytes of those before it.
    private static final long PAGE_BYTES_MAX = 8 << 20;

    private final Session session;
    private final Folds folds;

    public WorkitemRows(Session session, Folds folds) {
        this.session = session;
        this.folds = folds;
    }

    /// A page of a search, newest first.
    ///
    /// @param more whether there are results behind it
    public record Page(List<Workitem> workitems, boolean more) {}

    /// Adds a workitem that is SCHEDULED.
    ///
    /// @return its key, or null where the UID is taken
    public @Nullable Long insert(int partition, String uid, DataSet dataSet) {
        Sql sql = session.sql(INSERT)
                .bind(partition)
                .bind(uid)
                .bind(WorkitemState.SCHEDULED.term())
                .bind(json(dataSet));
        bindKeys(sql, dataSet);
        return sql.findFirst(row -> row.getLong(1));
    }

    public @Nullable Workitem find(int partition, String uid) {
        return session.sql(SELECT + "where partition = ? and uid = ?")
                .bind(partition)
                .bind(uid)
                .findFirst(WorkitemRows::workitem);
    }

    /// The workitem, which nobody else changes before the transaction ends.
    public @Nullable Workitem lock(int partition, String uid) {
        return session.sql(SELECT + "where partition = ? and uid = ? for update")
                .bind(partition)
                .bind(uid)
                .findFirst(WorkitemRows::workitem);
    }

    /// Workitems about a patient.
    ///
    /// @param patientId folded
    public List<Workitem> ofPatient(int partition, String patientId) {
        return session.sql(SELECT + "where partition = ? and patient_id = ?")
                .bind(partition)
                .bind(patientId)
                .list(WorkitemRows::workitem);
    }

    /// Erases the workitems about a study, or that have it as an input, with the reports about them.
    ///
    /// @return how many workitems there were
    public int erase(int partition, String study) {
        return forgetReports(
                partition,
                session.sql("""
                        delete from workitem
                        where partition = ? and (study_uid = ? or input_study_uid && array[?::text]
                            or request_study_uid && array[?::text])
                        returning uid""")
                        .bind(partition)
                        .bind(study)
                        .bind(study)
                        .bind(study)
                        .list(row -> row.getString(1)));
    }

    /// Erases workitems, with the reports about them.
    ///
    /// @return how many there were
    public int erase(int partition, Collection<Workitem> workitems) {
        long[] keys = workitems.stream().mapToLong(Workitem::key).toArray();
        return forgetReports(
                partition,
                session.sql("delete from workitem where key = any(?::bigint[]) returning uid")
                        .bindLongs(keys)
                        .list(row -> row.getString(1)));
    }

    /// Whether there are workitems in a partition.
    public boolean any(int partition) {
        return session.sql("select exists (select from workitem where partition = ?)")
                .bind(partition)
                .get(row -> row.getBoolean(1));
    }

    /// Erases all workitems of a partition, with the reports about them and the subscriptions.
    public void eraseAll(int partition) {
        for (String table : List.of("workitem_report", "workitem", "worklist_subscriber")) {
            session.sql("delete from " + table + " where partition = ?")
                    .bind(partition)
                    .update();
        }
    }

    private int forgetReports(int partition, List<String> uids) {
        session.sql("delete from workitem_report where partition = ? and uid = any(?::text[])")
                .bind(partition)
                .bindTexts(uids.toArray(String[]::new))
                .update();
        return uids.size();
    }

    /// Writes a workitem that is locked as it is to be from now on.
    public void update(Workitem workitem) {
        Sql sql = session.sql(UPDATE)
                .bind(workitem.state().term())
                .bind(workitem.transactionUid())
                .bind(json(workitem.dataSet()));
        bindKeys(sql, workitem.dataSet());
        sql.bind(workitem.key()).update();
    }

    /// A page of what matches. It is shorter where the workitems are large.
    public Page search(int partition, WorkitemFilter filter, int offset, int limit) {
        Sql sql = session.sql("select key, uid, state, transaction_uid, attributes, found from (select page.*,"
                        + " count(*) over () as found,"
                        + " sum(octet_length(attributes)) over (order by key desc) - octet_length(attributes) as before"
                        + " from (" + SEARCH + where(filter)
                        + " order by key desc offset ? limit ?) as page) as measured"
                        + " where before < ? order by key desc")
                .bind(partition);
        bind(sql, filter);
        long[] found = new long[1];
        List<Workitem> workitems = sql.bind(offset)
                .bind(limit + 1)
                .bind(PAGE_BYTES_MAX)
                .custom()
                .list(row -> {
                    found[0] = row.getLong(6);
                    return workitem(row);
                });
        List<Workitem> page = workitems.subList(0, Math.min(limit, workitems.size()));
        return new Page(page, found[0] > page.size());
    }

    /// How many match in all.
    public long count(int partition, WorkitemFilter filter) {
        Sql sql = session.sql("select count(*) from searched_workitem " + where(filter))
                .bind(partition);
        bind(sql, filter);
        return sql.custom().get(row -> row.getLong(1));
    }

    /// Whether a workitem matches.
    public boolean matches(int partition, long key, WorkitemFilter filter) {
        Sql sql = session.sql("select key from searched_workitem " + where(filter) + " and key = ?")
                .bind(partition);
        bind(sql, filter);
        return sql.bind(key).custom().findFirst(row -> row.getLong(1)) != null;
    }

    /// The conditions, put together from the pieces below with every value bound. The statements are
    /// planned for the values each time and kept by nobody, so that it does no harm that their texts are
    /// many.
    static String where(WorkitemFilter filter) {
        return "where partition = ?"
                + filter.conditions().stream()
                        .map(condition -> " and " + piece(condition))
                        .collect(Collectors.joining());
    }

    private static String piece(Condition condition) {
        String column = condition.key().column();
        return switch (condition.key().kind()) {
            case UID -> column + " = any(?)";
            case UIDS -> column + " && ?";
            case TEXT -> column + (condition.form() == WorkitemFilter.Form.LIKE ? " like any(?)" : " = any(?)");
            case TEXTS ->
                condition.form() == WorkitemFilter.Form.LIKE
                        ? "exists (select from unnest(" + column + ") as item where item like any(?))"
                        : column + " && ?";
            case CODES -> "exists (select from unnest(" + column + ") as item where item like any(?))";
            case NAME ->
                condition.form() == WorkitemFilter.Form.FUZZY
                        ? condition.values().stream()
                                .map(word -> "(" + column + " %> ? or " + column + " ~ ?)")
                                .collect(Collectors.joining(" and ", "(", ")"))
                        : "exists (select from string_to_table(" + column + ", E'\\n') as part where part like any(?))";
            case DATE -> column + " between ?::text::date and ?::text::date";
            case MOMENT -> column + " between ?::text::timestamptz and ?::text::timestamptz";
        };
    }

    static void bind(Sql sql, WorkitemFilter filter) {
        for (Condition condition : filter.conditions()) {
            switch (condition.form()) {
                case BETWEEN -> condition.values().forEach(sql::bind);
                case FUZZY -> condition.values().forEach(word -> sql.bind(word).bind("[^[:alnum:]]" + word));
                case EQUAL, LIKE -> sql.bindTexts(condition.values().toArray(String[]::new));
            }
        }
    }

    private static String parameter(WorkitemKey key) {
        return switch (key.kind()) {
            case DATE, MOMENT -> "?::text::" + key.kind().sqlType();
            case UID, UIDS, TEXT, TEXTS, NAME, CODES -> "?";
        };
    }

    private void bindKeys(Sql sql, DataSet dataSet) {
        for (WorkitemKey key : KEYS) {
            Object value = key.value(dataSet, folds);
            if (value instanceof String[] texts) {
                sql.bindTexts(texts);
            } else {
                sql.bind(value);
            }
        }
    }

    static Workitem workitem(Row row) {
        WorkitemState state = WorkitemState.find(row.getString(3));
        if (state == null) {
            throw new IllegalStateException("a workitem is in a state that there is not");
        }
        return new Workitem(row.getLong(1), row.getString(2), state, row.findString(4), dataSet(row.getBytes(5)));
    }

    static DataSet dataSet(byte[] json) {
        try {
            return JsonReader.readOne(new ByteArrayInputStream(json), Limits.DEFAULT);
        } catch (IOException | MalformedException impossible) {
            throw new IllegalStateException("the worklist holds a data set that is none", impossible);
        }
    }

    static byte[] json(DataSet dataSet) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        JsonWriter writer = new JsonWriter(bytes, BulkLinks.NONE);
        try {
            writer.write(dataSet);
            writer.flush();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    /// A copy that can be changed without the other.
    public static DataSet copy(DataSet dataSet) {
        return dataSet(json(dataSet));
    }
}
