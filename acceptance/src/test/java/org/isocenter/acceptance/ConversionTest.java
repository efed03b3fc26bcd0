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

/// Every real image in every transfer syntax it can be had in, judged by decoders that share no code with the server.
final class ConversionTest {
    private static final Path CORPUS = Path.of(System.getProperty("acceptance.corpus", "../../shared/corpus"));
    private static final String PYTHON = "/usr/bin/python3";

    /// What the server writes, and what the page calls it.
    private static final Map<String, TransferSyntax> TARGETS = targets();

    /// Its samples have more bits than are stored, which the decoder that judges cuts off.
    private static final Set<String> MISREAD = Set.of("mlut_18.dcm in JPEG lossless");

    /// At sharp borders; on the whole it is far less.
    private static final int LOSSY_DIFFERENCE_MAX = 80;

    private static Map<String, TransferSyntax> targets() {
        Map<String, TransferSyntax> targets = new LinkedHashMap<>();
        targets.put("Explicit", TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
        targets.put("Implicit", TransferSyntax.IMPLICIT_LITTLE_ENDIAN);
        targets.put("RLE", TransferSyntax.RLE_LOSSLESS);
        targets.put("JPEG", TransferSyntax.JPEG_BASELINE);
        targets.put("JPEG lossless", TransferSyntax.JPEG_LOSSLESS_FIRST_ORDER);
        targets.put("JPEG-LS", TransferSyntax.JPEG_LS_LOSSLESS);
        return targets;
    }

    @TempDir
    private Path folder;

    private final Dicomweb dicomweb = Archive.get().dicomweb();

    private record Pair(String name, String target, boolean lossy, Path original, Path converted) {}

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
        List<String> verdicts = compare(pairs);
        List<String> wrong = new ArrayList<>();
        int same = 0;
        for (int i = 0; i < pairs.size(); i++) {
            Pair pair = pairs.get(i);
            String verdict = verdicts.get(i);
            if (verdict.startsWith("unread A")) {
                continue;
            }
            boolean number = verdict.chars().allMatch(Character::isDigit);
            int most = pair.target.equals("JPEG") ? LOSSY_DIFFERENCE_MAX : pair.lossy ? 2 : 0;
            if (number && Integer.parseInt(verdict) <= most) {
                same++;
            } else if (!MISREAD.contains(pair.name + " in " + pair.target)) {
                wrong.add(pair.name + " in " + pair.target + ": " + verdict);
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(same).isGreaterThan(TARGETS.size() * 40);
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
                if (answer.status() == 200) {
                    assertThat(answer.header("Content-Type")).isEqualTo(wanted);
                    Path converted = folder.resolve(path.getFileName() + "." + target.getKey());
                    Files.write(converted, answer.body());
                    Part10 made = read(answer.body());
                    assertThat(made).isNotNull();
                    pairs.add(new Pair(
                            path.getFileName().toString(),
                            target.getKey(),
                            part10.transferSyntax().lossy(),
                            path,
                            converted));
                }
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
                out.write(pair.original.toAbsolutePath() + "\t" + pair.converted.toAbsolutePath() + "\n");
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
