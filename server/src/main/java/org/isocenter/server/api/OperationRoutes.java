package org.isocenter.server.api;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.Operations;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.Refusal;
import org.isocenter.server.http.ResponseBody;
import org.isocenter.server.job.Operation;
import org.isocenter.server.job.Operation.State;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Operations: what is under way, how far it is, what it could not do, and having it canceled.
///
/// The members of the compatible API stand beside those that only this server has.
final class OperationRoutes {
    private static final int LIMIT_DEFAULT = 100;
    private static final int LIMIT_MAX = 200;
    private static final int ERRORS_PAGE = 1_000;

    private static final Pattern ID = Pattern.compile("[0-9a-fA-F]{32}");
    private static final Pattern WITHIN_PARTITION = Pattern.compile("/partitions/[^/]+/.+");
    private static final Pattern KIND = Pattern.compile("[a-zA-Z]{1,40}");

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Operations operations;
    private final String root;

    /// What an operation has that did what it was for; version 1 of the compatible API had another word.
    private final String succeeded;

    /// @param root below which the resources are met, such as `/v2`
    OperationRoutes(Operations operations, String root) {
        this.operations = operations;
        this.root = root;
        this.succeeded = root.equals("/v1") ? "completed" : "succeeded";
    }

    void list(Exchange exchange) throws IOException {
        Parameters parameters = Parameters.of(exchange, "type", "status", "offset", "limit");
        Set<String> kinds = new LinkedHashSet<>();
        for (String kind : texts(parameters.findText("type"))) {
            if (!KIND.matcher(kind).matches()) {
                throw Parameters.invalid("type is a list of types of operations, such as reindex");
            }
            kinds.add(kind);
        }
        Set<State> states = new LinkedHashSet<>();
        for (String status : texts(parameters.findText("status"))) {
            states.add(state(status));
        }
        ArrayNode json = MAPPER.createArrayNode();
        operations
                .list(Caller.anyone(), kinds, states, parameters.number("offset", 0, 0, Integer.MAX_VALUE), (int)
                        parameters.number("limit", LIMIT_DEFAULT, 1, LIMIT_MAX))
                .forEach(operation -> json.add(json(exchange, operation)));
        exchange.header("Cache-Control", "no-store");
        exchange.send(200, "application/json", MAPPER.writeValueAsBytes(json));
    }

    void read(Exchange exchange) throws IOException {
        Parameters.of(exchange);
        send(exchange, operation(exchange));
    }

    void cancel(Exchange exchange) throws IOException {
        Parameters.of(exchange);
        send(exchange, present(operations.cancel(Caller.anyone(), id(exchange))));
    }

    /// What could not be done, a line for each.
    void errors(Exchange exchange) throws IOException {
        Parameters.of(exchange);
        Operation operation = operation(exchange);
        exchange.header("Cache-Control", "no-store");
        try (ResponseBody body = exchange.beginCompressible(200, "application/x-ndjson")) {
            long sent = 0;
            List<String> page = operations.errors(operation, 0, ERRORS_PAGE);
            while (!page.isEmpty()) {
                for (String line : page) {
                    body.write((line + "\n").getBytes(StandardCharsets.UTF_8));
                }
                sent += page.size();
                page = operations.errors(operation, sent, ERRORS_PAGE);
            }
        }
    }

    /// Answers that an operation was begun, in the form of the compatible API.
    void sendBegun(Exchange exchange, Operation operation) throws IOException {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("id", name(operation.id()));
        json.put("href", href(exchange, operation));
        exchange.mention("operation", name(operation.id()));
        exchange.header("Location", href(exchange, operation));
        exchange.send(202, "application/json", MAPPER.writeValueAsBytes(json));
    }

    /// The address of an operation.
    String href(Exchange exchange, Operation operation) {
        return exchange.baseUrl() + root + "/operations/" + name(operation.id());
    }

