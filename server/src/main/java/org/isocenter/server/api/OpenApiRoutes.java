package org.isocenter.server.api;

import java.io.IOException;
import org.isocenter.server.http.Exchange;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Gives the descriptions of the resources.
final class OpenApiRoutes {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    void send(Exchange exchange) throws IOException {
        send(exchange, "application/json", OpenApi.whole());
    }

    /// @param root of DICOMweb resources
    void send(String root, Exchange exchange) throws IOException {
        send(exchange, "application/json", OpenApi.under(root));
    }

    /// The same as YAML (RFC 9512), of which JSON is a form (YAML 1.2).
    void sendYaml(String root, Exchange exchange) throws IOException {
        send(exchange, "application/yaml", OpenApi.under(root));
    }

    private static void send(Exchange exchange, String type, ObjectNode description) throws IOException {
        exchange.header("Cache-Control", "no-cache");
        exchange.send(200, type, MAPPER.writeValueAsBytes(description));
    }
}
