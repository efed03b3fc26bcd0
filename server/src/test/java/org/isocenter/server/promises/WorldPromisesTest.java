package org.isocenter.server.promises;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.isocenter.server.db.CutProxy;
import org.isocenter.server.db.Database;
import org.isocenter.server.db.DatabaseOptions;
import org.isocenter.server.db.TestPostgres;
import org.isocenter.server.index.Entry.Identity;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The world around a server fails: its database, its disk, the operator who stops it.
final class WorldPromisesTest {
    private static final String JSON = "application/dicom+json";

    /// Five times what is promised, for busy machines.
    private static final Duration ANSWER_BOUND = Duration.ofSeconds(10);

    private static final Duration RETURN_BOUND = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    @Test
    @DisplayName("A10 without its database the server answers 503 in time, and goes on by itself when it is back")
    void withoutADatabaseTheAnswerIs503() throws Exception {
        try (Rig rig = new Rig(folder.resolve("data").resolve("blobs"))) {
            CutProxy proxy = rig.closing(new CutProxy(TestPostgres.port()));
            try (ChildServer server = new ChildServer.Command(folder, proxy.options(rig.options)).start();
                    Client client = new Client(server.uri())) {
                Content content = Content.of(Content.identity(1, 1, 1), 1, 500);
                assertThat(client.store("POST", List.of(content)).status()).isEqualTo(200);
                for (int round = 0; round < Size.of(2, 20); round++) {
                    proxy.goDown();
                    int again = round;
                    List<Duration> answers = Race.run(24, runner -> () -> {
                        long begun = System.nanoTime();
                        Content other = Content.of(Content.identity(2, again, runner), 1, 500);
                        int status = runner % 2 == 0
                                ? client.store("POST", List.of(other)).status()
                                : client.get("/dicom-web/studies", JSON).statusCode();
                        assertThat(status).isEqualTo(503);
                        return Duration.ofNanos(System.nanoTime() - begun);
                    });
                    Duration slowest = answers.stream().max(Duration::compareTo).orElseThrow();
                    System.out.println("A10: 503 within " + slowest.toMillis() + " ms");
                    assertThat(slowest).isLessThan(ANSWER_BOUND);
                    assertThat(client.get("/health/live", "*/*").statusCode()).isEqualTo(200);
                    proxy.comeBack();
                    Duration back = Polls.until(
                            "the server is back",
                            RETURN_BOUND,
                            () -> client.instance(content.identity()).statusCode() == 200);
                    System.out.println("A10: back after " + back.toMillis() + " ms");
                    Content next = Content.of(Content.identity(3, 1, again), 1, 500);
                    assertThat(client.store("POST", List.of(next)).status()).isEqualTo(200);
                }
            }
        }
    }

    @Test
    @DisplayName("D8 with a read-only database writes get 503, reads go on, and writing returns by itself")
    void aReadOnlyDatabaseRefusesWritesOnly() throws Exception {
        try (Rig rig = new Rig(folder.resolve("data").resolve("blobs"));
                ChildServer server = new ChildServer.Command(folder, rig.options).start();
                Client client = new Client(server.uri())) {
            Database admin = rig.database(new DatabaseOptions(
                    rig.options.url() + "&options=-c%20default_transaction_read_only=off",
                    rig.options.user(),
                    rig.options.password(),
                    1));
            Content content = Content.of(Content.identity(1, 1, 1), 1, 500);
            Content other = Content.of(Content.identity(1, 1, 2), 1, 500);
            assertThat(client.store("POST", List.of(content)).status()).isEqualTo(200);
            setReadOnly(admin, "on");
            assertThat(client.store("POST", List.of(other)).status()).isEqualTo(503);
            assertThat(client.delete(content.identity())).isEqualTo(503);
            assertThat(client.instance(content.identity()).body()).isEqualTo(content.bytes());
            assertThat(client.get("/dicom-web/studies", JSON).statusCode()).isEqualTo(200);
            setReadOnly(admin, "off");
            Polls.until(
                    "writing returns",
                    RETURN_BOUND,
                    () -> client.store("POST", List.of(other)).status() == 200);
        }
    }

