package org.isocenter.server.feed;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.isocenter.server.db.Row;
import org.isocenter.server.db.Session;
import org.jspecify.annotations.Nullable;

/// Those who follow the feed study by study: how far each has got, which studies it gave up, and which it
/// was asked to do again.
public final class Followers {
    /// How a follower stands.
    ///
    /// @param done studies brought up to date, in all
    /// @param rate studies per second of late
    /// @param problem why nothing goes on at present, or null
    /// @param latest the position of the newest change
    /// @param waitingSince when the oldest change occurred that has had no effect yet; null where there is
    ///     none
    public record Standing(
            long position,
            long done,
            double rate,
            @Nullable String problem,
            Instant seen,
            long latest,
            @Nullable Instant waitingSince,
            long failures,
            long requests) {}

    /// A study that was given up.
    ///
    /// @param status of the answer that refused it, or 0
    /// @param detail the answer, or null
    public record Failure(
            long id,
            int partition,
            String studyUid,
            Instant firstFailed,
            Instant lastFailed,
            int attempts,
            int status,
            String reason,
            @Nullable String detail) {}

    /// A study to be done again.
    public record Request(int partition, String studyUid) {}

    private static final String STANDING = """
            select follower.position, done, rate, problem, seen,
                coalesce((select max(position) from feed), 0),
                (select occurred from feed where feed.position > follower.position order by feed.position limit 1),
                (select count(*) from follower_failure where follower = name),
                (select count(*) from follower_request where follower = name)
            from follower where name = ?""";

    private static final String FAIL = """
            insert into follower_failure (follower, partition, study_uid, attempts, status, reason, detail)
            values (?, ?, ?, ?, ?, ?, ?)
            on conflict (follower, partition, study_uid) do update
            set last_failed = now(), attempts = follower_failure.attempts + excluded.attempts,
                status = excluded.status, reason = excluded.reason, detail = excluded.detail""";

    private static final String FAILURES = """
            select id, partition, study_uid, first_failed, last_failed, attempts, status, reason, detail
            from follower_failure where follower = ? and id > ? order by id limit ?""";

    private static final String REQUEST_STUDIES = """
            insert into follower_request (follower, partition, study_uid)
            select ?, partition, uid from study
            where partition = ?
                and (?::text is null or uid = ?)
                and (?::text is null or patient_id = ?)
                and (?::timestamptz is null or changed >= ?)
                and (?::timestamptz is null or changed < ?)
            on conflict do nothing""";

    private final Session session;
    private final String name;

    public Followers(Session session, String name) {
        this.session = session;
        this.name = name;
    }

    /// The follower's position. One that is new begins at the beginning of the feed.
    public long begin() {
        session.sql("insert into follower (name) values (?) on conflict do nothing")
                .bind(name)
                .update();
        return session.sql("select position from follower where name = ?")
                .bind(name)
                .get(row -> row.getLong(1));
    }

    /// The follower's position, which nobody else changes until the transaction ends.
    public long lock() {
        return session.sql("select position from follower where name = ? for update")
                .bind(name)
                .get(row -> row.getLong(1));
    }

    /// Takes or keeps the right to work for the follower, unless another process has it.
    public boolean hold(String holder, Duration term) {
        return session.sql("""
                        update follower set holder = ?, until = now() + ? * interval '1 millisecond'
                        where name = ? and (holder is null or holder = ? or until < now())""")
                        .bind(holder)
                        .bind(term.toMillis())
                        .bind(name)
                        .bind(holder)
                        .update()
                == 1;
    }

    /// Gives the right back.
    public void release(String holder) {
        session.sql("update follower set holder = null where name = ? and holder = ?")
                .bind(name)
                .bind(holder)
                .update();
    }

    /// Notes that everything up to a position has had its effect.
    ///
    /// @param done how many studies were brought up to date since the last time
    public void save(long position, long done, double rate, @Nullable String problem) {
        session.sql("""
                        update follower
                        set position = greatest(position, ?), done = done + ?, rate = ?, problem = ?, seen = now()
                        where name = ?""")
                .bind(position)
                .bind(done)
                .bind(rate)
                .bind(problem)
                .bind(name)
                .update();
    }

