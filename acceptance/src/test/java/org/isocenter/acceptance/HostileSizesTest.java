package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.isocenter.dicom.Tag;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Rows of the [hostile inputs](../../../../../../../docs/reference/hostile-inputs.md) that are large: made while
/// they are sent, at full size with `-Dpromises=nightly`.
class HostileSizesTest {
    private static final int MEBIBYTE = 1 << 20;
    private static final int PRIVATE = 0x00311001;

    private final Archive archive = Archive.get();
    private final Dicomweb dicomweb = archive.dicomweb();

    @AfterEach
    void theArchiveServes() {
        archive.assertReady();
    }

    /// The beginning of a file, up to elements behind all others of it.
    private static byte[] beginning(Draft draft) {
        return draft.withoutPixels().bytes();
    }

    /// Sends a file as a body of its own.
    private static Answer store(Archive archive, InputStream file, String framing) throws IOException {
        try (Wire wire = archive.wire()) {
            wire.send("POST " + archive.path() + "/studies HTTP/1.1\r\nHost: {host}\r\n"
                    + "Content-Type: application/dicom\r\nAccept: " + Dicomweb.JSON + "\r\n" + framing + "\r\n\r\n");
            return wire.sendUntilAnswered(file).answer();
        }
    }

    private static String length(long bytes) {
        return "Content-Length: " + bytes;
    }

    @Test
    void p14tenMillionEmptyElementsAreRefusedAtTheCap() throws IOException {
        assertElementsAreRefused(10_000_000);
    }

    @Test
    void p26aFileOf5GbOfSmallElementsIsRefusedAtTheCap() throws IOException {
        assertElementsAreRefused(625_000_000);
    }

    /// Empty elements behind those of a draft, in odd groups.
    private void assertElementsAreRefused(long count) throws IOException {
        long groups = count / BrokenFiles.EMPTY_ELEMENTS + 1;
        byte[] beginning = beginning(Draft.ct());
        long position = dicomweb.feedPosition();
        InputStream file = Stretch.joined(
                Stretch.bytes(beginning), Stretch.of(groups, number -> BrokenFiles.emptyElements(number + 16)));
        Answer answer = store(archive, file, length(beginning.length + groups * 8L * BrokenFiles.EMPTY_ELEMENTS))
                .assertStatus(409);
        assertThat(answer.failureReasons()).containsExactly(272);
        assertThat(answer.text()).contains("more than 1000000 elements");
        assertThat(dicomweb.feedPosition()).isEqualTo(position);
    }

    // More than the archive takes

    /// Ways to be larger than an archive with small limits takes, of which an instance is up to 64 KiB and a
    /// request up to 1 MiB.
    @Test
    void p24whatIsLargerThanItsLimitIsRefused() throws IOException {
        byte[] file = beginning(Draft.ct());
        byte[] large = Samples.joined(
                file,
                privately().head(PRIVATE, "OB", 100_000).raw(new byte[100_000]).toBytes());
        Elements small = privately();
        for (int i = 0; i < 300; i++) {
            small.bytes(PRIVATE + i, "OB", new byte[300]);
        }
        byte[] many = Samples.joined(file, small.toBytes());
        try (Archive tight = Archive.with("--store-instance-max-bytes", "64KiB", "--http-request-max-bytes", "1MiB")) {
            for (byte[] instance : List.of(large, many)) {
                store(tight, Stretch.bytes(instance), length(instance.length)).assertProblem(413, "instance-too-large");
                tight.dicomweb().store(instance).assertProblem(413, "instance-too-large");
            }
            store(tight, InputStream.nullInputStream(), length(MEBIBYTE + 1)).assertProblem(413, "content-too-large");
            byte[] none = Samples.noise(60_000);
            byte[][] parts = new byte[60][];
            Arrays.fill(parts, none);
            assertTooLong(tight, Dicomweb.multipart(parts));
            assertThat(tight.dicomweb().feedPosition()).isZero();
            tight.assertReady();
        }
    }