    private static void setReadOnly(Database admin, String value) {
        admin.transaction(session -> {
            session.sql("select set_config('promises.value', ?, true)")
                    .bind(value)
                    .list(row -> true);
            session.sql("""
                            do $$ begin
                                execute format('alter database %I set default_transaction_read_only = %L',
                                    current_database(), current_setting('promises.value'));
                            end $$""").update();
            return true;
        });
        admin.query(session -> session.sql(
                        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()")
                .list(row -> row.getBoolean(1)));
    }

    @Test
    @DisplayName("D8 on a full disk writes get 503, reads go on, and writing returns by itself when there is room")
    void aFullDiskRefusesWritesOnly() throws Exception {
        Path disk = Files.createDirectories(folder.resolve("disk"));
        Assumptions.assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=24m", "none", disk.toString()) == 0,
                "a small disk can be mounted by root only");
        try (Rig rig = new Rig(disk.resolve("data").resolve("blobs"))) {
            try (ChildServer server = new ChildServer.Command(disk, rig.options)
                            .flag("store-pack-threshold-bytes", "8192")
                            .start();
                    Client client = new Client(server.uri())) {
                for (int round = 0; round < Size.of(1, 50); round++) {
                    fillAndFree(disk, client, round);
                }
            }
            Node node = rig.node(Node.NONE_KEPT);
            node.checkSwept("D8");
        } finally {
            assertThat(run("umount", "-l", disk.toString())).isZero();
        }
    }

