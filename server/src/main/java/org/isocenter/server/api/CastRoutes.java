package org.isocenter.server.api;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.Follow;
import org.isocenter.server.feed.Followers.Failure;
import org.isocenter.server.feed.Followers.Standing;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.Refusal;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// How the link to the FHIR server stands, which studies it gave up, and asking to have them done again.
final class CastRoutes {
    private static final int LIMIT_DEFAULT = 100;
    private static final int LIMIT_MAX = 1_000;

    /// A cast that has not said anything for so long does not run.
    private static final Duration SILENCE_MAX = Duration.ofSeconds(30);

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Follow follow;

    CastRoutes(Follow follow) {
        this.follow = follow;
    }

    void status(Exchange exchange) throws IOException {
        Parameters.of(exchange);
        ObjectNode json = MAPPER.createObjectNode();
        Standing standing = follow.findStanding(Caller.anyone());
        if (standing == null) {
            json.put("state", "never-started");
        } else {
            Instant now = Instant.now();
            boolean silent = Duration.between(standing.seen(), now).compareTo(SILENCE_MAX) > 0;
            Instant since = standing.waitingSince();
            json.put("state", silent ? "stopped" : standing.problem() == null ? "running" : "waiting");
            json.put("problem", standing.problem());
            json.put("position", standing.position());
            json.put("latest", standing.latest());
            json.put("lagEntries", standing.latest() - standing.position());
            json.put(
                    "lagSeconds",
                    since == null ? 0 : Duration.between(since, now).toMillis() / 1e3);
            json.put("studies", standing.done());
            json.put("studiesPerSecond", Math.round(standing.rate() * 100) / 100.0);
            json.put("failures", standing.failures());
            json.put("requested", standing.requests());
        }
        send(exchange, 200, json);
    }

    void failures(Exchange exchange) throws IOException {
        Parameters parameters = Parameters.of(exchange, "after", "limit");
        ArrayNode json = MAPPER.createArrayNode();
        List<Failure> failures =
                follow.failures(Caller.anyone(), parameters.number("after", 0, 0, Long.MAX_VALUE), (int)
                        parameters.number("limit", LIMIT_DEFAULT, 1, LIMIT_MAX));
        for (Failure failure : failures) {
            ObjectNode one = json.addObject();
            one.put("id", failure.id());
            one.put("studyInstanceUid", failure.studyUid());
            one.put("firstFailed", failure.firstFailed().toString());
            one.put("lastFailed", failure.lastFailed().toString());
            one.put("attempts", failure.attempts());
            one.put("status", failure.status());
            one.put("reason", failure.reason());
            putOutcome(one, failure.detail());
        }
        exchange.header("Cache-Control", "no-store");
        exchange.send(200, "application/json", MAPPER.writeValueAsBytes(json));
    }

    private static void putOutcome(ObjectNode failure, @Nullable String detail) {
        try {
            failure.set("outcome", detail == null ? null : MAPPER.readTree(detail));
        } catch (JacksonException notJson) {
            failure.put("outcome", detail);
        }
    }

    void retry(Exchange exchange) throws IOException {
        Parameters.of(exchange);
        String id = exchange.pathValue("failure");
        if (!id.matches("\\d{1,18}") || !follow.retry(Caller.anyone(), Long.parseLong(id))) {
            throw new Refusal(404, "not-found", "there is no such failure");
        }
        send(exchange, 202, MAPPER.createObjectNode().put("requested", 1));
    }

    void resync(Exchange exchange) throws IOException {
        Parameters parameters = Parameters.of(exchange, "study", "patient", "from", "until", "all");
        String study = parameters.findText("study");
        String patient = parameters.findText("patient");
        Instant from = parameters.findTime("from");
        Instant until = parameters.findTime("until");
        boolean all = parameters.flag("all", false);
        if (all == (study != null || patient != null || from != null || until != null)) {
            throw Parameters.invalid(
                    "name a study, a patient (Patient ID), a time of the last change (from, until), or all=true");
        }
        int requested = follow.request(Caller.anyone(), study, patient, from, until);
        send(exchange, 202, MAPPER.createObjectNode().put("requested", requested));
    }

    private static void send(Exchange exchange, int status, ObjectNode json) throws IOException {
        exchange.header("Cache-Control", "no-store");
        exchange.send(status, "application/json", MAPPER.writeValueAsBytes(json));
    }
}
