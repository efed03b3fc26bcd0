package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Workitems from their creation to their end (PS3.18 section 11).
class WorklistTest {
    private static final String TRANSACTION = "1.2.3.4";
    private static final String OTHER = "1.2.3.5";
    private static final String XML = "application/dicom+xml";
    private static final DataSet NOTHING = new DataSet();

    private static Workitems at(String root) {
        return new Workitems(
                root.equals("v2") ? Archive.get().v2() : Archive.get().dicomweb());
    }

    private static Workitems workitems() {
        return at("dicom-web");
    }

    /// A name that no other test uses.
    private static String fresh() {
        return "T" + Draft.uid().hashCode();
    }

    @ParameterizedTest
    @ValueSource(strings = {"dicom-web", "v2"})
    void aWorkitemIsClaimedChangedAndCompleted(String root) {
        Workitems workitems = at(root);
        String uid = workitems.create(Workitems.draft(fresh(), "P1"));
        assertThat(workitems.state(uid)).isEqualTo("SCHEDULED");

        workitems.changeState(uid, TRANSACTION, "IN PROGRESS").assertStatus(200);
        assertThat(workitems.state(uid)).isEqualTo("IN PROGRESS");
        assertThat(workitems.retrieve(uid).contains(Tag.TransactionUID)).isFalse();
        DataSet relabelled = new DataSet().putString(Tag.ProcedureStepLabel, "Nodules again");
        assertThat(workitems
                        .update(uid, TRANSACTION, relabelled)
                        .assertStatus(200)
                        .header("Content-Location"))
                .endsWith("/workitems/" + uid);
        assertThat(workitems.retrieve(uid).findString(Tag.ProcedureStepLabel)).isEqualTo("Nodules again");

        assertThat(workitems
                        .changeState(uid, TRANSACTION, "COMPLETED")
                        .assertProblem(409, "workitem-not-final")
                        .text())
                .contains("UnifiedProcedureStepPerformedProcedureSequence");
        workitems.update(uid, TRANSACTION, Workitems.result()).assertStatus(200);
        workitems.changeState(uid, TRANSACTION, "COMPLETED").assertStatus(200);
        assertThat(workitems.state(uid)).isEqualTo("COMPLETED");
        assertThat(workitems
                        .changeState(uid, TRANSACTION, "COMPLETED")
                        .assertStatus(200)
                        .header("Warning"))
                .isEqualTo("299 isocenter \"The UPS is already in the requested state of COMPLETED.\"");
        workitems.update(uid, TRANSACTION, relabelled).assertProblem(400, "workitem-ended");
        workitems.requestCancel(uid, NOTHING).assertProblem(409, "workitem-state");
    }

    @Test
    void aWorkitemIsGivenUpWithAReason() {
        Workitems workitems = workitems();
        String uid = workitems.create(Workitems.draft(fresh(), "P1"));
        workitems.changeState(uid, TRANSACTION, "IN PROGRESS").assertStatus(200);

        assertThat(workitems
                        .changeState(uid, TRANSACTION, "CANCELED")
                        .assertProblem(409, "workitem-not-final")
                        .text())
                .contains("ProcedureStepDiscontinuationReasonCodeSequence");
        DataSet progress =
                new DataSet().putItems(Tag.ProcedureStepDiscontinuationReasonCodeSequence, Workitems.code("110501"));
        workitems
                .update(
                        uid,
                        TRANSACTION,
                        new DataSet().putItems(Tag.ProcedureStepProgressInformationSequence, progress))
                .assertStatus(200);
        workitems.changeState(uid, TRANSACTION, "CANCELLED").assertStatus(200);

        DataSet ended = workitems.retrieve(uid);
        assertThat(ended.findString(Tag.ProcedureStepState)).isEqualTo("CANCELED");
        assertThat(Objects.requireNonNull(ended.findItem(Tag.ProcedureStepProgressInformationSequence))
                        .findString(Tag.ProcedureStepCancellationDateTime))
                .isNotNull();
    }

