package org.isocenter.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isocenter.server.archive.Ingest;
import org.isocenter.server.blob.BlobStore;
import org.isocenter.server.blob.FileBlobs;
import org.isocenter.server.blob.FileBlobsOptions;
import org.isocenter.server.db.Database;
import org.isocenter.server.db.TestPostgres;
import org.isocenter.server.http.Router;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Holds the description of the resources to the routes.
class OpenApiTest {
    private static final JsonFactory JSON = new JsonFactory();
    private static final Pattern VARIABLE = Pattern.compile("\\{(\\w+)}");

    @TempDir
    private Path folder;

    @Test
    void everyRouteIsDescribedAndNothingElseIs() throws Exception {
        assertThat(described().keySet())
                .containsExactlyInAnyOrderElementsOf(routes().stream()
                        .map(route -> route.method() + " " + route.template())
                        .toList());
    }

    @Test
    void everyReferenceLeadsToAComponent() throws Exception {
        TreeSet<String> components = new TreeSet<>();
        TreeSet<String> references = new TreeSet<>();
        try (JsonParser json = open()) {
            while (json.nextToken() != null) {
                if (json.currentToken() == JsonToken.PROPERTY_NAME
                        && pointer(json).startsWith("/components/")) {
                    components.add("#" + pointer(json));
                }
                if (json.currentToken() == JsonToken.VALUE_STRING && "$ref".equals(json.currentName())) {
                    references.add(json.getString());
                }
            }
        }

        assertThat(references).isNotEmpty();
        assertThat(components).containsAll(references);
    }

    @Test
    void everyVariableOfAPathIsDescribed() throws Exception {
        described().forEach((route, references) -> {
            Matcher variable = VARIABLE.matcher(route);
            while (variable.find()) {
                assertThat(references).as(route).contains("#/components/parameters/" + variable.group(1));
            }
        });
    }

    private List<Router.Entry> routes() throws FaultySettingsException {
        Settings settings =
                Settings.of(SettingReader.read(new SettingReader.Sources(folder, null, Map.of(), List.of())));
        try (Database database = TestPostgres.freshDatabase();
                BlobStore blobs = FileBlobs.open(folder, FileBlobsOptions.defaults());
                Ingest ingest = new Ingest(database, blobs, Storage.retention(settings))) {
            return Server.router(settings, new Storage(null, database, blobs), ingest, null)
                    .entries();
        }
    }

    /// The operations that are described, each with what it refers to.
    private static Map<String, TreeSet<String>> described() throws IOException {
        Map<String, TreeSet<String>> operations = new TreeMap<>();
        try (JsonParser json = open()) {
            while (json.nextToken() != null) {
                String[] steps = pointer(json).split("/");
                if (steps.length < 4 || !steps[1].equals("paths")) {
                    continue;
                }
                String operation = steps[3].toUpperCase(java.util.Locale.ROOT) + " "
                        + steps[2].replace("~1", "/").replace("~0", "~");
                TreeSet<String> references = operations.computeIfAbsent(operation, key -> new TreeSet<>());
                if (json.currentToken() == JsonToken.VALUE_STRING && "$ref".equals(json.currentName())) {
                    references.add(json.getString());
                }
            }
        }
        return operations;
    }

    private static String pointer(JsonParser json) {
        return json.streamReadContext().pathAsPointer().toString();
    }

    private static JsonParser open() throws IOException {
        InputStream description =
                Objects.requireNonNull(OpenApiTest.class.getResourceAsStream("/openapi.json"), "openapi.json");
        return JSON.createParser(ObjectReadContext.empty(), description.readAllBytes());
    }
}
