package org.isocenter.server.dicomweb;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.job.Operation;

/// The answer that an operation was begun, in the form of the compatible API.
final class Begun {
    private static final String STUDIES = "/studies/";

    private Begun() {}

    /// @param version below which operations are met, which are one for all data partitions
    static void send(Exchange exchange, Root version, Operation operation) throws IOException {
        String id = operation.id().toString().replace("-", "");
        String href = version.url(exchange) + "/operations/" + id;
        exchange.mention("operation", id);
        for (String resource : operation.resources()) {
            if (resource.startsWith(STUDIES)) {
                exchange.mention("study", resource.substring(STUDIES.length()).replaceFirst("/.*", ""));
            }
        }
        exchange.header("Location", href);
        exchange.send(
                202,
                "application/json",
                ("{\"id\":\"" + id + "\",\"href\":\"" + href + "\"}").getBytes(StandardCharsets.UTF_8));
    }
}
