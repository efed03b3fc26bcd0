package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Frames, ranges, validators and compression.
class FramesTest {
    private static final int FRAME_BYTES = 16 * 16 * 2;
    private static final byte[] FIRST = Samples.noise(700);
    private static final byte[] SECOND = Samples.noise(1100);
    private static final String J2K = "1.2.840.10008.1.2.4.90";

    private static final Draft NATIVE = Draft.ct().image(16, 16, 3);
    private static final Draft DEFLATED = Draft.ct().image(16, 16, 3).transferSyntax(Draft.DEFLATED);
    private static final Draft COMPRESSED = Draft.ct().fragments(J2K, FIRST, SECOND);
    private static final Draft PIXELLESS = Draft.ct().withoutPixels();

    private final Dicomweb dicomweb = Archive.get().dicomweb();

    @BeforeAll
    static void store() {
        Archive.get()
                .dicomweb()
                .store(NATIVE.bytes(), DEFLATED.bytes(), COMPRESSED.bytes(), PIXELLESS.bytes())
                .assertStatus(200);
    }

    private static byte[] nativeFrame(int number) {
        byte[] pixels = new byte[FRAME_BYTES];
        for (int i = 0; i < FRAME_BYTES / 2; i++) {
            int value = ((number - 1) * FRAME_BYTES / 2 + i) * 31 + 7;
            pixels[2 * i] = (byte) value;
            pixels[2 * i + 1] = (byte) (value >>> 8);
        }
        return pixels;
    }

