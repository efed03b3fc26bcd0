package org.isocenter.server.push;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.isocenter.server.db.Database;
import org.isocenter.server.db.Session;
import org.isocenter.server.push.Event.Study;
import org.isocenter.server.push.Webhook.Held;
import org.isocenter.server.telemetry.UnavailableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Works for a webhook as long as this process has it.
///
/// Where it stands is in the database, not here: a step reads it, sends, and notes what came of it in one
/// transaction, if nobody has asked for something else meanwhile and the webhook still is this process's.
/// What was sent and could not be noted is sent again.
final class Courier implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Courier.class);

    /// Events that are read in a step: some requests of them, but no more than can be held back.
    private static final int PAGE_MIN = 50;

    private static final int PAGE_MAX = 500;
    private static final int REQUESTS = 4;

    /// Of more that are held back the others wait in the feed.
    private static final int HELD_MAX = 1_000;

    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
    /// Events that follow so closely go together: to note what came of a step costs the same for one as for many.
    private static final long GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private static final long SOON_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /// The longest pause between two attempts, in seconds.
    private static final int PAUSE_MAX = 600;

    /// A quarter of a second, then twice as long each time, and of that a random part between half and all.
    private static final String PAUSE =
            "(least(" + PAUSE_MAX + ", power(2, least(%s, 20)) / 4) * (0.5 + random() / 2)) * interval '1 second'";

    private static final String HOLD = """
            insert into webhook_event (webhook, position, partition, study_uid)
            select ?, position, partition, study_uid
            from unnest(?::bigint[], ?::text[], ?::text[]) as input (position, partition, study_uid)
            on conflict do nothing""";

    private static final String FAIL = """
            insert into webhook_event as event
                (webhook, position, partition, study_uid, attempts, first_failed, last_failed, next_attempt, status,
                problem)
            values (?, ?, ?, ?, 1, now(), now(), clock_timestamp() + %s, ?, ?)
            on conflict (webhook, position) do update
            set attempts = event.attempts + 1, first_failed = coalesce(event.first_failed, now()), last_failed = now(),
                next_attempt = clock_timestamp() + %s, status = excluded.status, problem = excluded.problem,
                dead = coalesce(event.first_failed <= now() - ? * interval '1 millisecond', false)
            """.formatted(PAUSE.formatted("0"), PAUSE.formatted("event.attempts"));

    private static final String NOTE = """
            update webhook
            set position = ?, delivered = delivered + ?, problem = ?, state = ?,
                last_success = case when ? then now() else last_success end,
                rests = case when ? then rests + 1 else 0 end,
                next_attempt = case when ? then clock_timestamp() + greatest(? * interval '1 second', %s) else now() end
            where key = ? and holder = ? and revision = ? and until > now()""".formatted(PAUSE.formatted("rests"));

    private final Database database;
    private final Tail tail;
    private final Post post;
    private final UUID holder;
    private final long key;
    private final Duration retryFor;
    private final CountDownLatch stopping;
    private long noted = System.nanoTime() - GATHER_NANOS;

    /// @param key of the webhook
    /// @param retryFor how long an event is tried before it is given up
    /// @param stopping is counted down when the process stops
    Courier(
            Database database,
            Tail tail,
            Post post,
            UUID holder,
            long key,
            Duration retryFor,
            CountDownLatch stopping) {
        this.database = database;
        this.tail = tail;
        this.post = post;
        this.holder = holder;
        this.key = key;
        this.retryFor = retryFor;
        this.stopping = stopping;
    }

    @Override
    public void run() {
        boolean ours = true;
        try (post) {
            while (ours && !isStopping()) {
                try {
                    gather();
                    ours = step();
                } catch (UnavailableException unavailable) {
                    LOG.warn("a webhook waits: {}", unavailable.getMessage());
                    pause(LOOK_NANOS);
                } catch (RuntimeException failure) {
                    LOG.error("a webhook waits", failure);
                    pause(LOOK_NANOS);
                }
            }
            release();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void release() {
        try {
            database.transaction(session -> {
                new WebhookRows(session).release(holder, key);
                return null;
            });
        } catch (UnavailableException unavailable) {
            LOG.debug("the right to work for a webhook runs out by itself", unavailable);
        }
    }

    private boolean isStopping() {
        return stopping.getCount() == 0;
    }

    private void pause(long nanos) throws InterruptedException {
        if (stopping.await(nanos, TimeUnit.NANOSECONDS)) {
            LOG.debug("a webhook is left to others");
        }
    }

    /// Lets a moment pass after a step, unless there was more to send than goes into one.
    private void gather() throws InterruptedException {
        long left = noted + GATHER_NANOS - System.nanoTime();
        if (left > 0) {
            pause(left);
        }
    }

    /// @return whether the webhook still is this process's
    private boolean step() throws InterruptedException {
        Webhook webhook = database.<@Nullable Webhook>query(session -> new WebhookRows(session).findHeld(holder, key));
        if (webhook == null) {
            return false;
        }
        if (webhook.restMilliseconds() > 0) {
            pause(Math.min(LOOK_NANOS, TimeUnit.MILLISECONDS.toNanos(webhook.restMilliseconds())));
            return true;
        }
        List<Held> held = database.query(session -> new WebhookRows(session).held(webhook, HELD_MAX));
        Round round = new Round(webhook.definition(), post, this::isStopping);
        sendHeld(round, held);
        int page = Math.clamp((long) REQUESTS * webhook.definition().batch(), PAGE_MIN, PAGE_MAX);
        boolean room = held.size() + page <= HELD_MAX;
        List<Notice> next = room && round.goesOn() ? tail.after(webhook.position(), page) : List.of();
        long position = sendNew(round, webhook, next);
        if (position != webhook.position() || !round.isEmpty() || round.isGone()) {
            note(webhook, round, position);
            noted = System.nanoTime() - (next.size() == page ? GATHER_NANOS : 0);
        } else if (room) {
            tail.await(position, held.isEmpty() ? LOOK_NANOS : SOON_NANOS);
        } else {
            pause(SOON_NANOS);
        }
        return true;
    }

    /// Sends what is due of what was held back; of the studies those first that have waited longest.
    private void sendHeld(Round round, List<Held> held) {
        Map<Study, List<Held>> queues = new LinkedHashMap<>();
        held.forEach(one ->
                queues.computeIfAbsent(one.study(), study -> new ArrayList<>()).add(one));
        List<List<Held>> due = queues.values().stream()
                .filter(queue -> queue.getFirst().due())
                .sorted(Comparator.comparingInt(queue -> queue.getFirst().attempts()))
                .toList();
        queues.keySet().forEach(round::block);
        for (List<Held> queue : due) {
            if (round.goesOn()) {
                round.again(tail.at(queue.stream().mapToLong(Held::position).toArray()));
            }
        }
    }

    /// @return the position up to which everything was sent, is held back or was not meant
    private static long sendNew(Round round, Webhook webhook, List<Notice> notices) {
        if (notices.isEmpty()) {
            return webhook.position();
        }
        boolean all = round.send(webhook.definition().filter().of(notices));
        return all ? notices.getLast().event().position() : Math.max(webhook.position(), round.last());
    }

    private void note(Webhook webhook, Round round, long position) {
        try {
            database.transaction(session -> {
                note(session, webhook, round, position);
                return null;
            });
        } catch (OvertakenException overtaken) {
            LOG.debug("what was sent to a webhook is not noted", overtaken);
        }
    }

    /// Somebody has asked for something else, or the webhook is another process's.
    private static final class OvertakenException extends RuntimeException {
        private static final long serialVersionUID = 1;

        OvertakenException() {
            super("a webhook is not what it was", null, false, false);
        }
    }

    private void note(Session session, Webhook webhook, Round round, long position) {
        int rows = session.sql(NOTE)
                .bind(position)
                .bind(round.delivered())
                .bind(round.problem())
                .bind(WebhookRows.text(round.isGone() ? Webhook.State.DISABLED : Webhook.State.ACTIVE))
                .bind(round.delivered() > 0)
                .bind(round.isDown())
                .bind(round.isDown())
                .bind(round.retryAfterSeconds())
                .bind(key)
                .bind(holder)
                .bind(webhook.revision())
                .update();
        if (rows == 0) {
            throw new OvertakenException();
        }
        if (round.taken().length > 0) {
            session.sql("delete from webhook_event where webhook = ? and position = any(?::bigint[])")
                    .bind(key)
                    .bindLongs(round.taken())
                    .update();
        }
        if (!round.held().isEmpty()) {
            session.sql(HOLD)
                    .bind(key)
                    .bindLongs(round.held().stream().mapToLong(Event::position).toArray())
                    .bindTexts(round.held().stream().map(Event::partition).toArray(String[]::new))
                    .bindTexts(round.held().stream().map(Event::studyUid).toArray(String[]::new))
                    .update();
        }
        for (Round.Failure failure : round.failures()) {
            session.sql(FAIL)
                    .bind(key)
                    .bind(failure.event().position())
                    .bind(failure.event().partition())
                    .bind(failure.event().studyUid())
                    .bind(failure.status())
                    .bind(failure.problem())
                    .bind(retryFor.toMillis())
                    .update();
        }
    }
}
