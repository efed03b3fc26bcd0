package org.isocenter.server.research;

import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.Cohorts;
import org.isocenter.server.archive.Cohorts.Frozen;
import org.isocenter.server.cohort.Cohort;
import org.isocenter.server.cohort.Snapshot;
import org.isocenter.server.cohort.Snapshot.Difference;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.Query;
import org.isocenter.server.research.Outcome.Member;
import org.isocenter.server.research.Outcome.Study;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Snapshots: a cohort as it was found to be once, for good.
final class SnapshotRoutes {
    private static final int NUMBER_MAX = Integer.MAX_VALUE / 10;

    private final CohortRoutes routes;
    private final Cohorts cohorts;
    private final Runs runs;

    SnapshotRoutes(CohortRoutes routes, Cohorts cohorts, Runs runs) {
        this.routes = routes;
        this.cohorts = cohorts;
        this.runs = runs;
    }

    void freeze(Exchange exchange) throws IOException {
        LocalDate asOf = Requests.asOf(Requests.known(exchange, "asOf"));
        Cohort cohort = routes.get(exchange);
        Definition definition = routes.definition(cohort);
        if (EvaluationRoutes.wantsAsync(exchange)) {
            EvaluationRoutes.sendStarted(
                    exchange,
                    cohort,
                    runs.start(cohort.id(), definition, asOf, outcome -> freeze(cohort, asOf, outcome)));
        } else {
            send(exchange, 201, cohort.id(), freeze(cohort, asOf, runs.evaluate(definition, asOf)));
        }
    }

    private Snapshot freeze(Cohort cohort, LocalDate asOf, Outcome outcome) {
        List<Snapshot.Member> members = new ArrayList<>();
        List<Frozen> studies = new ArrayList<>();
        for (Member member : outcome.members()) {
            String patient = OutcomeJson.reference(member);
            String content = OutcomeJson.MAPPER.writeValueAsString(OutcomeJson.member(member));
            members.add(new Snapshot.Member(patient, content));
            member.studies().stream().map(Study::findUid).distinct().forEach(uid -> {
                if (uid != null) {
                    studies.add(new Frozen(uid, patient));
                }
            });
        }
        Snapshot snapshot = cohorts.freeze(
                Caller.anyone(),
                cohort.id(),
                new Snapshot.Content(
                        asOf,
                        cohort.definition(),
                        outcome.hash(),
                        OutcomeJson.MAPPER.writeValueAsString(OutcomeJson.summary(outcome))),
                members,
                studies);
        if (snapshot == null) {
            throw Requests.notFound();
        }
        return snapshot;
    }

    /// Sends a snapshot that has been taken, without its rows.
    static void send(Exchange exchange, int status, UUID cohort, Snapshot snapshot) throws IOException {
        exchange.header("Location", exchange.baseUrl() + "/cohorts/" + cohort + "/snapshots/" + snapshot.number());
        Requests.send(exchange, status, head(snapshot));
    }

    void list(Exchange exchange) throws IOException {
        Cohort cohort = routes.get(exchange);
        ArrayNode list = OutcomeJson.MAPPER.createArrayNode();
        cohorts.snapshots(Caller.anyone(), cohort.id()).forEach(snapshot -> list.add(head(snapshot)));
        Requests.send(exchange, 200, list);
    }

    void read(Exchange exchange) throws IOException {
        Query query = Requests.known(exchange, "form");
        Cohort cohort = routes.get(exchange);
        String number = exchange.pathValue("snapshot");
        if (!number.matches("[1-9]\\d{0,8}")) {
            throw Requests.notFound();
        }
        Snapshot snapshot = get(cohort, Integer.parseInt(number));
        new SnapshotWriter(cohorts, cohort, snapshot, head(snapshot)).write(exchange, query.findFirst("form"));
    }

    void difference(Exchange exchange) throws IOException {
        Query query = Requests.known(exchange, "from", "to");
        Cohort cohort = routes.get(exchange);
        Snapshot from = get(cohort, number(query, "from"));
        Snapshot to = get(cohort, number(query, "to"));
        Difference difference = cohorts.difference(Caller.anyone(), from, to);
        ObjectNode json = OutcomeJson.MAPPER.createObjectNode();
        json.put("from", from.number()).put("to", to.number());
        json.put("definitionChanged", !from.content().hash().equals(to.content().hash()));
        ObjectNode members = json.putObject("members");
        fill(members.putArray("added"), difference.membersAdded());
        fill(members.putArray("removed"), difference.membersRemoved());
        ObjectNode studies = json.putObject("studies");
        fill(studies.putArray("added"), difference.studiesAdded());
        fill(studies.putArray("removed"), difference.studiesRemoved());
        fill(studies.putArray("changed"), difference.studiesChanged());
        Requests.send(exchange, 200, json);
    }

    private static int number(Query query, String name) {
        int number = Requests.number(query, name, 0, 1, NUMBER_MAX);
        if (number == 0) {
            throw Requests.invalid("from and to are numbers of snapshots");
        }
        return number;
    }

    private Snapshot get(Cohort cohort, int number) {
        Snapshot snapshot = cohorts.findSnapshot(Caller.anyone(), cohort.id(), number);
        if (snapshot == null) {
            throw Requests.notFound();
        }
        return snapshot;
    }

    /// Everything about a snapshot but its rows.
    private static ObjectNode head(Snapshot snapshot) {
        ObjectNode json = OutcomeJson.MAPPER.createObjectNode();
        json.put("snapshot", snapshot.number()).put("taken", snapshot.taken().toString());
        JsonNode summary = OutcomeJson.MAPPER.readTree(snapshot.content().summary());
        summary.forEachEntry(json::set);
        json.set("definition", OutcomeJson.MAPPER.readTree(snapshot.content().definition()));
        return json;
    }

    private static void fill(ArrayNode array, List<String> texts) {
        texts.forEach(array::add);
    }
}
