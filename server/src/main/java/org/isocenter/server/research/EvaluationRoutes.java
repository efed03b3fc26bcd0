package org.isocenter.server.research;

import java.io.IOException;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.isocenter.server.cohort.Cohort;
import org.isocenter.server.cohort.Snapshot;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.Query;
import org.isocenter.server.research.Outcome.Member;
import org.isocenter.server.research.Runs.Run;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Who belongs to a cohort now.
final class EvaluationRoutes {
    private static final int LIMIT_DEFAULT = 100;
    private static final int LIMIT_MAX = 1000;
    private static final int OFFSET_MAX = 100_000_000;

    private final CohortRoutes cohorts;
    private final Runs runs;

    EvaluationRoutes(CohortRoutes cohorts, Runs runs) {
        this.cohorts = cohorts;
        this.runs = runs;
    }

    void evaluate(Exchange exchange) throws IOException {
        Query query = Requests.known(exchange, "asOf", "limit", "offset");
        Page page = Page.of(query);
        LocalDate asOf = Requests.asOf(query);
        Cohort cohort = cohorts.get(exchange);
        Definition definition = cohorts.definition(cohort);
        if (wantsAsync(exchange)) {
            sendStarted(exchange, cohort, runs.start(cohort.id(), definition, asOf, null));
        } else {
            send(exchange, runs.evaluate(definition, asOf), page);
        }
    }

    /// Tells where to ask for an evaluation that goes on in the background.
    static void sendStarted(Exchange exchange, Cohort cohort, Run run) throws IOException {
        exchange.header("Preference-Applied", "respond-async");
        exchange.header(
                "Content-Location", exchange.baseUrl() + "/cohorts/" + cohort.id() + "/evaluations/" + run.id());
        sendProgress(exchange, run);
    }

    void read(Exchange exchange) throws IOException {
        Page page = Page.of(Requests.known(exchange, "limit", "offset"));
        Run run = run(exchange);
        Outcome outcome = run.findOutcome();
        Snapshot snapshot = run.findSnapshot();
        if (outcome == null) {
            sendProgress(exchange, run);
        } else if (snapshot != null) {
            SnapshotRoutes.send(exchange, 200, Requests.cohort(exchange), snapshot);
        } else {
            send(exchange, outcome, page);
        }
    }

    void cancel(Exchange exchange) throws IOException {
        runs.cancel(run(exchange));
        exchange.sendEmpty(204);
    }

    /// RFC 7240 section 4.1.
    static boolean wantsAsync(Exchange exchange) {
        for (String header : exchange.headers("Prefer")) {
            for (String preference : header.split(",", -1)) {
                if (preference.split(";", 2)[0].strip().equalsIgnoreCase("respond-async")) {
                    return true;
                }
            }
        }
        return false;
    }

    private Run run(Exchange exchange) {
        UUID cohort = Requests.cohort(exchange);
        Run run = runs.find(cohort, Requests.id(exchange, "evaluation"));
        if (run == null) {
            throw Requests.notFound();
        }
        return run;
    }

    private static void sendProgress(Exchange exchange, Run run) throws IOException {
        ObjectNode json = OutcomeJson.MAPPER.createObjectNode();
        json.put("status", "running");
        json.set("steps", OutcomeJson.steps(run.steps()));
        exchange.header("Retry-After", "1");
        Requests.send(exchange, 202, json);
    }

    /// Which members to send.
    private record Page(int offset, int limit) {
        static Page of(Query query) {
            return new Page(
                    Requests.number(query, "offset", 0, 0, OFFSET_MAX),
                    Requests.number(query, "limit", LIMIT_DEFAULT, 0, LIMIT_MAX));
        }
    }

    private static void send(Exchange exchange, Outcome outcome, Page page) throws IOException {
        ObjectNode json = OutcomeJson.summary(outcome);
        List<Member> all = outcome.members();
        int from = Math.min(page.offset, all.size());
        int to = Math.min(all.size(), from + page.limit);
        ArrayNode members = json.putArray("members");
        all.subList(from, to).forEach(member -> members.add(OutcomeJson.member(member)));
        json.put("more", to < all.size());
        Requests.send(exchange, 200, json);
    }
}