    @Test
    void whatNobodyHasBegunIsCanceledWhenSomebodyAsks() {
        Workitems workitems = workitems();
        String uid = workitems.create(Workitems.draft(fresh(), "P1"));
        DataSet wish = new DataSet()
                .putString(Tag.ReasonForCancellation, "ordered twice")
                .putString(Tag.ContactURI, "tel:+1-555-0100")
                .putString(Tag.ContactDisplayName, "Desk");

        workitems.requestCancel(uid, wish).assertStatus(202);

        DataSet progress =
                Objects.requireNonNull(workitems.retrieve(uid).findItem(Tag.ProcedureStepProgressInformationSequence));
        assertThat(progress.findString(Tag.ReasonForCancellation)).isEqualTo("ordered twice");
        assertThat(progress.items(Tag.ProcedureStepCommunicationsURISequence)).hasSize(1);
        assertThat(progress.items(Tag.ProcedureStepDiscontinuationReasonCodeSequence))
                .hasSize(1);
        Answer again = workitems.requestCancel(uid, wish).assertProblem(409, "workitem-state");
        assertThat(again.headers().get("warning"))
                .containsExactly("299 isocenter \"The UPS is already in the requested state of CANCELED.\"");
        assertThat(workitems
                        .changeState(uid, TRANSACTION, "CANCELED")
                        .assertStatus(200)
                        .header("Warning"))
                .contains("already in the requested state of CANCELED");
        assertThat(workitems
                        .root()
                        .search("/workitems?SOPInstanceUID=" + uid)
                        .getFirst()
                        .findString(Tag.ProcedureStepState))
                .isEqualTo("CANCELED");
    }

    @Test
    void u05OnlyWhoHasClaimedAWorkitemChangesIt() {
        Workitems workitems = workitems();
        String uid = workitems.create(Workitems.draft(fresh(), "P1"));
        DataSet change = new DataSet().putString(Tag.ProcedureStepLabel, "mine");

        workitems.update(uid, null, change).assertStatus(200);
        assertThat(workitems
                        .update(uid, TRANSACTION, change)
                        .assertProblem(409, "workitem-state")
                        .header("Warning"))
                .contains("did not reference a claimed Workitem");
        assertThat(workitems
                        .changeState(uid, null, "IN PROGRESS")
                        .assertProblem(400, "wrong-transaction-uid")
                        .header("Warning"))
                .contains("The Transaction UID is missing.");
        workitems.changeState(uid, TRANSACTION, "COMPLETED").assertProblem(409, "workitem-state");
        workitems.changeState(uid, TRANSACTION, "IN PROGRESS").assertStatus(200);
        assertThat(workitems
                        .changeState(uid, OTHER, "IN PROGRESS")
                        .assertProblem(400, "wrong-transaction-uid")
                        .header("Warning"))
                .contains("The Transaction UID is incorrect.");
        workitems.changeState(uid, TRANSACTION, "IN PROGRESS").assertProblem(409, "workitem-state");
        workitems.changeState(uid, TRANSACTION, "SCHEDULED").assertProblem(409, "workitem-state");
        workitems.update(uid, null, change).assertProblem(400, "wrong-transaction-uid");
        workitems.update(uid, OTHER, change).assertProblem(400, "wrong-transaction-uid");
        workitems
                .post("/workitems/" + uid + "?transaction-uid=" + TRANSACTION, change)
                .assertStatus(200);
        DataSet inBody =
                new DataSet().putString(Tag.TransactionUID, TRANSACTION).putString(Tag.ProcedureStepLabel, "x");
        workitems.post("/workitems/" + uid, inBody).assertStatus(200);
        assertThat(workitems.retrieve(uid).contains(Tag.TransactionUID)).isFalse();
    }

