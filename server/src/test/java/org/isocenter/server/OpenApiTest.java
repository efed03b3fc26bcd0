package org.isocenter.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isocenter.server.api.OpenApi;
import org.isocenter.server.http.Router;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// Holds the descriptions of the resources to the routes.
class OpenApiTest {
    private static final Pattern VARIABLE = Pattern.compile("\\{(\\w+)}");
    private static final List<String> METHODS = List.of("get", "put", "post", "delete", "patch");

    /// Routes that are there to answer 404, since a store to a study would take their paths.
    private static final Set<String> REFUSING =
            Set.of("POST /v1/studies/$bulkUpdate", "POST /v1/partitions/{partition}/studies/$bulkUpdate");

    @TempDir
    private Path folder;

    static List<JsonNode> descriptions() {
        return List.of(OpenApi.whole(), OpenApi.under("/dicom-web"), OpenApi.under("/v1"), OpenApi.under("/v2"));
    }

    @Test
    void everyRouteIsDescribedAndNothingElseIs() throws Exception {
        Set<String> described = new TreeSet<>();
        for (JsonNode description : descriptions()) {
            described.addAll(operations(description).keySet());
        }
        Set<String> routes = new TreeSet<>();
        routes().forEach(route -> routes.add(route.method() + " " + route.template()));
        assertThat(routes).containsAll(REFUSING);
        routes.removeAll(REFUSING);
        assertThat(described).containsExactlyElementsOf(routes);
    }

    @Test
    void theWholeDescribesWhatStandsOnceAndWhatStandsUnderTheRootThatIsMeant() throws Exception {
        Set<String> expected = new TreeSet<>();
        for (Router.Entry route : routes()) {
            if (!route.template().matches("/v\\d/.*|.*/partitions/\\{partition}/[^$].*")) {
                expected.add(route.method() + " " + route.template());
            }
        }
        assertThat(operations(OpenApi.whole()).keySet()).containsExactlyElementsOf(expected);
    }

    @ParameterizedTest
    @MethodSource("descriptions")
    void everyReferenceLeadsToAComponent(JsonNode description) {
        List<String> references = new ArrayList<>();
        description.findValues("$ref").forEach(reference -> references.add(reference.asString()));
        assertThat(references).isNotEmpty();
        assertThat(references)
                .allSatisfy(reference -> assertThat(
                                description.at(reference.substring(1)).isMissingNode())
                        .as(reference)
                        .isFalse());
    }

    @ParameterizedTest
    @MethodSource("descriptions")
    void everyVariableOfAPathIsDescribed(JsonNode description) {
        description.get("paths").properties().forEach(path -> {
            Matcher variable = VARIABLE.matcher(path.getKey());
            while (variable.find()) {
                String parameter = "#/components/parameters/" + variable.group(1);
                for (String method : METHODS) {
                    JsonNode operation = path.getValue().get(method);
                    if (operation != null) {
                        assertThat(operation.path("parameters").findValuesAsString("$ref"))
                                .as(method + " " + path.getKey())
                                .contains(parameter);
                    }
                }
            }
        });
    }

    @ParameterizedTest
    @MethodSource("descriptions")
    void everyOperationHasAnIdOfItsOwn(JsonNode description) {
        List<String> ids = description.get("paths").findValuesAsString("operationId");
        assertThat(ids).doesNotHaveDuplicates().hasSizeGreaterThan(20);
    }

    private List<Router.Entry> routes() throws FaultySettingsException {
        try (AllRoutes all = new AllRoutes(folder)) {
            return all.router.entries();
        }
    }

    /// The operations that are described, by method and full path.
    private static Map<String, JsonNode> operations(JsonNode description) {
        Map<String, JsonNode> operations = new TreeMap<>();
        description.get("paths").properties().forEach(path -> {
            JsonNode servers =
                    path.getValue().has("servers") ? path.getValue().get("servers") : description.get("servers");
            for (JsonNode server : servers) {
                String root = server.get("url").asString().replaceAll("/$", "");
                for (String method : METHODS) {
                    if (path.getValue().has(method)) {
                        operations.put(
                                method.toUpperCase(Locale.ROOT) + " " + root + path.getKey(),
                                path.getValue().get(method));
                    }
                }
            }
        });
        return operations;
    }
}
