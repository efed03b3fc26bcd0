package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What is stored comes back: every byte, every attribute, by every route; and is gone when it is deleted.
class RoundTripTest {
    private final Archive archive = Archive.get();
    private final Dicomweb dicomweb = archive.dicomweb();

    static Stream<Named<Draft>> samples() {
        return Samples.all().stream();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void anInstanceComesBackAndIsFoundAndDeleted(Draft draft) {
        byte[] file = draft.bytes();
        assertThat(dicomweb.store(file).status()).isIn(200, 202);

        assertBitExact(draft, file);
        assertFound(draft);
        ModelCheck check = ModelCheck.of(file, dicomweb);
        check.assertComplete(dicomweb.metadata(draft.path()).getFirst());
        check.assertComplete(dicomweb.metadata(draft.studyPath()).getFirst());
        List<DataSet> xml = dicomweb.get(draft.seriesPath() + "/metadata", "Accept", Dicomweb.XML)
                .assertStatus(200)
                .xmlDataSets();
        assertThat(xml).hasSize(1);
        check.assertComplete(xml.getFirst());

        dicomweb.delete(draft.path()).assertStatus(204);
        dicomweb.get(draft.path(), "Accept", Dicomweb.SINGLE_DICOM).assertStatus(404);
        assertThat(dicomweb.search("/studies?StudyInstanceUID=" + draft.study)).isEmpty();
    }

    private void assertBitExact(Draft draft, byte[] file) {
        Answer single =
                dicomweb.get(draft.path(), "Accept", Dicomweb.SINGLE_DICOM).assertStatus(200);
        assertThat(single.header("Content-Type")).startsWith("application/dicom");
        assertThat(single.body()).isEqualTo(file);
        for (String path : List.of(draft.path(), draft.seriesPath(), draft.studyPath())) {
            List<Answer.Part> parts = dicomweb.get(path, "Accept", Dicomweb.MULTIPART_DICOM)
                    .assertStatus(200)
                    .parts();
            assertThat(parts).hasSize(1);
            assertThat(parts.getFirst().type()).startsWith("application/dicom").contains(draft.syntax());
            assertThat(parts.getFirst().body()).isEqualTo(file);
        }
    }

    private void assertFound(Draft draft) {
        DataSet study = one(dicomweb.search("/studies?StudyInstanceUID=" + draft.study));
        assertThat(study.findString(Tag.PatientID)).isEqualTo("P-1");
        assertThat(study.findString(Tag.StudyDate)).isEqualTo("20260131");
        assertThat(study.findString(Tag.StudyTime)).isEqualTo("101500");
        assertThat(study.findString(Tag.AccessionNumber)).isEqualTo("A1");
        assertThat(study.strings(Tag.ModalitiesInStudy)).containsExactly("CT");
        assertThat(study.findInt(Tag.NumberOfStudyRelatedSeries)).isEqualTo(1);
        assertThat(study.findInt(Tag.NumberOfStudyRelatedInstances)).isEqualTo(1);
        DataSet series = one(dicomweb.search(draft.studyPath() + "/series"));
        assertThat(series.findString(Tag.SeriesInstanceUID)).isEqualTo(draft.series);
        assertThat(series.findString(Tag.Modality)).isEqualTo("CT");
        assertThat(series.findInt(Tag.NumberOfSeriesRelatedInstances)).isEqualTo(1);
        DataSet instance = one(dicomweb.search(draft.seriesPath() + "/instances"));
        assertThat(instance.findString(Tag.SOPInstanceUID)).isEqualTo(draft.instance);
        assertThat(instance.findString(Tag.SOPClassUID)).isEqualTo(Draft.CT);
        assertThat(instance.findString(Tag.AvailableTransferSyntaxUID)).isEqualTo(draft.syntax());
    }

    private static DataSet one(List<DataSet> results) {
        assertThat(results).hasSize(1);
        return results.getFirst();
    }

    @Test
    void severalInstancesOfOneRequestAllComeBack() {
        Draft first = Draft.ct();
        Draft second = Draft.ct(first.study, first.series);
        Draft third = Draft.ct(first.study, Draft.uid());
        Answer answer =
                dicomweb.store(first.bytes(), second.bytes(), third.bytes()).assertStatus(200);
        assertThat(answer.dataSet().items(Tag.ReferencedSOPSequence)).hasSize(3);
        assertThat(dicomweb.get(first.studyPath(), "Accept", Dicomweb.MULTIPART_DICOM)
                        .parts())
                .extracting(Answer.Part::body)
                .containsExactlyInAnyOrder(first.bytes(), second.bytes(), third.bytes());
        assertThat(dicomweb.get(first.seriesPath(), "Accept", Dicomweb.MULTIPART_DICOM)
                        .parts())
                .hasSize(2);
        assertThat(dicomweb.metadata(first.studyPath())).hasSize(3);
        DataSet study = one(dicomweb.search("/studies?StudyInstanceUID=" + first.study));
        assertThat(study.findInt(Tag.NumberOfStudyRelatedSeries)).isEqualTo(2);
        assertThat(study.findInt(Tag.NumberOfStudyRelatedInstances)).isEqualTo(3);
    }

    @Test
    void aLargeInstanceIsTheSameAloneAndAsAPart() {
        Draft single = Draft.ct().image(1024, 1024, 20);
        dicomweb.post("/studies", "application/dicom", single.bytes()).assertStatus(200);
        assertThat(dicomweb.get(single.path(), "Accept", Dicomweb.SINGLE_DICOM).body())
                .isEqualTo(single.bytes());
        Draft part = Draft.ct().image(1024, 1024, 5);
        dicomweb.store(part.bytes()).assertStatus(200);
        assertThat(dicomweb.get(part.path(), "Accept", Dicomweb.SINGLE_DICOM).body())
                .isEqualTo(part.bytes());
    }
}
