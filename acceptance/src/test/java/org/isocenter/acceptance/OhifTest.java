package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.TransferSyntax;
import org.isocenter.dicom.pixel.ImagePixel;
import org.isocenter.dicom.pixel.Transcoding;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The viewer OHIF in a browser, used as a person uses it: it uploads a file, lists the studies, opens them
/// and shows what was stored, in every transfer syntax that it decodes.
///
/// The program in `clients/ohif` drives the browser once and tells what it saw. Its screenshots are kept in
/// `target/ohif`.
final class OhifTest {
    private static final Path CLIENT =
            Path.of(System.getProperty("acceptance.clients", "clients")).resolve("ohif");
    private static final Path SEEN = Path.of(System.getProperty("acceptance.data", "target/server-data"))
            .toAbsolutePath()
            .resolveSibling("ohif");
    private static final Dicomweb DICOMWEB = Archive.get().dicomweb();
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /// What drives the browser takes no older one.
    private static final int NODE_MIN = 20;

    /// The given name of the patients of this run, and of nobody else.
    private static final String OURS = "T" + Draft.uid().substring(5, 15);

    private static final int SIDE = 64;

    /// How a picture goes from left to right and, in smaller steps, from top to bottom: 12 bits.
    private static final IntUnaryOperator RAMP = at -> at % SIDE * 64 + at / SIDE;

    /// The samples of a pixel: those of the image, one after another.
    private enum Look {
        GREY(1, 16, 12, RAMP),
        SIGNED(1, 16, 16, at -> RAMP.applyAsInt(at) * 16 - 0x8000),
        BYTES(1, 8, 8, at -> RAMP.applyAsInt(at) >> 4),
        COLOURS(3, 8, 8, at -> {
            int pixel = RAMP.applyAsInt(at / 3);
            return switch (at % 3) {
                case 0 -> pixel >> 4;
                case 1 -> pixel * 4 & 0xFF;
                default -> 255 - (pixel >> 4);
            };
        });

        final int samples;
        final int bitsAllocated;
        final int bitsStored;
        final int[] numbers;

        Look(int samples, int bitsAllocated, int bitsStored, IntUnaryOperator number) {
            this.samples = samples;
            this.bitsAllocated = bitsAllocated;
            this.bitsStored = bitsStored;
            this.numbers = IntStream.range(0, SIDE * SIDE * samples).map(number).toArray();
        }

        byte[] bytes() {
            ByteBuffer bytes =
                    ByteBuffer.allocate(numbers.length * bitsAllocated / 8).order(ByteOrder.LITTLE_ENDIAN);
            for (int number : numbers) {
                if (bitsAllocated == 8) {
                    bytes.put((byte) number);
                } else {
                    bytes.putShort((short) number);
                }
            }
            return bytes.array();
        }
    }

    /// An image that is stored, and what has to be seen of it.
    ///
    /// @param numbers of its samples, as the viewer has to have them
    /// @param tolerance by how much they may differ
    private record Picture(String name, Draft draft, int[] numbers, int tolerance) {
        @Override
        public String toString() {
            return name;
        }
    }

    /// Hounsfield units, of which a window is shown: what is uploaded.
    private static final Picture CT = new Picture(
            "CT",
            draft(Look.GREY, Draft.ct(), "Müller", "CT")
                    .text(Tag.RescaleIntercept, "DS", "-1024")
                    .text(Tag.RescaleSlope, "DS", "1")
                    .text(Tag.WindowCenter, "DS", "1024")
                    .text(Tag.WindowWidth, "DS", "4096"),
            IntStream.of(Look.GREY.numbers).map(number -> number - 1024).toArray(),
            0);

    private static final List<Picture> FORMS = forms();

    private static List<String[]> seen = List.of();

