package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Part10;
import org.isocenter.dicom.Part10Reader;
import org.isocenter.dicom.ReadOptions;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.TransferSyntax;
import org.isocenter.dicom.Uids;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every real image in every transfer syntax it can be had in, judged by decoders that share no code with
/// the server.
final class ConversionTest {
    private static final Path CORPUS = Path.of(System.getProperty("acceptance.corpus", "../../shared/corpus"));
    private static final String PYTHON = "/usr/bin/python3";

    /// The page that tells what came out, file by file; with this property set it is written anew.
    private static final Path PAGE = Path.of("../docs/reference/converted-files.md");

    private static final boolean WRITES_PAGE = Boolean.getBoolean("pages.write");

    /// What the server writes, and what the page calls it.
    private static final Map<String, TransferSyntax> TARGETS = targets();

    /// Samples with more bits than are stored, which the decoder that judges cuts off; and a frame of which that
    /// decoder makes noise, as a part of its header is missing.
    private static final Set<String> MISREAD =
            Set.of("mlut_18.dcm in JPEG lossless", "JPEG2000-embedded-sequence-delimiter.dcm in JPEG 2000 lossy");

    /// At sharp borders; on the whole it is far less.
    private static final int LOSSY_DIFFERENCE_MAX = 80;

    /// A few steps of the quantizer.
    private static final int LOSSY_JPEG_2000_MAX = 24;

    private static final String PAGE_HEAD = """
            # Converted files

            Every image of pydicom's collection of files that the archive takes, stored and asked for in each transfer syntax
            that the server makes, and compared sample by sample with the original by decoders that share no code with it
            (pydicom, NumPy, GDCM, OpenJPEG). The acceptance test `ConversionTest` makes this table and fails where it is not
            true.

            *same*: bit for bit. *± n*: the largest difference of a sample, where a syntax or the original is lossy.
            *–*: 406, since the syntax does not take such samples or nothing decodes the original. *not judged*: given out, but no
            independent decoder reads the original, or it misreads the copy.
            """;

