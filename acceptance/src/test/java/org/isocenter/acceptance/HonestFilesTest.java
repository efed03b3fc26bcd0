package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Part10;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Uids;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Real files of many makers: each is stored, comes back as it was, is found, and is deleted; those that are
/// broken are refused with a reason.
class HonestFilesTest {
    private static final Path CORPUS = Path.of(System.getProperty("acceptance.corpus", "../../shared/corpus"));

    /// Truncated, with lengths that contradict each other, or with nothing that tells the transfer syntax.
    private static final List<String> UNREADABLE = List.of(
            "dicomdirtests/DICOMDIR-nooffset",
            "pydicom/MR_truncated.dcm",
            "pydicom/meta_missing_tsyntax.dcm",
            "pydicom/nested_priv_SQ.dcm",
            "pydicom/no_meta.dcm",
            "pydicom/rtplan_truncated.dcm");

    /// Media directories, which are no instances.
    private static final List<String> DIRECTORIES = List.of(
            "dicomdirtests/DICOMDIR",
            "dicomdirtests/DICOMDIR-bigEnd",
            "dicomdirtests/DICOMDIR-empty.dcm",
            "dicomdirtests/DICOMDIR-implicit",
            "dicomdirtests/DICOMDIR-nopatient",
            "dicomdirtests/DICOMDIR-reordered",
            "dicomdirtests/TINY_ALPHA/DICOMDIR");

    /// Without a SOP class.
    private static final List<String> WITHOUT_SOP_CLASS = List.of(
            "charsets/chrSQEncoding.dcm",
            "charsets/chrSQEncoding1.dcm",
            "pydicom/UN_sequence.dcm",
            "pydicom/empty_charset_LEI.dcm",
            "pydicom/no_meta_group_length.dcm",
            "pydicom/priv_SQ.dcm");

    /// With a SOP class that cannot be read: every attribute stands in UN, whatever the dictionary has.
    /// Without a SOP instance UID, or with one that is none.
    private static final List<String> WITHOUT_SOP_INSTANCE = List.of(
            "pydicom/JLSL_RGB_ILV0.dcm",
            "pydicom/JLSL_RGB_ILV1.dcm",
            "pydicom/JLSL_RGB_ILV2.dcm",
            "pydicom/JLSN_RGB_ILV0.dcm",
            "pydicom/bad_sequence.dcm");

    /// Without a study instance UID.
    private static final List<String> WITHOUT_STUDY = List.of(
            "pydicom/HTJ2KLossless_08_RGB.dcm",
            "pydicom/HTJ2K_08_RGB.dcm",
            "pydicom/JLSL_08_07_0_1F.dcm",
            "pydicom/JLSL_16_15_1_1F.dcm",
            "pydicom/JPEGLSNearLossless_08.dcm",
            "pydicom/JPEGLSNearLossless_16.dcm",
            "pydicom/SC_rgb_jls_lossy_line.dcm",
            "pydicom/SC_rgb_jls_lossy_sample.dcm");

    private static final Map<String, Integer> REFUSED = refused();

    private static Map<String, Integer> refused() {
        Map<String, Integer> refused = new TreeMap<>();
        UNREADABLE.forEach(name -> refused.put(name, 272));
        DIRECTORIES.forEach(name -> refused.put(name, 290));
        Stream.of(WITHOUT_SOP_CLASS, WITHOUT_SOP_INSTANCE, WITHOUT_STUDY)
                .flatMap(List::stream)
                .forEach(name -> refused.put(name, 43264));
        return refused;
    }

    private final Archive archive = Archive.get();
    private final Dicomweb dicomweb = archive.dicomweb();

    static Stream<Named<Path>> files() throws IOException {
        if (!Files.isDirectory(CORPUS)) {
            return Stream.of(Named.of("no corpus", CORPUS));
        }
        try (Stream<Path> files = Files.walk(CORPUS)) {
            return files
                    .filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().startsWith("README"))
                    .sorted()
                    .map(file -> Named.of(name(file), file))
                    .toList()
                    .stream();
        }
    }

    private static String name(Path file) {
        return CORPUS.relativize(file).toString();
    }

    @ParameterizedTest
    @MethodSource("files")
    void aRealFileIsKeptAsItIsOrRefusedWithAReason(Path path) throws IOException {
        Assumptions.assumeTrue(Files.isRegularFile(path), "the folder of real files is not there: " + CORPUS);
        byte[] file = Files.readAllBytes(path);
        Answer answer = dicomweb.store(file);
        Integer reason = REFUSED.get(name(path));
        if (reason != null) {
            answer.assertStatus(409);
            assertThat(answer.failureReasons()).containsExactly(reason);
            assertThat(answer.failures().getFirst().findItem(Tag.FailedAttributesSequence))
                    .isNotNull();
            return;
        }
        assertThat(answer.status()).as(answer.text()).isIn(200, 202);
        ModelCheck check = ModelCheck.of(file, dicomweb);
        Identity identity = Identity.of(check.file());
        try {
            assertKept(identity, file, check);
        } finally {
            dicomweb.delete(identity.path()).assertStatus(204);
        }
        dicomweb.get(identity.path(), "Accept", Dicomweb.SINGLE_DICOM).assertStatus(404);
    }

    private void assertKept(Identity identity, byte[] file, ModelCheck check) {
        assertThat(dicomweb.get(identity.path(), "Accept", Dicomweb.SINGLE_DICOM)
                        .assertStatus(200)
                        .body())
                .isEqualTo(file);
        assertThat(dicomweb.get(identity.path(), "Accept", Dicomweb.MULTIPART_DICOM)
                        .assertStatus(200)
                        .parts()
                        .getFirst()
                        .body())
                .isEqualTo(file);
        List<DataSet> found = dicomweb.search("/instances?SOPInstanceUID=" + identity.instance() + "&SeriesInstanceUID="
                + identity.series() + "&StudyInstanceUID=" + identity.study());
        assertThat(found).hasSize(1);
        check.assertComplete(dicomweb.metadata(identity.path()).getFirst());
        List<DataSet> xml = dicomweb.get(identity.path() + "/metadata", "Accept", Dicomweb.XML)
                .assertStatus(200)
                .xmlDataSets();
        assertThat(xml).hasSize(1);
    }

    @Test
    void everyFileThatIsRefusedIsAmongTheFiles() throws IOException {
        Assumptions.assumeTrue(Files.isDirectory(CORPUS), "the folder of real files is not there: " + CORPUS);
        assertThat(files().map(Named::getName)).containsAll(REFUSED.keySet());
    }

    private record Identity(String study, String series, String instance) {
        static Identity of(Part10 file) {
            return new Identity(
                    uid(file.dataSet(), Tag.StudyInstanceUID),
                    uid(file.dataSet(), Tag.SeriesInstanceUID),
                    uid(file.dataSet(), Tag.SOPInstanceUID));
        }

        private static String uid(DataSet dataSet, int tag) {
            String uid = dataSet.findString(tag);
            assertThat(uid).isNotNull();
            return uid == null ? "" : Uids.trim(uid);
        }

        String path() {
            return "/studies/" + study + "/series/" + series + "/instances/" + instance;
        }
    }
}
