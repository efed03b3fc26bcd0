package org.isocenter.acceptance.fhir;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What a FHIR server says.
///
/// @param location of what was made or changed, with its version
/// @param body a missing node where there is none
public record FhirAnswer(int status, @Nullable String location, JsonNode body) {

    public FhirAnswer assertStatus(int expected) {
        assertThat(status).as("the status of an answer that says: %s", body).isEqualTo(expected);
        return this;
    }

    /// The resources of a bundle, in its order.
    public List<JsonNode> resources() {
        return entries().map(entry -> entry.path("resource")).toList();
    }

    /// The types and ids of the resources of a bundle, such as `Patient/7`, in its order.
    public List<String> references() {
        return resources().stream()
                .map(resource -> resource.path("resourceType").asString() + "/"
                        + resource.path("id").asString())
                .toList();
    }

    /// What became of each entry of a transaction, such as `201 Created`.
    public List<String> statuses() {
        return entries().map(entry -> entry.at("/response/status").asString()).toList();
    }

    private Stream<JsonNode> entries() {
        return StreamSupport.stream(body.path("entry").spliterator(), false);
    }
}
