package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// Search.
@ParameterizedClass
@MethodSource("org.isocenter.acceptance.CompatibleBases#all")
class CompatibleSearchTest {
    private final Dicomweb root;

    CompatibleSearchTest(Dicomweb root) {
        this.root = root;
    }

    private Draft stored(Draft draft) {
        root.store(draft.bytes()).assertStatus(200);
        return draft;
    }

    private List<String> found(String query, int tag) {
        return root.search(query).stream()
                .map(one -> String.valueOf(one.findString(tag)))
                .toList();
    }

    /// A word that no other test has, nor one like it.
    private static String word() {
        StringBuilder word = new StringBuilder();
        new Random().ints(16, 'a', 'z' + 1).forEach(letter -> word.append((char) letter));
        return word.toString();
    }

    @Test
    void modalityIsNoAttributeOfStudies() {
        assertThat(root.get("/studies?Modality=CT", "Accept", Dicomweb.JSON)
                        .assertProblem(400, "unsupported-key")
                        .text())
                .contains("Modality", "series");
    }

    @Test
    void nothingThatMatchesIsAnsweredWithNothing() {
        Answer answer = root.get("/studies?StudyInstanceUID=" + Draft.uid(), "Accept", Dicomweb.JSON);
        assertThat(answer.assertStatus(204).body()).isEmpty();
    }

    @Test
    void aStudyIsFoundByItsDate() {
        Draft draft = stored(Draft.ct().text(Tag.StudyDate, "DA", "19990909"));
        stored(Draft.ct().text(Tag.StudyDate, "DA", "19990910"));
        List<DataSet> found = root.search("/studies?StudyDate=19990909&limit=200");
        assertThat(found).allMatch(one -> "19990909".equals(one.findString(Tag.StudyDate)));
        assertThat(found)
                .extracting(one -> one.findString(Tag.StudyInstanceUID))
                .contains(draft.study);
    }

    @Test
    void aStudyTellsItsModalitiesAndTheNumberOfItsInstances() {
        Draft first = stored(Draft.ct());
        stored(Draft.ct(first.study, Draft.uid()));
        stored(Draft.ct(first.study, Draft.uid()).text(Tag.Modality, "CS", "MR"));
        List<DataSet> found = root.search("/studies?ModalitiesInStudy=CT&StudyInstanceUID=" + first.study
                + "&includefield=NumberOfStudyRelatedInstances,ModalitiesInStudy");
        assertThat(found).hasSize(1);
        assertThat(found.getFirst().strings(Tag.ModalitiesInStudy)).containsExactlyInAnyOrder("CT", "MR");
        assertThat(found.getFirst().findInt(Tag.NumberOfStudyRelatedInstances)).isEqualTo(3);
    }

    @Test
    void aSeriesTellsTheNumberOfItsInstances() {
        Draft first = stored(Draft.ct());
        stored(Draft.ct(first.study, first.series));
        DataSet series = root.search(
                        "/series?SeriesInstanceUID=" + first.series + "&includefield=NumberOfSeriesRelatedInstances")
                .getFirst();
        assertThat(series.findInt(Tag.NumberOfSeriesRelatedInstances)).isEqualTo(2);
    }

    @Test
    void aNameIsFoundWithoutItsAccentsAndInAnotherCase() {
        String word = word();
        Draft draft = stored(Draft.ct().utf8(Tag.PatientName, "PN", "Jérôme^" + word));
        for (String name : List.of("Jérôme^" + word, "jerome^" + word, "JEROME^" + word)) {
            assertThat(found("/studies?PatientName=" + Dicomweb.encode(name), Tag.StudyInstanceUID))
                    .as(name)
                    .containsExactly(draft.study);
        }
    }

    @Test
    void seriesAndInstancesAreFoundByModality() {
        Draft ct = stored(Draft.ct());
        Draft mr = stored(Draft.ct(ct.study, Draft.uid()).text(Tag.Modality, "CS", "MR"));
        assertThat(found(ct.studyPath() + "/series?Modality=MR", Tag.SeriesInstanceUID))
                .containsExactly(mr.series);
        assertThat(found(ct.studyPath() + "/instances?Modality=MR", Tag.SOPInstanceUID))
                .containsExactly(mr.instance);
        assertThat(found("/series?Modality=CT&StudyInstanceUID=" + ct.study, Tag.SeriesInstanceUID))
                .containsExactly(ct.series);
        assertThat(found("/instances?Modality=CT&StudyInstanceUID=" + ct.study, Tag.SOPInstanceUID))
                .containsExactly(ct.instance);
    }

    @Test
    void theSeriesOfAStudyAreListed() {
        Draft first = stored(Draft.ct());
        Draft second = stored(Draft.ct(first.study, Draft.uid()));
        assertThat(found(first.studyPath() + "/series", Tag.SeriesInstanceUID))
                .containsExactlyInAnyOrder(first.series, second.series);
        assertThat(found(first.seriesPath() + "/instances", Tag.SOPInstanceUID)).containsExactly(first.instance);
    }

    /// The reference indexes names after the store; here they are found at once.
    @Test
    void twoPatientsAreFoundByAMiddlePartOfTheirNames() {
        String word = word();
        Draft first = stored(Draft.ct().text(Tag.PatientName, "PN", "Jonathan^" + word + "^Stone Hall^^"));
        Draft second = stored(Draft.ct().text(Tag.PatientName, "PN", "Jon^" + word + "^StoneHall"));
        stored(Draft.ct().text(Tag.PatientName, "PN", "Jon^Smith^StoneHall"));
        for (String asked : List.of(word, word.substring(0, word.length() - 2))) {
            assertThat(found("/studies?fuzzymatching=true&PatientName=" + asked, Tag.StudyInstanceUID))
                    .contains(first.study, second.study);
        }
    }

    @Test
    void aStudyIsFoundByTheBeginningOfItsPhysician() {
        String word = word();
        Draft draft = stored(Draft.ct().text(Tag.ReferringPhysicianName, "PN", "House^" + word));
        assertThat(found(
                        "/studies?fuzzymatching=true&ReferringPhysicianName=" + word.substring(0, word.length() - 1),
                        Tag.StudyInstanceUID))
                .containsExactly(draft.study);
    }

    @Test
    void theSearchOfAViewerIsAnswered() {
        stored(Draft.ct().text(Tag.StudyDate, "DA", "20200101"));
        List<DataSet> found = root.search("/studies?limit=25&offset=0&includefield=00081030%2C00080060"
                + "&includefield=00201208&StudyDate=19521125-20210507");
        assertThat(found).isNotEmpty().allMatch(one -> one.contains(Tag.NumberOfStudyRelatedInstances));
    }
}
