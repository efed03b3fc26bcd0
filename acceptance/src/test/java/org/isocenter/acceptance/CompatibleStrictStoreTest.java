package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import org.isocenter.dicom.Tag;
import org.junit.jupiter.api.Test;

/// Store as the first version answers it: an instance with a bad value of what is searched by is refused.
class CompatibleStrictStoreTest {
    private final Dicomweb root = Archive.get().v1();

    @Test
    void contentThatBreaksTheRulesOfItsVrIsAConflict() {
        Draft draft = Draft.ct().text(Tag.StudyDate, "DA", "NotAValidDate");
        Answer answer = root.store(draft.bytes()).assertStatus(409);
        assertThat(answer.dataSet().contains(Tag.ReferencedSOPSequence)).isFalse();
        assertThat(answer.failureReasons()).containsExactly(43264);
    }

    @Test
    void aPatientBetweenNulsIsAConflictWithAComment() {
        Draft draft = Draft.ct().text(Tag.PatientID, "LO", "\000123\000");
        Answer answer = root.store(draft.bytes()).assertStatus(409);
        assertThat(answer.failureReasons()).containsExactly(43264);
        assertThat(answer.failures().getFirst().items(Tag.FailedAttributesSequence))
                .isNotEmpty()
                .allSatisfy(
                        item -> assertThat(item.findString(Tag.ErrorComment)).startsWith("DICOM100: (0010,0020) - "));
    }
}