    static Stream<Arguments> frameForms() {
        return Stream.of(
                arguments("native, octets alone", NATIVE, "1", "application/octet-stream", "application/octet-stream"),
                arguments(
                        "native, explicit",
                        NATIVE,
                        "2",
                        "multipart/related; type=\"application/octet-stream\"; transfer-syntax=1.2.840.10008.1.2.1",
                        "application/octet-stream"),
                arguments(
                        "native, type not quoted",
                        NATIVE,
                        "3",
                        "multipart/related; type=application/octet-stream; transfer-syntax=*",
                        "application/octet-stream"),
                arguments("native, anything", NATIVE, "1", "*/*", "application/octet-stream"),
                arguments("deflated", DEFLATED, "2", "multipart/related; type=\"*/*\"", "application/octet-stream"),
                arguments(
                        "compressed, its own type",
                        COMPRESSED,
                        "1",
                        "multipart/related; type=\"image/jp2\"",
                        "image/jp2; transfer-syntax=" + J2K),
                arguments("compressed, alone", COMPRESSED, "2", "image/jp2", "image/jp2"),
                arguments("compressed, anything", COMPRESSED, "1", "*/*", "image/jp2"),
                arguments(
                        "compressed, octets of any syntax",
                        COMPRESSED,
                        "2",
                        "multipart/related; type=application/octet-stream; transfer-syntax=*",
                        "image/jp2"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("frameForms")
    void aFrameIsGivenAsItIsStoredAndNamed(String name, Draft draft, String frame, String accept, String type) {
        Answer answer = dicomweb.get(draft.path() + "/frames/" + frame, "Accept", accept)
                .assertStatus(200);
        int number = Integer.parseInt(frame);
        byte[] expected = draft == COMPRESSED ? (number == 1 ? FIRST : SECOND) : nativeFrame(number);
        if (answer.header("Content-Type").startsWith("multipart/")) {
            assertThat(answer.parts()).hasSize(1);
            assertThat(answer.parts().getFirst().type()).startsWith(type);
            assertThat(answer.parts().getFirst().body()).isEqualTo(expected);
        } else {
            assertThat(answer.header("Content-Type")).startsWith(type);
            assertThat(answer.body()).isEqualTo(expected);
        }
    }

    @Test
    void severalFramesComeInTheOrderAskedFor() {
        List<Answer.Part> parts = dicomweb.get(NATIVE.path() + "/frames/3,1,2,1", "Accept", "*/*")
                .assertStatus(200)
                .parts();
        assertThat(parts)
                .extracting(Answer.Part::body)
                .containsExactly(nativeFrame(3), nativeFrame(1), nativeFrame(2), nativeFrame(1));
    }

    /// With a table the contents do not matter; without one each frame begins like a code stream of JPEG
    /// 2000.
    @ParameterizedTest(name = "a fragment has {0} bytes, a table {1}")
    @CsvSource({"256, false", "256, true", "100000, false", "100000, true"})
    void theFirstAndTheLastOfManyFramesAreGiven(int fragmentBytes, boolean table) {
        byte[][] frames = new byte[1000][];
        for (int i = 0; i < frames.length; i++) {
            frames[i] = Samples.noise(600 + 2 * (i % 50));
            frames[i][4] = (byte) (i >> 8);
            frames[i][5] = (byte) i;
            if (!table) {
                System.arraycopy(new byte[] {-1, 0x4F, -1, 0x51}, 0, frames[i], 0, 4);
            }
        }
        Draft draft = Draft.ct().cut(J2K, fragmentBytes, table, frames);
        dicomweb.store(draft.bytes()).assertStatus(200);
        for (int number : new int[] {1, 2, 999, 1000}) {
            Answer answer = dicomweb.get(draft.path() + "/frames/" + number, "Accept", "image/jp2")
                    .assertStatus(200);
            assertThat(answer.body()).isEqualTo(frames[number - 1]);
        }
        Answer part = dicomweb.get(draft.path() + "/frames/1000", "Accept", "image/jp2", "Range", "bytes=250-519")
                .assertStatus(206);
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(frames[999], 250, 520));
        assertThat(dicomweb.get(draft.path() + "/frames/1000,1", "Accept", "*/*")
                        .assertStatus(200)
                        .parts())
                .extracting(Answer.Part::body)
                .containsExactly(frames[999], frames[0]);
        assertThat(dicomweb.get(draft.path() + "/pixeldata", "Accept", "*/*")
                        .assertStatus(200)
                        .parts())
                .extracting(Answer.Part::body)
                .containsExactly(frames);
        dicomweb.get(draft.path() + "/frames/1001", "Accept", "image/jp2").assertStatus(404);
    }

    static Stream<Arguments> refusedFrames() {
        return Stream.of(
                arguments("beyond the last", NATIVE, "4", "*/*", 404),
                arguments("one of several beyond the last", NATIVE, "1,4", "*/*", 404),
                arguments("of an instance without pixels", PIXELLESS, "1", "*/*", 404),
                arguments("X15 zero", NATIVE, "0", "*/*", 400),
                arguments("X15 negative", NATIVE, "-1", "*/*", 400),
                arguments("X15 text", NATIVE, "one", "*/*", 400),
                arguments("X15 a range", NATIVE, "1-2", "*/*", 400),
                arguments("X15 2^63", NATIVE, "9223372036854775808", "*/*", 400),
                arguments("X15 an empty number", NATIVE, "1,,2", "*/*", 400),
                arguments("several alone", NATIVE, "1,2", "application/octet-stream", 400),
                arguments("another type", NATIVE, "1", "image/jxl", 406),
                arguments(
                        "compressed as explicit",
                        COMPRESSED,
                        "1",
                        "application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1",
                        406),
                arguments(
                        "compressed in another compression",
                        COMPRESSED,
                        "1",
                        "multipart/related; type=\"image/jpeg\"; transfer-syntax=1.2.840.10008.1.2.4.50",
                        406));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusedFrames")
    void aFrameThatCannotBeGivenIsRefused(String name, Draft draft, String frames, String accept, int status) {
        dicomweb.get(draft.path() + "/frames/" + frames, "Accept", accept).assertStatus(status);
    }

    static Stream<Arguments> ranges() {
        int length = NATIVE.bytes().length;
        return Stream.of(
                arguments("the first byte", "bytes=0-0", 0, 1),
                arguments("the middle", "bytes=100-299", 100, 300),
                arguments("to the end", "bytes=100-", 100, length),
                arguments("the last bytes", "bytes=-5", length - 5, length),
                arguments("beyond the end", "bytes=100-999999", 100, length),
                arguments("more last bytes than there are", "bytes=-999999", 0, length));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ranges")
    void aRangeOfAnInstanceIsGiven(String name, String range, int from, int to) {
        Answer answer = dicomweb.get(NATIVE.path(), "Accept", Dicomweb.SINGLE_DICOM, "Range", range)
                .assertStatus(206);
        byte[] file = NATIVE.bytes();
        assertThat(answer.header("Content-Range")).isEqualTo("bytes " + from + "-" + (to - 1) + "/" + file.length);
        assertThat(answer.body()).isEqualTo(Arrays.copyOfRange(file, from, to));
    }

    static Stream<Arguments> oddRanges() {
        return Stream.of(
                arguments("H14 past the end", "bytes=999999-", 416),
                arguments("H14 no bytes from the end", "bytes=-0", 416),
                arguments("H14 2^64 from the end", "bytes=-18446744073709551616", 206),
                arguments("H14 from 2^64", "bytes=18446744073709551616-", 416),
                arguments("H14 lines", "lines=0-1", 200),
                arguments("H14 no unit", "0-1", 200),
                arguments("H14 an end before its beginning", "bytes=5-2", 200),
                arguments("H14 letters", "bytes=a-b", 200),
                arguments("H14 a sign", "bytes=+1-2", 200),
                arguments("H14 two ranges", "bytes=0-1,3-4", 200),
                arguments("H14 two ranges that overlap, and are one", "bytes=0-4,3-9", 206),
                arguments("H14 16 ranges", "bytes=" + "0-0,2-2,4-4,6-6,".repeat(3) + "8-8,10-10,12-12,14-14", 200),
                arguments("H14 17 times the same byte", "bytes=" + "0-0,".repeat(16) + "0-0", 200),
                arguments("H14 5,000 times the same byte", "bytes=" + "0-0,".repeat(4999) + "0-0", 200),
                arguments("H14 10,000 times the same byte", "bytes=" + "0-0,".repeat(9999) + "0-0", 431));
    }

    /// What cannot be understood, and more than one range, is answered with the whole.
    @ParameterizedTest(name = "{0}")
    @MethodSource("oddRanges")
    void anOddRangeIsIgnoredOrNotSatisfiable(String name, String range, int status) {
        Answer answer = dicomweb.get(NATIVE.path(), "Accept", Dicomweb.SINGLE_DICOM, "Range", range)
                .assertStatus(status);
        if (status == 200) {
            assertThat(answer.body()).isEqualTo(NATIVE.bytes());
        } else if (status == 416) {
            assertThat(answer.header("Content-Range")).isEqualTo("bytes */" + NATIVE.bytes().length);
        }
        Archive.get().assertReady();
    }

    @Test
    void aRangeOfAFrameIsGiven() {
        Answer answer = dicomweb.get(
                        NATIVE.path() + "/frames/2", "Accept", "application/octet-stream", "Range", "bytes=10-19")
                .assertStatus(206);
        assertThat(answer.body()).isEqualTo(Arrays.copyOfRange(nativeFrame(2), 10, 20));
    }

    @Test
    void anInstanceHasAValidator() {
        String tag =
                dicomweb.get(NATIVE.path(), "Accept", Dicomweb.SINGLE_DICOM).header("ETag");
        Answer same = dicomweb.get(NATIVE.path(), "Accept", Dicomweb.SINGLE_DICOM, "If-None-Match", tag)
                .assertStatus(304);
        assertThat(same.body()).isEmpty();
        dicomweb.get(NATIVE.path(), "Accept", Dicomweb.SINGLE_DICOM, "If-None-Match", "\"other\"")
                .assertStatus(200);
        dicomweb.get(NATIVE.path(), "Accept", Dicomweb.SINGLE_DICOM, "If-None-Match", "\"other\", " + tag)
                .assertStatus(304);
        dicomweb.get(NATIVE.path(), "Accept", Dicomweb.SINGLE_DICOM, "If-Range", "\"other\"", "Range", "bytes=0-0")
                .assertStatus(200);
        dicomweb.get(NATIVE.path(), "Accept", Dicomweb.SINGLE_DICOM, "If-Range", tag, "Range", "bytes=0-0")
                .assertStatus(206);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/metadata", "/frames/1"})
    void headSaysWhatGetWouldWithoutABody(String resource) {
        Answer head = dicomweb.head(NATIVE.path() + resource, "Accept", "*/*").assertStatus(200);
        Answer get = dicomweb.get(NATIVE.path() + resource, "Accept", "*/*").assertStatus(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.header("Content-Type").split("boundary", 2)[0])
                .isEqualTo(get.header("Content-Type").split("boundary", 2)[0]);
    }

    @Test
    void headTellsTheLengthOfAnInstance() {
        Answer head =
                dicomweb.head(NATIVE.path(), "Accept", Dicomweb.SINGLE_DICOM).assertStatus(200);
        assertThat(head.header("Content-Length")).isEqualTo(Integer.toString(NATIVE.bytes().length));
    }

    @ParameterizedTest
    @ValueSource(strings = {"study", "series"})
    void metadataAreGivenAsGzipToWhomTakesIt(String level) throws IOException {
        String path = (level.equals("study") ? NATIVE.studyPath() : NATIVE.seriesPath()) + "/metadata";
        Answer plain = dicomweb.get(path, "Accept", Dicomweb.JSON).assertStatus(200);
        Answer zipped = dicomweb.get(path, "Accept", Dicomweb.JSON, "Accept-Encoding", "gzip")
                .assertStatus(200);
        assertThat(zipped.header("Content-Encoding")).isEqualTo("gzip");
        assertThat(new GZIPInputStream(new ByteArrayInputStream(zipped.body())).readAllBytes())
                .isEqualTo(plain.body());
    }

    @Test
    void allPixelDataAreOneResource() {
        List<Answer.Part> frames = dicomweb.get(COMPRESSED.path() + "/pixeldata", "Accept", "*/*")
                .assertStatus(200)
                .parts();
        assertThat(frames).extracting(Answer.Part::body).containsExactly(FIRST, SECOND);
        byte[] all = dicomweb.get(NATIVE.path() + "/pixeldata", "Accept", "application/octet-stream")
                .assertStatus(200)
                .body();
        assertThat(all).hasSize(3 * FRAME_BYTES).startsWith(nativeFrame(1)).endsWith(nativeFrame(3));
        dicomweb.get(PIXELLESS.path() + "/pixeldata", "Accept", "*/*").assertStatus(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"00100010.0", "zzzz", "00100010.0.00100020", "54000100", "00081199.99999999.00080001"})
    void bulkDataThatAreNoneAreNotFound(String path) {
        assertThat(dicomweb.get(NATIVE.path() + "/bulkdata/" + path, "Accept", "*/*")
                        .status())
                .isIn(400, 404);
    }
}
