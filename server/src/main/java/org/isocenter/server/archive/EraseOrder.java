package org.isocenter.server.archive;

import org.isocenter.server.archive.Patients.Patient;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What is to be erased: a study, or all of a patient.
///
/// @param study its UID, or null where a patient is meant
/// @param patient null where a study is meant
/// @param reason in the words of whoever wants it, or null
public record EraseOrder(
        @Nullable String study,
        @Nullable Patient patient,
        @Nullable String reason) {
    /// What stands in the place of an order when it has been carried out, since it tells whom it was about.
    static final String DONE = "{}";

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    public EraseOrder {
        if (study == null == (patient == null)) {
            throw new IllegalArgumentException("either a study or a patient is erased");
        }
    }

    /// The order as the input of an operation.
    String text() {
        return MAPPER.createObjectNode()
                .put("study", study)
                .put("patient", patient == null ? null : patient.id())
                .put("issuer", patient == null ? null : patient.issuer())
                .put("reason", reason)
                .toString();
    }

    static EraseOrder parse(String text) {
        JsonNode json = MAPPER.readTree(text);
        String patient = find(json, "patient");
        return new EraseOrder(
                find(json, "study"),
                patient == null ? null : new Patient(patient, find(json, "issuer")),
                find(json, "reason"));
    }

    private static @Nullable String find(JsonNode json, String name) {
        return json.path(name).isString() ? json.path(name).asString() : null;
    }
}
