package org.isocenter.fhir.server;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.IParser;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;

/// The structures and search parameters of R5, which HAPI needs to store and to find resources.
///
/// HAPI's own way to them reads every definition of three packages with its narrative, which takes more
/// time and memory than everything else of a start. What is left out here are the code systems and value
/// sets: a search by a value set of the standard, and validation against one, do not work on R5.
final class R5Definitions extends PrePopulatedValidationSupport {
    private static final String PACKAGE = "/org/hl7/fhir/r5/packages/hl7.fhir.r5.core-5.0.0.tgz";
    private static final String STRUCTURES = "package/StructureDefinition-";
    private static final String SEARCH_PARAMETERS = "package/SearchParameter-";

    /// One of these would take the place of Condition's real parameter `subject`.
    private static final String EXAMPLES = "package/SearchParameter-example";

    /// What people read, and what the snapshot beside it holds as well.
    private static final List<String> LEFT_OUT = List.of("text", "differential", "mapping");

    R5Definitions(FhirContext context) throws IOException {
        super(context);
        IParser parser = context.newJsonParser();
        ObjectMapper mapper = new ObjectMapper();
        try (InputStream stream = FhirContext.class.getResourceAsStream(PACKAGE)) {
            if (stream == null) {
                throw new IOException(PACKAGE + " is not on the class path");
            }
            TarArchiveInputStream files = new TarArchiveInputStream(new GZIPInputStream(stream));
            for (TarArchiveEntry file = files.getNextEntry(); file != null; file = files.getNextEntry()) {
                if (isWanted(file.getName())) {
                    ObjectNode definition = (ObjectNode) mapper.readTree(files.readAllBytes());
                    // HAPI has no search by membership, and does not start with this parameter.
                    if (!definition.path("code").asText().equals("_in")) {
                        addResource(
                                parser.parseResource(definition.remove(LEFT_OUT).toString()));
                    }
                }
            }
        }
    }

    private static boolean isWanted(String name) {
        return name.startsWith(STRUCTURES) || name.startsWith(SEARCH_PARAMETERS) && !name.startsWith(EXAMPLES);
    }
}