    private static Map<String, TransferSyntax> targets() {
        Map<String, TransferSyntax> targets = new LinkedHashMap<>();
        targets.put("Explicit", TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
        targets.put("Implicit", TransferSyntax.IMPLICIT_LITTLE_ENDIAN);
        targets.put("RLE", TransferSyntax.RLE_LOSSLESS);
        targets.put("JPEG", TransferSyntax.JPEG_BASELINE);
        targets.put("JPEG lossless", TransferSyntax.JPEG_LOSSLESS_FIRST_ORDER);
        targets.put("JPEG-LS", TransferSyntax.JPEG_LS_LOSSLESS);
        targets.put("JPEG 2000", TransferSyntax.JPEG_2000_LOSSLESS);
        targets.put("JPEG 2000 lossy", TransferSyntax.JPEG_2000_LOSSY);
        targets.put("HTJ2K", TransferSyntax.HTJ2K_LOSSLESS);
        targets.put("HTJ2K RPCL", TransferSyntax.HTJ2K_LOSSLESS_RPCL);
        return targets;
    }

    @TempDir
    private Path folder;

    private final Dicomweb dicomweb = Archive.get().dicomweb();

    /// @param converted what was answered; null where that was a refusal
    private record Pair(
            String name,
            TransferSyntax from,
            String target,
            Path original,
            @Nullable Path converted) {}

    @Test
    void everyImageIsTheSameInEveryTransferSyntaxItCanBeHadIn() throws IOException, InterruptedException {
        Assumptions.assumeTrue(Files.isDirectory(CORPUS), "the folder of real files is not there: " + CORPUS);
        Assumptions.assumeTrue(canCompare(), "python3-pydicom, python3-numpy and python3-gdcm are not installed");
        List<Pair> pairs = new ArrayList<>();
        try (Stream<Path> files = Files.list(CORPUS.resolve("pydicom"))) {
            for (Path file : files.sorted().toList()) {
                convert(file, pairs);
            }
        }
        List<Pair> made = pairs.stream().filter(pair -> pair.converted != null).toList();
        List<String> verdicts = compare(made);
        Map<String, String> cells = new HashMap<>();
        List<String> wrong = new ArrayList<>();
        int same = 0;
        for (int i = 0; i < made.size(); i++) {
            Pair pair = made.get(i);
            String name = pair.name + " in " + pair.target;
            String verdict = verdicts.get(i);
            boolean number = verdict.chars().allMatch(Character::isDigit);
            if (verdict.startsWith("unread A")) {
                cells.put(name, "not judged");
            } else if (number && Integer.parseInt(verdict) <= most(pair)) {
                cells.put(name, verdict.equals("0") ? "same" : "± " + verdict);
                same++;
            } else if (MISREAD.contains(name)) {
                cells.put(name, "not judged");
            } else {
                wrong.add(name + ": " + verdict);
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(same).isGreaterThan(TARGETS.size() * 40);
        judgePage(page(pairs, cells));
    }

    /// By how much samples may differ from those of the source, whose own decoders may differ if it is lossy.
    private static int most(Pair pair) {
        if (pair.target.equals("JPEG")) {
            return LOSSY_DIFFERENCE_MAX;
        }
        return pair.target.equals("JPEG 2000 lossy") ? LOSSY_JPEG_2000_MAX : pair.from.lossy() ? 2 : 0;
    }

    private static String page(List<Pair> pairs, Map<String, String> cells) {
        StringBuilder page = new StringBuilder(PAGE_HEAD);
        page.append("\n| File | Stored as |");
        TARGETS.keySet().forEach(target -> page.append(' ').append(target).append(" |"));
        page.append("\n|---|---|").append("---|".repeat(TARGETS.size()));
        for (int i = 0; i < pairs.size(); i++) {
            Pair pair = pairs.get(i);
            if (i % TARGETS.size() == 0) {
                page.append("\n| ")
                        .append(pair.name)
                        .append(" | ")
                        .append(pair.from.name())
                        .append(" |");
            }
            String cell = cells.getOrDefault(pair.name + " in " + pair.target, "–");
            page.append(' ').append(cell).append(" |");
        }
        return page.append('\n').toString();
    }

    private static void judgePage(String page) throws IOException {
        if (WRITES_PAGE) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE))
                .as("the page is of other results; -Dpages.write=true writes it anew")
                .isEqualTo(page);
    }

    private void convert(Path path, List<Pair> pairs) throws IOException {
        byte[] file = Files.readAllBytes(path);
        Part10 part10 = read(file);
        if (part10 == null || !part10.dataSet().contains(Tag.PixelData)) {
            return;
        }
        Answer stored = dicomweb.store(file);
        if (stored.status() != 200 && stored.status() != 202) {
            return;
        }
        String instance = "/studies/" + uid(part10, Tag.StudyInstanceUID) + "/series/"
                + uid(part10, Tag.SeriesInstanceUID) + "/instances/" + uid(part10, Tag.SOPInstanceUID);
        try {
            for (Map.Entry<String, TransferSyntax> target : TARGETS.entrySet()) {
                String wanted = "application/dicom; transfer-syntax="
                        + target.getValue().uid();
                Answer answer = dicomweb.get(instance, "Accept", wanted);
                assertThat(answer.status())
                        .as(path.getFileName() + " in " + target.getKey() + ": " + answer.text())
                        .isIn(200, 406);
                Path converted = null;
                if (answer.status() == 200) {
                    assertThat(answer.header("Content-Type")).isEqualTo(wanted);
                    converted = folder.resolve(path.getFileName() + "." + target.getKey());
                    Files.write(converted, answer.body());
                    assertThat(read(answer.body())).isNotNull();
                }
                pairs.add(new Pair(
                        path.getFileName().toString(), part10.transferSyntax(), target.getKey(), path, converted));
            }
        } finally {
            dicomweb.delete(instance).assertStatus(204);
        }
    }

    private static @Nullable Part10 read(byte[] file) throws IOException {
        try {
            return Part10Reader.read(new ByteArrayInputStream(file), ReadOptions.DEFAULT);
        } catch (MalformedException refused) {
            return null;
        }
    }

    private static String uid(Part10 file, int tag) {
        String uid = file.dataSet().findString(tag);
        return uid == null ? "" : Uids.trim(uid);
    }

    private static boolean canCompare() throws IOException, InterruptedException {
        if (!Files.isExecutable(Path.of(PYTHON))) {
            return false;
        }
        Process process = new ProcessBuilder(PYTHON, "-c", "import pydicom, numpy, gdcm")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    private List<String> compare(List<Pair> pairs) throws IOException, InterruptedException {
        Path script = folder.resolve("compare_pixels.py");
        try (var source = ConversionTest.class.getResourceAsStream("/compare_pixels.py")) {
            assertThat(source).isNotNull();
            Files.write(script, source == null ? new byte[0] : source.readAllBytes());
        }
        Path input = folder.resolve("pairs.txt");
        try (Writer out = new OutputStreamWriter(Files.newOutputStream(input), StandardCharsets.UTF_8)) {
            for (Pair pair : pairs) {
                out.write(pair.original.toAbsolutePath() + "\t" + pair.converted + "\n");
            }
        }
        Process process = new ProcessBuilder(PYTHON, script.toString())
                .redirectInput(input.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<String> verdicts = new ArrayList<>();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            out.lines().forEach(verdicts::add);
        }
        assertThat(process.waitFor()).isZero();
        assertThat(verdicts).hasSameSizeAs(pairs);
        return verdicts;
    }
}
