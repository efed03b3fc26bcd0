package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A client that has operations done and waits for them.
record Operating(Dicomweb root) {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /// Sends a JSON body.
    Answer post(String path, String json) {
        return root.post(path, "application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    /// Begins an operation and waits until it has ended.
    JsonNode succeed(String path, String json) {
        JsonNode operation = end(post(path, json));
        assertThat(operation.path("status").asString()).as(operation.toString()).isEqualTo("succeeded");
        return operation.path("results");
    }

    /// How the operation stands when it has ended that an answer tells of.
    JsonNode end(Answer begun) {
        String href =
                MAPPER.readTree(begun.assertStatus(202).text()).path("href").asString();
        assertThat(begun.header("Location")).isEqualTo(href);
        return end(href);
    }

    /// How the operation at an address stands when it has ended.
    JsonNode end(String href) {
        Instant end = Instant.now().plus(PATIENCE);
        Answer answer = root.get(href, "Accept", "*/*");
        while (answer.status() == 202) {
            assertThat(Instant.now()).as("the operation ends in time").isBefore(end);
            LockSupport.parkNanos(20_000_000);
            answer = root.get(href, "Accept", "*/*");
        }
        return MAPPER.readTree(answer.assertStatus(200).text());
    }

    JsonNode json(String path) {
        return MAPPER.readTree(root.get(path, "Accept", "*/*").assertStatus(200).text());
    }
}
