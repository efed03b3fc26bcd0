package org.isocenter.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The upload against a server that keeps what it is sent and answers as it is told.
class StoreTest {

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private FakeStow server;

    @BeforeEach
    void startServer() throws IOException {
        server = new FakeStow();
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    @Test
    void aFolderIsSentWholeAndBitExactAndTheRestOfItIsSkipped() throws IOException {
        Path inner = Files.createDirectories(folder.resolve("a/b"));
        for (int i = 0; i < 25; i++) {
            Files.write(inner.resolve("im" + i), TinyInstance.of("1.2." + i, i * 1000));
        }
        Files.writeString(folder.resolve("readme.txt"), "no image");
        Files.write(folder.resolve("DICOMDIR"), TinyInstance.ofClass("1.2.840.10008.1.3.10", "1.9", 0));

        int status = store(folder.toString());

        assertThat(status).isZero();
        assertThat(server.received()).hasSize(25);
        for (int i = 0; i < 25; i++) {
            assertThat(server.received().get("1.2." + i)).isEqualTo(TinyInstance.of("1.2." + i, i * 1000));
        }
        assertThat(server.requests()).isEqualTo(3);
        assertThat(out.toString())
                .startsWith("25 files, 0.3 MB in ")
                .contains("       25 stored", "        1 skipped, DICOMDIR", "        1 skipped, not DICOM")
                .doesNotContain("refused", "already");
    }

    @Test
    void refusalsAreToldByFileWithTheirReasonsAndTheRestGoesOn() throws IOException {
        write("1.dcm", "1.1");
        write("2.dcm", "1.2");
        write("3.dcm", "1.3");
        server.fail("1.2", 43264, "PatientID\u001b[31m is missing");
        server.warn("1.3", 45063);

        int status = store(folder.toString());

        assertThat(status).isEqualTo(1);
        assertThat(out.toString().lines())
                .contains(
                        "        2 stored",
                        "        1 stored with warnings",
                        "        1 refused",
                        "      1 × 45063 the data set does not match its SOP class",
                        "  " + folder.resolve("2.dcm"),
                        "      43264 failed validation: PatientID?[31m is missing");
    }

    @Test
    void anInstanceTheServerCannotNameIsFoundByWhatIsLeft() throws IOException {
        write("1.dcm", "1.1");
        write("2.dcm", "1.2");
        server.fail("1.2", 272, "");
        server.nameNoFailures();

        assertThat(store(folder.toString())).isEqualTo(1);
        assertThat(out.toString()).contains(folder.resolve("2.dcm").toString()).doesNotContain("1.dcm");
    }

    @Test
    void whatIsAlreadyThereIsCountedApart() throws IOException {
        write("1.dcm", "1.1");
        write("2.dcm", "1.2");
        write("3.dcm", "1.3");
        server.hasAlready(2);

        assertThat(store(folder.toString())).isZero();
        assertThat(out.toString()).contains("        1 stored", "        2 already there");
    }

    @Test
    void aBusyServerIsAskedAgain() throws IOException {
        write("1.dcm", "1.1");
        server.answerFirst(2, 503);

        assertThat(store(folder.toString())).isZero();
        assertThat(server.requests()).isEqualTo(3);
        assertThat(server.received()).containsOnlyKeys("1.1");
    }

    @Test
    void aRequestRefusedAsAWholeIsTakenApart() throws IOException {
        write("1.dcm", "1.1");
        write("2.dcm", "1.2");
        write("3.dcm", "1.3");
        server.refuseRequestsWith("1.2", 400, "{\"title\":\"Bad Request\",\"detail\":\"the second one is odd\"}");

        assertThat(store(folder.toString())).isEqualTo(1);
        assertThat(server.received()).containsOnlyKeys("1.1", "1.3");
        assertThat(out.toString()).contains("HTTP 400: the second one is odd", "        2 stored");
    }

    @Test
    void anAddressWhereNobodyTakesInstancesEndsTheUpload() throws IOException {
        write("1.dcm", "1.1");
        server.answerFirst(Integer.MAX_VALUE, 404);

        assertThat(store(folder.toString())).isEqualTo(2);
        assertThat(server.requests()).isEqualTo(1);
        assertThat(err.toString()).contains("Stopped early", "HTTP 404");
    }

    @Test
    void aServerThatIsNotThereEndsTheUpload() throws IOException {
        write("1.dcm", "1.1");
        URI address = server.uri();
        server.close();

        UploadTally tally = new UploadTally();
        String ended = upload(address, tally, 4);

        assertThat(ended).contains("does not answer");
        assertThat(tally.storedCount()).isZero();
    }

    @Test
    void requestsRunInParallel() throws IOException {
        for (int i = 0; i < 8; i++) {
            write(i + ".dcm", "1." + i);
        }
        server.meet(4);

        assertThat(store(folder.toString(), "--parallel", "4", "--per-request", "1"))
                .isZero();
        assertThat(server.requests()).isEqualTo(8);
        assertThat(server.mostAtOnce()).isEqualTo(4);
    }

    @Test
    void zipsAreSentEntryByEntryWhateverTheyAreCalled() throws IOException {
        Path zip = folder.resolve("study.bin");
        try (ZipOutputStream archive = new ZipOutputStream(Files.newOutputStream(zip))) {
            put(archive, "../../evil", TinyInstance.of("1.1", 100_000));
            put(archive, "folder/im2", TinyInstance.of("1.2", 5));
            put(archive, "DICOMDIR", TinyInstance.ofClass("1.2.840.10008.1.3.10", "1.9", 0));
            put(archive, "notes.txt", "hello".getBytes(StandardCharsets.UTF_8));
            put(archive, "inner.zip", new byte[] {'P', 'K', 3, 4, 0, 0, 0, 0});
        }

        assertThat(store(zip.toString())).isZero();
        assertThat(server.received()).containsOnlyKeys("1.1", "1.2");
        assertThat(server.received().get("1.1")).isEqualTo(TinyInstance.of("1.1", 100_000));
        assertThat(out.toString()).contains("        2 skipped, not DICOM", "        1 skipped, DICOMDIR");
        assertThat(folder.resolve("../evil")).doesNotExist();
    }

    @Test
    void anEntryThatInflatesBeyondAllProportionIsRefusedAndTheOthersAreSent() throws IOException {
        Path zip = folder.resolve("bomb.zip");
        byte[] head = TinyInstance.of("1.1", 0);
        try (ZipOutputStream archive = new ZipOutputStream(Files.newOutputStream(zip))) {
            archive.putNextEntry(new ZipEntry("bomb"));
            archive.write(head);
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 80; i++) {
                archive.write(zeros);
            }
            archive.closeEntry();
            put(archive, "good", TinyInstance.of("1.2", 5));
        }

        assertThat(store(zip.toString())).isEqualTo(1);
        assertThat(server.received()).containsOnlyKeys("1.2");
        assertThat(out.toString()).contains("bomb.zip!bomb", "inflates to more than 200 times its size");
    }

