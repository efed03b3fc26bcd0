package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.isocenter.acceptance.BrokenFrames.DEFLATED_FRAMES;
import static org.isocenter.acceptance.BrokenFrames.HTJ2K;
import static org.isocenter.acceptance.BrokenFrames.JPEG;
import static org.isocenter.acceptance.BrokenFrames.JPEG_2000;
import static org.isocenter.acceptance.BrokenFrames.JPEG_EXTENDED;
import static org.isocenter.acceptance.BrokenFrames.JPEG_LS;
import static org.isocenter.acceptance.BrokenFrames.JPEG_XL;
import static org.isocenter.acceptance.BrokenFrames.RLE;
import static org.isocenter.acceptance.BrokenFrames.box;
import static org.isocenter.acceptance.BrokenFrames.codestream;
import static org.isocenter.acceptance.BrokenFrames.frameHeader;
import static org.isocenter.acceptance.BrokenFrames.joined;
import static org.isocenter.acceptance.BrokenFrames.markers;
import static org.isocenter.acceptance.BrokenFrames.picture;
import static org.isocenter.acceptance.BrokenFrames.rle;
import static org.isocenter.acceptance.BrokenFrames.scan;
import static org.isocenter.acceptance.BrokenFrames.us;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.isocenter.dicom.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Images that are broken or meant to break something (rows X of the
/// [hostile inputs](../../../../../../../docs/reference/hostile-inputs.md)): stored as they are, for their
/// structure is sound; what is asked of their frames is answered or refused, and never an error.
class HostilePixelsTest {
    private static final String STORED = "multipart/related; type=\"*/*\"; transfer-syntax=*";
    private static final String NATIVE = "application/octet-stream; transfer-syntax=" + Draft.EXPLICIT;
    private static final byte[] RESTART = {(byte) 0xFF, (byte) 0xD0};
    private static final String IN_RLE = "image/dicom-rle; transfer-syntax=" + RLE;

    private final Archive archive = Archive.get();
    private final Dicomweb dicomweb = archive.dicomweb();

    /// What is answered.
    ///
    /// @param store the status of the store
    /// @param frame that of the first frame as it is stored
    /// @param rendered that of pictures: of the frame, and of the instance
    /// @param decoded that of the first frame, decoded: native, or in RLE where it is native already
    private record Expected(int store, int frame, int decoded, int rendered) {}

    private static Arguments row(
            String name, int store, int frame, int decoded, int rendered, UnaryOperator<Draft> change) {
        return arguments(
                name, (Supplier<Draft>) () -> change.apply(Draft.ct()), new Expected(store, frame, decoded, rendered));
    }

    /// A compressed frame, which is given as it is stored and cannot be decoded.
    private static Arguments broken(String name, String syntax, Supplier<byte[]> frame) {
        return row(name, 200, 200, 406, 406, d -> picture(d, syntax, frame.get()));
    }

    static Stream<Arguments> images() {
        List<Arguments> rows = new ArrayList<>();
        rows.addAll(attributes());
        rows.addAll(numbersOfFrames());
        rows.addAll(lookUpTables());
        rows.addAll(runLengths());
        rows.addAll(jpegs());
        rows.addAll(jpeg2000s());
        rows.addAll(others());
        rows.addAll(fragments());
        return rows.stream();
    }

    private static List<Arguments> attributes() {
        return List.of(
                row(
                        "X01 65535 x 65535 x 10^6 frames over 4 bytes",
                        200,
                        404,
                        404,
                        406,
                        d -> us(us(d.image(2, 1, 1), Tag.Rows, 65535), Tag.Columns, 65535)
                                .text(Tag.NumberOfFrames, "IS", "1000000")),
                row("X02 pixel data for half a frame", 200, 404, 404, 404, d -> us(d, Tag.Rows, 8)),
                row(
                        "X02 pixel data for a frame and a half",
                        200,
                        200,
                        200,
                        200,
                        d -> us(d.image(6, 4, 1), Tag.Rows, 4)),
                row("X02 no pixel data", 200, 404, 404, 404, d -> d.without(Tag.PixelData)),
                row(
                        "X02 pixel data of no length",
                        200,
                        404,
                        404,
                        404,
                        d -> d.element(Tag.PixelData, out -> out.bytes(Tag.PixelData, "OW", new byte[0]))),
                row("X03 more bits stored than allocated", 200, 200, 200, 200, d -> us(d, Tag.BitsStored, 17)),
                row("X03 a high bit beyond those allocated", 200, 200, 200, 200, d -> us(d, Tag.HighBit, 16)),
                row("X03 0 bits allocated", 200, 404, 404, 406, d -> us(d, Tag.BitsAllocated, 0)),
                row("X03 7 bits allocated", 200, 404, 404, 406, d -> us(d, Tag.BitsAllocated, 7)),
                row("X03 64 bits allocated", 200, 200, 406, 406, d -> us(us(d, Tag.Rows, 1), Tag.BitsAllocated, 64)),
                row("X03 a representation of 2", 200, 200, 200, 200, d -> us(d, Tag.PixelRepresentation, 2)),
                row("X04 0 samples", 200, 404, 404, 406, d -> us(d, Tag.SamplesPerPixel, 0)),
                row("X04 2 samples", 200, 200, 406, 406, d -> us(us(d, Tag.Rows, 2), Tag.SamplesPerPixel, 2)),
                row("X04 4 samples", 200, 200, 406, 406, d -> us(us(d, Tag.Rows, 1), Tag.SamplesPerPixel, 4)),
                row("X04 65535 samples", 200, 404, 404, 406, d -> us(d, Tag.SamplesPerPixel, 65535)),
                row("X04 planes of a kind 2", 200, 200, 200, 200, d -> us(d, Tag.PlanarConfiguration, 2)),
                row(
                        "X04 colours of one sample",
                        200,
                        200,
                        406,
                        406,
                        d -> d.text(Tag.PhotometricInterpretation, "CS", "RGB")));
    }

    private static List<Arguments> numbersOfFrames() {
        return List.of(
                row("X12 0 frames", 202, 404, 404, 404, d -> d.text(Tag.NumberOfFrames, "IS", "0")),
                row("X12 -1 frames", 202, 404, 404, 404, d -> d.text(Tag.NumberOfFrames, "IS", "-1")),
                row("X12 2^31 frames", 202, 404, 404, 404, d -> d.text(Tag.NumberOfFrames, "IS", "2147483648")),
                row(
                        "X12 1e9 frames, of which one is there",
                        202,
                        200,
                        200,
                        200,
                        d -> d.text(Tag.NumberOfFrames, "IS", "1e9")),
                row("X12 abc frames", 202, 404, 404, 404, d -> d.text(Tag.NumberOfFrames, "IS", "abc")));
    }

    /// Nothing is looked up in them for a frame: they are for rendering.
    private static List<Arguments> lookUpTables() {
        return List.of(
                row(
                        "X05 a palette of 65536 entries of which 2 are there",
                        200,
                        200,
                        200,
                        406,
                        d -> palette(d, 0, 0, 16)),
                row("X05 indices beyond the palette", 200, 200, 200, 200, d -> palette(d, 2, 0, 16)),
                row(
                        "X05 a segmented palette that repeats itself",
                        200,
                        200,
                        200,
                        406,
                        HostilePixelsTest::segmentedPalette),
                row("X13 a window without width", 200, 200, 200, 200, d -> window(d, "40", "0")),
                row("X13 a window of negative width", 200, 200, 200, 200, d -> window(d, "40", "-400")),
                row("X13 a window that is no number", 202, 200, 200, 200, d -> window(d, "NaN", "NaN")),
                row(
                        "X13 a slope of next to nothing",
                        200,
                        200,
                        200,
                        200,
                        d -> d.text(Tag.RescaleIntercept, "DS", "0").text(Tag.RescaleSlope, "DS", "1e-300")),
                row(
                        "X13 a table of 2^32 entries",
                        200,
                        200,
                        200,
                        406,
                        d -> d.element(
                                Tag.ModalityLUTSequence,
                                out -> out.sequence(
                                        Tag.ModalityLUTSequence,
                                        out.fresh()
                                                .shortsOf(0x00283002, "US", 0xFFFF, 0xFFFF, 0xFFFF)
                                                .shortsOf(0x00283006, "OW", 1, 2)))),
                row(
                        "X14 16 groups of overlays that reach beyond the image",
                        200,
                        200,
                        200,
                        200,
                        HostilePixelsTest::overlays));
    }

    private static Draft palette(Draft draft, int entries, int first, int bits) {
        draft.text(Tag.PhotometricInterpretation, "CS", "PALETTE COLOR");
        for (int i = 1; i <= 3; i++) {
            us(draft, 0x00281100 + i, entries, first, bits);
            int data = 0x00281200 + i;
            draft.element(data, out -> out.shortsOf(data, "OW", 0, 0xFFFF));
        }
        return draft;
    }

    /// Each table is one indirect segment, whose segments are itself (PS3.3 C.7.9.2.3).
    private static Draft segmentedPalette(Draft draft) {
        palette(draft, 2, 0, 16);
        for (int i = 1; i <= 3; i++) {
            int data = 0x00281220 + i;
            draft.without(0x00281200 + i).element(data, out -> out.shortsOf(data, "OW", 2, 1, 0, 0));
        }
        return draft;
    }

    private static Draft window(Draft draft, String center, String width) {
        return draft.text(Tag.WindowCenter, "DS", center).text(Tag.WindowWidth, "DS", width);
    }

    private static Draft overlays(Draft draft) {
        for (int group = 0x6000; group < 0x6020; group += 2) {
            int base = group << 16;
            us(us(draft, base | 0x10, 5000), base | 0x11, 5000);
            draft.text(base | 0x40, "CS", "G");
            draft.element(base | 0x50, out -> out.shortsOf(base | 0x50, "SS", 4000, 4000));
            us(us(draft, base | 0x100, 1), base | 0x102, 99);
            draft.element(base | 0x3000, out -> out.bytes(base | 0x3000, "OW", new byte[2]));
        }
        return draft;
    }

    private static List<Arguments> runLengths() {
        byte[] good = BrokenFrames.runs(2);
        return List.of(
                broken("X06 RLE of no segments", RLE, () -> rle(0, new long[0], good)),
                broken("X06 RLE of 16 segments", RLE, () -> rle(16, new long[] {64}, good)),
                broken("X06 RLE of 65535 segments", RLE, () -> rle(65535, new long[] {64}, good)),
                broken("X06 RLE with an offset beyond its end", RLE, () -> rle(1, new long[] {6400}, good)),
                broken("X06 RLE with an offset of 2^32 - 1", RLE, () -> rle(1, new long[] {0xFFFFFFFFL}, good)),
                broken("X06 RLE with offsets that fall", RLE, () -> rle(2, new long[] {66, 64}, good)),
                broken("X06 RLE that ends within a run", RLE, () -> rle(1, new long[] {64}, (byte) -127)),
                broken("X06 RLE for less than a frame", RLE, () -> rle(1, new long[] {64}, BrokenFrames.runs(1))),
                row(
                        "X06 RLE for three frames, of which one is read",
                        200,
                        200,
                        200,
                        200,
                        d -> picture(d, RLE, rle(1, new long[] {64}, BrokenFrames.runs(6)))),
                row(
                        "X07 RLE of a maker in a private element",
                        200,
                        404,
                        404,
                        404,
                        d -> d.without(Tag.PixelData)
                                .text(0x07A10010, "LO", "ELSCINT1")
                                .element(0x07A1100A, out -> out.bytes(0x07A1100A, "OB", Samples.noise(5000)))
                                .text(0x07A11011, "CS", "PMSCT_RLE1")));
    }

    private static List<Arguments> jpegs() {
        byte[] frame = frameHeader(0xC0, 8, 16, 16, 1);
        byte[] scan = scan(0, 63, 0);
        return List.of(
                broken("X08 JPEG of another size", JPEG, () -> BrokenFrames.resized(made(JPEG), 0xC0, 15, 16)),
                broken("X08 JPEG of 65535 x 65535", JPEG, () -> BrokenFrames.resized(made(JPEG), 0xC0, 65535, 65535)),
                row(
                        "X08 JPEG of 65535 x 65535, as the tags say",
                        200,
                        200,
                        406,
                        406,
                        d -> us(
                                us(
                                        picture(d, JPEG, BrokenFrames.resized(made(JPEG), 0xC0, 65535, 65535)),
                                        Tag.Rows,
                                        65535),
                                Tag.Columns,
                                65535)),
                broken("X08 JPEG without tables", JPEG, () -> markers(frame, scan)),
                broken(
                        "X08 JPEG without its Huffman tables",
                        JPEG,
                        () -> BrokenFrames.without(BrokenFrames.without(made(JPEG), 0xC4), 0xC4)),
                row(
                        "X08 JPEG with restart markers without end behind its picture",
                        200,
                        200,
                        200,
                        200,
                        d -> picture(
                                d,
                                JPEG,
                                BrokenFrames.before(made(JPEG), 0xD9, BrokenFrames.repeated(RESTART, 1_000_000)))),
                broken(
                        "X08 JPEG of nothing but restart markers",
                        JPEG,
                        () -> markers(frame, scan, BrokenFrames.repeated(RESTART, 1_000_000))),
                broken(
                        "X08 JPEG of a million markers",
                        JPEG,
                        () -> markers(BrokenFrames.repeated(BrokenFrames.segment(0xFE), 1_000_000))),
                broken(
                        "X08 JPEG in arithmetic coding",
                        JPEG_EXTENDED,
                        () -> markers(frameHeader(0xC9, 8, 16, 16, 1), scan)),
                broken(
                        "X08 JPEG of 12 bits where 8 are allocated",
                        JPEG_EXTENDED,
                        () -> BrokenFrames.patched(BrokenFrames.patched(made(JPEG), 0xC0, 4, 12), 0xC0, 1, 0xC1)),
                broken("X08 JPEG of four colours", JPEG, () -> markers(frameHeader(0xC0, 8, 16, 16, 4), scan)));
    }

    private static List<Arguments> jpeg2000s() {
        return List.of(
                broken("X09 JPEG 2000 of 10^8 tiles", JPEG_2000, () -> codestream(10_000, 10_000, 1, 1, 0)),
                broken("X09 JPEG 2000 of 256 tiles of a pixel", JPEG_2000, () -> codestream(16, 16, 1, 1, 0)),
                broken("X09 JPEG 2000 of tiles without size", JPEG_2000, () -> codestream(16, 16, 0, 0, 0)),
                broken("X09 JPEG 2000 of 33 levels", JPEG_2000, () -> codestream(16, 16, 16, 16, 33)),
                broken("X09 HTJ2K of 33 levels", HTJ2K, () -> codestream(16, 16, 16, 16, 33)),
                broken(
                        "X09 JPEG 2000 in boxes without length",
                        JPEG_2000,
                        () -> joined(
                                box("jP  ", (byte) 13, (byte) 10, (byte) 0x87, (byte) 10),
                                new byte[4],
                                Samples.latin("jp2h"),
                                new byte[4],
                                Samples.latin("jp2h"))),
                row(
                        "X09 JPEG 2000 in boxes whose palette maps to itself, and which are passed over",
                        200,
                        200,
                        200,
                        200,
                        d -> picture(d, JPEG_2000, selfish())));
    }

    private static byte[] selfish() {
        return joined(
                box("jP  ", (byte) 13, (byte) 10, (byte) 0x87, (byte) 10),
                box(
                        "jp2h",
                        joined(
                                box("ihdr", new byte[] {0, 0, 0, 16, 0, 0, 0, 16, 0, 1, 7, 7, 0, 0}),
                                box("pclr", new byte[] {4, 0, 3, 7, 7, 7}),
                                box("cmap", new byte[] {0, 0, 1, 0, 0, 0, 1, 0}))),
                box("jp2c", codestream(16, 16, 16, 16, 0)));
    }

    private static List<Arguments> others() {
        return List.of(
                broken(
                        "X10 JPEG-LS that may be off by 255",
                        JPEG_LS,
                        () -> BrokenFrames.patched(made(JPEG_LS), 0xDA, 7, 255)),
                broken(
                        "X10 JPEG-LS of another size",
                        JPEG_LS,
                        () -> BrokenFrames.resized(made(JPEG_LS), 0xF7, 16, 65535)),
                broken(
                        "X10 JPEG XL with an animation",
                        JPEG_XL,
                        () -> joined(new byte[] {(byte) 0xFF, 0x0A}, Samples.noise(300))),
                broken(
                        "X10 a deflated frame that is a bomb",
                        DEFLATED_FRAMES,
                        () -> Draft.deflate(new byte[256 << 20])));
    }

    private static List<Arguments> fragments() {
        byte[] one = Samples.noise(100);
        byte[] two = Samples.noise(300);
        return List.of(
                row(
                        "X11 no fragments",
                        200,
                        404,
                        404,
                        404,
                        d -> picture(d, JPEG_2000).text(Tag.NumberOfFrames, "IS", "1")),
                row("X11 an empty fragment", 200, 200, 406, 406, d -> picture(d, JPEG_2000, new byte[0])),
                row(
                        "X11 fragments without an end",
                        202,
                        200,
                        406,
                        406,
                        d -> picture(d, JPEG_2000, one).file(file -> Arrays.copyOf(file, file.length - 8))),
                row("X11 an offset table of odd length", 202, 404, 404, 404, d -> table(d, new byte[7], one, two)),
                row("X11 an offset table that falls", 200, 404, 404, 404, d -> table(d, offsets(108, 0), one, two)),
                row(
                        "X11 an offset table beyond the end",
                        200,
                        404,
                        404,
                        404,
                        d -> table(d, offsets(0, 9999), one, two)),
                row("X11 an offset table into a fragment", 200, 404, 404, 404, d -> table(d, offsets(0, 50), one, two)),
                row(
                        "X11 an offset table for other frames",
                        200,
                        404,
                        404,
                        404,
                        d -> table(d, offsets(0, 108, 0), one, two)),
                row(
                        "X11 an extended table of 2^64 - 1",
                        200,
                        404,
                        404,
                        404,
                        d -> extended(picture(d, JPEG_2000, one, two), -1, -1)),
                row("X11 both tables", 200, 404, 404, 404, d -> extended(table(d, offsets(0, 108), one, two), 0, 108)),
                row(
                        "X11 delimiters within a fragment",
                        200,
                        200,
                        406,
                        406,
                        d -> picture(
                                d,
                                JPEG_2000,
                                Elements.explicit()
                                        .mark(Elements.SEQUENCE_END, 0)
                                        .mark(Elements.ITEM_END, 0)
                                        .mark(Elements.ITEM, 4)
                                        .raw(one)
                                        .toBytes())));
    }

    private static Draft table(Draft draft, byte[] table, byte[]... frames) {
        return picture(draft, JPEG_2000, frames).element(Tag.PixelData, out -> {
            out.head(Tag.PixelData, "OB", Elements.UNDEFINED)
                    .mark(Elements.ITEM, table.length)
                    .raw(table);
            for (byte[] frame : frames) {
                out.mark(Elements.ITEM, frame.length).raw(frame);
            }
            out.mark(Elements.SEQUENCE_END, 0);
        });
    }

    private static byte[] offsets(int... offsets) {
        ByteBuffer table = ByteBuffer.allocate(4 * offsets.length).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.stream(offsets).forEach(table::putInt);
        return table.array();
    }

    private static Draft extended(Draft draft, long... offsets) {
        ByteBuffer table = ByteBuffer.allocate(8 * offsets.length).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.stream(offsets).forEach(table::putLong);
        byte[] bytes = table.array();
        return draft.element(Tag.ExtendedOffsetTable, out -> out.bytes(Tag.ExtendedOffsetTable, "OV", bytes))
                .element(Tag.ExtendedOffsetTableLengths, out -> out.bytes(Tag.ExtendedOffsetTableLengths, "OV", bytes));
    }

    /// A sound frame, compressed by the archive.
    private static byte[] made(String syntax) {
        Dicomweb dicomweb = Archive.get().dicomweb();
        Draft draft = picture(Draft.ct());
        dicomweb.store(draft.bytes()).assertStatus(200);
        byte[] frame = dicomweb.get(
                        draft.path() + "/frames/1",
                        "Accept",
                        "multipart/related; type=\"*/*\"; transfer-syntax=" + syntax)
                .assertStatus(200)
                .parts()
                .getFirst()
                .body();
        dicomweb.delete(draft.path()).assertStatus(204);
        return frame;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("images")
    void isKeptAndItsFramesAreGivenOrRefused(String name, Supplier<Draft> maker, Expected expected) {
        Draft draft = maker.get();
        byte[] file = draft.bytes();
        dicomweb.store(file).assertStatus(expected.store);
        boolean compressed = !draft.syntax().equals(Draft.EXPLICIT);
        assertFrame(draft, "1", STORED, expected.frame);
        assertFrame(draft, "1", compressed ? NATIVE : IN_RLE, expected.decoded);
        assertRendered(draft, expected.rendered);
        for (String none : List.of("1000000", "2147483647")) {
            assertFrame(draft, none, STORED, 404);
        }
        new Keeping(archive).assertThere(draft, file);
    }

    private void assertFrame(Draft draft, String number, String accept, int status) {
        Answer answer = dicomweb.get(draft.path() + "/frames/" + number, "Accept", accept);
        switch (status) {
            case 404 -> answer.assertProblem(404, "no-such-frame");
            case 406 -> answer.assertProblem(406, "not-acceptable");
            default -> answer.assertStatus(status);
        }
    }

    private void assertRendered(Draft draft, int status) {
        Answer frame = dicomweb.get(draft.path() + "/frames/1/rendered", "Accept", "image/png");
        Answer instance = dicomweb.get(draft.path() + "/rendered", "Accept", "image/png");
        Answer thumbnail = dicomweb.get(draft.path() + "/thumbnail", "Accept", "image/png");
        if (status == 200) {
            frame.assertStatus(200);
            instance.assertStatus(200);
            thumbnail.assertStatus(200);
        } else {
            frame.assertProblem(status, status == 404 ? "no-such-frame" : "not-rendered");
            instance.assertProblem(406, "not-rendered");
            thumbnail.assertProblem(404, "no-thumbnail");
        }
    }

    // Refused at the store

    static Stream<Arguments> refusedFiles() {
        return Stream.of(
                refused(
                        "X11 a fragment past the end",
                        e -> e.mark(Elements.ITEM, 0xFFFFFFF0L).raw(new byte[4])),
                refused(
                        "X11 a fragment of undefined length",
                        e -> e.mark(Elements.ITEM, Elements.UNDEFINED).mark(Elements.SEQUENCE_END, 0)));
    }

    private static Arguments refused(String name, Consumer<Elements> fragments) {
        return arguments(name, fragments);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusedFiles")
    void fragmentsWithoutASoundStructureAreRefused(String name, Consumer<Elements> fragments) {
        long position = dicomweb.feedPosition();
        Draft draft = Draft.ct()
                .transferSyntax(JPEG_2000)
                .element(
                        Tag.PixelData,
                        out -> fragments.accept(out.head(Tag.PixelData, "OB", Elements.UNDEFINED)
                                .mark(Elements.ITEM, 0)));
        assertThat(dicomweb.store(draft.bytes()).assertStatus(409).failureReasons())
                .containsExactly(272);
        assertThat(dicomweb.feedPosition()).isEqualTo(position);
        archive.assertReady();
    }

    // What is asked of a sound image

    private void assertRefused(Draft draft, String resource, String accept, int status, String code) {
        dicomweb.get(draft.path() + resource, "Accept", accept).assertProblem(status, code);
        archive.assertReady();
    }

    private Draft stored(Draft draft) {
        dicomweb.store(draft.bytes()).assertStatus(200);
        return draft;
    }

    @ParameterizedTest(name = "X15 {0}")
    @ValueSource(strings = {"0", "-1", "+1", "one", "1-9", "1,,2", "1,", "9223372036854775808", "4294967297"})
    void aListOfFramesThatIsNoneIsRefused(String frames) {
        Draft draft = stored(Draft.ct());
        assertRefused(draft, "/frames/" + frames, "*/*", 400, "invalid-frames");
        assertRefused(draft, "/frames/" + frames + "/rendered", "*/*", 400, "invalid-frames");
        dicomweb.delete(draft.path()).assertStatus(204);
    }

    @ParameterizedTest(name = "X15 {0} times the first frame")
    @ValueSource(ints = {5000, 1_000_000})
    void aListOfFramesLongerThanAUrlIsRefused(int count) throws IOException {
        try (Wire wire = archive.wire()) {
            String frames = "1" + ",1".repeat(count - 1);
            wire.send("GET " + archive.path() + "/studies/1.2/series/1.3/instances/1.4/frames/" + frames
                            + " HTTP/1.1\r\nHost: {host}\r\n\r\n")
                    .answer()
                    .assertProblem(414, "uri-too-long");
        }
        archive.assertReady();
    }

    @ParameterizedTest(name = "X16 {0}")
    @ValueSource(
            strings = {
                "viewport=1000000,1000000",
                "viewport=0,0",
                "viewport=-1,-1",
                "viewport=10",
                "viewport=10,10,0",
                "viewport=a,b",
                "viewport=NaN,NaN",
                "viewport=1e999,1",
                "viewport=10,10,-1,-1,5,5",
                "viewport=10,10,0,0,1e400,5",
                "quality=0",
                "quality=101",
                "quality=-1",
                "quality=high",
                "window=40,0,linear",
                "window=40,-400,linear",
                "window=NaN,400,linear",
                "window=40,400,twisted",
                "window=40",
                "iccprofile=evil",
                "annotation=everything"
            })
    void aWayToShowItThatIsNoneIsRefused(String query) {
        Draft draft = stored(Draft.ct());
        assertRefused(draft, "/rendered?" + query, "image/jpeg", 400, "invalid-query");
        assertRefused(draft, "/frames/1/rendered?" + query, "image/png", 400, "invalid-query");
        dicomweb.delete(draft.path()).assertStatus(204);
    }

    @Test
    void x16aHundredAnnotationsAreRefused() {
        Draft draft = stored(Draft.ct());
        String query = "annotation=patient" + ",patient".repeat(99);
        assertRefused(draft, "/rendered?" + query, "image/jpeg", 400, "invalid-query");
        dicomweb.delete(draft.path()).assertStatus(204);
    }

    static Stream<Arguments> noImages() {
        return Stream.of(
                arguments("X17 a video", Draft.ct().fragments("1.2.840.10008.1.2.4.102", Samples.noise(4000))),
                arguments("X17 a PDF", document("1.2.840.10008.5.1.4.1.1.104.1", "application/pdf", "%PDF-1.7")),
                arguments("X17 a CDA", document("1.2.840.10008.5.1.4.1.1.104.2", "text/XML", "<ClinicalDocument/>")),
                arguments("X17 an STL", document("1.2.840.10008.5.1.4.1.1.104.3", "model/stl", "solid x")));
    }

    private static Draft document(String sopClass, String mediaType, String content) {
        return Draft.ct()
                .withoutPixels()
                .sopClass(sopClass)
                .text(Tag.MIMETypeOfEncapsulatedDocument, "LO", mediaType)
                .element(
                        Tag.EncapsulatedDocument,
                        out -> out.value(Tag.EncapsulatedDocument, "OB", Samples.latin(content)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("noImages")
    void isNoPicture(String name, Draft draft) {
        stored(draft);
        assertRefused(draft, "", "image/png", 406, "not-acceptable");
        assertRefused(draft, "/rendered", "image/png", 406, "not-acceptable");
        assertRefused(draft, "/thumbnail", "image/png", 404, "no-thumbnail");
        dicomweb.delete(draft.path()).assertStatus(204);
    }
}