    /// How the follower stands, or null where there never was one.
    public @Nullable Standing findStanding() {
        return session.sql(STANDING)
                .bind(name)
                .findFirst(row -> new Standing(
                        row.getLong(1),
                        row.getLong(2),
                        row.getDouble(3),
                        row.findString(4),
                        row.getInstant(5),
                        row.getLong(6),
                        row.findInstant(7),
                        row.getLong(8),
                        row.getLong(9)));
    }

    /// Notes that a study was given up.
    public void fail(Request study, int attempts, int status, String reason, @Nullable String detail) {
        session.sql(FAIL)
                .bind(name)
                .bind(study.partition())
                .bind(study.studyUid())
                .bind(attempts)
                .bind(status)
                .bind(reason)
                .bind(detail)
                .update();
        session.sql("delete from follower_request where follower = ? and partition = ? and study_uid = ?")
                .bind(name)
                .bind(study.partition())
                .bind(study.studyUid())
                .update();
    }

    /// Notes that studies were brought up to date.
    public void succeed(Collection<Request> studies) {
        for (String table : List.of("follower_failure", "follower_request")) {
            session.sql("""
                            delete from %s as noted
                            using unnest(?::int[], ?::text[]) as done (partition, study_uid)
                            where follower = ? and noted.partition = done.partition
                                and noted.study_uid = done.study_uid""".formatted(table))
                    .bindInts(studies.stream().mapToInt(Request::partition).toArray())
                    .bindTexts(studies.stream().map(Request::studyUid).toArray(String[]::new))
                    .bind(name)
                    .update();
        }
    }

    /// Forgets what any follower has noted about a study.
    ///
    /// @return how many notes there were
    public static int forget(Session session, int partition, String study) {
        int notes = 0;
        for (String table : List.of("follower_failure", "follower_request")) {
            notes += session.sql("delete from " + table + " where partition = ? and study_uid = ?")
                    .bind(partition)
                    .bind(study)
                    .update();
        }
        return notes;
    }

    /// The studies that were given up, by id.
    public List<Failure> failures(long after, int limit) {
        return session.sql(FAILURES).bind(name).bind(after).bind(limit).list(Followers::failure);
    }

    /// Asks to have a study that was given up done again; false where there is no such failure.
    public boolean retry(long failure) {
        return session.sql("""
                        insert into follower_request (follower, partition, study_uid)
                        select follower, partition, study_uid from follower_failure where follower = ? and id = ?
                        on conflict (follower, partition, study_uid) do update set requested = now()""").bind(name).bind(failure).update() == 1;
    }

    /// Asks to have a study done again, whether it is there or not.
    public void request(Request study) {
        session.sql("""
                        insert into follower_request (follower, partition, study_uid) values (?, ?, ?)
                        on conflict do nothing""")
                .bind(name)
                .bind(study.partition())
                .bind(study.studyUid())
                .update();
    }

    /// Asks to have the studies done again that are there and match; null matches all.
    ///
    /// @param from the earliest time of their last change, inclusive
    /// @param until the latest, exclusive
    /// @return how many were not asked for already
    public int request(
            int partition,
            @Nullable String study,
            @Nullable String patient,
            @Nullable Instant from,
            @Nullable Instant until) {
        return session.sql(REQUEST_STUDIES)
                .bind(name)
                .bind(partition)
                .bind(study)
                .bind(study)
                .bind(patient)
                .bind(patient)
                .bind(from)
                .bind(from)
                .bind(until)
                .bind(until)
                .update();
    }

    /// The studies that were asked for, longest waiting first.
    public List<Request> requests(int limit) {
        return session.sql("""
                        select partition, study_uid from follower_request where follower = ?
                        order by requested, study_uid limit ?""").bind(name).bind(limit).list(row -> new Request(row.getInt(1), row.getString(2)));
    }

    private static Failure failure(Row row) {
        return new Failure(
                row.getLong(1),
                row.getInt(2),
                row.getString(3),
                row.getInstant(4),
                row.getInstant(5),
                row.getInt(6),
                row.getInt(7),
                row.getString(8),
                row.findString(9));
    }
}
