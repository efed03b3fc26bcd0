package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import org.isocenter.dicom.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// Store as the second version answers it: what is wrong with an instance is warned of.
@ParameterizedClass
@MethodSource("org.isocenter.acceptance.CompatibleBases#lenient")
class CompatibleLenientStoreTest {
    private final Dicomweb root;

    CompatibleLenientStoreTest(Dicomweb root) {
        this.root = root;
    }

    /// The reference leaves the date out of metadata; here metadata are the file's.
    @Test
    void aBadDateIsCommentedAndTheGoodOneIsSearchedBy() {
        Draft draft =
                Draft.ct().text(Tag.StudyDate, "DA", "NotAValidDate").text(Tag.PatientBirthDate, "DA", "20220315");
        Answer answer = root.store(draft.bytes()).assertStatus(202);
        assertThat(answer.warnings()).hasSize(1).first().asString().startsWith("DICOM100: (0008,0020) - ");
        byte[] kept = root.get(draft.path(), "Accept", Dicomweb.SINGLE_DICOM).body();
        assertThat(kept).isEqualTo(draft.bytes());
        assertThat(root.search("/studies?PatientBirthDate=20220315&StudyInstanceUID=" + draft.study))
                .hasSize(1);
        root.get("/studies?StudyDate=NotAValidDate", "Accept", Dicomweb.JSON).assertStatus(400);
    }

    @Test
    void aNulWithinAModalityIsCommented() {
        Draft draft = Draft.ct().text(Tag.Modality, "CS", "X\0X");
        assertThat(root.store(draft.bytes()).assertStatus(202).warnings())
                .hasSize(1)
                .first()
                .asString()
                .startsWith("DICOM100: (0008,0060) - ");
    }

    /// The reference takes a NUL in a URL; here it is refused wherever it stands.
    @Test
    void aNulBehindAModalityIsPadding() {
        Draft draft = Draft.ct().text(Tag.Modality, "CS", "X\0");
        assertThat(root.store(draft.bytes()).assertStatus(200).warnings()).isEmpty();
        assertThat(root.get(draft.path(), "Accept", Dicomweb.SINGLE_DICOM).body())
                .isEqualTo(draft.bytes());
        assertThat(root.search("/series?Modality=X&SeriesInstanceUID=" + draft.series))
                .hasSize(1);
        root.get("/series?Modality=X%00", "Accept", Dicomweb.JSON).assertProblem(400, "malformed-uri");
    }

    @Test
    void aStudyAndAPatientWithANulBehindAreReachedWithoutIt() {
        Draft draft = Draft.ct();
        draft.element(Tag.StudyInstanceUID, out -> out.text(Tag.StudyInstanceUID, "UI", draft.study + "\0"))
                .text(Tag.PatientID, "LO", "123\0");
        assertThat(root.store(draft.bytes()).assertStatus(200).warnings()).isEmpty();
        root.get(draft.studyPath(), "Accept", Dicomweb.MULTIPART_DICOM).assertStatus(200);
        assertThat(root.search("/studies?PatientID=123&StudyInstanceUID=" + draft.study))
                .hasSize(1);
    }

    /// The reference refuses this one bad value even here.
    @Test
    void aPatientBetweenNulsIsCommented() {
        Draft draft = Draft.ct().text(Tag.PatientID, "LO", "\000123\000");
        assertThat(root.store(draft.bytes()).assertStatus(202).warnings())
                .hasSize(1)
                .first()
                .asString()
                .startsWith("DICOM100: (0010,0020) - ");
    }

    @Test
    void aPatientThatIsMissingIsCommentedAndDoesNotReplaceOneThatIsThere() {
        Draft none = Draft.ct().text(Tag.PatientID, "LO", "");
        assertThat(root.store(none.bytes()).assertStatus(202).warnings())
                .hasSize(1)
                .first()
                .asString()
                .startsWith("DICOM100: (0010,0020) - ");
        root.store(Draft.ct(none.study, none.series)
                        .text(Tag.PatientID, "LO", "123")
                        .bytes())
                .assertStatus(200);
        assertThat(patient(none.study)).isEqualTo("123");
        root.store(Draft.ct(none.study, none.series)
                        .text(Tag.PatientID, "LO", "")
                        .bytes())
                .assertStatus(202);
        assertThat(patient(none.study)).isEqualTo("123");
    }

    private String patient(String study) {
        return String.valueOf(
                root.search("/studies?StudyInstanceUID=" + study).getFirst().findString(Tag.PatientID));
    }

    @Test
    void contentThatBreaksTheRulesOfItsVrIsStoredWithAWarning() {
        Draft draft = Draft.ct().text(Tag.StudyDate, "DA", "0").text(Tag.SeriesNumber, "IS", "first");
        assertThat(CompatibleStoreTest.referenced(root.store(draft.bytes()).assertStatus(202)))
                .containsExactly(draft.instance);
    }
}
