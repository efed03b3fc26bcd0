package org.isocenter.server.promises;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.isocenter.server.index.Entry.Identity;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two servers on one database and one folder.
final class NodesPromisesTest {
    private static final String JSON = "application/dicom+json";
    private static final String MULTIPART = "multipart/related; type=\"application/dicom\"; transfer-syntax=*";

    @TempDir
    private static Path folder;

    private static Rig rig;
    private static ChildServer[] servers = {};
    private static Client[] clients = {};

    @BeforeAll
    static void start() throws IOException {
        rig = new Rig(folder.resolve("data").resolve("blobs"));
        startServers();
    }

    private static void startServers() throws IOException {
        servers = new ChildServer[] {command().start(), command().start()};
        clients = new Client[] {new Client(servers[0].uri()), new Client(servers[1].uri())};
    }

    private static ChildServer.Command command() {
        return new ChildServer.Command(folder, rig.options)
                .flag("retention-deleted", "0s")
                .flag("retention-sweep-interval", "1h")
                .flag("store-pack-threshold-bytes", "8192");
    }

    @AfterAll
    static void stop() {
        stopServers();
        rig.close();
    }

    private static void stopServers() {
        for (int i = 0; i < servers.length; i++) {
            clients[i].close();
            servers[i].close();
        }
    }

    @Test
    @DisplayName("F2 what one node has acknowledged the other answers with at once: stored, replaced, deleted")
    void theOtherNodeKnowsAtOnce() throws Exception {
        long seed = Size.seed("F2");
        SplittableRandom random = new SplittableRandom(seed);
        for (int pair = 0; pair < Size.of(40, 10_000); pair++) {
            String which = "F2, seed " + seed + ", pair " + pair;
            int writer = random.nextInt(2);
            Client other = clients[1 - writer];
            Identity identity = Content.identity(7_000, 1, pair);
            for (int variant = 1; variant <= 2; variant++) {
                Content content = Content.of(identity, variant, random.nextBoolean() ? 300 : 20_000);
                Client.Told told = clients[writer].store("PUT", List.of(content));
                assertThat(told.stored()).as(which).containsExactly(identity.instanceUid());
                assertThat(other.instance(identity).body()).as(which).isEqualTo(content.bytes());
                assertThat(name(other.get(Client.path(identity) + "/metadata", JSON)))
                        .as(which)
                        .isEqualTo("Promise^Variant " + variant);
                HttpResponse<byte[]> series = other.get(series(identity) + "/metadata", JSON);
                assertThat(Client.dataSets(series.body()))
                        .as(which)
                        .filteredOn(one -> is(one, identity))
                        .extracting(NodesPromisesTest::name)
                        .containsExactly("Promise^Variant " + variant);
                assertThat(other.get("/dicom-web/instances?SOPInstanceUID=" + identity.instanceUid(), JSON)
                                .statusCode())
                        .as(which)
                        .isEqualTo(200);
            }
            if (random.nextBoolean()) {
                assertThat(clients[writer].delete(identity)).as(which).isEqualTo(204);
                assertThat(other.instance(identity).statusCode()).as(which).isEqualTo(404);
                HttpResponse<byte[]> series = other.get(series(identity) + "/metadata", JSON);
                assertThat(new String(series.body(), StandardCharsets.UTF_8))
                        .as(which)
                        .doesNotContain(identity.instanceUid() + "\"");
            }
        }
    }

    private static boolean is(DataSet dataSet, Identity identity) {
        return identity.instanceUid().equals(dataSet.findString(Tag.SOPInstanceUID));
    }

    private static String name(HttpResponse<byte[]> metadata) throws IOException {
        return name(Client.dataSets(metadata.body()).getFirst());
    }

    private static String name(DataSet dataSet) {
        return "" + dataSet.findString(Tag.PatientName);
    }

    private static String series(Identity identity) {
        return "/dicom-web/studies/" + identity.studyUid() + "/series/" + identity.seriesUid();
    }