    private static Draft draft(Look look, Draft draft, String family, String series) {
        byte[] pixels = look.bytes();
        return draft.image(SIDE, SIDE, 1)
                .utf8(Tag.PatientName, "PN", family + "^" + OURS)
                .text(Tag.PatientID, "LO", family.length() + OURS)
                .text(Tag.StudyDescription, "LO", "Made")
                .text(Tag.SeriesDescription, "LO", series)
                .without(Tag.NumberOfFrames)
                .text(Tag.PhotometricInterpretation, "CS", look.samples == 1 ? "MONOCHROME2" : "RGB")
                .element(Tag.SamplesPerPixel, out -> out.shorts(Tag.SamplesPerPixel, look.samples))
                .element(Tag.PlanarConfiguration, out -> out.shorts(Tag.PlanarConfiguration, 0))
                .element(Tag.BitsAllocated, out -> out.shorts(Tag.BitsAllocated, look.bitsAllocated))
                .element(Tag.BitsStored, out -> out.shorts(Tag.BitsStored, look.bitsStored))
                .element(Tag.HighBit, out -> out.shorts(Tag.HighBit, look.bitsStored - 1))
                .element(
                        Tag.PixelRepresentation,
                        out -> out.shorts(Tag.PixelRepresentation, look == Look.SIGNED ? 1 : 0))
                .element(Tag.PixelData, out -> out.bytes(Tag.PixelData, look.bitsAllocated == 8 ? "OB" : "OW", pixels));
    }

    /// A study with a series for each look in each transfer syntax.
    private static List<Picture> forms() {
        String study = Draft.uid();
        List<Picture> forms = new ArrayList<>(List.of(palette(study)));
        for (TransferSyntax syntax : List.of(
                TransferSyntax.EXPLICIT_LITTLE_ENDIAN,
                TransferSyntax.RLE_LOSSLESS,
                TransferSyntax.JPEG_LOSSLESS_FIRST_ORDER,
                TransferSyntax.JPEG_LS_LOSSLESS,
                TransferSyntax.JPEG_2000_LOSSLESS,
                TransferSyntax.HTJ2K_LOSSLESS,
                TransferSyntax.HTJ2K_LOSSLESS_RPCL)) {
            forms.add(form(study, Look.GREY, syntax, 0));
            forms.add(form(study, Look.SIGNED, syntax, 0));
            // Of colours in JPEG lossless the viewer leaves out the last pixel, whoever encoded them.
            if (!syntax.equals(TransferSyntax.JPEG_LOSSLESS_FIRST_ORDER)) {
                forms.add(form(study, Look.COLOURS, syntax, 0));
            }
        }
        forms.add(form(study, Look.BYTES, TransferSyntax.JPEG_BASELINE, 1));
        forms.add(form(study, Look.COLOURS, TransferSyntax.JPEG_BASELINE, 4));
        return forms;
    }

    private static Picture form(String study, Look look, TransferSyntax syntax, int tolerance) {
        String name = look + " " + syntax.uid();
        Draft draft = draft(look, Draft.ct(study, Draft.uid()), "Forms", name);
        try {
            ImagePixel image = ImagePixel.of(ModelCheck.read(draft.bytes()).dataSet());
            Transcoding way = Transcoding.find(image, TransferSyntax.EXPLICIT_LITTLE_ENDIAN, syntax);
            if (way != null && syntax.encapsulated()) {
                byte[] frame = way.frame(look.bytes());
                draft.transferSyntax(syntax.uid())
                        .text(
                                Tag.PhotometricInterpretation,
                                "CS",
                                way.target().photometric().term())
                        .element(Tag.PixelData, out -> out.fragments(frame));
            }
        } catch (MalformedException malformed) {
            throw new AssertionError(malformed);
        }
        return new Picture(name, draft, look.numbers, tolerance);
    }

    /// An image of 4096 colours, of whose numbers of 16 bits viewers take the upper 8. Its tables are so
    /// long that metadata have links in their place.
    private static Picture palette(String study) {
        int[][] colours = {
            IntStream.range(0, 4096).map(i -> i << 4).toArray(),
            IntStream.range(0, 4096).map(i -> 0xFFF0 - (i << 4)).toArray(),
            IntStream.range(0, 4096).map(i -> Math.abs(0xFFF0 - (i << 5))).toArray()
        };
        int[] descriptors = {
            Tag.RedPaletteColorLookupTableDescriptor,
            Tag.GreenPaletteColorLookupTableDescriptor,
            Tag.BluePaletteColorLookupTableDescriptor
        };
        int[] tables = {
            Tag.RedPaletteColorLookupTableData,
            Tag.GreenPaletteColorLookupTableData,
            Tag.BluePaletteColorLookupTableData
        };
        Draft draft = draft(Look.GREY, Draft.ct(study, Draft.uid()), "Forms", "Palette")
                .text(Tag.PhotometricInterpretation, "CS", "PALETTE COLOR");
        for (int i = 0; i < 3; i++) {
            int descriptor = descriptors[i];
            int table = tables[i];
            int[] colour = colours[i];
            draft.element(descriptor, out -> out.shorts(descriptor, 4096, 0, 16))
                    .element(table, out -> out.shortsOf(table, "OW", colour));
        }
        int[] numbers = IntStream.of(Look.GREY.numbers)
                .flatMap(index -> Stream.of(colours).mapToInt(colour -> colour[index] >> 8))
                .toArray();
        return new Picture("Palette", draft, numbers, 0);
    }