    private static void fillAndFree(Path disk, Client client, int round) throws Exception {
        Content small = Content.of(Content.identity(round, 1, 1), 1, 500);
        Content large = Content.of(Content.identity(round, 1, 2), 1, 100_000);
        assertThat(client.store("POST", List.of(small, large)).status()).isEqualTo(200);
        Path filler = disk.resolve("filler");
        try (var out = Files.newByteChannel(filler, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            var block = java.nio.ByteBuffer.allocate(4096);
            while (true) {
                out.write(block.clear());
            }
        } catch (IOException full) {
            System.out.println("D8: " + full.getMessage());
        }
        for (int i = 0; i < 5; i++) {
            Content refusedSmall = Content.of(Content.identity(round, 2, i), 1, 4_000);
            Content refusedLarge = Content.of(Content.identity(round, 3, i), 1, 100_000);
            assertThat(client.store("POST", List.of(refusedSmall)).status()).isEqualTo(503);
            assertThat(client.store("POST", List.of(refusedLarge)).status()).isEqualTo(503);
            assertThat(client.instance(small.identity()).body()).isEqualTo(small.bytes());
            assertThat(client.instance(large.identity()).body()).isEqualTo(large.bytes());
            assertThat(client.instance(refusedLarge.identity()).statusCode()).isEqualTo(404);
        }
        Files.delete(filler);
        Content after = Content.of(Content.identity(round, 4, 1), 1, 4_000);
        Content afterLarge = Content.of(Content.identity(round, 4, 2), 1, 100_000);
        Polls.until(
                "writing returns",
                RETURN_BOUND,
                () -> client.store("POST", List.of(after, afterLarge)).status() == 200);
        assertThat(client.instance(after.identity()).body()).isEqualTo(after.bytes());
    }

    private static int run(String... command) throws IOException, InterruptedException {
        try {
            return new ProcessBuilder(command).inheritIO().start().waitFor();
        } catch (IOException none) {
            return -1;
        }
    }

    @Test
    @DisplayName("A7 A9 SIGTERM under load loses nothing acknowledged, ends in time, and the next start is quick")
    void stoppingUnderLoadLosesNothing() throws Exception {
        Model model = new Model();
        Duration first = Duration.ZERO;
        for (int round = 0; round < Size.of(2, 200); round++) {
            ChildServer.Command command = new ChildServer.Command(
                            folder, new DatabaseOptions("jdbc:postgresql:", null, null, 1))
                    .flag("log-level", "warning");
            try (ChildServer server = command.start();
                    Client client = new Client(server.uri())) {
                System.out.println((round == 0 ? "A9: ready with nothing there after " : "A9: ready again after ")
                        + server.startTime().toMillis() + " ms");
                first = round == 0 ? server.startTime() : first;
                assertThat(server.startTime()).isLessThan(Duration.ofSeconds(30));
                for (Identity identity : model.identities()) {
                    HttpResponse<byte[]> answer = client.instance(identity);
                    assertThat(answer.statusCode()).as("%s", identity).isIn(200, 404);
                    model.observe(
                            identity,
                            answer.statusCode() == 200 ? Content.sha256(answer.body()) : Model.ABSENT,
                            "A7 round " + round);
                }
                stopUnderLoad(server, client, model, round);
            }
        }
    }

    private static void stopUnderLoad(ChildServer server, Client client, Model model, int round) throws Exception {
        AtomicInteger acknowledged = new AtomicInteger();
        long[] stopped = {0};
        Race.run(9, runner -> () -> {
            if (runner == 8) {
                Polls.until("there is load", Duration.ofSeconds(30), () -> acknowledged.get() > 20);
                stopped[0] = System.nanoTime();
                server.terminate();
                assertThat(server.exitStatus()).isIn(0, 143);
                return 0;
            }
            for (int i = 0; server.isAlive(); i++) {
                List<Content> contents = new ArrayList<>();
                for (int j = 0; j <= i % 4; j++) {
                    contents.add(Content.of(Content.identity(round, runner, 10L * i + j), 1, 3_000));
                }
                contents.forEach(model::perhapsStored);
                try {
                    Client.Told told = client.store("POST", contents);
                    contents.stream()
                            .filter(content ->
                                    told.stored().contains(content.identity().instanceUid()))
                            .forEach(content -> {
                                model.stored(content);
                                acknowledged.incrementAndGet();
                            });
                } catch (IOException gone) {
                    // No answer: it may be stored, or not.
                }
            }
            return 0;
        });
        Duration took = Duration.ofNanos(System.nanoTime() - stopped[0]);
        System.out.println("A7: stopped after " + took.toMillis() + " ms, " + acknowledged + " acknowledged");
        assertThat(took).isLessThan(Duration.ofSeconds(35));
        assertThat(server.log()).doesNotContain(" ERROR ");
    }

    @Test
    @DisplayName("S9 what is told about patients stands in no log, no temporary file, no name and no error")
    void nothingAboutPatientsLeaksOut() throws Exception {
        int[] tags = {
            Tag.PatientName, Tag.PatientID, Tag.AccessionNumber, Tag.ReferringPhysicianName, Tag.StudyDescription,
            Tag.SeriesDescription, Tag.StudyID, Tag.PatientComments, Tag.ImageComments, Tag.OperatorsName,
            Tag.InstitutionName, Tag.ProtocolName
        };
        List<String> canaries = new ArrayList<>();
        List<String> errors = new ArrayList<>();
        try (Rig rig = new Rig(folder.resolve("data").resolve("blobs"))) {
            CutProxy proxy = rig.closing(new CutProxy(TestPostgres.port()));
            try (ChildServer server = new ChildServer.Command(folder, proxy.options(rig.options))
                            .flag("log-level", "trace")
                            .start();
                    Client client = new Client(server.uri())) {
                for (int i = 0; i < 5; i++) {
                    Identity identity = Content.identity(9_000, 1, i);
                    DataSet dataSet = Content.dataSet(identity, i);
                    for (int tag : tags) {
                        String canary = "canary" + Integer.toHexString(tag) + i + "x";
                        canaries.add(canary);
                        dataSet.putString(tag, canary);
                    }
                    session(client, proxy, Content.of(identity, dataSet, i, 2_000), canaries, errors);
                }
            }
            assertThat(canaries).hasSize(60);
            searchFor(canaries, errors);
        }
    }

    /// Everything a client may do with an instance, rightly and wrongly. What is answered to what is wrong is
    /// kept.
    private static void session(
            Client client, CutProxy proxy, Content content, List<String> canaries, List<String> errors)
            throws IOException {
        String canary = canaries.getLast();
        String encoded = "%22%3B" + canary;
        assertThat(client.store("POST", List.of(content)).status()).isIn(200, 202);
        client.store(
                "POST",
                List.of(Content.of(
                        content.identity(),
                        Content.dataSet(content.identity(), 77).putString(Tag.PatientName, canary),
                        7,
                        9)));
        byte[] torn = java.util.Arrays.copyOf(content.bytes(), content.bytes().length - 700);
        client.store("POST", List.of(new Content(content.identity(), torn, "")));
        client.store("POST", List.of(new Content(content.identity(), canary.getBytes(StandardCharsets.UTF_8), "")));
        DataSet faulty = Content.dataSet(content.identity(), 1).putString(Tag.StudyInstanceUID, canary);
        client.store("POST", List.of(Content.of(content.identity(), faulty, 1, 10)));
        for (String path : List.of(
                "/dicom-web/studies?PatientName=" + canary,
                "/dicom-web/studies?PatientName=" + canary + "*&fuzzymatching=true",
                "/dicom-web/studies?StudyDate=" + canary,
                "/dicom-web/studies?StudyInstanceUID=" + canary,
                "/dicom-web/studies?limit=" + canary,
                "/dicom-web/studies?PatientID=" + encoded,
                "/dicom-web/studies/" + canary,
                "/dicom-web/studies/1.2.3/series/" + canary + "/instances/1",
                "/" + canary,
                "/changefeed?startTime=" + canary)) {
            keepError(client.get(path, JSON), errors);
        }
        keepError(client.get("/dicom-web/studies", canary), errors);
        client.delete(content.identity());
        if (canaries.size() > 12) {
            return;
        }
        proxy.goDown();
        keepError(client.get("/dicom-web/studies?PatientName=" + canary, JSON), errors);
        Content late = Content.of(
                Content.identity(9_001, 1, 1),
                Content.dataSet(Content.identity(9_001, 1, 1), 1).putString(Tag.PatientName, canary),
                1,
                10);
        assertThat(client.store("POST", List.of(late)).status()).isEqualTo(503);
        proxy.comeBack();
        proxy.cutNext(CutProxy.Cut.BEFORE_COMMIT);
        client.store("PUT", List.of(late));
        proxy.cutNext(CutProxy.Cut.NEVER);
    }

    private static void keepError(HttpResponse<byte[]> answer, List<String> errors) {
        if (answer.statusCode() >= 400) {
            errors.add(
                    answer.statusCode() + " " + answer.headers() + new String(answer.body(), StandardCharsets.UTF_8));
        }
    }

    private void searchFor(List<String> canaries, List<String> errors) throws IOException {
        assertThat(errors).hasSizeGreaterThan(30);
        for (String canary : canaries) {
            for (String error : errors) {
                assertThat(error).doesNotContain(canary);
            }
        }
        List<Path> files = new ArrayList<>();
        try (Stream<Path> own = Files.walk(folder);
                // The data of the database are where they belong, in its logs they are not.
                Stream<Path> postgres = Files.list(TestPostgres.logs())) {
            own.forEach(files::add);
            postgres.forEach(files::add);
        }
        int read = 0;
        for (Path file : files) {
            for (String canary : canaries) {
                assertThat(file.toString()).doesNotContain(canary);
            }
            if (Files.isRegularFile(file)
                    && !file.startsWith(folder.resolve("data").resolve("blobs"))) {
                String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                read++;
                for (String canary : canaries) {
                    int at = text.indexOf(canary);
                    String around =
                            at < 0 ? "" : text.substring(Math.max(0, at - 200), Math.min(text.length(), at + 80));
                    assertThat(around).as("%s in %s", canary, file).isEmpty();
                }
            }
        }
        assertThat(read).as("files that were searched").isGreaterThanOrEqualTo(2);
    }
}
