package org.isocenter.server.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.isocenter.server.archive.Partitions;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The descriptions of all resources in OpenAPI. They are put together from what stands once
/// (`openapi.json`, which has the components of both) and what stands under several roots
/// (`dicomweb.json`, whose paths begin behind the root).
public final class OpenApi {
    /// What each root but this has of its own: version 1 reads the change feed in another way.
    private static final String V1 = "/v1";

    private static final String V1_PATHS = "x-v1";

    /// What version 1 does not have: it answers 404, as it always did.
    private static final Set<String> NOT_IN_V1 = Set.of("/studies/$bulkUpdate");

    private static final String DICOM_WEB = "/dicom-web";
    private static final String SNAPSHOT = "/cohorts/{cohort}/snapshots/{snapshot}/dicom-web";

    /// The first steps of the paths that stand within data partitions too; all others are one for all of
    /// them.
    private static final Set<String> IN_PARTITIONS = Set.of(
            "studies",
            "series",
            "instances",
            "patients",
            "deletions",
            "holds",
            "workitems",
            "subscribers",
            "commitment-requests",
            "audit",
            "extendedquerytags",
            "import",
            "export");

    /// Those that stand without a root as well.
    private static final Set<String> AT_THE_ROOT =
            Set.of("audit", "changefeed", "extendedquerytags", "import", "operations", "partitions", "webhooks");

    /// What can be read of a snapshot.
    private static final Set<String> OF_SNAPSHOTS = Set.of("studies", "series", "instances");

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private OpenApi() {}

    /// The whole server: what stands once, and what stands under the root that this server means.
    public static ObjectNode whole() {
        ObjectNode description = read("/openapi.json");
        ObjectNode paths = (ObjectNode) description.get("paths");
        for (Map.Entry<String, JsonNode> path :
                read("/dicomweb.json").get("paths").properties()) {
            paths.set(DICOM_WEB + path.getKey(), path.getValue().deepCopy());
            if (AT_THE_ROOT.contains(firstStep(path.getKey()))) {
                paths.set(path.getKey(), renamed(path.getValue(), "AtTheRoot"));
            }
            if (OF_SNAPSHOTS.contains(firstStep(path.getKey()))
                    && !path.getKey().endsWith("/history")
                    && !path.getKey().endsWith("/holds")) {
                ObjectNode reading = ofSnapshot(path.getValue());
                if (!reading.isEmpty()) {
                    paths.set(SNAPSHOT + path.getKey(), reading);
                }
            }
        }
        return description;
    }

    /// What stands under a root of DICOMweb resources, alone.
    public static ObjectNode under(String root) {
        ObjectNode description = read("/openapi.json");
        ObjectNode dicomweb = read("/dicomweb.json");
        ObjectNode paths = (ObjectNode) dicomweb.get("paths");
        if (root.equals(V1)) {
            paths.setAll((ObjectNode) dicomweb.get(V1_PATHS));
            paths.remove(NOT_IN_V1);
        }
        for (Map.Entry<String, JsonNode> path : paths.properties()) {
            if (IN_PARTITIONS.contains(firstStep(path.getKey()))) {
                ((ObjectNode) path.getValue())
                        .putArray("servers")
                        .add(MAPPER.createObjectNode().put("url", root))
                        .add(partition(root));
            }
        }
        description.putArray("servers").addObject().put("url", root);
        description.set("paths", paths);
        return description;
    }

    /// Whether a path behind a root stands within data partitions too.
    static boolean isInPartitions(String path) {
        return IN_PARTITIONS.contains(firstStep(path));
    }

    /// Whether a path behind a root stands without one too.
    static boolean isAtTheRoot(String path) {
        return AT_THE_ROOT.contains(firstStep(path));
    }

    private static ObjectNode partition(String root) {
        ObjectNode server = MAPPER.createObjectNode().put("url", root + "/partitions/{partition}");
        server.putObject("variables").putObject("partition").put("default", Partitions.DEFAULT);
        return server;
    }

    private static String firstStep(String path) {
        int end = path.indexOf('/', 1);
        return path.substring(1, end < 0 ? path.length() : end);
    }

    /// The operations of a path under other ids, since each of a description has its own.
    private static ObjectNode renamed(JsonNode path, String suffix) {
        ObjectNode copy = (ObjectNode) path.deepCopy();
        copy.forEach(operation -> ((ObjectNode) operation)
                .put("operationId", operation.get("operationId").asString() + suffix));
        return copy;
    }

    private static ObjectNode ofSnapshot(JsonNode path) {
        ObjectNode copy = renamed(path, "OfSnapshot");
        copy.retain("get");
        for (JsonNode operation : copy) {
            ObjectNode get = (ObjectNode) operation;
            get.set("tags", MAPPER.createArrayNode().add("Snapshots of cohorts"));
            for (String name : List.of("cohort", "snapshot")) {
                get.withArray("parameters").addObject().put("$ref", "#/components/parameters/" + name);
            }
            ObjectNode responses = (ObjectNode) get.get("responses");
            responses.putObject("404").put("$ref", "#/components/responses/NotFound");
            responses.putObject("410").put("$ref", "#/components/responses/NoLongerArchived");
        }
        return copy;
    }

    private static ObjectNode read(String resource) {
        try (InputStream in = Objects.requireNonNull(OpenApi.class.getResourceAsStream(resource), resource)) {
            return (ObjectNode) MAPPER.readTree(in);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
