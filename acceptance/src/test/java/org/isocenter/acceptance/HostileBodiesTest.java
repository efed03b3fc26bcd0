package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Bodies of store requests that are broken or meant to break something (rows M of the
/// [hostile inputs](../../../../../../../docs/reference/hostile-inputs.md), and rows J at this door): refused
/// as a whole; nothing stored, and the archive still serves.
class HostileBodiesTest {
    private static final String RELATED = "multipart/related; type=\"application/dicom\"";
    private static final String GOOD = RELATED + "; boundary=b";
    private static final String PART = "--b\r\nContent-Type: application/dicom\r\n\r\n";

    private final Archive archive = Archive.get();
    private final Dicomweb dicomweb = archive.dicomweb();
    private final long position = dicomweb.feedPosition();

    @AfterEach
    void nothingIsStoredAndTheArchiveServes() {
        assertThat(dicomweb.feedPosition()).isEqualTo(position);
        archive.assertReady();
    }

    private static Arguments row(String name, String contentType, String body, int status, String code) {
        return arguments(name, contentType, Samples.latin(body), status, code);
    }

    private static Arguments boundary(String name, String parameters, String body) {
        return row("M01 " + name, RELATED + parameters, body, 400, "malformed-boundary");
    }

    private static Arguments part(String name, String head) {
        return row("M06 " + name, GOOD, "--b\r\n" + head + "\r\n\r\n\r\n--b--", 400, "malformed-body");
    }

    static Stream<Arguments> bodies() {
        return Stream.of(
                boundary("no boundary", "", "--b--"),
                boundary("an empty boundary", "; boundary=\"\"", "----"),
                boundary("a boundary of 71", "; boundary=" + "b".repeat(71), "--" + "b".repeat(71) + "--"),
                boundary("an illegal boundary", "; boundary=\"b{}\"", "--b{}--"),
                boundary("a boundary that ends with a space", "; boundary=\"b \"", "--b --"),
                row("M01 two boundaries", RELATED + "; boundary=b; boundary=c", "--b--", 400, "malformed-header"),
                row(
                        "M01 a boundary with a line break",
                        RELATED + "; boundary=\"b\r\nX: y\"",
                        "--b--",
                        400,
                        "malformed-header"),
                row(
                        "M03 1 MB behind the last boundary",
                        GOOD,
                        "--b--\r\n" + "x".repeat(1 << 20),
                        400,
                        "malformed-body"),
                row("M04 no boundary at all", GOOD, "hello", 400, "malformed-body"),
                row("M04 no last boundary", GOOD, PART + "hello", 400, "malformed-body"),
                row(
                        "M04 a head that does not end",
                        GOOD,
                        "--b\r\nContent-Type: application/dicom",
                        400,
                        "malformed-body"),
                row(
                        "M05 100,001 empty parts",
                        GOOD,
                        "--b\r\n\r\n\r\n".repeat(100_001) + "--b--",
                        413,
                        "too-many-parts"),
                part("headers of 16 KiB", "X: " + "a".repeat(16 << 10)),
                part("a header of 16 KiB without an end", "X: " + "a".repeat(1 << 20)),
                part("200 headers", "X: a\r\n".repeat(199) + "X: a"),
                part("a folded header", "X: a\r\n b"),
                part("a header that is not ASCII", "X: \u00e4"),
                part("a name that is not ASCII", "\u00e4: a"),
                part("a header without a colon", "Xa"),
                part("two types", "Content-Type: application/dicom\r\nContent-Type: text/html"),
                row("M07 a part of HTML", GOOD, "--b\r\nContent-Type: text/html\r\n\r\n<p>\r\n--b--", 415, UNSUPPORTED),
                row("M07 a part of PNG", GOOD, "--b\r\nContent-Type: image/png\r\n\r\nx\r\n--b--", 415, UNSUPPORTED),
                row(
                        "M08 multipart within multipart",
                        GOOD,
                        "--b\r\nContent-Type: multipart/related; boundary=c\r\n\r\n--c--\r\n--b--",
                        415,
                        UNSUPPORTED),
                row(
                        "M08 base64",
                        GOOD,
                        "--b\r\nContent-Type: application/dicom\r\n"
                                + "Content-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--b--",
                        400,
                        "transfer-encoding"),
                row("M10 another type", "multipart/related; type=\"text/html\"; boundary=b", "--b--", 415, UNSUPPORTED),
                row("M10 a start", GOOD + "; start=\"<a@b>\"", "--b--", 400, "multipart-start"),
                row("M12 a ZIP", "application/zip", "PK\3\4", 415, UNSUPPORTED),
                row("J01 DICOM JSON", "application/dicom+json", "[".repeat(1000), 415, UNSUPPORTED),
                row(
                        "J05 DICOM XML",
                        "application/dicom+xml",
                        "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>",
                        415,
                        UNSUPPORTED));
    }

    private static final String UNSUPPORTED = "unsupported-media-type";

    @ParameterizedTest(name = "{0}")
    @MethodSource("bodies")
    void aBodyThatIsNoneIsRefused(String name, String contentType, byte[] body, int status, String code)
            throws IOException {
        try (Wire wire = post(contentType, "Content-Length: " + body.length)) {
            wire.sendUntilAnswered(Stretch.bytes(body)).answer().assertProblem(status, code);
        }
    }

    private Wire post(String contentType, String header) throws IOException {
        return archive.wire()
                .send("POST " + archive.path() + "/studies HTTP/1.1\r\nHost: {host}\r\nContent-Type: " + contentType
                        + "\r\n" + header + "\r\n\r\n");
    }

    @Test
    void m03aHundredMegabytesBeforeTheFirstBoundaryAreNotReadToTheirEnd() throws IOException {
        byte[] megabyte = new byte[1 << 20];
        try (Wire wire = post(GOOD, "Content-Length: " + (100L << 20))) {
            wire.sendUntilAnswered(Stretch.repeated(megabyte, 100)).answer().assertProblem(400, "malformed-body");
        }
    }

    @Test
    void m05aMillionEmptyPartsAreNotReadToTheirEnd() throws IOException {
        byte[] thousand = Samples.latin("--b\r\n\r\n\r\n".repeat(1000));
        try (Wire wire = post(GOOD, "Content-Length: " + 1000L * thousand.length)) {
            wire.sendUntilAnswered(Stretch.repeated(thousand, 1000)).answer().assertProblem(413, "too-many-parts");
        }
    }

    @ParameterizedTest(name = "M09 {0}")
    @ValueSource(strings = {"gzip", "br", "gzip, gzip", "deflate", "identity, gzip"})
    void aCompressedBodyIsRefused(String coding) throws IOException {
        byte[] bomb = gzip(new byte[64 << 20]);
        try (Wire wire =
                post("application/dicom", "Content-Encoding: " + coding + "\r\nContent-Length: " + bomb.length)) {
            wire.sendUntilAnswered(Stretch.bytes(bomb)).answer().assertProblem(415, "content-encoding");
        }
    }

    private static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }

    /// A store of metadata with bulk data (PS3.18 section 10.5) is refused before a byte of it is read, and what
    /// it points at is never asked for.
    @ParameterizedTest(name = "M11 {0}")
    @ValueSource(
            strings = {
                "http://{address}/a",
                "http://169.254.169.254/latest",
                "file:///etc/passwd",
                "jar:file:/a!/b",
                "../a",
                "/studies/1.2.3",
                "cid:missing"
            })
    void bulkDataAreNeverFetched(String uri) throws IOException {
        try (ServerSocket trap = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            trap.setSoTimeout(1);
            String address = "127.0.0.1:" + trap.getLocalPort();
            for (String type : List.of("application/dicom+json", "application/dicom+xml")) {
                byte[] body = metadata(type, uri.replace("{address}", address));
                String content = "multipart/related; type=\"" + type + "\"; boundary=b";
                try (Wire wire = post(content, "Content-Length: " + body.length)) {
                    wire.sendUntilAnswered(Stretch.bytes(body)).answer().assertProblem(415, UNSUPPORTED);
                }
            }
            // Whoever had called would have been waiting by now: the answer came after.
            assertThat(isCalled(trap)).isFalse();
        }
    }

    private static byte[] metadata(String type, String uri) {
        String document = type.endsWith("json")
                ? "[{\"7FE00010\":{\"vr\":\"OW\",\"BulkDataURI\":\"" + uri + "\"}}]"
                : "<NativeDicomModel><DicomAttribute tag=\"7FE00010\" vr=\"OW\"><BulkData uri=\"" + uri
                        + "\"/></DicomAttribute></NativeDicomModel>";
        return ("--b\r\nContent-Type: " + type + "\r\n\r\n" + document
                        + "\r\n--b\r\nContent-Type: application/octet-stream\r\nContent-Location: a\r\n\r\nx\r\n--b--")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static boolean isCalled(ServerSocket trap) throws IOException {
        try {
            trap.accept().close();
            return true;
        } catch (SocketTimeoutException nobody) {
            return false;
        }
    }

    @Test
    void m13aBodyShorterThanItsLengthIsRefusedAndTheConnectionClosed() throws IOException {
        byte[] file = Draft.ct().bytes();
        try (Wire wire = post("application/dicom", "Content-Length: " + (file.length + 100))) {
            wire.send(file).endOutput();
            wire.answer().assertProblem(400, "malformed-body");
            assertThat(wire.isClosedByServer()).isTrue();
        }
    }

    @Test
    void m13aBodyLongerThanItsLengthIsCutAndTheConnectionClosed() throws IOException {
        byte[] file = Draft.ct().bytes();
        try (Wire wire = post("application/dicom", "Content-Length: " + (file.length - 100))) {
            wire.send(file);
            assertThat(wire.answer().assertStatus(409).failureReasons()).containsExactly(272);
            wire.answer().assertProblem(400, "bad-request");
            assertThat(wire.isClosedByServer()).isTrue();
        }
    }
}