    @Test
    @DisplayName("F6 after a delete no route of any node gives a byte of it, the feed has it, and a sweep removes the"
            + " bytes from the folder")
    void nothingIsLeftOfWhatWasDeleted() throws Exception {
        List<Content> deleted = new ArrayList<>();
        List<Content> all = new ArrayList<>();
        for (int i = 0; i < Size.of(12, 1_000); i++) {
            Identity identity = Content.identity(8_000, i % 2, i);
            DataSet dataSet = Content.dataSet(identity, i).putString(Tag.ImageComments, name(identity));
            Content content = Content.of(identity, dataSet, i, i % 3 == 0 ? 30_000 : 1_000);
            all.add(content);
            // A third of the packed ones: too few for their pack to be given up.
            if (i % 3 == 0 || i % 9 == 1) {
                deleted.add(content);
            }
        }
        assertThat(clients[0].store("POST", all).stored()).hasSize(all.size());
        for (Content content : all) {
            for (Client client : clients) {
                for (String route : routes(content.identity())) {
                    assertThat(crawl(client, route).statusCode()).as(route).isEqualTo(200);
                }
            }
        }
        for (Content content : deleted) {
            assertThat(clients[deleted.indexOf(content) % 2].delete(content.identity()))
                    .isEqualTo(204);
        }
        for (Content content : deleted) {
            Identity identity = content.identity();
            for (Client client : clients) {
                for (String route : routes(identity)) {
                    assertThat(crawl(client, route).statusCode()).as(route).isEqualTo(404);
                }
                for (String route : listings(identity)) {
                    HttpResponse<byte[]> answer = crawl(client, route);
                    if (answer.statusCode() == 200) {
                        // The feed alone tells that it was there once.
                        assertThat(new String(answer.body(), StandardCharsets.ISO_8859_1))
                                .as(route)
                                .doesNotContain(name(identity), pixels(content));
                    }
                }
                assertThat(client.get("/dicom-web/instances?SOPInstanceUID=" + identity.instanceUid(), JSON)
                                .statusCode())
                        .isEqualTo(204);
            }
        }
        // Whatever is written after a pack is ended goes into the next.
        stopServers();
        try (Rig own = new Rig(folder.resolve("data").resolve("blobs"))) {
            Node node = Node.open(own.database(rig.options), own.closing(own.blobs()), Node.NONE_KEPT);
            own.closing(node);
            assertThat(node.feed())
                    .filteredOn(entry -> entry.change().action() == org.isocenter.server.feed.Feed.Action.DELETE)
                    .extracting(entry -> entry.change().instanceUid())
                    .containsAll(deleted.stream()
                            .map(content -> content.identity().instanceUid())
                            .toList());
            node.sweep();
        } finally {
            startServers();
        }
        String bytes = folderBytes();
        for (Content content : all) {
            assertThat(bytes.contains(pixels(content)) || bytes.contains(name(content.identity())))
                    .as("bytes of %s in the folder", content)
                    .isEqualTo(!deleted.contains(content));
        }
    }

    private static String name(Identity identity) {
        return "deleted-" + identity.instanceUid() + "-name";
    }

    private static List<String> routes(Identity identity) {
        String instance = Client.path(identity);
        return List.of(
                instance,
                instance + "/metadata",
                instance + "/frames/1",
                instance + "/pixeldata",
                instance.replace("/dicom-web/", "/v2/"),
                instance.replace("/dicom-web/", "/v2/") + "/metadata");
    }

    private static List<String> listings(Identity identity) {
        String study = "/dicom-web/studies/" + identity.studyUid();
        return List.of(
                study,
                study + "/metadata",
                study + "/instances?includefield=all",
                series(identity),
                series(identity) + "/metadata",
                series(identity) + "/instances?includefield=all",
                "/changefeed?limit=200");
    }

