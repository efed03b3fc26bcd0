package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.Stream;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Value;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The very requests of clients in use: OHIF, the dicomweb-client of JavaScript and that of Python.
class ViewerFormsTest {
    private static final String PATIENT = "OHIF-" + Draft.uid().substring(5, 15);
    private static final String JPEG = "1.2.840.10008.1.2.4.50";
    private static final byte[] FRAME = Samples.noise(900);

    private static final Draft CT = patient(Draft.ct())
            .text(Tag.SeriesDescription, "LO", "Axial")
            .element(
                    Tag.WaveformSequence,
                    out -> out.sequence(
                            Tag.WaveformSequence, out.fresh().bytes(Tag.WaveformData, "OW", Samples.noise(90_000))));
    private static final Draft COMPRESSED =
            patient(Draft.ct(CT.study, CT.series)).fragments(JPEG, FRAME);

    private final Dicomweb dicomweb = Archive.get().dicomweb();

    private static Draft patient(Draft draft) {
        return draft.text(Tag.PatientID, "LO", PATIENT)
                .text(Tag.PatientName, "PN", "Alderson^Ann")
                .text(Tag.AccessionNumber, "SH", PATIENT)
                .text(Tag.StudyDescription, "LO", "Head");
    }

    @BeforeAll
    static void store() {
        Archive.get().dicomweb().store(CT.bytes(), COMPRESSED.bytes()).assertStatus(200);
    }