    /// A request whose length nobody has told, of parts that are small each.
    private static void assertTooLong(Archive archive, byte[] body) throws IOException {
        try (Wire wire = archive.wire()) {
            wire.send("POST " + archive.path() + "/studies HTTP/1.1\r\nHost: {host}\r\nContent-Type: "
                    + "multipart/related; type=\"application/dicom\"; boundary=" + Dicomweb.BOUNDARY
                    + "\r\nTransfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(body.length) + "\r\n");
            wire.sendUntilAnswered(Stretch.bytes(body)).answer().assertProblem(413, "content-too-large");
        }
    }

    /// The same at the sizes that an archive has by itself: an instance of more than 4 GiB.
    @Test
    void p24anInstanceOfMoreThan4GibIsRefused() throws IOException {
        Assumptions.assumeTrue(Size.NIGHTLY, "writes 4 GiB; of each change the same is tested with small limits");
        long position = dicomweb.feedPosition();
        byte[] beginning = Samples.joined(
                beginning(Draft.ct()),
                privately().head(PRIVATE, "OB", 4095L * MEBIBYTE).toBytes());
        byte[] second =
                Elements.explicit().head(PRIVATE + 1, "OB", 2L * MEBIBYTE).toBytes();
        InputStream file = Stretch.joined(
                Stretch.bytes(beginning),
                Stretch.repeated(new byte[MEBIBYTE], 4095),
                Stretch.bytes(second),
                Stretch.repeated(new byte[MEBIBYTE], 2));
        store(archive, file, length(beginning.length + second.length + 4097L * MEBIBYTE))
                .assertProblem(413, "instance-too-large");
        assertThat(dicomweb.feedPosition()).isEqualTo(position);
    }

    private static Elements privately() {
        return Elements.explicit().text(0x00310010, "LO", "ISOCENTER TEST");
    }

    // Large values

    @Test
    void v10aTextOf2GibIsKept() throws IOException, NoSuchAlgorithmException {
        // Of each change 64 MiB.
        long mebibytes = Size.of(64, 2047);
        Draft draft = Draft.ct();
        byte[] beginning = Samples.joined(
                beginning(draft),
                privately().head(PRIVATE, "UT", mebibytes * MEBIBYTE).toBytes());
        MessageDigest sent = MessageDigest.getInstance("SHA-256");
        byte[] text = Samples.latin("0123456789abcde\\".repeat(MEBIBYTE / 16));
        InputStream file = new DigestInputStream(
                Stretch.joined(Stretch.bytes(beginning), Stretch.repeated(text, mebibytes)), sent);
        store(archive, file, length(beginning.length + mebibytes * MEBIBYTE)).assertStatus(200);
        MessageDigest received = MessageDigest.getInstance("SHA-256");
        dicomweb.stream(draft.path(), Dicomweb.SINGLE_DICOM, received::update);
        assertThat(received.digest()).isEqualTo(sent.digest());
        assertInShort(draft);
    }

    static Stream<Arguments> values() {
        return Stream.of(
                arguments("V10 a line of 10 MB", Tag.StudyDescription, "LO", "x".repeat(10_000_000)),
                arguments("V10 a million values", Tag.ImageType, "CS", "A\\".repeat(999_999) + "A"),
                arguments("V10 a million backslashes", Tag.StudyDescription, "LO", "\\".repeat(1_000_000)),
                arguments("V10 a name of 10 MB", Tag.PatientName, "PN", "x".repeat(10_000_000)));
    }

    /// Implicit VR has room for lengths of 32 bits whatever the VR.
    @ParameterizedTest(name = "{0}")
    @MethodSource("values")
    void aLargeValueIsKept(String name, int tag, String vr, String value) {
        Draft draft = Draft.ct().transferSyntax(Draft.IMPLICIT).text(tag, vr, value);
        byte[] file = draft.bytes();
        dicomweb.store(file).assertStatus(200);
        assertThat(dicomweb.get(draft.path(), "Accept", Dicomweb.SINGLE_DICOM).body())
                .isEqualTo(file);
        assertInShort(draft);
    }

    /// Metadata name the value and do not hold it, and a search finds the instance.
    private void assertInShort(Draft draft) {
        Answer metadata = dicomweb.get(draft.path() + "/metadata", "Accept", Dicomweb.JSON)
                .assertStatus(200);
        assertThat(metadata.body()).hasSizeLessThan(MEBIBYTE);
        assertThat(metadata.text()).contains("BulkDataURI");
        assertThat(dicomweb.search("/instances?includefield=all&StudyInstanceUID=" + draft.study))
                .hasSize(1);
        dicomweb.delete(draft.path()).assertStatus(204);
    }
}
