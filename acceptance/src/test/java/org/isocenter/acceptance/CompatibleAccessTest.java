package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// An archive that asks who is calling, on every base and within a data partition.
class CompatibleAccessTest {
    private static final String DICOM = "application/dicom";

    private static TestIssuer issuer;
    private static Archive archive;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() throws IOException, JOSEException {
        issuer = new TestIssuer();
        archive = issuer.archive("globalReader=read,globalAdmin=*,ward=store+search+delete@ward-7");
    }

    @AfterAll
    static void stop() {
        if (archive != null) {
            archive.close();
        }
        issuer.close();
    }

    private static Dicomweb at(String base) {
        return new Dicomweb(archive.root().root().resolve(base));
    }

    private static String[] with(String... roles) throws JOSEException {
        return new String[] {"Authorization", "Bearer " + issuer.token(roles), "Accept", "*/*"};
    }

    private static Answer store(Dicomweb root, String role, byte[] file) throws JOSEException {
        return root.send(root.request("/studies", with(role))
                .header("Content-Type", DICOM)
                .POST(BodyPublishers.ofByteArray(file)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/v1", "/v2", "/dicom-web", "/v1/partitions/a", "/v2/partitions/a", "/dicom-web/partitions/a"})
    void withoutATokenNothingIsAnswered(String base) {
        for (String path : List.of("/studies", "/studies/1.2.3", "/studies/1.2.3/metadata", "/workitems")) {
            Answer refused = at(base).get(path, "Accept", "*/*").assertStatus(401);
            assertThat(refused.header("WWW-Authenticate")).startsWith("Bearer");
        }
        at(base).post("/studies", DICOM, Draft.ct().bytes()).assertStatus(401);
        at(base).delete("/studies/1.2.3").assertStatus(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1", "/v2", "/dicom-web"})
    void whoeverMayReadReadsAndStoresNothing(String base) throws JOSEException {
        Dicomweb root = at(base);
        Draft draft = Draft.ct();
        store(root, "globalReader", draft.bytes()).assertStatus(403);
        root.get("/studies/" + draft.study, with("globalReader")).assertStatus(404);
        assertThat(root.get("/studies?limit=1", with("globalReader")).status()).isIn(200, 204);
        root.get("/changefeed", with("globalReader")).assertStatus(200);
        assertThat(root.get("/changefeed/latest", with("globalReader")).status())
                .isIn(200, 204);
        root.get("/operations", with("globalReader")).assertStatus(200);
        root.get("/partitions", with("globalReader")).assertStatus(200);
    }

    @Test
    void healthIsToldToEverybody() {
        assertThat(archive.root()
                        .get("health/check", "Accept", "*/*")
                        .assertStatus(200)
                        .text())
                .contains("Healthy");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1", "/v2", "/dicom-web"})
    void aRoleOfOnePartitionEndsThere(String base) throws JOSEException {
        Dicomweb own = at(base + "/partitions/ward-7");
        Draft draft = Draft.ct();
        store(own, "ward", draft.bytes()).assertStatus(200);
        own.get("/studies?StudyInstanceUID=" + draft.study, with("ward")).assertStatus(200);
        own.get("/studies/" + draft.study, with("ward")).assertStatus(403);
        // A partition that is there and one that is not are refused alike.
        String there = at(base + "/partitions/Microsoft.Default")
                .get("/studies", with("ward"))
                .assertStatus(403)
                .text();
        String missing = at(base + "/partitions/ward-8")
                .get("/studies", with("ward"))
                .assertStatus(403)
                .text();
        assertThat(there).isEqualTo(missing);
        at(base).get("/studies", with("ward")).assertStatus(403);
        at(base).get("/changefeed", with("ward")).assertStatus(403);
    }

    @Test
    void thePageTellsHowToAsk() throws IOException, JOSEException {
        store(at("/v2"), "globalAdmin", Draft.ct().bytes()).assertStatus(200);
        assertThat(new HowToPage("how-to/access.md", Map.of("TOKEN", issuer.token("globalReader")))
                        .run(archive, folder))
                .hasSize(2)
                .noneMatch(String::isEmpty);
    }

    @Test
    void commandsShowATokenToo() throws IOException, JOSEException {
        Path file = Files.write(folder.resolve("one.dcm"), Draft.ct().bytes());
        Path token = Files.writeString(folder.resolve("token"), issuer.token("globalAdmin") + "\n");
        assertThat(Archive.run(
                        "store",
                        file.toString(),
                        "--url",
                        at("/dicom-web").root().toString(),
                        "--token-file",
                        token.toString()))
                .contains("1 stored");
    }
}
