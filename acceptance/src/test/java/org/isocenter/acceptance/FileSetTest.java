package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.isocenter.dicom.Tag;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Studies as the files of a medium in a ZIP, with a directory that other programs read.
final class FileSetTest {
    private static final String ZIP = "application/zip";
    private static final String RLE = "1.2.840.10008.1.2.5";
    private static final String SR = "1.2.840.10008.5.1.4.1.1.88.11";
    private static final Path PYTHON = Path.of("/usr/bin/python3");

    private final Dicomweb dicomweb = Archive.get().dicomweb();

    @TempDir
    private Path folder = Path.of("");

    private static Map<String, byte[]> unzip(byte[] zip) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                files.put(entry.getName(), in.readAllBytes());
            }
        }
        return files;
    }

    private List<Draft> store() {
        Draft first = Draft.ct().image(64, 48, 3);
        List<Draft> drafts = List.of(
                first,
                Draft.ct(first.study, first.series).image(64, 48, 1),
                Draft.ct(first.study, Draft.uid())
                        .sopClass(SR)
                        .text(Tag.Modality, "CS", "SR")
                        .utf8(Tag.PatientName, "PN", "Müller^Jörg=山田^太郎"));
        drafts.forEach(draft -> dicomweb.store(draft.bytes()).assertStatus(200));
        return drafts;
    }

    @Test
    void everyFileIsTheOneThatWasStoredAndTheDirectoryIsTheLast() throws IOException {
        List<Draft> drafts = store();
        String study = drafts.getFirst().study;
        Answer answer = dicomweb.get("/studies/" + study, "Accept", ZIP).assertStatus(200);
        assertThat(answer.header("Content-Type")).isEqualTo(ZIP);
        assertThat(answer.header("Content-Disposition")).isEqualTo("attachment; filename=\"" + study + ".zip\"");
        Map<String, byte[]> files = unzip(answer.body());
        assertThat(files.keySet())
                .containsExactly(
                        "DICOM/ST000001/SE000001/IM000001",
                        "DICOM/ST000001/SE000001/IM000002",
                        "DICOM/ST000001/SE000002/IM000001",
                        "DICOMDIR");
        files.remove("DICOMDIR");
        assertThat(files.values())
                .containsExactlyInAnyOrderElementsOf(
                        drafts.stream().map(Draft::bytes).toList());
    }

    @Test
    void seriesAndInstancesAreFileSetsToo() throws IOException {
        Draft draft = store().get(1);
        String series = "/studies/" + draft.study + "/series/" + draft.series;
        assertThat(unzip(dicomweb.get(series, "Accept", ZIP).assertStatus(200).body()))
                .hasSize(3);
        assertThat(unzip(dicomweb.get(draft.path(), "Accept", ZIP)
                        .assertStatus(200)
                        .body()))
                .hasSize(2);
        dicomweb.get("/studies/" + Draft.uid(), "Accept", ZIP).assertStatus(404);
    }

    @Test
    void anotherProgramReadsItByItsDirectory() throws IOException {
        Assumptions.assumeTrue(Files.isExecutable(PYTHON), "no python3 of Debian");
        List<Draft> drafts = store();
        byte[] zip = dicomweb.get("/studies/" + drafts.getFirst().study, "Accept", ZIP + "; transfer-syntax=" + RLE)
                .assertStatus(200)
                .body();
        for (Map.Entry<String, byte[]> file : unzip(zip).entrySet()) {
            Path path = folder.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.write(path, file.getValue());
        }
        Path script = folder.resolve("read_file_set.py");
        try (var source = FileSetTest.class.getResourceAsStream("/read_file_set.py")) {
            assertThat(source).isNotNull();
            Files.write(script, source == null ? new byte[0] : source.readAllBytes());
        }
        String told = new String(
                Programs.run(
                        List.of(
                                PYTHON.toString(),
                                script.toString(),
                                folder.resolve("DICOMDIR").toString()),
                        folder,
                        Duration.ofSeconds(60)),
                StandardCharsets.UTF_8);
        List<String> expected = new ArrayList<>();
        for (Draft draft : drafts.subList(0, 2)) {
            expected.add(String.join("\t", draft.instance, draft.instance, RLE, "IMAGE"));
        }
        Draft report = drafts.getLast();
        expected.add(String.join("\t", report.instance, report.instance, RLE, "SR DOCUMENT"));
        assertThat(told.lines().toList()).containsExactlyInAnyOrderElementsOf(expected);
    }
}
