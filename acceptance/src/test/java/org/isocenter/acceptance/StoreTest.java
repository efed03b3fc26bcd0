package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Store as the compatible API and the standard describe it, on both roots.
class StoreTest {
    private static final String MULTIPART =
            "multipart/related; type=\"application/dicom\"; boundary=" + Dicomweb.BOUNDARY;
    private static final byte[] NOTHING = new byte[0];

    private final Archive archive = Archive.get();
    private final Dicomweb dicomweb = archive.dicomweb();
    private final Dicomweb v2 = archive.v2();

    static Stream<Named<Dicomweb>> roots() {
        return Stream.of(
                Named.of("/dicom-web", Archive.get().dicomweb()),
                Named.of("/v2", Archive.get().v2()));
    }

    static Stream<Arguments> envelopes() {
        byte[] none = Samples.latin("--" + Dicomweb.BOUNDARY + "--\r\n");
        return Stream.of(
                arguments("an empty body", "/studies", "application/dicom", "*/*", NOTHING, 409),
                arguments("a study UID of 65 characters", "/studies/1." + "2".repeat(63), MULTIPART, "*/*", none, 400),
                arguments("a study that is no UID", "/studies/abc.123", MULTIPART, "*/*", none, 400),
                arguments("an answer as DICOM", "/studies", MULTIPART, "application/dicom", none, 406),
                arguments("an answer as data", "/studies", MULTIPART, "application/data", none, 406),
                arguments("a form", "/studies", "multipart/form-data; boundary=x", "*/*", NOTHING, 415),
                arguments("a picture", "/studies", "image/png", "*/*", NOTHING, 415),
                arguments("JSON", "/studies", "application/dicom+json", "*/*", NOTHING, 415),
                arguments("no parts", "/studies", MULTIPART, "*/*", none, 204),
                arguments("an empty part", "/studies", MULTIPART, "*/*", Dicomweb.multipart(NOTHING), 409),
                arguments("a start", "/studies", MULTIPART + "; start=\"<a>\"", "*/*", none, 400),
                arguments(
                        "another root type",
                        "/studies",
                        "multipart/related; type=\"application/dicom+json\"; boundary=x",
                        "*/*",
                        none,
                        415));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("envelopes")
    void aRequestInTheWrongFormIsRefused(
            String name, String path, String contentType, String accept, byte[] body, int status) {
        dicomweb.send(dicomweb.request(path, "Content-Type", contentType, "Accept", accept)
                        .POST(java.net.http.HttpRequest.BodyPublishers.ofByteArray(body)))
                .assertStatus(status);
    }

    @ParameterizedTest
    @MethodSource("roots")
    void anEmptyPartBesideAGoodOneFailsAlone(Dicomweb root) {
        Draft good = Draft.ct();
        Answer answer = root.store(NOTHING, good.bytes()).assertStatus(202);
        assertThat(answer.failureReasons()).containsExactly(272);
        assertThat(referenced(answer)).containsExactly(good.instance);
    }

    /// What came before is stored by then, and nothing is any more afterwards.
    @Test
    void whenARequestIsRefusedForALaterPartNothingOfItIsStillOnItsWay() {
        for (int round = 0; round < 20; round++) {
            Draft good = Draft.ct();
            byte[] picture = Samples.latin("\r\n--" + Dicomweb.BOUNDARY + "\r\nContent-Type: image/png\r\n\r\nx\r\n--"
                    + Dicomweb.BOUNDARY + "--\r\n");
            byte[] one = Samples.joined(
                    Samples.latin("--" + Dicomweb.BOUNDARY + "\r\nContent-Type: application/dicom\r\n\r\n"),
                    good.bytes());
            dicomweb.post("/studies", MULTIPART, Samples.joined(one, picture)).assertStatus(415);
            dicomweb.get(good.path()).assertStatus(200);
        }
    }

    @ParameterizedTest
    @MethodSource("roots")
    void aPartWithoutATypeHasThatOfTheWhole(Dicomweb root) {
        Draft draft = Draft.ct();
        byte[] body = Samples.joined(
                Samples.joined(Samples.latin("--" + Dicomweb.BOUNDARY + "\r\n\r\n"), draft.bytes()),
                Samples.latin("\r\n--" + Dicomweb.BOUNDARY + "--"));
        Answer answer = root.post("/studies", MULTIPART, body).assertStatus(200);
        assertThat(referenced(answer)).containsExactly(draft.instance);
    }

    @ParameterizedTest
    @MethodSource("roots")
    void aSingleInstanceIsStoredWithAndWithoutAStudy(Dicomweb root) {
        Draft one = Draft.ct();
        root.post("/studies", "application/dicom", one.bytes()).assertStatus(200);
        Draft other = Draft.ct();
        Answer answer =
                root.post(other.studyPath(), "application/dicom", other.bytes()).assertStatus(200);
        assertThat(answer.dataSet().findString(Tag.RetrieveURL)).endsWith(other.studyPath());
    }

    @ParameterizedTest
    @MethodSource("roots")
    void theAnswerLeadsToTheInstance(Dicomweb root) {
        Draft draft = Draft.ct();
        DataSet item = root.store(draft.bytes())
                .assertStatus(200)
                .dataSet()
                .items(Tag.ReferencedSOPSequence)
                .getFirst();
        assertThat(item.findString(Tag.ReferencedSOPClassUID)).isEqualTo(Draft.CT);
        String url = String.valueOf(item.findString(Tag.RetrieveURL));
        assertThat(url).isEqualTo(root.root() + draft.path());
        assertThat(root.get(url, "Accept", Dicomweb.SINGLE_DICOM)
                        .assertStatus(200)
                        .body())
                .isEqualTo(draft.bytes());
    }

    @ParameterizedTest
    @MethodSource("roots")
    void instancesOfAnotherStudyThanThatOfTheUrlAreRefused(Dicomweb root) {
        Draft first = Draft.ct();
        Draft second = Draft.ct();
        String other = "/studies/" + Draft.uid();
        Answer none = root.storeAt(other, first.bytes(), second.bytes()).assertStatus(409);
        assertThat(none.dataSet().size()).isEqualTo(1);
        assertThat(none.failureReasons()).containsExactly(43265, 43265);
        Answer one =
                root.storeAt(first.studyPath(), first.bytes(), second.bytes()).assertStatus(202);
        assertThat(one.failureReasons()).containsExactly(43265);
        assertThat(one.dataSet().findString(Tag.RetrieveURL)).endsWith(first.studyPath());
        assertThat(referenced(one)).containsExactly(first.instance);
    }

    @Test
    void theSameBytesAgainAreSuccessOnTheOneRootAndAFailureOnTheOther() {
        Draft draft = Draft.ct();
        dicomweb.store(draft.bytes()).assertStatus(200);
        long position = dicomweb.feedPosition();
        Answer again = dicomweb.store(draft.bytes()).assertStatus(200);
        assertThat(referenced(again)).containsExactly(draft.instance);
        assertThat(v2.store(draft.bytes()).assertStatus(409).failureReasons()).containsExactly(45070);
        assertThat(dicomweb.feedPosition()).isEqualTo(position);
    }

    @Test
    void theSameFileTwiceInOneRequestIsStoredOnce() {
        Draft draft = Draft.ct();
        Answer answer = v2.store(draft.bytes(), draft.bytes()).assertStatus(202);
        assertThat(answer.failureReasons()).containsExactly(45070);
        assertThat(v2.metadata(draft.studyPath())).hasSize(1);
        Draft other = Draft.ct();
        dicomweb.store(other.bytes(), other.bytes()).assertStatus(200);
        assertThat(dicomweb.metadata(other.studyPath())).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("roots")
    void otherBytesUnderTheSameUidsAreRefusedAndReplaceOnlyWhenAsked(Dicomweb root) {
        Draft draft = Draft.ct();
        byte[] first = draft.bytes();
        byte[] second = draft.text(Tag.PatientName, "PN", "Other^Name").bytes();
        root.store(first).assertStatus(200);
        long position = dicomweb.feedPosition();
        assertThat(root.store(second).assertStatus(409).failureReasons()).containsExactly(45070);
        assertThat(dicomweb.feedPosition()).isEqualTo(position);
        assertThat(root.get(draft.path(), "Accept", Dicomweb.SINGLE_DICOM).body())
                .isEqualTo(first);

        root.replace(second).assertStatus(200);
        assertThat(root.get(draft.path(), "Accept", Dicomweb.SINGLE_DICOM).body())
                .isEqualTo(second);
        assertThat(root.search("/studies?StudyInstanceUID=" + draft.study)
                        .getFirst()
                        .findString(Tag.PatientName))
                .isEqualTo("Other^Name");
        assertThat(root.metadata(draft.studyPath())).hasSize(1);
        assertThat(root.get("/changefeed/latest", "Accept", "*/*").text()).contains("\"action\":\"Update\"");
    }

    @ParameterizedTest
    @MethodSource("roots")
    void aNewInstanceIsStoredByPutToo(Dicomweb root) {
        Draft draft = Draft.ct();
        root.replace(draft.bytes()).assertStatus(200);
        assertThat(root.get("/changefeed/latest", "Accept", "*/*").text())
                .contains("\"action\":\"Create\"")
                .contains(draft.instance);
    }

    static Stream<Arguments> warned() {
        return Stream.of(
                row("missing PatientID", d -> d.without(Tag.PatientID), "(0010,0020)"),
                row("V04 empty PatientID", d -> d.text(Tag.PatientID, "LO", ""), "(0010,0020)"),
                row("V08 a date that is none", d -> d.text(Tag.StudyDate, "DA", "99999999"), "(0008,0020)"),
                row("V08 February 31st", d -> d.text(Tag.StudyDate, "DA", "20230231"), "(0008,0020)"),
                row("V08 a time that is none", d -> d.text(Tag.StudyTime, "TM", "250000"), "(0008,0030)"),
                row("V09 an integer of 40 digits", d -> d.text(Tag.SeriesNumber, "IS", "1".repeat(40)), "(0020,0011)"),
                row("V09 NaN", d -> d.text(Tag.SliceThickness, "DS", "NaN"), "(0018,0050)"),
                row("a code with NUL inside", d -> d.text(Tag.Modality, "CS", "X\0X"), "(0008,0060)"),
                row(
                        "P05 group 2 names another instance",
                        d -> d.wholeMeta(out -> out.text(Tag.MediaStorageSOPClassUID, "UI", Draft.CT)
                                .text(Tag.MediaStorageSOPInstanceUID, "UI", "1.2.3")
                                .text(Tag.TransferSyntaxUID, "UI", Draft.EXPLICIT)),
                        "(0002,0003)"));
    }

    private static Arguments row(String name, Consumer<Draft> change, String tag) {
        return arguments(name, change, tag);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("warned")
    void whatIsWrongButNotNeededIsStoredWithAWarning(String name, Consumer<Draft> change, String tag) {
        for (Dicomweb root : List.of(dicomweb, v2)) {
            Draft draft = Draft.ct();
            change.accept(draft);
            Answer answer = root.store(draft.bytes()).assertStatus(202);
            assertThat(answer.warnings())
                    .anySatisfy(comment -> assertThat(comment).startsWith("DICOM100: " + tag + " - "));
            assertThat(root.get(draft.path(), "Accept", Dicomweb.SINGLE_DICOM)
                            .assertStatus(200)
                            .body())
                    .isEqualTo(draft.bytes());
        }
    }

    @ParameterizedTest
    @MethodSource("roots")
    void aBadDateIsNotSearchedByAndTheRestIs(Dicomweb root) {
        Draft draft = Draft.ct()
                .text(Tag.StudyDate, "DA", "NotADate")
                .text(Tag.PatientBirthDate, "DA", "19710304")
                .text(Tag.PatientID, "LO", "bad-date");
        Answer answer = root.store(draft.bytes()).assertStatus(202);
        assertThat(answer.warnings()).hasSize(1);
        assertThat(root.search("/studies?PatientBirthDate=19710304&StudyInstanceUID=" + draft.study))
                .hasSize(1);
        root.get("/studies?StudyDate=NotADate", "Accept", Dicomweb.JSON).assertStatus(400);
        assertThat(root.search("/studies?StudyDate=20000101-20991231&StudyInstanceUID=" + draft.study))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("roots")
    void paddingOfAnyKindDoesNotCount(Dicomweb root) {
        Draft draft = Draft.ct().text(Tag.Modality, "CS", "MR ");
        draft.element(Tag.StudyInstanceUID, out -> out.text(Tag.StudyInstanceUID, "UI", draft.study + " "))
                .text(Tag.PatientID, "LO", "padded\0");
        assertThat(root.store(draft.bytes()).status()).isIn(200, 202);
        assertThat(root.get(draft.path(), "Accept", Dicomweb.SINGLE_DICOM)
                        .assertStatus(200)
                        .body())
                .isEqualTo(draft.bytes());
        assertThat(root.search("/series?Modality=MR&StudyInstanceUID=" + draft.study))
                .hasSize(1);
        assertThat(root.search("/studies?PatientID=padded&StudyInstanceUID=" + draft.study))
                .hasSize(1);
        Draft more = Draft.ct(draft.study, draft.series);
        more.element(Tag.StudyInstanceUID, out -> out.text(Tag.StudyInstanceUID, "UI", draft.study + "   "))
                .element(Tag.SOPInstanceUID, out -> out.text(Tag.SOPInstanceUID, "UI", draft.instance));
        assertThat(root.store(more.bytes()).assertStatus(409).failureReasons()).containsExactly(45070);
    }

    @ParameterizedTest
    @MethodSource("roots")
    void leadingZerosInAUidAreTaken(Dicomweb root) {
        String uid = Draft.uid() + ".007";
        Draft draft = Draft.ct().text(Tag.StudyInstanceUID, "UI", uid);
        assertThat(root.store(draft.bytes()).status()).isIn(200, 202);
        assertThat(root.search("/studies?StudyInstanceUID=" + uid)).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("roots")
    void aValueOfTheStudyDoesNotGiveWayToNone(Dicomweb root) {
        Draft first = Draft.ct().without(Tag.PatientID);
        root.store(first.bytes()).assertStatus(202);
        String search = "/studies?StudyInstanceUID=" + first.study;
        assertThat(root.search(search).getFirst().findString(Tag.PatientID)).isNull();
        root.store(Draft.ct(first.study, first.series)
                        .text(Tag.PatientID, "LO", "123")
                        .bytes())
                .assertStatus(200);
        assertThat(root.search(search).getFirst().findString(Tag.PatientID)).isEqualTo("123");
        root.store(Draft.ct(first.study, first.series).without(Tag.PatientID).bytes())
                .assertStatus(202);
        assertThat(root.search(search).getFirst().findString(Tag.PatientID)).isEqualTo("123");
    }

    private static List<String> referenced(Answer answer) {
        return answer.dataSet().items(Tag.ReferencedSOPSequence).stream()
                .flatMap(item -> item.strings(Tag.ReferencedSOPInstanceUID).stream())
                .toList();
    }
}
