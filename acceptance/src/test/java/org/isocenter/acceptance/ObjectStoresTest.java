package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Exports to and imports from object stores that other people wrote. That of S3 does not look at
/// signatures, the emulator of Azure does. What is not installed is skipped, and said; the emulator, which
/// is large, is installed at night.
class ObjectStoresTest {
    private static final Path CLIENTS = Path.of(System.getProperty("acceptance.clients", "clients"));
    private static final String BUCKET = "bucket";
    private static final String AZURE_KEY =
            "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    @TempDir
    private Path folder = Path.of("");

    /// A store in a process of its own, which ends with its standard input.
    private record Store(Process process, URI address) implements AutoCloseable {
        static Store start(String name, Path folder) throws IOException {
            Path script = CLIENTS.resolve(name);
            Process process = new ProcessBuilder("node", name + ".mjs", folder.toString(), BUCKET)
                    .directory(script.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            BufferedReader out = process.inputReader();
            String line = out.readLine();
            if (line == null) {
                throw new IOException(name + " does not start");
            }
            return new Store(process, URI.create(line));
        }

        /// What lies in the bucket, without being asked who wants it.
        byte[] get(String path) {
            return new Dicomweb(address)
                    .get("/" + BUCKET + "/" + path, "Accept", "*/*")
                    .assertStatus(200)
                    .body();
        }

        @Override
        public void close() {
            try {
                process.getOutputStream().close();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }

    /// A small and a large instance as files, and both in a ZIP.
    private static JsonNode export(Archive archive, Store store, String destination) {
        Dicomweb root = archive.v2();
        Draft small = Draft.ct();
        Draft large = Draft.ct(small.study, small.series).image(2_048, 2_048, 1);
        String unknown = Draft.uid();
        root.store(small.bytes(), large.bytes()).assertStatus(200);
        Exports exports = new Exports(root);

        JsonNode files = exports.run(Exports.body(Exports.named(small.study, unknown), destination));
        JsonNode zip = exports.run(Exports.body(Exports.named(small.study), destination, "\"format\":\"zip\""));

        assertThat(files.path("status").asString()).as(files.toString()).isEqualTo("succeeded");
        String results = "folder/" + files.path("operationId").asString();
        for (Draft draft : List.of(small, large)) {
            String path = results + "/results/" + draft.study + "/" + draft.series + "/" + draft.instance + ".dcm";
            assertThat(store.get(path)).isEqualTo(draft.bytes());
        }
        assertThat(new String(store.get(results + "/errors.log"), StandardCharsets.UTF_8))
                .contains(unknown);
        assertThat(zip.at("/results/exported").asInt()).isEqualTo(2);
        assertThat(store.get("folder/" + zip.path("operationId").asString() + "/results/" + small.study + ".zip"))
                .hasSizeGreaterThan(large.bytes().length)
                .startsWith('P', 'K');
        return files;
    }

    /// What an export has put there, with an instance of several ranges. It is one page of a listing: the store that
    /// speaks as S3 does cannot list more on a Node.js whose OpenSSL has no DES.
    private static void importAgain(Archive archive, String destination, String source) {
        Dicomweb from = archive.v2();
        Draft large = Draft.ct().image(2_048, 2_048, 1);
        List<Draft> drafts = new ArrayList<>(List.of(large));
        for (int i = 0; i < 20; i++) {
            drafts.add(Draft.ct(large.study, large.series));
        }
        from.store(drafts.stream().map(Draft::bytes).toArray(byte[][]::new)).assertStatus(200);
        Exports exports = new Exports(from);
        JsonNode exported = exports.run(Exports.body(Exports.named(large.study), destination));
        String path = exported.path("operationId").asString();
        Dicomweb into = Archive.partition(from, "p-" + UUID.randomUUID());
        String order = "{\"source\":{\"type\":\"%s\",\"settings\":{\"name\":\"%s\",\"path\":\"%s\"}}}";
        String type = JsonMapper.shared().readTree(destination).path("type").asString();
        for (String result : List.of("stored", "alreadyStored")) {
            Answer begun = into.post(
                    "/import",
                    "application/json",
                    order.formatted(type, source, path).getBytes(StandardCharsets.UTF_8));
            JsonNode operation = exports.end(begun);
            assertThat(operation.path("status").asString())
                    .as(operation.toString())
                    .isEqualTo("succeeded");
            assertThat(operation.at("/results/" + result).asInt()).isEqualTo(21);
            // The log of the export, which is empty.
            assertThat(operation.at("/results/notDicom").asInt()).isEqualTo(1);
            assertThat(operation.path("done").asInt()).isEqualTo(22);
        }
        for (Draft draft : List.of(large, drafts.getLast())) {
            assertThat(into.get(draft.path(), "Accept", Dicomweb.SINGLE_DICOM)
                            .assertStatus(200)
                            .body())
                    .isEqualTo(draft.bytes());
        }
    }

    private static void assertNotRead(Archive archive, String source, String problem) {
        byte[] order = "{\"source\":{\"settings\":{\"name\":\"%s\"}}}"
                .formatted(source)
                .getBytes(StandardCharsets.UTF_8);
        JsonNode operation = new Exports(archive.v2()).end(archive.v2().post("/import", "application/json", order));
        assertThat(operation.path("status").asString()).isEqualTo("failed");
        assertThat(operation.path("problem").asString()).contains(problem);
    }

    private static void assertRefused(Archive archive, String destination, String problem) {
        Draft draft = Draft.ct();
        archive.v2().store(draft.bytes()).assertStatus(200);
        JsonNode operation = new Exports(archive.v2()).run(Exports.body(Exports.named(draft.study), destination));
        assertThat(operation.path("status").asString()).isEqualTo("failed");
        assertThat(operation.path("problem").asString()).contains(problem);
    }

    @Test
    void aBucketGetsWholeObjectsAndOneThatIsNotThereFailsTheExport() throws IOException {
        Programs.assume("node");
        Programs.assumePackages(CLIENTS.resolve("s3"), "s3rver");
        try (Store store = Store.start("s3", folder)) {
            String[] settings = {
                "--export-destinations",
                "cloud=s3://" + BUCKET + "/folder, other=s3://other",
                "--export-s3-endpoint",
                store.address.toString(),
                "--export-s3-access-key-id",
                "S3RVER",
                "--export-s3-secret-access-key",
                "S3RVER",
                "--import-sources",
                "old=s3://" + BUCKET + "/folder, other=s3://other",
                "--import-s3-endpoint",
                store.address.toString(),
                "--import-s3-access-key-id",
                "S3RVER",
                "--import-s3-secret-access-key",
                "S3RVER"
            };
            try (Archive archive = Archive.with(settings)) {
                JsonNode files = export(archive, store, Exports.destination("s3", "cloud"));
                assertThat(files.at("/results/errorHref").asString())
                        .isEqualTo("s3://bucket/folder/"
                                + files.path("operationId").asString() + "/errors.log");
                assertRefused(archive, Exports.destination("s3", "other"), "other answers 404 NoSuchBucket");
                importAgain(archive, Exports.destination("s3", "cloud"), "old");
                assertNotRead(archive, "other", "source other answers 404 NoSuchBucket");
            }
        }
    }

    @Test
    void aContainerGetsWholeBlobsHoweverItIsNamed() throws IOException {
        Programs.assume("node");
        Path azurite = CLIENTS.resolve("azurite");
        Assumptions.assumeTrue(
                Size.of(0, 1) == 1 || Files.isDirectory(azurite.resolve("node_modules")), "Azurite is of the night");
        Programs.assumePackages(azurite, "azurite");
        try (Store store = Store.start("azurite", folder)) {
            String container = store.address + "/" + BUCKET;
            String[] settings = {
                "--export-destinations",
                "azure=azureBlob:" + container + "/folder",
                "--import-sources",
                "old=azureBlob:" + container + "/folder",
                "--import-azure-account-key",
                AZURE_KEY,
                "--export-azure-account-key",
                AZURE_KEY
            };
            try (Archive archive = Archive.with(settings)) {
                List<String> names = List.of(
                        "{\"name\":\"azure\"}",
                        "{\"blobContainerUri\":\"" + container + "?sv=2021-08-06&sig=c2VjcmV0\"}",
                        "{\"connectionString\":\"AccountKey=c2VjcmV0;BlobEndpoint=" + store.address
                                + "\",\"blobContainerName\":\"" + BUCKET + "\"}");
                for (String name : names) {
                    JsonNode files = export(archive, store, "{\"type\":\"azureBlob\",\"settings\":" + name + "}");
                    assertThat(files.at("/results/errorHref").asString())
                            .isEqualTo(container + "/folder/"
                                    + files.path("operationId").asString() + "/errors.log");
                    assertThat(files.toString()).doesNotContain("c2VjcmV0");
                }
                new Exports(archive.v2())
                        .begin(Exports.body(
                                Exports.named("1.2.3"),
                                "{\"type\":\"azureBlob\",\"settings\":{\"blobContainerUri\":\"" + container + "2\"}}"))
                        .assertProblem(400, "unknown-destination");
                importAgain(archive, Exports.destination("azureBlob", "azure"), "old");
            }
            settings[settings.length - 1] = "YW5vdGhlcg==";
            try (Archive archive = Archive.with(settings)) {
                assertRefused(archive, Exports.destination("azureBlob", "azure"), "azure answers 403");
            }
        }
    }
}
