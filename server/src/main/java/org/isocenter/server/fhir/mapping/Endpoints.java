package org.isocenter.server.fhir.mapping;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// Where studies are retrieved from.
public final class Endpoints {
    private static final String CONNECTION_TYPES = "http://terminology.hl7.org/CodeSystem/endpoint-connection-type";

    private Endpoints() {}

    /// The Endpoint of the archive: the root of its DICOMweb services, below which a client finds every
    /// study.
    public static ObjectNode ofArchive(MappingOptions options) {
        String root = options.serviceRoot().toString();
        ObjectNode endpoint = endpoint(options, idOfArchive(options), root, root);
        payload(options, endpoint, Elements.text("DICOM WADO-RS"));
        return endpoint;
    }

    /// The Endpoint of one study (IHE RAD IMR, 6.10.5.2): its own address, for clients that do not put one
    /// together.
    public static ObjectNode ofStudy(MappingOptions options, String studyUid) {
        String address = options.serviceRoot() + "/studies/" + studyUid;
        ObjectNode endpoint = endpoint(options, idOfStudy(studyUid), address, address);
        ObjectNode meta =
                endpoint.putObject("meta").put("source", options.serviceRoot().toString());
        meta.putArray("tag").add(StudyMapping.tag(options, studyUid));
        payload(options, endpoint, Elements.concept(Codes.DCM, "113014", "Study"));
        return endpoint;
    }

    static String idOfArchive(MappingOptions options) {
        return Elements.id("Endpoint", options.serviceRoot().toString());
    }

    static String idOfStudy(String studyUid) {
        return Elements.keyedId(studyUid, "Endpoint of study", studyUid);
    }

    private static ObjectNode endpoint(MappingOptions options, String id, String name, String address) {
        ObjectNode endpoint = Elements.resource("Endpoint", id);
        Elements.putAll(endpoint, "identifier", List.of(Elements.identifier("urn:ietf:rfc:3986", "urn:uuid:" + id)));
        endpoint.put("status", "active");
        ObjectNode type = Elements.coding(CONNECTION_TYPES, "dicom-wado-rs", "DICOM WADO-RS");
        if (options.isR5()) {
            Elements.putAll(endpoint, "connectionType", List.of(Elements.concept(type)));
        } else {
            endpoint.set("connectionType", type);
        }
        return endpoint.put("name", name).put("address", address);
    }

    private static void payload(MappingOptions options, ObjectNode endpoint, ObjectNode type) {
        ObjectNode payload = options.isR5() ? Elements.object() : endpoint;
        Elements.putAll(payload, options.isR5() ? "type" : "payloadType", List.of(type));
        Elements.putTexts(payload, options.isR5() ? "mimeType" : "payloadMimeType", List.of("application/dicom"));
        if (options.isR5()) {
            endpoint.withArray("payload").add(payload);
        }
    }
}
