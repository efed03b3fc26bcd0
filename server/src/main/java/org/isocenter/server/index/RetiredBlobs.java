package org.isocenter.server.index;

import java.time.Duration;
import java.util.List;
import org.isocenter.server.db.Session;

/// Blobs that no row refers to, on their way out.
///
/// A blob is removed from the store only after it has been retired in a committed transaction that held the
/// lock of the feed and saw that no row refers to it; and a row is only added, under the same lock, for a
/// blob that is not retired. So a blob is never removed that is, or becomes, referenced, however long a
/// writer was held up.
public final class RetiredBlobs {
    private static final String RETIRE = """
            insert into retired_blob (blob, remove, orphan, partition, study_uid)
            values (?, now() + ?::interval, false, ?, ?)
            on conflict do nothing""";

    private static final String RETIRE_UNREFERENCED = """
            insert into retired_blob (blob, remove, orphan)
            select distinct blob, now(), ?::boolean from unnest(?::text[]) as input (blob)
            where not exists (select from instance where instance.blob = input.blob)
                and not exists (select from kept_form where kept_form.blob = input.blob)
                and not exists (select from version where version.blob = input.blob)
            on conflict do nothing""";

    private static final String MOVED = """
            insert into retired_blob (blob, remove, orphan, gone)
            select blob, now(), true, now() from unnest(?::text[]) as input (blob)
            on conflict do nothing""";

    private static final String ANY = "select exists (select from retired_blob where blob = any(?::text[]))";

    private static final String DUE = """
            select blob from retired_blob
            where gone is null and remove <= now() and blob > ?
            order by blob limit ?""";

    private static final String FORGET = "delete from retired_blob where blob = any(?::text[]) and not orphan";

    private static final String MARK_GONE =
            "update retired_blob set gone = now() where blob = any(?::text[]) and orphan";

    private static final String FORGET_OLD = "delete from retired_blob where gone < now() - interval '30 days'";

    private static final String COUNT = "select count(*) from retired_blob where gone is null";

    private final Session session;

    public RetiredBlobs(Session session) {
        this.session = session;
    }

    /// Retires the blob of an instance that this transaction has given another one.
    public void retire(Located instance, Duration retention) {
        session.sql(RETIRE)
                .bind(instance.bytes().blob())
                .bind(retention.toSeconds() + " seconds")
                .bind(instance.identity().partition())
                .bind(instance.identity().studyUid())
                .update();
    }

    /// Retires those of the blobs that no row refers to. The lock of the feed is held.
    ///
    /// @param orphans whether they may be blobs of writers that are yet to add their rows
    /// @return how many there were
    public int retireUnreferenced(List<String> blobs, boolean orphans) {
        return session.sql(RETIRE_UNREFERENCED)
                .bind(orphans)
                .bindTexts(blobs.toArray(String[]::new))
                .update();
    }

    /// Notes blobs that have been moved to other keys, and are known under these no more. The lock of the
    /// feed is held.
    public void moved(List<String> from) {
        session.sql(MOVED).bindTexts(from.toArray(String[]::new)).update();
    }

    /// Whether one of the blobs is retired. The lock of the feed is held.
    public boolean anyOf(List<String> blobs) {
        return session.sql(ANY).bindTexts(blobs.toArray(String[]::new)).get(row -> row.getBoolean(1));
    }

    /// A page of the blobs whose time has come, by key.
    public List<String> due(String after, int limit) {
        return session.sql(DUE).bind(after).bind(limit).list(row -> row.getString(1));
    }

    /// Notes that the store no longer has these blobs.
    public void gone(List<String> blobs) {
        String[] keys = blobs.toArray(String[]::new);
        session.sql(FORGET).bindTexts(keys).update();
        session.sql(MARK_GONE).bindTexts(keys).update();
        session.sql(FORGET_OLD).update();
    }

    /// How many blobs wait to be removed.
    public long count() {
        return session.sql(COUNT).get(row -> row.getLong(1));
    }
}