    private static HttpResponse<byte[]> crawl(Client client, String route) throws IOException {
        boolean json = route.contains("metadata") || route.contains("?") || route.contains("changefeed");
        boolean bulk = route.contains("frames") || route.contains("pixeldata");
        return client.get(
                route,
                json
                        ? JSON + ", application/json"
                        : bulk ? "multipart/related; type=\"application/octet-stream\"" : MULTIPART);
    }

    /// A piece of the pixels, as text of one byte a character.
    private static String pixels(Content content) {
        int end = content.bytes().length;
        return new String(content.bytes(), end - 40, 40, StandardCharsets.ISO_8859_1);
    }

    private static String folderBytes() throws IOException {
        StringBuilder bytes = new StringBuilder();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                bytes.append(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
            }
        }
        return bytes.toString();
    }

    @Test
    @DisplayName("S6 a UID that both the path and the query name has to be the same to match")
    void aUidOfThePathAndOfTheQueryMeet() throws Exception {
        Identity identity = Content.identity(8_700, 1, 1);
        clients[0].store("POST", List.of(Content.of(identity, 1, 100)));
        String path = "/dicom-web/studies/" + identity.studyUid() + "/series?StudyInstanceUID=";
        assertThat(clients[1].get(path + identity.studyUid() + ",1.2", JSON).statusCode())
                .isEqualTo(200);
        assertThat(clients[1].get(path + "1.2", JSON).statusCode()).isEqualTo(204);
    }

    @Test
    @DisplayName("S5 no byte that a client sends comes into the name of a file")
    void namesOfFilesAreOwn() throws Exception {
        String[] hostile = {
            "../../../../tmp/isocenter-escape",
            "..\\..\\isocenter-escape",
            "/isocenter-escape",
            "1.2.3/../isocenter-escape",
            "isocenter-escape\u0000.dcm",
            "$(touch isocenter-escape)",
            "1.2.3;isocenter-escape",
            "%2e%2e%2fisocenter-escape",
            "CON isocenter-escape",
            "1.2.3\r\nisocenter-escape"
        };
        int[] tags = {
            Tag.SOPInstanceUID,
            Tag.StudyInstanceUID,
            Tag.SeriesInstanceUID,
            Tag.SOPClassUID,
            Tag.PatientID,
            Tag.PatientName
        };
        for (String text : hostile) {
            for (int tag : tags) {
                Identity identity = Content.identity(8_500, 1, Math.abs((text + tag).hashCode()));
                DataSet dataSet = Content.dataSet(identity, 1);
                dataSet.putString(tag, text);
                Content content = Content.of(identity, dataSet, 1, 100);
                Client.Told told = clients[0].store("POST", List.of(content));
                assertThat(told.status()).as("%s in %08X", text, tag).isIn(200, 202, 409);
            }
        }
        try (Stream<Path> files = Files.walk(folder.resolve("data").resolve("blobs"))) {
            assertThat(files.map(file -> "" + file.getFileName()))
                    .allMatch(name -> name.matches("blobs|files|packs|turn[.]lock|[0-9a-f]{2,32}([.][0-9a-z.]+)?"));
        }
        assertThat(Path.of("isocenter-escape")).doesNotExist();
        assertThat(Path.of("/tmp/isocenter-escape")).doesNotExist();
    }

    @Test
    @DisplayName("A6 a client that goes away in any phase leaves no connection, file or thread behind")
    void goneClientsLeaveNothing() throws Exception {
        Content large = Content.of(Content.identity(8_600, 1, 1), 1, 24 << 20);
        assertThat(clients[0].store("POST", List.of(large)).status()).isEqualTo(200);
        GoneClient gone = new GoneClient(servers[0]);
        for (GoneClient.Phase phase : GoneClient.Phase.values()) {
            for (int i = 0; i < Size.of(4, 400); i++) {
                gone.leaveAt(phase, large);
            }
        }
        gone.checkNothingIsLeft(folder);
        assertThat(clients[0].instance(large.identity()).body()).isEqualTo(large.bytes());
    }
}
