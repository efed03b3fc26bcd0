package org.isocenter.server.push;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.isocenter.server.push.Event.Study;
import org.isocenter.server.push.Webhook.Definition;
import org.jspecify.annotations.Nullable;

/// What is sent to a webhook in one step, and what comes of it.
///
/// Events of a study are sent in their order, and one that is not taken holds back those behind it; other
/// studies go on. A request with several that fails is taken apart, to find the study that it fails for.
/// When some requests have failed in a row, the receiver is not there rather than displeased, and the rest
/// of the step is left.
final class Round {
    private static final int GONE = 410;

    /// So many failures in a row end a step.
    private static final int FAILURES_MAX = 3;

    private static final int PROBLEM_CHARS_MAX = 200;

    private final Definition definition;
    private final Post post;
    private final BooleanSupplier stopping;

    private final Set<Study> blocked = new HashSet<>();
    private final List<Event> held = new ArrayList<>();
    private final List<Failure> failures = new ArrayList<>();
    private final List<Long> taken = new ArrayList<>();
    private long delivered;
    private long last = -1;
    private int failedInRow;
    private boolean gone;
    private long retryAfterSeconds;
    private @Nullable String problem;
    private int status;

    /// @param stopping whether no other request is to be sent
    Round(Definition definition, Post post, BooleanSupplier stopping) {
        this.definition = definition;
        this.post = post;
        this.stopping = stopping;
    }

    /// An event that was sent and not taken.
    record Failure(Event event, int status, String problem) {}

    /// Sends again what was held back of a study: the first alone, and if it is taken, the rest.
    void again(List<Notice> queue) {
        List<Notice> left = queue;
        boolean first = true;
        while (!left.isEmpty() && goesOn()) {
            List<Notice> some = left.subList(0, first ? 1 : Math.min(definition.batch(), left.size()));
            if (!sent(some)) {
                fail(left.getFirst());
                return;
            }
            some.forEach(notice -> taken.add(notice.event().position()));
            left = left.subList(some.size(), left.size());
            first = false;
        }
    }

    /// Leaves it that a study is held back.
    void block(Study study) {
        blocked.add(study);
    }

    /// Sends new events, in their order.
    ///
    /// @return whether all of them were sent or are held back; otherwise the last of those that are is given
    ///     by {@link #last}
    boolean send(List<Notice> notices) {
        for (int from = 0; from < notices.size(); from += definition.batch()) {
            if (!goesOn()) {
                return false;
            }
            List<Notice> some = notices.subList(from, Math.min(notices.size(), from + definition.batch()));
            List<Notice> free = new ArrayList<>();
            for (Notice notice : some) {
                if (blocked.contains(notice.event().study())) {
                    held.add(notice.event());
                } else {
                    free.add(notice);
                }
            }
            if (!free.isEmpty() && !sent(free)) {
                takeApart(free);
            }
            last = some.getLast().event().position();
        }
        return true;
    }

    /// The position of the last new event that was sent or is held back, or -1.
    long last() {
        return last;
    }

    /// Sends what was not taken together study by study.
    private void takeApart(List<Notice> notices) {
        Map<Study, List<Notice>> byStudy = notices.stream()
                .collect(Collectors.groupingBy(
                        notice -> notice.event().study(), LinkedHashMap::new, Collectors.toList()));
        boolean alone = byStudy.size() == 1;
        byStudy.values().forEach(queue -> sendQueue(queue, alone));
    }

    /// @param failed whether all of it was sent together already
    private void sendQueue(List<Notice> queue, boolean failed) {
        List<Notice> left = queue;
        boolean known = failed;
        while (!left.isEmpty()) {
            if (known && left.size() == 1) {
                fail(left.getFirst());
                return;
            }
            if (!goesOn()) {
                hold(left);
                return;
            }
            if (!known && sent(left)) {
                return;
            }
            if (left.size() > 1 && goesOn() && sent(left.subList(0, 1))) {
                left = left.subList(1, left.size());
                known = false;
            } else {
                fail(left.getFirst());
                hold(left.subList(1, left.size()));
                return;
            }
        }
    }

    private void fail(Notice notice) {
        blocked.add(notice.event().study());
        failures.add(new Failure(notice.event(), status, problem == null ? "" : problem));
    }

    private void hold(List<Notice> notices) {
        for (Notice notice : notices) {
            blocked.add(notice.event().study());
            held.add(notice.event());
        }
    }

    boolean goesOn() {
        return failedInRow < FAILURES_MAX && !gone && !stopping.getAsBoolean();
    }

    private boolean sent(List<Notice> notices) {
        boolean batch = definition.batch() > 1;
        String events = notices.stream().map(Notice::json).collect(Collectors.joining(","));
        byte[] body = (batch ? "[" + events + "]" : events).getBytes(StandardCharsets.UTF_8);
        long from = notices.getFirst().event().position();
        long to = notices.getLast().event().position();
        String id = from == to ? "" + from : from + "-" + to;
        long now = Instant.now().getEpochSecond();
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", batch ? "application/cloudevents-batch+json" : "application/cloudevents+json");
        headers.put("webhook-id", id);
        headers.put("webhook-timestamp", "" + now);
        headers.put("webhook-signature", Signature.of(definition.secret(), id, now, body));
        Post.Reply reply = post.send(definition.url(), headers, body);
        status = reply.status();
        if (status / 100 == 2) {
            failedInRow = 0;
            delivered += notices.size();
            problem = null;
            return true;
        }
        // Who says when to come again is not there until then.
        failedInRow = reply.retryAfterSeconds() > 0 ? FAILURES_MAX : failedInRow + 1;
        gone = status == GONE;
        retryAfterSeconds = Math.max(retryAfterSeconds, reply.retryAfterSeconds());
        problem = describe(reply);
        return false;
    }

    private static String describe(Post.Reply reply) {
        String text = reply.problem();
        if (text == null) {
            return "answered " + reply.status() + (reply.status() / 100 == 3 ? "; a redirect is not followed" : "");
        }
        return text.length() > PROBLEM_CHARS_MAX ? text.substring(0, PROBLEM_CHARS_MAX) : text;
    }

    // ---- what came of it

    boolean isEmpty() {
        return delivered == 0 && held.isEmpty() && failures.isEmpty();
    }

    /// New events that are held back without having been sent.
    List<Event> held() {
        return held;
    }

    List<Failure> failures() {
        return failures;
    }

    /// The positions of those held back before that were taken.
    long[] taken() {
        return taken.stream().mapToLong(Long::longValue).toArray();
    }

    long delivered() {
        return delivered;
    }

    /// Whether the receiver is not there.
    boolean isDown() {
        return failedInRow >= FAILURES_MAX;
    }

    boolean isGone() {
        return gone;
    }

    long retryAfterSeconds() {
        return retryAfterSeconds;
    }

    /// What the last request failed with, or null.
    @Nullable
    String problem() {
        return problem;
    }
}
