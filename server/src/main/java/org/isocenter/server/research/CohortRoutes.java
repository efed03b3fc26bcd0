package org.isocenter.server.research;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.Cohorts;
import org.isocenter.server.archive.QueryTags;
import org.isocenter.server.cohort.Cohort;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.Query;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Definitions: stored, listed, read, replaced and deleted.
final class CohortRoutes {
    private static final int LIMIT_DEFAULT = 100;
    private static final int LIMIT_MAX = 1000;
    private static final int OFFSET_MAX = 100_000_000;

    private final Cohorts cohorts;
    private final QueryTags tags;

    CohortRoutes(Cohorts cohorts, QueryTags tags) {
        this.cohorts = cohorts;
        this.tags = tags;
    }

    /// What a cohort asks for, by the attributes that can be searched by now.
    Definition definition(Cohort cohort) {
        return DefinitionReader.read(cohort.definition().getBytes(StandardCharsets.UTF_8), tags);
    }

    void create(Exchange exchange) throws IOException {
        Definition definition = DefinitionReader.read(Requests.json(exchange), tags);
        Cohort cohort = cohorts.create(Caller.anyone(), definition.name(), definition.json());
        exchange.header("Location", exchange.baseUrl() + "/cohorts/" + cohort.id());
        Requests.send(exchange, 201, json(cohort));
    }

    void list(Exchange exchange) throws IOException {
        Query query = Requests.known(exchange, "limit", "offset");
        ArrayNode list = OutcomeJson.MAPPER.createArrayNode();
        for (Cohort cohort : cohorts.list(
                Caller.anyone(),
                Requests.number(query, "offset", 0, 0, OFFSET_MAX),
                Requests.number(query, "limit", LIMIT_DEFAULT, 1, LIMIT_MAX))) {
            list.add(head(cohort));
        }
        Requests.send(exchange, 200, list);
    }

    void read(Exchange exchange) throws IOException {
        Requests.send(exchange, 200, json(get(exchange)));
    }

    void replace(Exchange exchange) throws IOException {
        Definition definition = DefinitionReader.read(Requests.json(exchange), tags);
        Cohort cohort =
                cohorts.replace(Caller.anyone(), Requests.cohort(exchange), definition.name(), definition.json());
        if (cohort == null) {
            throw Requests.notFound();
        }
        Requests.send(exchange, 200, json(cohort));
    }

    void delete(Exchange exchange) throws IOException {
        if (!cohorts.delete(Caller.anyone(), Requests.cohort(exchange))) {
            throw Requests.notFound();
        }
        exchange.sendEmpty(204);
    }

    /// The cohort that the path names.
    Cohort get(Exchange exchange) {
        Cohort cohort = cohorts.find(Caller.anyone(), Requests.cohort(exchange));
        if (cohort == null) {
            throw Requests.notFound();
        }
        return cohort;
    }

    private static ObjectNode head(Cohort cohort) {
        return OutcomeJson.MAPPER
                .createObjectNode()
                .put("id", cohort.id().toString())
                .put("name", cohort.name())
                .put("created", cohort.created().toString())
                .put("changed", cohort.changed().toString());
    }

    private static ObjectNode json(Cohort cohort) {
        ObjectNode json = head(cohort);
        json.set("definition", OutcomeJson.MAPPER.readTree(cohort.definition()));
        return json;
    }
}