    @Test
    void aBrokenZipIsRefusedAndTheRestIsSent() throws IOException {
        Files.write(folder.resolve("broken.zip"), new byte[] {'P', 'K', 3, 4, 1, 2, 3});
        write("1.dcm", "1.1");

        assertThat(store(folder.toString())).isEqualTo(1);
        assertThat(server.received()).containsOnlyKeys("1.1");
        assertThat(out.toString()).contains("broken.zip", "cannot be read");
    }

    @Test
    void aFileThatCannotBeReadToItsEndIsLeftOutOfItsRequest() {
        byte[] good = TinyInstance.of("1.1", 10);
        UploadTally tally = new UploadTally();
        try (UploadProgress progress = new UploadProgress.Lines(new PrintWriter(err));
                Uploader uploader = new Uploader(server.uri(), HttpRequest::newBuilder, options(1), tally, progress)) {
            uploader.send(new Upload("bad", 10, "1.2", () -> {
                throw new IOException("gone");
            }));
            uploader.send(new Upload("good", 10, "1.1", () -> new ByteArrayInputStream(good)));
            assertThat(uploader.finish()).isNull();
        }

        assertThat(server.received()).containsOnlyKeys("1.1");
        assertThat(tally.refused()).containsExactly(new UploadTally.Refused("bad", "cannot be read: gone"));
        assertThat(tally.storedCount()).isEqualTo(1);
    }

    @Test
    void misuseIsSaidBeforeAnythingIsSent() throws IOException {
        write("1.dcm", "1.1");

        assertThat(store("missing-folder")).isEqualTo(2);
        assertThat(store(folder.toString(), "--parallel", "0")).isEqualTo(2);
        assertThat(store()).isEqualTo(2);
        assertThat(err.toString())
                .contains("missing-folder does not exist", "--parallel must be 1 to 64", "Missing required parameter");
        assertThat(server.requests()).isZero();
    }

    @Test
    void aLongFileIsStreamedInFull() throws IOException {
        byte[] file = TinyInstance.of("1.1", 30 << 20);
        Arrays.fill(file, 400, file.length, (byte) 7);
        Files.write(folder.resolve("long.dcm"), file);
        write("short.dcm", "1.2");

        assertThat(store(folder.toString())).isZero();
        assertThat(server.requests()).isEqualTo(2);
        assertThat(server.received().get("1.1")).isEqualTo(file);
    }

    private static Uploader.Options options(int parallel) {
        return new Uploader.Options(parallel, 10, 2, Duration.ZERO);
    }

    private String upload(URI address, UploadTally tally, int parallel) {
        try (UploadProgress progress = new UploadProgress.Lines(new PrintWriter(err));
                Uploader uploader =
                        new Uploader(address, HttpRequest::newBuilder, options(parallel), tally, progress)) {
            new UploadGathering(tally, progress, uploader::send).gather(List.of(folder));
            return String.valueOf(uploader.finish());
        }
    }

    private int store(String... arguments) {
        Terminal terminal = new Terminal(new PrintWriter(out), new PrintWriter(err), false, Map.of(), folder);
        String[] all = new String[arguments.length + 3];
        all[0] = "store";
        all[1] = "--url";
        all[2] = server.uri().toString();
        System.arraycopy(arguments, 0, all, 3, arguments.length);
        int status = Main.commandLine(terminal, List.of(new Store(terminal))).execute(all);
        terminal.out().flush();
        terminal.err().flush();
        return status;
    }

    private void write(String name, String uid) throws IOException {
        Files.write(folder.resolve(name), TinyInstance.of(uid, 100));
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content);
        zip.closeEntry();
    }
}
