package org.isocenter.server.index;

import java.time.Instant;
import java.util.List;
import org.isocenter.server.db.Row;
import org.isocenter.server.db.Session;
import org.jspecify.annotations.Nullable;

/// Holds: by whom, and why, studies may not be deleted nor former versions of them be forgotten.
///
/// A hold is placed under the lock of the feed, and whoever deletes, forgets or erases looks for holds under
/// the same lock, which is kept until the commit. So there is no moment between the look and the commit in
/// which a hold could be placed.
public final class HoldRows {
    private static final String KNOWN = """
            select exists (select from study where partition = ? and uid = ?)
                or exists (select from version where partition = ? and study_uid = ? and deleted and restored is null)""";

    private static final String PUT = """
            insert into hold (partition, study_uid, name, reason) values (?, ?, ?, ?)
            on conflict (partition, study_uid, name) do update set reason = excluded.reason
            returning placed = now()""";

    private static final String REMOVE = "delete from hold where partition = ? and study_uid = ? and name = ?";

    private static final String LIST = """
            select study_uid, name, reason, placed from hold
            where partition = ? and (?::text is null or study_uid = ?)
            order by placed desc, study_uid, name offset ? limit ?""";

    private static final String HELD = """
            select distinct study_uid from hold where partition = ? and study_uid = any(?::text[]) order by study_uid""";

    /// A hold on a study.
    ///
    /// @param name of the hold, one of several that a study may have
    public record Hold(String studyUid, String name, String reason, Instant placed) {}

    private final Session session;

    public HoldRows(Session session) {
        this.session = session;
    }

    /// Whether there is something of a study that can be held: it is stored, or could be restored.
    public boolean knows(int partition, String study) {
        return session.sql(KNOWN)
                .bind(partition)
                .bind(study)
                .bind(partition)
                .bind(study)
                .get(row -> row.getBoolean(1));
    }

    /// Places a hold, or changes the reason of one that is there. The lock of the feed is held.
    ///
    /// @return whether it is new
    public boolean put(int partition, String study, String name, String reason) {
        return session.sql(PUT)
                .bind(partition)
                .bind(study)
                .bind(name)
                .bind(reason)
                .get(row -> row.getBoolean(1));
    }

    /// Removes a hold.
    ///
    /// @return whether there was one
    public boolean remove(int partition, String study, String name) {
        return session.sql(REMOVE).bind(partition).bind(study).bind(name).update() == 1;
    }

    /// A page of the holds of a partition, or of a study of it, the newest first.
    public List<Hold> list(int partition, @Nullable String study, long offset, int limit) {
        return session.sql(LIST)
                .bind(partition)
                .bind(study)
                .bind(study)
                .bind(offset)
                .bind(limit)
                .list(HoldRows::hold);
    }

    /// Those of the studies that are held.
    public List<String> held(int partition, List<String> studies) {
        return session.sql(HELD)
                .bind(partition)
                .bindTexts(studies.toArray(String[]::new))
                .list(row -> row.getString(1));
    }

    private static Hold hold(Row row) {
        return new Hold(row.getString(1), row.getString(2), row.getString(3), row.getInstant(4));
    }
}
