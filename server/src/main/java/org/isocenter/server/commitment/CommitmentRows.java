package org.isocenter.server.commitment;

import java.util.List;
import java.util.UUID;
import org.isocenter.server.db.Row;
import org.isocenter.server.db.Session;
import org.jspecify.annotations.Nullable;

/// Requests for storage commitment by their transaction UIDs, and for each reference what came of it.
public final class CommitmentRows {
    /// How many old requests a new one takes away.
    private static final int FORGOTTEN_AT_ONCE = 100;

    private static final String FORGET = """
            delete from commitment where key in
                (select key from commitment where requested < now() - ? * interval '1 day' order by requested limit ?)""";

    private static final String INSERT = """
            insert into commitment (partition, transaction_uid) values (?, ?)
            on conflict (partition, transaction_uid) do nothing
            returning key""";

    private static final String REFER = """
            insert into commitment_reference
                (commitment, number, study_uid, series_uid, sop_class_uid, instance_uid, reason)
            select ?, ordinal, study_uid, series_uid, sop_class_uid, instance_uid, reason
            from unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::int[])
                with ordinality as input (study_uid, series_uid, sop_class_uid, instance_uid, reason, ordinal)""";

    private static final String REFERENCES = """
            select number, study_uid, series_uid, sop_class_uid, instance_uid, reason
            from commitment_reference where commitment = ?
            """;

    private final Session session;

    public CommitmentRows(Session session) {
        this.session = session;
    }

    /// A request.
    ///
    /// @param operation that looks at what it refers to; null where that was done at once
    public record Commitment(long key, @Nullable UUID operation) {}

    /// A reference in its place.
    ///
    /// @param verdict null while nobody has looked
    public record Line(
            long number, Reference reference, @Nullable Verdict verdict) {}

    /// Notes a request, and forgets some that are old.
    ///
    /// @param verdicts of the references; null where they are looked at later
    /// @param keptDays after how many days a request is forgotten
    /// @return its key, or null where there is one with this UID
    public @Nullable Long insert(
            int partition,
            String transaction,
            List<Reference> references,
            @Nullable List<Verdict> verdicts,
            int keptDays) {
        session.sql(FORGET).bind(keptDays).bind(FORGOTTEN_AT_ONCE).update();
        Long key = session.sql(INSERT).bind(partition).bind(transaction).findFirst(row -> row.getLong(1));
        if (key != null) {
            @Nullable Integer[] reasons = new Integer[references.size()];
            for (int i = 0; verdicts != null && i < reasons.length; i++) {
                reasons[i] = verdicts.get(i).reason();
            }
            session.sql(REFER)
                    .bind(key)
                    .bindTexts(references.stream().map(Reference::studyUid).toArray(String[]::new))
                    .bindTexts(references.stream().map(Reference::seriesUid).toArray(String[]::new))
                    .bindTexts(references.stream().map(Reference::sopClassUid).toArray(String[]::new))
                    .bindTexts(references.stream().map(Reference::instanceUid).toArray(String[]::new))
                    .bindInts(reasons)
                    .update();
        }
        return key;
    }

    /// Says which operation looks at what a request refers to.
    public void leave(long commitment, UUID operation) {
        session.sql("update commitment set operation = ? where key = ?")
                .bind(operation)
                .bind(commitment)
                .update();
    }

    public @Nullable Commitment find(int partition, String transaction) {
        return session.sql("select key, operation from commitment where partition = ? and transaction_uid = ?")
                .bind(partition)
                .bind(transaction)
                .findFirst(row -> new Commitment(row.getLong(1), row.findUuid(2)));
    }

    /// All references of a request, in its order.
    public List<Line> lines(long commitment) {
        return session.sql(REFERENCES + "order by number").bind(commitment).list(CommitmentRows::line);
    }

    /// The next references of a request that nobody has looked at.
    public List<Line> open(long commitment, int limit) {
        return session.sql(REFERENCES + "and reason is null order by number limit ?")
                .bind(commitment)
                .bind(limit)
                .list(CommitmentRows::line);
    }

    /// Notes what came of references.
    public void note(long commitment, List<Line> lines, List<Verdict> verdicts) {
        session.sql("""
                        update commitment_reference set reason = input.reason
                        from unnest(?::bigint[], ?::int[]) as input (number, reason)
                        where commitment_reference.commitment = ? and commitment_reference.number = input.number""")
                .bindLongs(lines.stream().mapToLong(Line::number).toArray())
                .bindInts(verdicts.stream().mapToInt(Verdict::reason).toArray())
                .bind(commitment)
                .update();
    }

    private static Line line(Row row) {
        Integer reason = row.findInt(6);
        return new Line(
                row.getLong(1),
                new Reference(row.findString(2), row.findString(3), row.getString(4), row.getString(5)),
                reason == null ? null : Verdict.of(reason));
    }

    /// Forgets all requests of a partition.
    public void forgetAll(int partition) {
        session.sql("delete from commitment where partition = ?")
                .bind(partition)
                .update();
    }
}
