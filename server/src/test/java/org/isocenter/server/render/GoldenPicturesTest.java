package org.isocenter.server.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.pixel.FrameDecoder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Pictures of real files, pixel by pixel beside those that `reference.py` makes with numpy. Needs the
/// files, and Debian's python3-pydicom and python3-numpy (python3-gdcm for some).
final class GoldenPicturesTest {
    private static final String PYTHON = "/usr/bin/python3";

    private static final Path PAGE = Path.of("../docs/reference/rendered-files.md");

    private static final String PAGE_HEAD = """
            # Rendered files

            Every real file that the reference of the tests shows, rendered frame by frame without any parameters and compared
            pixel by pixel with what the formulas of the standard give in NumPy, from samples that pydicom decoded. The test
            `GoldenPicturesTest` makes this table and fails where it is not true.

            *same*: every value of every pixel. *± 1*: colours that are converted, or pixels in between others, rounded to the
            other side.

            | File | Stored as | Frames | Rendered |
            |---|---|---|---|
            """;

    /// Colours that are converted, and pixels in between others, may be rounded to the other side.
    private static final int CONVERTED = 1;

    /// The files that the reference shows and the server does not, with words of the reason.
    private static final Map<String, String> REFUSED = Map.of(
            // The last pixel of an odd number of bytes in words of big endian lies outside of its frame.
            "SC_rgb_small_odd_big_endian.dcm", "a frame of 27 bytes in words of big endian");

    private record Picture(int frame, int width, int height, int components, byte[] pixels) {}

    @TempDir
    Path folder;

