package org.isocenter.server.api;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.isocenter.server.http.Exchange;

/// The description of all resources in OpenAPI. A test holds it to the routes.
final class OpenApiRoutes {
    void send(Exchange exchange) throws IOException {
        try (InputStream description =
                Objects.requireNonNull(OpenApiRoutes.class.getResourceAsStream("/openapi.json"), "openapi.json")) {
            exchange.header("Cache-Control", "no-cache");
            exchange.send(200, "application/json", description.readAllBytes());
        }
    }
}
