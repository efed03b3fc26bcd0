package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Health. Who may do what is asked in `CompatibleAccessTest`; a trail of who did is not built yet.
class CompatibleHealthTest {
    @Test
    void theServerIsHealthyInEveryPart() {
        Answer answer =
                Archive.get().root().get("health/check", "Accept", "*/*").assertStatus(200);
        JsonNode health = JsonMapper.builder().build().readTree(answer.text());
        assertThat(health.path("overallStatus").asString()).isEqualTo("Healthy");
        assertThat(health.path("details").valueStream())
                .isNotEmpty()
                .allMatch(part -> part.path("status").asString().equals("Healthy"));
    }
}