    @Test
    void u05OfTwoWhoClaimAWorkitemAtOnceOneGetsIt() throws Exception {
        Workitems workitems = workitems();
        try (ExecutorService executor = Executors.newFixedThreadPool(2)) {
            for (int round = 0; round < 10; round++) {
                String uid = workitems.create(Workitems.draft(fresh(), "P1"));
                CyclicBarrier together = new CyclicBarrier(2);
                List<Callable<Integer>> claims = new ArrayList<>();
                for (String transaction : List.of(TRANSACTION, OTHER)) {
                    claims.add(() -> {
                        together.await();
                        return workitems
                                .changeState(uid, transaction, "IN PROGRESS")
                                .status();
                    });
                }
                List<Integer> statuses = new ArrayList<>();
                for (Future<Integer> claim : executor.invokeAll(claims)) {
                    statuses.add(claim.get());
                }
                assertThat(statuses).containsExactlyInAnyOrder(200, 400);
            }
        }
    }

    @Test
    void theUidIsThatOfTheQueryOfTheBodyOrANewOne() {
        Workitems workitems = workitems();
        String uid = Draft.uid();
        DataSet draft = Workitems.draft(fresh(), "P1");

        assertThat(workitems.post("/workitems?" + uid, draft).assertStatus(201).header("Content-Location"))
                .endsWith("/workitems/" + uid);
        workitems.post("/workitems?workitem=" + uid, draft).assertProblem(409, "workitem-exists");
        String second = Draft.uid();
        DataSet named = Workitems.draft(fresh(), "P1").putString(Tag.SOPInstanceUID, second);
        workitems.post("/workitems?workitem=" + Draft.uid(), named).assertProblem(400, "invalid-workitem");
        assertThat(workitems.create(named)).isEqualTo(second);
        workitems.post("/workitems?workitem=no-uid", draft).assertProblem(400, "invalid-uid");
    }

    @Test
    void xmlIsTakenAndGiven() {
        Workitems workitems = workitems();
        String uid = workitems.create(Workitems.draft(fresh(), "P1"));
        Answer xml = workitems.root().get("/workitems/" + uid, "Accept", XML).assertStatus(200);
        assertThat(xml.header("Content-Type")).isEqualTo(XML);
        String copy = Draft.uid();

        String body = xml.text().replace(uid, copy);
        workitems
                .root()
                .post("/workitems", XML, body.getBytes(StandardCharsets.UTF_8))
                .assertStatus(201);

        assertThat(workitems.retrieve(copy).findString(Tag.PatientName)).isEqualTo("Müller^Hans");
        assertThat(workitems
                        .root()
                        .get("/workitems?SOPInstanceUID=" + copy, "Accept", Dicomweb.XML)
                        .assertStatus(200)
                        .xmlDataSets())
                .hasSize(1);
    }

    @Test
    void workitemsAreFoundByTheirKeys() {
        Workitems workitems = workitems();
        String station = fresh();
        DataSet request = new DataSet()
                .putString(Tag.StudyInstanceUID, "1.2.3")
                .putString(Tag.AccessionNumber, "A-" + station)
                .putString(Tag.RequestedProcedureID, "R-" + station);
        String uid = workitems.create(Workitems.draft(station, "P-" + station)
                .putItems(Tag.ReferencedRequestSequence, request)
                .putItems(
                        Tag.InputInformationSequence,
                        new DataSet().putString(Tag.StudyInstanceUID, "1.2." + Math.abs(station.hashCode()))));
        String here = "ScheduledStationNameCodeSequence.CodeValue=" + station + "&";

        for (String key : List.of(
                "PatientID=P-" + station,
                "PatientID=P-" + station.toLowerCase(java.util.Locale.ROOT),
                here + "PatientName=muller*",
                here + "PatientName=" + Dicomweb.encode("MÜLLER^HANS"),
                here + "PatientName=hans&fuzzymatching=true",
                here + "ProcedureStepState=SCHEDULED",
                here + "00741000=SCHEDULED,COMPLETED",
                here + "ScheduledProcedureStepStartDateTime=20261127",
                here + "ScheduledProcedureStepStartDateTime=20261101-20261201",
                here + "ScheduledStationNameCodeSequence.CodingSchemeDesignator=99TEST",
                here + "InputReadinessState=READY&ScheduledProcedureStepPriority=HIGH&ProcedureStepLabel=Nod*",
                "ReferencedRequestSequence.AccessionNumber=A-" + station,
                "0040A370.00401001=R-" + station,
                "InputInformationSequence.StudyInstanceUID=1.2." + Math.abs(station.hashCode()))) {
            assertThat(workitems.root().search("/workitems?" + key))
                    .as(key)
                    .extracting(found -> found.findString(Tag.SOPInstanceUID))
                    .contains(uid);
        }
        for (String key : List.of(
                "PatientID=P-" + station + "x",
                here + "PatientName=muller*peter",
                here + "ProcedureStepState=CANCELED",
                here + "ScheduledProcedureStepStartDateTime=20261128-",
                here + "ScheduledStationNameCodeSequence.CodingSchemeDesignator=DCM",
                here + "ReferencedRequestSequence.AccessionNumber=A")) {
            assertThat(workitems.root().search("/workitems?" + key)).as(key).isEmpty();
        }
    }