    private void send(Exchange exchange, Operation operation) throws IOException {
        boolean ended = operation.state().ended();
        if (!ended) {
            exchange.header("Location", href(exchange, operation));
        }
        exchange.header("Cache-Control", "no-store");
        exchange.send(ended ? 200 : 202, "application/json", MAPPER.writeValueAsBytes(json(exchange, operation)));
    }

    private ObjectNode json(Exchange exchange, Operation operation) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("operationId", name(operation.id()));
        json.put("type", operation.kind());
        json.put("createdTime", operation.created().toString());
        if (operation.started() != null) {
            json.put("startedTime", operation.started().toString());
        }
        json.put("lastUpdatedTime", operation.updated().toString());
        if (operation.ended() != null) {
            json.put("endedTime", operation.ended().toString());
        }
        json.put("status", text(operation.state()));
        json.put("percentComplete", percent(operation));
        json.put("done", operation.done());
        json.put("total", operation.total());
        if (operation.canceling() && !operation.state().ended()) {
            json.put("canceling", true);
        }
        if (operation.problem() != null) {
            json.put("problem", operation.problem());
        }
        ArrayNode resources = json.putArray("resources");
        operation.resources().forEach(path -> resources.add(exchange.baseUrl() + place(operation, path) + path));
        if (operation.errors() > 0) {
            json.putObject("errors")
                    .put("count", operation.errors())
                    .put("href", href(exchange, operation) + "/errors");
        }
        String result = operation.result();
        if (result != null) {
            json.set("results", parsed(result));
        }
        return json;
    }

    /// Where a resource of an operation stands: what stands without a root as well, below the one that is
    /// asked; all else in the data partition of the operation. Nothing in a partition stands without a root.
    private String place(Operation operation, String path) {
        String version = root.isEmpty() ? "/dicom-web" : root;
        if (OpenApi.isAtTheRoot(path)) {
            return WITHIN_PARTITION.matcher(path).matches() ? version : root;
        }
        return operation.partition() == Caller.anyone().partition()
                ? version
                : version + "/partitions/" + operation.partitionName();
    }

    private static ObjectNode parsed(String result) {
        try {
            return (ObjectNode) MAPPER.readTree(result);
        } catch (JacksonException impossible) {
            throw new IllegalStateException("the result of an operation is not JSON", impossible);
        }
    }

    /// 100 only where nothing is left to do.
    private static int percent(Operation operation) {
        if (operation.state() == State.SUCCEEDED) {
            return 100;
        }
        return operation.total() == 0 ? 0 : (int) Math.min(99, operation.done() * 100 / operation.total());
    }

    private Operation operation(Exchange exchange) {
        return present(operations.find(Caller.anyone(), id(exchange)));
    }

    private static Operation present(@Nullable Operation operation) {
        if (operation == null) {
            throw missing();
        }
        return operation;
    }

    static Refusal missing() {
        return new Refusal(404, "not-found", "there is no such operation");
    }

    /// A UUID with or without dashes.
    static UUID id(Exchange exchange) {
        String digits = exchange.pathValue("operation").replace("-", "");
        if (!ID.matcher(digits).matches()) {
            throw new Refusal(400, "invalid-operation-id", "an operation is named by 32 hexadecimal digits");
        }
        BigInteger number = new BigInteger(digits, 16);
        return new UUID(number.shiftRight(64).longValue(), number.longValue());
    }

    static String name(UUID id) {
        return id.toString().replace("-", "");
    }

    private static String[] texts(@Nullable String list) {
        return list == null ? new String[0] : list.split(",", -1);
    }

    private State state(String text) {
        for (State state : State.values()) {
            if (text(state).toLowerCase(Locale.ROOT).equals(text.toLowerCase(Locale.ROOT))) {
                return state;
            }
        }
        throw Parameters.invalid("status is a list of notStarted, running, " + succeeded + ", failed and canceled");
    }

    private String text(State state) {
        return switch (state) {
            case NOT_STARTED -> "notStarted";
            case RUNNING -> "running";
            case SUCCEEDED -> succeeded;
            case FAILED -> "failed";
            case CANCELED -> "canceled";
        };
    }
}
