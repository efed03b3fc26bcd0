package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Begins exports below a root and follows them.
record Exports(Dicomweb root) {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    static String named(String... identifiers) {
        return named(List.of(identifiers));
    }

    static String named(List<String> identifiers) {
        return identifiers.stream()
                .collect(
                        Collectors.joining("\",\"", "{\"type\":\"identifiers\",\"settings\":{\"values\":[\"", "\"]}}"));
    }

    static String destination(String type, String name) {
        return "{\"type\":\"" + type + "\",\"settings\":{\"name\":\"" + name + "\"}}";
    }

    /// @param further members of the body, such as `"format":"zip"`
    static String body(String source, String destination, String... further) {
        return "{\"source\":" + source + ",\"destination\":" + destination
                + (further.length == 0 ? "" : "," + String.join(",", further)) + "}";
    }

    Answer begin(String body) {
        return root.post("/export", "application/json", body.getBytes(StandardCharsets.UTF_8));
    }

    /// Exports and waits for the end.
    ///
    /// @return the operation
    JsonNode run(String body) {
        return end(begin(body));
    }

    JsonNode end(Answer begun) {
        JsonNode told = MAPPER.readTree(begun.assertStatus(202).text());
        String href = told.path("href").asString();
        assertThat(begun.header("Location")).isEqualTo(href);
        assertThat(told.path("id").asString()).matches("[0-9a-f]{32}");
        assertThat(href).endsWith("/operations/" + told.path("id").asString());
        return follow(href);
    }

    /// Waits for the end of an operation.
    JsonNode follow(String href) {
        Instant end = Instant.now().plus(PATIENCE);
        Answer answer = root.get(href, "Accept", "*/*");
        while (answer.status() == 202) {
            assertThat(Instant.now()).as("the export ends in time").isBefore(end);
            LockSupport.parkNanos(20_000_000);
            answer = root.get(href, "Accept", "*/*");
        }
        return MAPPER.readTree(answer.assertStatus(200).text());
    }

    /// What an operation could not do.
    List<JsonNode> errors(JsonNode operation) {
        JsonNode errors = operation.path("errors");
        return errors.isMissingNode()
                ? List.of()
                : lines(root.get(errors.path("href").asString(), "Accept", "*/*")
                        .assertStatus(200)
                        .text());
    }

    static List<JsonNode> lines(String text) {
        return text.lines().map(MAPPER::readTree).toList();
    }
}
