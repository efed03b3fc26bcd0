package org.isocenter.server.fhirweb;

import org.isocenter.server.http.Problem;
import org.isocenter.server.http.ProblemForm;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Problems as OperationOutcome, which is the same in R4 and R5.
final class OutcomeForm implements ProblemForm {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    @Override
    public Page page(Problem problem) {
        ObjectNode outcome = outcome("error", type(problem), problem.detail());
        ((ObjectNode) outcome.get("issue").get(0)).put("diagnostics", problem.code());
        return new Page("application/fhir+json", MAPPER.writeValueAsBytes(outcome));
    }

    static ObjectNode outcome(String severity, String type, String text) {
        ObjectNode outcome = MAPPER.createObjectNode().put("resourceType", "OperationOutcome");
        ObjectNode issue = outcome.putArray("issue").addObject().put("severity", severity);
        issue.put("code", type).putObject("details").put("text", text);
        return outcome;
    }

    /// The IssueType (hl7.org/fhir/valueset-issue-type.html).
    private static String type(Problem problem) {
        return switch (problem.status()) {
            case 404 -> "not-found";
            case 405, 406, 415, 501 -> "not-supported";
            case 408 -> "timeout";
            case 413, 414, 431 -> "too-long";
            case 503 -> "transient";
            default -> problem.status() >= 500 ? "exception" : "invalid";
        };
    }
}
