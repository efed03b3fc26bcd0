package org.isocenter.server.fhir;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A FHIR server will not do what it was asked, and will not when it is asked again.
public final class FhirRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final transient @Nullable JsonNode outcome;

    /// @param outcome the body of the answer where it is JSON: an OperationOutcome, as a rule
    public FhirRefusedException(int status, String request, @Nullable JsonNode outcome) {
        super(describe(status, request, outcome));
        this.status = status;
        this.outcome = outcome;
    }

    static String describe(int status, String request, @Nullable JsonNode outcome) {
        return request + ": " + status + text(outcome);
    }

    private static String text(@Nullable JsonNode outcome) {
        StringBuilder text = new StringBuilder();
        if (outcome != null) {
            for (JsonNode issue : outcome.path("issue")) {
                String diagnostics = issue.path("diagnostics").asString("");
                text.append(text.isEmpty() ? ": " : "; ")
                        .append(
                                diagnostics.isEmpty()
                                        ? issue.path("details")
                                                .path("text")
                                                .asString(issue.path("code").asString(""))
                                        : diagnostics);
            }
        }
        return text.length() > 2_000 ? text.substring(0, 2_000) + "…" : text.toString();
    }

    public int status() {
        return status;
    }

    public @Nullable JsonNode findOutcome() {
        return outcome;
    }
}
