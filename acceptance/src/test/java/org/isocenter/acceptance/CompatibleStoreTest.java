package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Store, as both versions of the compatible API answer it.
@ParameterizedClass
@MethodSource("org.isocenter.acceptance.CompatibleBases#all")
class CompatibleStoreTest {
    private static final String MULTIPART =
            "multipart/related; type=\"application/dicom\"; boundary=" + Dicomweb.BOUNDARY;
    private static final byte[] NOTHING = new byte[0];
    private static final byte[] NO_PARTS = Samples.latin("--" + Dicomweb.BOUNDARY + "--\r\n");

    private final Dicomweb root;

    CompatibleStoreTest(Dicomweb root) {
        this.root = root;
    }

    @Test
    void anEmptySinglePartBodyIsAConflict() {
        root.post("/studies", "application/dicom", NOTHING).assertStatus(409);
    }

    @Test
    void aStudyUidOf65CharactersIsRefused() {
        root.post("/studies/1." + "2".repeat(63), "application/dicom", NOTHING).assertStatus(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/dicom", "application/data"})
    void anAnswerThatIsNoJsonIsNotAcceptable(String accept) {
        root.send(root.request("/studies", "Content-Type", MULTIPART, "Accept", accept)
                        .POST(BodyPublishers.ofByteArray(
                                Dicomweb.multipart(Draft.ct().bytes()))))
                .assertStatus(406);
    }

    @Test
    void aFormIsAnUnsupportedMediaType() {
        root.post("/studies", "multipart/form-data; boundary=" + Dicomweb.BOUNDARY, NO_PARTS)
                .assertStatus(415);
    }

    @Test
    void aMultipartBodyWithoutPartsIsAnsweredWithNothing() {
        assertThat(root.post("/studies", MULTIPART, NO_PARTS).assertStatus(204).body())
                .isEmpty();
    }

    @Test
    void oneEmptyPartIsAConflict() {
        root.store(NOTHING).assertStatus(409);
    }

    @Test
    void ofAnEmptyAndAGoodPartTheGoodOneIsReferenced() {
        Draft good = Draft.ct();
        Answer answer = root.store(NOTHING, good.bytes()).assertStatus(202);
        assertThat(referenced(answer)).containsExactly(good.instance);
    }

    @Test
    void aFirstPartWithoutATypeHasTheTypeOfTheWhole() {
        Draft draft = Draft.ct();
        byte[] head = Samples.latin("--" + Dicomweb.BOUNDARY + "\r\n\r\n");
        byte[] end = Samples.latin("\r\n--" + Dicomweb.BOUNDARY + "--");
        Answer answer = root.post("/studies", MULTIPART, Samples.joined(Samples.joined(head, draft.bytes()), end))
                .assertStatus(200);
        assertThat(referenced(answer)).containsExactly(draft.instance);
    }

    /// The reason is that of the standard, A901H.
    @Test
    void twoFilesOfOtherStudiesThanTheUrlSaysAreAConflict() {
        Answer answer = root.storeAt(
                        "/studies/" + Draft.uid(),
                        Draft.ct().bytes(),
                        Draft.ct().bytes())
                .assertStatus(409);
        assertThat(answer.dataSet().size()).isEqualTo(1);
        assertThat(answer.failureReasons()).containsExactly(43265, 43265);
    }

    @Test
    void oneOfTwoFilesOfTheStudyThatTheUrlSaysIsStored() {
        Draft right = Draft.ct();
        Answer answer = root.storeAt(
                        right.studyPath(), right.bytes(), Draft.ct().bytes())
                .assertStatus(202);
        assertThat(answer.dataSet().size()).isEqualTo(3);
        assertThat(answer.dataSet().findString(Tag.RetrieveURL)).endsWith("studies/" + right.study);
        assertThat(answer.failureReasons()).containsExactly(43265);
        assertThat(referenced(answer)).containsExactly(right.instance);
    }

    @Test
    void theSameFileTwiceInOneRequestIsStoredOnce() {
        Draft draft = Draft.ct();
        Answer answer = root.store(draft.bytes(), draft.bytes()).assertStatus(202);
        assertThat(answer.failureReasons()).containsExactly(45070);
        assertThat(referenced(answer)).containsExactly(draft.instance);
    }

    @Test
    void theSameFileAgainIsAConflict() {
        Draft draft = Draft.ct();
        root.store(draft.bytes()).assertStatus(200);
        assertThat(root.store(draft.bytes()).assertStatus(409).failureReasons()).containsExactly(45070);
    }

    @ParameterizedTest
    @CsvSource({"abc.123, 43264", "11|, 43264"})
    void aUidThatIsNoneIsAConflict(String uid, int reason) {
        for (int tag : new int[] {Tag.StudyInstanceUID, Tag.SeriesInstanceUID, Tag.SOPInstanceUID}) {
            Answer answer = root.store(Draft.ct().text(tag, "UI", uid).bytes()).assertStatus(409);
            assertThat(answer.failureReasons()).containsExactly(reason);
        }
    }

    @Test
    void aSinglePartIsStoredWithAndWithoutAStudy() {
        Draft without = Draft.ct();
        Answer answer =
                root.post("/studies", "application/dicom", without.bytes()).assertStatus(200);
        assertThat(answer.dataSet().contains(Tag.RetrieveURL)).isFalse();
        Draft with = Draft.ct();
        answer = root.post(with.studyPath(), "application/dicom", with.bytes()).assertStatus(200);
        assertThat(answer.dataSet().findString(Tag.RetrieveURL)).isEqualTo(root.root() + with.studyPath());
        assertThat(referenced(answer)).containsExactly(with.instance);
    }

    @Test
    void ofSeveralValuesOfAnIndexedAttributeTheFirstIsSearchedBy() {
        Draft draft = Draft.ct().text(Tag.StudyDescription, "LO", "One\\Two");
        assertThat(referenced(root.store(draft.bytes()).assertStatus(200))).containsExactly(draft.instance);
        String study = "&StudyInstanceUID=" + draft.study;
        assertThat(root.search("/studies?StudyDescription=One" + study)).hasSize(1);
        assertThat(root.search("/studies?StudyDescription=Two" + study)).isEmpty();
        assertThat(root.metadata(draft.path()).getFirst().strings(Tag.StudyDescription))
                .containsExactly("One", "Two");
    }

    @Test
    void aStudyUidWithASpaceIsStoredAsItIsAndIsTheSameWithMoreOfThem() {
        Draft padded = Draft.ct();
        padded.element(Tag.StudyInstanceUID, out -> out.text(Tag.StudyInstanceUID, "UI", padded.study + " "));
        assertThat(referenced(root.store(padded.bytes()))).containsExactly(padded.instance);
        byte[] kept = root.get(padded.path(), "Accept", Dicomweb.SINGLE_DICOM)
                .assertStatus(200)
                .body();
        assertThat(kept).isEqualTo(padded.bytes());
        padded.element(Tag.StudyInstanceUID, out -> out.text(Tag.StudyInstanceUID, "UI", padded.study + "   "));
        assertThat(root.store(padded.bytes()).assertStatus(409).failureReasons())
                .containsExactly(45070);
    }

    /// The reference drops what it does not know the VR of from metadata; here it is there, as bytes.
    @Test
    void aPrivateAttributeOfAnImplicitFileStaysInTheFileAndInItsMetadata() {
        int tag = 0x00091001;
        Draft draft = Draft.ct()
                .transferSyntax(Draft.IMPLICIT)
                .text(0x00090010, "LO", "ISOCENTER TEST")
                .text(tag, "LO", "private");
        root.store(draft.bytes()).assertStatus(200);
        byte[] kept = root.get(draft.path(), "Accept", Dicomweb.SINGLE_DICOM).body();
        assertThat(RealFile.dataSet(kept).contains(tag)).isTrue();
        Element element = root.metadata(draft.path()).getFirst().find(tag);
        assertThat(element).isNotNull();
    }

    static List<String> referenced(Answer answer) {
        return answer.dataSet().items(Tag.ReferencedSOPSequence).stream()
                .map(CompatibleStoreTest::instance)
                .toList();
    }

    private static String instance(DataSet item) {
        return String.valueOf(item.findString(Tag.ReferencedSOPInstanceUID));
    }
}
