package org.isocenter.server.fhirweb;

import java.util.List;
import java.util.Map;
import org.isocenter.server.fhirweb.Search.Include;
import org.isocenter.server.http.Refusal;

/// The types of resources that are here, and what they can be searched by: name and type of each parameter.
enum Kind {
    IMAGING_STUDY(
            "ImagingStudy",
            Map.of(
                    "_id", "token",
                    "identifier", "token",
                    "modality", "token",
                    "patient", "reference",
                    "started", "date",
                    "subject", "reference"),
            List.of(Include.PATIENT, Include.SUBJECT, Include.ENDPOINT)),
    PATIENT(
            "Patient",
            Map.of("_id", "token", "identifier", "token"),
            List.of(Include.STUDY_OF_PATIENT, Include.STUDY_OF_SUBJECT)),
    ENDPOINT("Endpoint", Map.of("_id", "token", "identifier", "token"), List.of()),
    DIAGNOSTIC_REPORT("DiagnosticReport", ofDocument(), List.of()),
    DOCUMENT_REFERENCE("DocumentReference", ofDocument(), List.of()),
    OBSERVATION("Observation", Map.of(), List.of()),
    IMAGING_SELECTION("ImagingSelection", Map.of(), List.of());

    private final String type;
    private final Map<String, String> parameters;
    private final List<Include> includes;

    Kind(String type, Map<String, String> parameters, List<Include> includes) {
        this.type = type;
        this.parameters = parameters;
        this.includes = includes;
    }

    private static Map<String, String> ofDocument() {
        return Map.of("_id", "token", "identifier", "token", "patient", "reference", "subject", "reference");
    }

    /// Whether there are such resources in a version.
    boolean isIn(Dialect dialect) {
        return this != IMAGING_SELECTION || dialect == Dialect.R5;
    }

    /// Whether there is more than reading by id.
    boolean isSearched() {
        return !parameters.isEmpty();
    }

    String type() {
        return type;
    }

    Map<String, String> parameters() {
        return parameters;
    }

    List<Include> includes() {
        return includes;
    }

    static Kind of(String type) {
        for (Kind kind : values()) {
            if (kind.type.equals(type)) {
                return kind;
            }
        }
        throw new Refusal(404, "not-found", "there are no resources of this type");
    }
}