    @Test
    void aPageBehindWhichThereIsMoreSaysSo() {
        Workitems workitems = workitems();
        String station = fresh();
        List<String> uids = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            uids.add(workitems.create(
                    Workitems.draft(station, "P1").putString(Tag.CommentsOnTheScheduledProcedureStep, "a comment")));
        }
        String query = "/workitems?includetotal=true&ScheduledStationNameCodeSequence.CodeValue=" + station;

        Answer first = workitems
                .root()
                .get(query + "&limit=2", "Accept", Dicomweb.JSON)
                .assertStatus(206);
        Answer rest = workitems
                .root()
                .get(query + "&limit=2&offset=2", "Accept", Dicomweb.JSON)
                .assertStatus(200);

        assertThat(first.header("X-Total-Count")).isEqualTo("3");
        List<DataSet> found = new ArrayList<>(first.dataSets());
        found.addAll(rest.dataSets());
        assertThat(found)
                .extracting(workitem -> workitem.findString(Tag.SOPInstanceUID))
                .containsExactly(uids.get(2), uids.get(1), uids.get(0));
        assertThat(found).noneMatch(workitem -> workitem.contains(Tag.CommentsOnTheScheduledProcedureStep));
        assertThat(workitems.root().search(query + "&includefield=CommentsOnTheScheduledProcedureStep"))
                .allMatch(workitem -> workitem.contains(Tag.CommentsOnTheScheduledProcedureStep));
        assertThat(workitems.root().search(query + "&includefield=all"))
                .allMatch(workitem -> workitem.contains(Tag.CommentsOnTheScheduledProcedureStep));
    }

    @Test
    void aWorkitemAboutAStudySaysWhatThereIsToSayOfIt() {
        Workitems workitems = workitems();
        Draft image = Draft.ct()
                .utf8(Tag.PatientName, "PN", "Müller^Jörg")
                .text(Tag.AccessionNumber, "SH", "A-77")
                .text(Tag.PatientBirthDate, "DA", "19700101");
        workitems.root().store(image.bytes()).assertStatus(200);
        DataSet label =
                new DataSet().putString(Tag.ProcedureStepLabel, "Nodules").putString(Tag.PatientSex, "M");

        String location = workitems
                .post("/workitems?study=" + image.study, label)
                .assertStatus(201)
                .header("Location");

        DataSet workitem = workitems.retrieve(location.substring(location.lastIndexOf('/') + 1));
        assertThat(workitem.findString(Tag.PatientName)).isEqualTo("Müller^Jörg");
        assertThat(workitem.findString(Tag.PatientBirthDate)).isEqualTo("19700101");
        assertThat(workitem.findString(Tag.PatientSex)).isEqualTo("M");
        assertThat(workitem.findString(Tag.StudyInstanceUID)).isEqualTo(image.study);
        assertThat(workitem.findString(Tag.InputReadinessState)).isEqualTo("READY");
        DataSet request = Objects.requireNonNull(workitem.findItem(Tag.ReferencedRequestSequence));
        assertThat(request.findString(Tag.AccessionNumber)).isEqualTo("A-77");
        DataSet input = Objects.requireNonNull(workitem.findItem(Tag.InputInformationSequence));
        assertThat(input.findString(Tag.SeriesInstanceUID)).isEqualTo(image.series);
        String url = Objects.requireNonNull(Objects.requireNonNull(input.findItem(Tag.WADORSRetrievalSequence))
                .findString(Tag.RetrieveURL));
        workitems.root().get(url, "Accept", Dicomweb.MULTIPART_DICOM).assertStatus(200);
        assertThat(workitems.root().search("/workitems?InputInformationSequence.StudyInstanceUID=" + image.study))
                .hasSize(1);
        workitems.post("/workitems?study=" + Draft.uid(), label).assertProblem(404, "not-found");
        workitems.post("/workitems?study=no-uid", label).assertProblem(400, "invalid-uid");
    }

    @Test
    void whatIsNotThereIsNotFound() {
        Workitems workitems = workitems();
        String uid = Draft.uid();

        workitems.root().get("/workitems/" + uid, "Accept", Dicomweb.JSON).assertProblem(404, "not-found");
        workitems.changeState(uid, TRANSACTION, "IN PROGRESS").assertProblem(404, "not-found");
        workitems.requestCancel(uid, NOTHING).assertProblem(404, "not-found");
        workitems.update(uid, TRANSACTION, Workitems.result()).assertProblem(404, "not-found");
    }

    @Test
    void u03WhatIsWrongWithAWorkitemIsNamedAndNotRepeated() {
        Workitems workitems = workitems();
        String secret = "Secret-" + fresh();

        refuse(Workitems.draft("S", "P").remove(Tag.ScheduledProcedureStepPriority), "ScheduledProcedureStepPriority");
        refuse(Workitems.draft("S", "P").putEmpty(Tag.ProcedureStepLabel), "ProcedureStepLabel");
        refuse(Workitems.draft("S", "P").putString(Tag.ProcedureStepState, "COMPLETED"), "ProcedureStepState");
        refuse(Workitems.draft("S", "P").putString(Tag.TransactionUID, "1.2"), "TransactionUID");
        refuse(Workitems.draft("S", "P").putString(Tag.ScheduledProcedureStepStartDateTime, secret), "(0040,4005)");
        refuse(
                Workitems.draft("S", "P").putItems(Tag.UnifiedProcedureStepPerformedProcedureSequence, new DataSet()),
                "UnifiedProcedureStepPerformedProcedureSequence");
        refuse(
                Workitems.draft("S", "P").putItems(Tag.ReferencedRequestSequence, new DataSet()),
                "ReferencedRequestSequence[1].(0020,000D) StudyInstanceUID");
        String uid = workitems.create(Workitems.draft("S", "P"));
        Answer answer = workitems.update(uid, null, new DataSet().putString(Tag.PatientID, secret));
        assertThat(answer.assertProblem(400, "invalid-workitem").text())
                .contains("PatientID")
                .doesNotContain(secret);
    }

    private static void refuse(DataSet workitem, String named) {
        assertThat(workitems()
                        .post("/workitems", workitem)
                        .assertProblem(400, "invalid-workitem")
                        .text())
                .contains(named)
                .doesNotContain("Secret");
    }

    @Test
    void u01WhatIsNoWorkitemIsRefused() {
        Dicomweb root = workitems().root();
        byte[] good = Workitems.json(Workitems.draft("S", "P"));
        String text = new String(good, StandardCharsets.UTF_8);
        String one = text.substring(1, text.length() - 1);

        root.post("/workitems", Dicomweb.JSON, utf8("[" + one + "," + one + "]"))
                .assertProblem(400, "invalid-workitem");
        root.post("/workitems", Dicomweb.JSON, utf8("[]")).assertProblem(400, "invalid-workitem");
        root.post("/workitems", Dicomweb.JSON, utf8("")).assertProblem(400, "invalid-workitem");
        root.post("/workitems", Dicomweb.JSON, utf8("{\"00741000\":")).assertProblem(400, "invalid-workitem");
        root.post("/workitems", "text/plain", good).assertProblem(415, "unsupported-media-type");
        root.post("/workitems", "application/dicom", good).assertProblem(415, "unsupported-media-type");
        root.post("/workitems", Dicomweb.JSON, utf8(" ".repeat((1 << 20) + 1) + text))
                .assertProblem(413, "content-too-large");
        String deep = "{\"00404021\":{\"vr\":\"SQ\",\"Value\":[".repeat(40) + "]}}".repeat(40);
        root.post("/workitems", Dicomweb.JSON, utf8(deep)).assertProblem(400, "invalid-workitem");
        root.get("/workitems/no-uid", "Accept", Dicomweb.JSON).assertProblem(400, "invalid-uid");
        root.get("/workitems", "Accept", "image/png").assertProblem(406, "not-acceptable");
        Archive.get().assertReady();
    }

    @Test
    void u02WhatLiesElsewhereIsNotFetched() {
        Dicomweb root = workitems().root();
        String text = new String(Workitems.json(Workitems.draft("S", "P")), StandardCharsets.UTF_8);
        String one = text.substring(1, text.length() - 1);

        String link = one.substring(0, one.length() - 1)
                + ",\"0040E010\":{\"vr\":\"UR\",\"BulkDataURI\":\"http://127.0.0.1:1/\"}}";
        root.post("/workitems", Dicomweb.JSON, utf8(link)).assertProblem(400, "invalid-workitem");
        String entity =
                "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><NativeDicomModel>&e;</NativeDicomModel>";
        assertThat(root.post("/workitems", XML, utf8(entity))
                        .assertProblem(400, "invalid-workitem")
                        .text())
                .doesNotContain("root:");
        Archive.get().assertReady();
    }

    @Test
    void u04WhatCannotBeSearchedByIsRefused() {
        Dicomweb root = workitems().root();

        for (String query : List.of(
                "limit=0",
                "limit=x",
                "offset=-1",
                "fuzzymatching=maybe",
                "limit=1&limit=2",
                "ScheduledProcedureStepStartDateTime=yesterday",
                "PatientBirthDate=19701301",
                "Nonsense=1",
                "PatientID=a&00100020=b",
                "SOPInstanceUID=x",
                "PatientID=" + "x".repeat(300))) {
            root.get("/workitems?" + query, "Accept", Dicomweb.JSON).assertProblem(400, "invalid-query");
        }
        root.get("/workitems?StudyDate=20200101", "Accept", Dicomweb.JSON).assertProblem(400, "unsupported-key");
        root.get("/workitems?ReferencedRequestSequence.PatientID=1", "Accept", Dicomweb.JSON)
                .assertProblem(400, "unsupported-key");
        // Nothing in a value is more than text.
        for (String value :
                List.of("'; drop table workitem; --", "%", "_", "\\%", "${jndi:ldap://127.0.0.1/}", "(((((")) {
            assertThat(root.search("/workitems?fuzzymatching=true&ProcedureStepLabel=" + Dicomweb.encode(value)
                            + "&PatientName=" + Dicomweb.encode(value)))
                    .as(value)
                    .isEmpty();
        }
        Archive.get().assertReady();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void everyRequestOfThePageIsAnswered(@TempDir Path folder) throws IOException {
        Draft draft = Draft.ct();
        Archive.get().dicomweb().store(draft.bytes()).assertStatus(200);
        Map<String, String> words = Map.of(
                "study=1.2.3",
                "study=" + draft.study,
                "$WORKITEM",
                workitems().create(Workitems.draft(fresh(), "P1")),
                "$OTHER",
                workitems().create(Workitems.draft(fresh(), "P2")));
        assertThat(new HowToPage("how-to/worklist.md", words).run(Archive.get(), folder))
                .hasSize(9);
    }
}
