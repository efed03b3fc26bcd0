package org.isocenter.server.fhirweb;

import java.util.TreeMap;
import org.isocenter.server.fhirweb.Search.Include;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The CapabilityStatement (hl7.org/fhir/capabilitystatement.html).
final class Capabilities {
    private Capabilities() {}

    /// @param base of this server's resources
    /// @param since when the server began to be able to do this
    static ObjectNode of(Dialect dialect, String base, String since) {
        ObjectNode statement = JsonNodeFactory.instance
                .objectNode()
                .put("resourceType", "CapabilityStatement")
                .put("status", "active")
                .put("date", since)
                .put("kind", "instance");
        statement.putObject("software").put("name", "Isocenter");
        statement
                .putObject("implementation")
                .put("description", "The studies of a DICOM archive, to be read")
                .put("url", base);
        statement.put("fhirVersion", dialect.release());
        statement.putArray("format").add("application/fhir+json").add("json");
        ObjectNode rest = statement.putArray("rest").addObject().put("mode", "server");
        ArrayNode resources = rest.putArray("resource");
        for (Kind kind : Kind.values()) {
            if (kind.isIn(dialect)) {
                describe(kind, resources.addObject());
            }
        }
        return statement;
    }

    private static void describe(Kind kind, ObjectNode resource) {
        resource.put("type", kind.type());
        ArrayNode interactions = resource.putArray("interaction");
        interactions.addObject().put("code", "read");
        if (kind.isSearched()) {
            interactions.addObject().put("code", "search-type");
        }
        resource.put("versioning", kind == Kind.ENDPOINT ? "no-version" : "versioned");
        resource.put("conditionalRead", kind == Kind.ENDPOINT ? "not-supported" : "not-match");
        for (Include include : kind.includes()) {
            resource.withArray(include.parameter.equals("_include") ? "searchInclude" : "searchRevInclude")
                    .add(include.value);
        }
        new TreeMap<>(kind.parameters())
                .forEach((name, type) -> resource.withArray("searchParam")
                        .addObject()
                        .put("name", name)
                        .put("type", type));
    }
}
