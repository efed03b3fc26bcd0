package org.isocenter.server.api;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.isocenter.server.archive.Health;
import org.isocenter.server.archive.Health.Check;
import org.isocenter.server.archive.Health.State;
import org.isocenter.server.http.Exchange;

/// Whether the server lives, whether it can serve, and what stands in its way.
final class HealthRoutes {
    private final Health health;

    HealthRoutes(Health health) {
        this.health = health;
    }

    /// The process answers.
    void live(Exchange exchange) throws IOException {
        send(exchange, 200, "{\"status\":\"live\"}");
    }

    /// The index and the store answer. A storage class that is away keeps nobody from using the others.
    void ready(Exchange exchange) throws IOException {
        boolean ready = health.check().stream().noneMatch(check -> check.state() == State.UNHEALTHY);
        send(exchange, ready ? 200 : 503, ready ? "{\"status\":\"ready\"}" : "{\"status\":\"not ready\"}");
    }

    /// Each check by name, in the form of the compatible API.
    void check(Exchange exchange) throws IOException {
        StringBuilder details = new StringBuilder();
        State overall = State.HEALTHY;
        for (Check check : health.check()) {
            overall = check.state().compareTo(overall) > 0 ? check.state() : overall;
            details.append(details.isEmpty() ? "" : ",")
                    .append("{\"name\":\"")
                    .append(check.name())
                    .append("\",\"status\":\"")
                    .append(word(check.state()))
                    .append("\",\"description\":\"")
                    .append(check.description())
                    .append("\"}");
        }
        send(
                exchange,
                overall == State.UNHEALTHY ? 503 : 200,
                "{\"overallStatus\":\"" + word(overall) + "\",\"details\":[" + details + "]}");
    }

    private static String word(State state) {
        return switch (state) {
            case HEALTHY -> "Healthy";
            case DEGRADED -> "Degraded";
            case UNHEALTHY -> "Unhealthy";
        };
    }

    private static void send(Exchange exchange, int status, String json) throws IOException {
        exchange.header("Cache-Control", "no-store");
        exchange.send(status, "application/json", json.getBytes(StandardCharsets.UTF_8));
    }
}
