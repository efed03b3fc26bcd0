package org.isocenter.server.api;

import java.io.IOException;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.Removal;
import org.isocenter.server.archive.Removal.Outcome;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.JsonContent;
import org.isocenter.server.http.Refusal;
import tools.jackson.databind.JsonNode;

/// Removes data partitions.
final class RemovalRoutes {
    private static final int BODY_MAX_BYTES = 4_096;

    private final Removal removal;
    private final OperationRoutes operations;

    RemovalRoutes(Removal removal, OperationRoutes operations) {
        this.removal = removal;
        this.operations = operations;
    }

    /// Removes one that is empty.
    void delete(Exchange exchange) throws IOException {
        Parameters.of(exchange);
        answer(exchange, removal.remove(Caller.anyone(), PartitionRoutes.name(exchange)));
    }

    /// Begins to delete what one holds and to remove it then.
    void begin(Exchange exchange) throws IOException {
        Parameters.of(exchange);
        String name = PartitionRoutes.name(exchange);
        JsonNode body = JsonContent.readIfAny(exchange, BODY_MAX_BYTES, "malformed-body");
        if (body != null && !(body.isObject() && body.isEmpty())) {
            throw new Refusal(400, "invalid-body", "$remove has no body, or an empty object");
        }
        answer(exchange, removal.begin(Caller.anyone(), name));
    }

    private void answer(Exchange exchange, Outcome outcome) throws IOException {
        switch (outcome) {
            case Outcome.Removed removed -> exchange.sendEmpty(204);
            case Outcome.Begun begun -> operations.sendBegun(exchange, begun.operation());
            case Outcome.Unknown unknown ->
                throw new Refusal(404, "no-such-partition", "there is no data partition of this name");
            case Outcome.Default same ->
                throw new Refusal(409, "default-partition", "the default data partition cannot be removed");
            case Outcome.InUse used ->
                throw new Refusal(
                        409,
                        "partition-not-empty",
                        "in the data partition there are " + String.join(", ", used.holdings()));
        }
    }
}
