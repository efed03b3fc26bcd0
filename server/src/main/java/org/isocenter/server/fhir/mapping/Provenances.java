package org.isocenter.server.fhir.mapping;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.isocenter.server.fhir.FhirVersion;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Who wrote the resources of a study, from what, and when, for records that tell this of all they hold
/// (hl7.org/fhir/provenance.html).
public final class Provenances {
    private static final String AGENTS = "http://terminology.hl7.org/CodeSystem/provenance-participant-type";
    private static final String EVENTS = "http://terminology.hl7.org/CodeSystem/v3-DataOperation";
    private static final String ARCHIVE = "Isocenter";

    private Provenances() {}

    /// The archive as the Device that writes.
    public static ObjectNode author(MappingOptions options) {
        String root = options.serviceRoot().toString();
        ObjectNode device = Elements.resource("Device", Elements.id("Device", root));
        Elements.putAll(device, "identifier", List.of(Elements.identifier("urn:ietf:rfc:3986", root)));
        device.put("status", "active");
        if (options.version() == FhirVersion.R5) {
            device.withArray("name").addObject().put("value", ARCHIVE).put("type", "user-friendly-name");
        } else {
            device.withArray("deviceName").addObject().put("name", ARCHIVE).put("type", "user-friendly-name");
        }
        return device;
    }

    /// The one Provenance of all that is written for a study.
    public static ObjectNode ofStudy(
            MappingOptions options, String studyUid, List<ObjectNode> written, Instant recorded) {
        ObjectNode provenance = Elements.resource("Provenance", Elements.id("Provenance", studyUid));
        String root = options.serviceRoot().toString();
        ObjectNode meta = provenance.putObject("meta").put("source", root);
        meta.putArray("tag").add(StudyMapping.tag(options, studyUid));
        ArrayNode targets = provenance.putArray("target");
        written.forEach(resource -> targets.add(Elements.reference(resource)));
        provenance.put("recorded", recorded.truncatedTo(ChronoUnit.MILLIS).toString());
        provenance.set("activity", Elements.concept(EVENTS, "UPDATE", "revise"));
        ObjectNode agent = provenance.putArray("agent").addObject();
        agent.set("type", Elements.concept(AGENTS, "assembler", "Assembler"));
        agent.set("who", Elements.reference(author(options)));
        provenance
                .putArray("entity")
                .addObject()
                .put("role", "source")
                .putObject("what")
                .set("identifier", Elements.identifier("urn:ietf:rfc:3986", root + "/studies/" + studyUid));
        return provenance;
    }
}