    @BeforeAll
    static void useTheViewer() throws IOException {
        Programs.assume("node");
        byte[] version = Programs.run(List.of("node", "-p", "parseInt(process.versions.node)"), CLIENT, PATIENCE);
        int major = Integer.parseInt(new String(version, StandardCharsets.UTF_8).strip());
        Assumptions.assumeTrue(major >= NODE_MIN, "node is older than " + NODE_MIN);
        Path chromium = Programs.assume("chromium");
        Programs.assumePackages(CLIENT, "@ohif/app");
        Files.createDirectories(SEEN);
        Path uploaded = Files.write(SEEN.resolve("uploaded.dcm"), CT.draft.bytes());
        for (Picture picture : FORMS) {
            DICOMWEB.store(picture.draft.bytes()).assertStatus(200);
        }
        List<String> command = List.of(
                "node",
                "ohif.mjs",
                DICOMWEB.root().toString(),
                chromium.toString(),
                SEEN.toString(),
                uploaded.toString(),
                OURS);
        String said = new String(Programs.run(command, CLIENT, PATIENCE), StandardCharsets.UTF_8);
        seen = said.lines().map(line -> line.split("\t", -1)).toList();
    }

    private static Stream<String[]> seen(String what) {
        return seen.stream().filter(words -> words[0].equals(what));
    }

    @Test
    void theUploadedFileIsStoredAsItIs() {
        assertThat(DICOMWEB.get(CT.draft.path(), "Accept", Dicomweb.SINGLE_DICOM)
                        .assertStatus(200)
                        .body())
                .isEqualTo(CT.draft.bytes());
    }

    @Test
    void theListShowsTheStudies() {
        assertThat(seen("listed").map(words -> List.of(words).subList(1, 6)))
                .containsExactlyInAnyOrder(
                        List.of("Müller, " + OURS, "31-Jan-2026 10:15 AM", "CT", "Made", "1"),
                        List.of("Forms, " + OURS, "31-Jan-2026 10:15 AM", "CT", "Made", "" + FORMS.size()));
    }

    static Stream<Picture> pictures() {
        return Stream.concat(Stream.of(CT), FORMS.stream());
    }

    @ParameterizedTest
    @MethodSource("pictures")
    void theViewerHasThePixelsThatWereStored(Picture picture) throws IOException {
        ByteBuffer bytes =
                ByteBuffer.wrap(Files.readAllBytes(SEEN.resolve(picture.name))).order(ByteOrder.LITTLE_ENDIAN);
        int[] numbers = new int[bytes.remaining() / 4];
        bytes.asIntBuffer().get(numbers);
        assertThat(numbers).hasSameSizeAs(picture.numbers);
        int difference = IntStream.range(0, numbers.length)
                .map(at -> Math.abs(numbers[at] - picture.numbers[at]))
                .max()
                .orElseThrow();
        assertThat(difference).isLessThanOrEqualTo(picture.tolerance);
    }

    /// The window takes 4096 numbers to 256 greys (PS3.3 C.11.2.1.2.1).
    @Test
    void theScreenShowsTheWindow() {
        List<String> words = List.of(
                seen("shown").filter(one -> one[1].equals("CT")).findFirst().orElseThrow());
        assertThat(words).hasSize(2 + SIDE);
        for (int column = 0; column < SIDE; column++) {
            double grey = Look.GREY.numbers[SIDE / 2 * SIDE + column] / 4095.0 * 255;
            assertThat(Double.parseDouble(words.get(2 + column))).isCloseTo(grey, within(2.0));
        }
    }

    @Test
    void theArchiveRefusesNothingThatTheViewerAsksFor() {
        assertThat(seen("answered")).hasSizeGreaterThan(FORMS.size());
        assertThat(seen("refused").map(words -> String.join(" ", words))).isEmpty();
    }
}
