package org.isocenter.server.api;

import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.AuditTrail;
import org.isocenter.server.archive.Partitions;
import org.isocenter.server.audit.Act;
import org.isocenter.server.audit.AuditRecord;
import org.isocenter.server.audit.AuditRows.Filter;
import org.isocenter.server.audit.Link;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.Refusal;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The audit trail, to be read.
final class AuditRoutes {
    private static final int LIMIT_DEFAULT = 100;
    private static final int LIMIT_MAX = 1_000;
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final AuditTrail trail;
    private final Partitions partitions;

    AuditRoutes(AuditTrail trail, Partitions partitions) {
        this.trail = trail;
        this.partitions = partitions;
    }

    /// Records of the whole server, or of the data partition that the path names.
    void read(Exchange exchange) throws IOException {
        Parameters parameters = Parameters.of(
                exchange,
                "after",
                "before",
                "limit",
                "from",
                "until",
                "subject",
                "act",
                "partition",
                "StudyInstanceUID",
                "status",
                "exchange",
                "operation",
                "value");
        Filter filter = filter(parameters);
        int limit = (int) parameters.number("limit", LIMIT_DEFAULT, 1, LIMIT_MAX);
        List<Link> links;
        if (exchange.hasPathValue("partition")) {
            String name = PartitionRoutes.name(exchange);
            Caller caller = partitions.find(Caller.anyone(), name);
            if (caller == null) {
                throw new Refusal(404, "no-such-partition", "there is no data partition " + name);
            }
            links = trail.read(caller, filter, limit);
        } else {
            links = trail.read(filter, limit);
        }
        ArrayNode json = MAPPER.createArrayNode();
        links.forEach(link -> json.add(json(link)));
        exchange.header("Cache-Control", "no-store");
        exchange.send(200, "application/json", MAPPER.writeValueAsBytes(json));
    }

    private Filter filter(Parameters parameters) {
        String act = parameters.findText("act");
        if (act != null && Act.find(act) == null) {
            throw Parameters.invalid("act is one of those of the audit trail, such as retrieve-metadata");
        }
        String operation = parameters.findText("operation");
        String value = parameters.findText("value");
        if (operation != null && value != null) {
            throw Parameters.invalid("operation and value are not asked for at a time");
        }
        return new Filter(
                findNumber(parameters, "after", 0, Long.MAX_VALUE),
                findNumber(parameters, "before", 1, Long.MAX_VALUE),
                parameters.findTime("from"),
                parameters.findTime("until"),
                parameters.findText("subject"),
                act,
                parameters.findText("partition"),
                parameters.findText("StudyInstanceUID"),
                findStatus(parameters),
                findExchange(parameters),
                value == null ? operation : AuditText.hashed(value, trail::hash));
    }

    private static @Nullable Long findNumber(Parameters parameters, String name, long min, long max) {
        return parameters.findText(name) == null ? null : (Long) parameters.number(name, 0, min, max);
    }

    private static @Nullable Integer findStatus(Parameters parameters) {
        return parameters.findText("status") == null ? null : (Integer) (int) parameters.number("status", 0, 100, 599);
    }

    private static @Nullable UUID findExchange(Parameters parameters) {
        String text = parameters.findText("exchange");
        try {
            return text == null ? null : UUID.fromString(text);
        } catch (IllegalArgumentException notOne) {
            throw Parameters.invalid("exchange is a UUID, as records have it");
        }
    }

    private static ObjectNode json(Link link) {
        AuditRecord record = link.record();
        ObjectNode json = MAPPER.createObjectNode();
        json.put("number", link.number());
        json.put("time", record.occurred().toString());
        json.put("exchange", record.exchange().toString());
        json.put("phase", record.phase().text());
        json.put("act", record.act());
        Act act = Act.find(record.act());
        if (act != null) {
            json.putObject("event")
                    .put("code", act.event().code())
                    .put("meaning", act.event().meaning());
        }
        put(json, "subject", record.subject());
        put(json, "client", record.client());
        json.put("address", record.address());
        put(json, "partition", record.partition());
        json.put("method", record.method());
        json.put("uri", record.uri());
        if (record.status() != null) {
            json.put("status", record.status());
        }
        ArrayNode studies = json.putArray("studies");
        record.studies().forEach(studies::add);
        JsonNode details = MAPPER.readTree(record.details());
        details.properties().forEach(detail -> json.set(detail.getKey(), detail.getValue()));
        json.put("digest", HexFormat.of().formatHex(link.digest()));
        return json;
    }

    private static void put(ObjectNode json, String name, @Nullable String value) {
        if (value != null) {
            json.put(name, value);
        }
    }
}