    @Test
    @DisplayName("every frame of every real file has the pixels that the formulas of the standard give")
    void picturesAreThoseOfTheReference() throws Exception {
        Map<String, List<Picture>> expected = reference(corpus());
        int compared = 0;
        Map<String, String> refused = new TreeMap<>();
        List<String> differences = new ArrayList<>();
        StringBuilder page = new StringBuilder(PAGE_HEAD);
        for (Map.Entry<String, List<Picture>> file : expected.entrySet()) {
            String name = Path.of(file.getKey()).getFileName().toString();
            StoredImage stored = StoredImage.read(Files.readAllBytes(Path.of(file.getKey())));
            if (!FrameDecoder.decodes(stored.instance().syntax())) {
                continue;
            }
            try {
                Renderer renderer = Renderer.of(stored.instance(), RenderOptions.of(RenderOptions.Output.RAW));
                int worst = 0;
                for (Picture picture : file.getValue()) {
                    byte[] frame = Objects.requireNonNull(stored.findFrame(picture.frame), name);
                    org.isocenter.server.render.Picture made = renderer.render(picture.frame, frame);
                    String difference = difference(
                            made, picture, tolerance(stored.instance().dataSet(), picture));
                    if (difference != null) {
                        differences.add(name + " frame " + picture.frame + ": " + difference);
                    } else {
                        worst = Math.max(worst, worst(made, picture));
                    }
                    compared++;
                }
                page.append(row(
                        stored, name, Integer.toString(file.getValue().size()), worst == 0 ? "same" : "± " + worst));
            } catch (MalformedException reason) {
                refused.put(name, reason.reason());
                page.append(row(stored, name, "–", "refused: " + reason.reason()));
            }
        }
        assertThat(differences).isEmpty();
        assertThat(refused).isEqualTo(REFUSED);
        assertThat(compared).isGreaterThan(200);
        if (Boolean.getBoolean("pages.write")) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE))
                .as("the page is of other results; -Dpages.write=true writes it anew")
                .isEqualTo(page.toString());
    }

    private static String row(StoredImage stored, String name, String frames, String verdict) {
        return "| %s | %s | %s | %s |\n"
                .formatted(name, stored.instance().syntax().name(), frames, verdict);
    }

    private static int worst(org.isocenter.server.render.Picture made, Picture expected) {
        int worst = 0;
        for (int i = 0; i < expected.pixels.length; i++) {
            worst = Math.max(worst, Math.abs((made.bytes()[i] & 0xFF) - (expected.pixels[i] & 0xFF)));
        }
        return worst;
    }

    private static int tolerance(DataSet dataSet, Picture picture) {
        String photometric = dataSet.findString(Tag.PhotometricInterpretation);
        Integer pixels = dataSet.findInt(Tag.Rows);
        boolean scaled = pixels != null
                && picture.height * picture.width != pixels * Objects.requireNonNull(dataSet.findInt(Tag.Columns));
        return scaled || photometric != null && photometric.startsWith("YBR") ? CONVERTED : 0;
    }

    /// What is different, or null.
    private static @Nullable String difference(
            org.isocenter.server.render.Picture made, Picture expected, int tolerance) {
        if (made.width() != expected.width
                || made.height() != expected.height
                || made.components() != expected.components) {
            return "%d x %d x %d instead of %d x %d x %d"
                    .formatted(
                            made.width(),
                            made.height(),
                            made.components(),
                            expected.width,
                            expected.height,
                            expected.components);
        }
        int count = 0;
        int first = -1;
        for (int i = 0; i < expected.pixels.length; i++) {
            int difference = Math.abs((made.bytes()[i] & 0xFF) - (expected.pixels[i] & 0xFF));
            if (difference > tolerance) {
                first = first < 0 ? i : first;
                count++;
            }
        }
        return count == 0
                ? null
                : "%d of %d values differ, by %d at most, the first at %d: %d instead of %d"
                        .formatted(
                                count,
                                expected.pixels.length,
                                worst(made, expected),
                                first,
                                made.bytes()[first] & 0xFF,
                                expected.pixels[first] & 0xFF);
    }

    private static List<Path> corpus() throws IOException {
        Path last = Path.of("shared", "corpus");
        Path corpus = last;
        for (Path up = Path.of("").toAbsolutePath(); up != null; up = up.getParent()) {
            if (Files.isDirectory(up.resolve(last))) {
                corpus = up.resolve(last);
                break;
            }
        }
        assumeTrue(Files.isDirectory(corpus), "no corpus of real files beside the repository");
        try (Stream<Path> files = Files.walk(corpus)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().matches("README.*|DICOMDIR.*"))
                    .sorted()
                    .toList();
        }
    }

    private Map<String, List<Picture>> reference(List<Path> files) throws Exception {
        assumeTrue(Files.isExecutable(Path.of(PYTHON)), "no " + PYTHON);
        Path script = folder.resolve("reference.py");
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("reference.py"))) {
            Files.write(script, in.readAllBytes());
        }
        Path input = folder.resolve("files");
        Files.write(input, files.stream().map(Path::toString).toList());
        Path pixels = folder.resolve("pixels");
        Path table = folder.resolve("table");
        Path errors = folder.resolve("errors");
        Process python = new ProcessBuilder(PYTHON, script.toString(), pixels.toString())
                .redirectInput(input.toFile())
                .redirectOutput(table.toFile())
                .redirectError(errors.toFile())
                .start();
        int status = python.waitFor();
        String complaint = Files.readString(errors, StandardCharsets.ISO_8859_1);
        assumeTrue(!complaint.contains("ModuleNotFoundError"), "no pydicom or no numpy for " + PYTHON);
        assertThat(status).as(complaint).isZero();
        byte[] all = Files.readAllBytes(pixels);
        Map<String, List<Picture>> pictures = new TreeMap<>();
        for (String line : Files.readAllLines(table, StandardCharsets.ISO_8859_1)) {
            String[] columns = line.split("\t");
            if (columns.length == 6) {
                int width = Integer.parseInt(columns[2]);
                int height = Integer.parseInt(columns[3]);
                int components = Integer.parseInt(columns[4]);
                int from = Integer.parseInt(columns[5]);
                byte[] bytes = Arrays.copyOfRange(all, from, from + width * height * components);
                pictures.computeIfAbsent(columns[0], path -> new ArrayList<>())
                        .add(new Picture(Integer.parseInt(columns[1]), width, height, components, bytes));
            }
        }
        return pictures;
    }
}
