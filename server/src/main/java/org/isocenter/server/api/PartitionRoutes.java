package org.isocenter.server.api;

import java.io.IOException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.Partitions;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.Refusal;
import org.isocenter.server.index.PartitionRows.Partition;
import org.isocenter.server.index.PartitionRows.Usage;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The data partitions, in the form of the compatible API, which has their list alone.
final class PartitionRoutes {
    private static final String JSON = "application/json";
    private static final int LIMIT_DEFAULT = 1_000;
    private static final int LIMIT_MAX = 10_000;
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Partitions partitions;
    private final List<String> storageClasses;

    PartitionRoutes(Partitions partitions, List<String> storageClasses) {
        this.partitions = partitions;
        this.storageClasses = storageClasses;
    }

    void list(Exchange exchange) throws IOException {
        Parameters parameters = Parameters.of(exchange, "offset", "limit");
        ArrayNode list = MAPPER.createArrayNode();
        for (Partition partition :
                partitions.list(Caller.anyone(), (int) parameters.number("offset", 0, 0, Integer.MAX_VALUE), (int)
                        parameters.number("limit", LIMIT_DEFAULT, 1, LIMIT_MAX))) {
            list.add(json(partition));
        }
        send(exchange, 200, list);
    }

    void get(Exchange exchange) throws IOException {
        Parameters.of(exchange);
        Partition partition = partitions.findPartition(Caller.anyone(), name(exchange));
        if (partition == null) {
            throw missing();
        }
        send(exchange, 200, withUsage(partition));
    }

    /// Adds a partition, or gives one that is there other settings.
    void put(Exchange exchange) throws IOException {
        Parameters.of(exchange);
        String name = name(exchange);
        boolean added = partitions.put(Caller.anyone(), name, PartitionSettings.read(exchange, storageClasses));
        Partition partition = partitions.findPartition(Caller.anyone(), name);
        if (partition == null) {
            throw missing();
        }
        send(exchange, added ? 201 : 200, withUsage(partition));
    }

    /// The data partition that the path names.
    static String name(Exchange exchange) {
        String name = exchange.pathValue("partition");
        if (!Partitions.isName(name)) {
            throw new Refusal(
                    400,
                    "invalid-partition",
                    "the name of a data partition is 1 to 64 letters, digits, '.', '-' and '_'");
        }
        return name;
    }

    /// Who works in the data partition that the path names.
    static Caller caller(Partitions partitions, Exchange exchange) {
        Caller caller = partitions.find(Caller.anyone(), name(exchange));
        if (caller == null) {
            throw missing();
        }
        return caller;
    }

    private static ObjectNode json(Partition partition) {
        ObjectNode json = MAPPER.createObjectNode()
                .put("partitionKey", partition.key())
                .put("partitionName", partition.name())
                .put(
                        "createdDate",
                        DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                                partition.created().atOffset(ZoneOffset.UTC)));
        PartitionSettings.write(partition.settings(), json);
        return json;
    }

    private ObjectNode withUsage(Partition partition) {
        Usage usage = partitions.usage(Caller.anyone(), partition);
        ObjectNode json = json(partition);
        json.putObject("usage")
                .put("bytes", usage.bytes())
                .put("instances", usage.instances())
                .put("studies", usage.studies());
        return json;
    }

    private static Refusal missing() {
        return new Refusal(404, "no-such-partition", "there is no data partition of this name");
    }

    private static void send(Exchange exchange, int status, JsonNode json) throws IOException {
        exchange.header("Cache-Control", "no-store");
        exchange.send(status, JSON, MAPPER.writeValueAsBytes(json));
    }
}