    static Stream<Arguments> lists() {
        String list = "/studies?limit=101&offset=0&fuzzymatching=true"
                + "&includefield=00081030%2C00080060%2C00080090%2C00100030";
        return Stream.of(
                arguments("the list", list),
                arguments("a name", list + "&PatientName=*Ald*"),
                arguments("an accession number", list + "&AccessionNumber=*" + PATIENT + "*"),
                arguments("a patient", list + "&PatientID=*" + PATIENT + "*"),
                arguments("a modality", list + "&ModalitiesInStudy=CT"),
                arguments("dates", list + "&StudyDate=20260101-20261231"),
                arguments("a study", list + "&StudyInstanceUID=" + CT.study),
                arguments(
                        "prior studies",
                        "/studies?00100020=" + PATIENT
                                + "&limit=101&offset=0&fuzzymatching=false&includefield=00081030%2C00080060"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lists")
    void ohifListsStudies(String name, String query) {
        DataSet study = dicomweb.search(query).stream()
                .filter(one -> CT.study.equals(one.findString(Tag.StudyInstanceUID)))
                .findFirst()
                .orElseThrow();
        assertThat(study.findString(Tag.StudyDescription)).isEqualTo("Head");
        assertThat(study.strings(Tag.ModalitiesInStudy)).containsExactly("CT");
        assertThat(study.findInt(Tag.NumberOfStudyRelatedInstances)).isEqualTo(2);
    }

    @Test
    void ohifOpensAStudy() {
        List<DataSet> series =
                dicomweb.search(CT.studyPath() + "/series?includefield=00080021%2C00080031%2C0008103E%2C00200011");
        assertThat(series).hasSize(1);
        assertThat(series.getFirst().findString(Tag.SeriesDescription)).isEqualTo("Axial");
        assertThat(series.getFirst().findInt(Tag.SeriesNumber)).isEqualTo(1);
        assertThat(series.getFirst().findInt(Tag.NumberOfSeriesRelatedInstances))
                .isEqualTo(2);
        assertThat(dicomweb.metadata(CT.seriesPath()))
                .hasSize(2)
                .allSatisfy(one -> assertThat(one.findInt(Tag.Rows)).isEqualTo(4));
    }

    /// A browser reads the first member of a gzip body, and no further one.
    @Test
    void metadataInGzipAreOneMember() throws DataFormatException {
        Draft one = Draft.ct();
        Draft other = Draft.ct(one.study, Draft.uid());
        dicomweb.store(one.bytes(), other.bytes()).assertStatus(200);
        for (String path : List.of(one.seriesPath(), one.studyPath())) {
            byte[] plain = dicomweb.get(path + "/metadata", "Accept", Dicomweb.JSON)
                    .assertStatus(200)
                    .body();
            Answer zipped = dicomweb.get(path + "/metadata", "Accept", Dicomweb.JSON, "Accept-Encoding", "gzip")
                    .assertStatus(200);
            assertThat(zipped.header("Content-Encoding")).isEqualTo("gzip");
            Inflater inflater = new Inflater(true);
            inflater.setInput(zipped.body(), 10, zipped.body().length - 10);
            byte[] first = new byte[plain.length];
            assertThat(inflater.inflate(first)).isEqualTo(plain.length);
            assertThat(first).isEqualTo(plain);
            inflater.end();
        }
    }

    static Stream<Arguments> frames() {
        return Stream.of(
                arguments("OHIF", "multipart/related; type=application/octet-stream; transfer-syntax=*"),
                arguments("Python", "multipart/related; type=\"*/*\""),
                arguments("Python, any syntax", "multipart/related; type=\"*/*\"; transfer-syntax=*"),
                arguments("JavaScript", "multipart/related; type=\"image/jpeg\"; transfer-syntax=" + JPEG),
                arguments(
                        "JavaScript, several",
                        "multipart/related; type=\"image/jpeg\"; transfer-syntax=" + JPEG
                                + ", multipart/related; type=\"image/jp2\"; transfer-syntax=1.2.840.10008.1.2.4.90"
                                + ", multipart/related; type=\"application/octet-stream\"; transfer-syntax=*"),
                arguments("anything", "*/*"),
                arguments("several headers in one", "image/jpeg, */*"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("frames")
    void aFrameIsGivenToEveryClientUnderItsRealName(String name, String accept) {
        Answer answer =
                dicomweb.get(COMPRESSED.path() + "/frames/1", "Accept", accept).assertStatus(200);
        if (answer.header("Content-Type").startsWith("multipart")) {
            assertThat(answer.parts()).hasSize(1);
            assertThat(answer.parts().getFirst().body()).isEqualTo(FRAME);
            assertThat(answer.parts().getFirst().type()).contains("image/jpeg").contains(JPEG);
        } else {
            assertThat(answer.header("Content-Type")).startsWith("image/jpeg");
            assertThat(answer.body()).isEqualTo(FRAME);
        }
    }

    @Test
    void aWaveformIsFetchedAloneThroughItsLink() {
        DataSet item = dicomweb.metadata(CT.path())
                .getFirst()
                .items(Tag.WaveformSequence)
                .getFirst();
        Element waveform = item.find(Tag.WaveformData);
        assertThat(waveform).isNotNull();
        if (waveform != null && waveform.value() instanceof Value.Link link) {
            Answer answer = dicomweb.get(link.uri(), "Accept", "application/octet-stream")
                    .assertStatus(200);
            assertThat(answer.header("Content-Type")).startsWith("application/octet-stream");
            assertThat(answer.body()).isEqualTo(Samples.noise(90_000));
        } else {
            throw new AssertionError("a large value is no link");
        }
    }

    static Stream<Arguments> instances() {
        return Stream.of(
                arguments("JavaScript", "multipart/related; type=\"application/dicom\"; transfer-syntax=*"),
                arguments("JavaScript, bare", "application/dicom; transfer-syntax=*"),
                arguments("Python", "multipart/related; type=\"application/dicom\""),
                arguments("Orthanc", "multipart/related; type=application/dicom"),
                arguments("anything", "*/*"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("instances")
    void anInstanceIsGivenToEveryClient(String name, String accept) {
        Answer answer = dicomweb.get(COMPRESSED.path(), "Accept", accept).assertStatus(200);
        byte[] body = answer.header("Content-Type").startsWith("multipart")
                ? answer.parts().getFirst().body()
                : answer.body();
        assertThat(body).isEqualTo(COMPRESSED.bytes());
    }

    @Test
    void ohifStoresAReport() {
        Draft report = Draft.ct().withoutPixels().text(Tag.Modality, "CS", "SR");
        byte[] body = Dicomweb.multipart(report.bytes());
        Answer answer = dicomweb.send(dicomweb.request(
                        "/studies",
                        "Content-Type",
                        "multipart/related; type=\"application/dicom\"; boundary=\"" + Dicomweb.BOUNDARY + "\"",
                        "Accept",
                        "*/*")
                .POST(java.net.http.HttpRequest.BodyPublishers.ofByteArray(body)));
        assertThat(answer.assertStatus(200).dataSet().items(Tag.ReferencedSOPSequence))
                .hasSize(1);
    }
}
