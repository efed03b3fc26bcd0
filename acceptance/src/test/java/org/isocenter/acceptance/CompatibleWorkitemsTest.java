package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// Workitems.
@ParameterizedClass
@MethodSource("org.isocenter.acceptance.CompatibleBases#all")
class CompatibleWorkitemsTest {
    private static final String TRANSACTION = "1.2.3.4";

    private final Workitems workitems;
    private final String station = "S" + Draft.uid().hashCode();

    CompatibleWorkitemsTest(Dicomweb root) {
        this.workitems = new Workitems(root);
    }

    private String created() {
        return workitems.create(Workitems.draft(station, "P-" + station));
    }

    /// What a search finds among the workitems of this test.
    private List<String> found(String query) {
        return workitems
                .root()
                .search("/workitems?ScheduledStationNameCodeSequence.CodeValue=" + station + "&" + query)
                .stream()
                .map(one -> String.valueOf(one.findString(Tag.SOPInstanceUID)))
                .toList();
    }

    @Test
    void aWorkitemIsAdded() {
        Answer answer = workitems
                .post("/workitems?" + Draft.uid(), Workitems.draft(station, "P"))
                .assertStatus(201);
        assertThat(answer.header("Content-Location")).isEqualTo(answer.header("Location"));
        workitems.root().get(answer.header("Location"), "Accept", Dicomweb.JSON).assertStatus(200);
    }

    @Test
    void aScheduledWorkitemThatIsCanceledIsFoundCanceled() {
        String uid = created();
        workitems.requestCancel(uid, new DataSet()).assertStatus(202);
        assertThat(found("ProcedureStepState=CANCELED")).containsExactly(uid);
        assertThat(found("ProcedureStepState=SCHEDULED")).isEmpty();
    }

    @Test
    void cancelingTwiceIsAConflictWithAWarning() {
        String uid = created();
        workitems.requestCancel(uid, new DataSet()).assertStatus(202);
        Answer again = workitems.requestCancel(uid, new DataSet()).assertStatus(409);
        assertThat(again.headers().get("warning")).singleElement().asString().startsWith("299 ");
    }

    @Test
    void cancelingWhatIsNotThereIsNotFound() {
        workitems.requestCancel(Draft.uid(), new DataSet()).assertStatus(404);
    }

    @Test
    void aClaimedWorkitemIsRetrievedInProgressAndWithoutTheTransaction() {
        String uid = created();
        workitems.changeState(uid, TRANSACTION, "IN PROGRESS").assertStatus(200);
        DataSet retrieved = workitems.retrieve(uid);
        assertThat(retrieved.findString(Tag.ProcedureStepState)).isEqualTo("IN PROGRESS");
        assertThat(retrieved.contains(Tag.TransactionUID)).isFalse();
    }

    @Test
    void aSearchThatMakesNoSenseIsRefused() {
        for (String query : List.of("StudyDate=20200101", "Nonsense=1", "limit=0")) {
            workitems.root().get("/workitems?" + query, "Accept", Dicomweb.JSON).assertStatus(400);
        }
    }

    /// The reference gives no more than 200; here `search.limit-max` says how many.
    @Test
    void aLimitThatIsTooHighIsRefused() {
        workitems
                .root()
                .get("/workitems?limit=500&PatientID=" + Draft.uid(), "Accept", Dicomweb.JSON)
                .assertStatus(204);
        workitems.root().get("/workitems?limit=1001", "Accept", Dicomweb.JSON).assertStatus(400);
    }

    @Test
    void aSearchThatFindsNothingIsAnsweredWithNothing() {
        workitems
                .root()
                .get("/workitems?PatientID=none-" + Draft.uid(), "Accept", Dicomweb.JSON)
                .assertStatus(204);
    }

    @Test
    void workitemsAreFoundByNameStateAndCode() {
        String uid = created();
        for (String query : List.of(
                "PatientName=" + Dicomweb.encode("Müller^Hans"),
                "PatientName=hans&fuzzymatching=true",
                "PatientID=P-" + station,
                "ProcedureStepState=SCHEDULED",
                "ScheduledProcedureStepStartDateTime=20261127-20261128")) {
            assertThat(found(query)).as(query).containsExactly(uid);
        }
        assertThat(found("PatientName=Nobody")).isEmpty();
    }

    @Test
    void aLabelIsChangedWithoutAndWithATransaction() {
        String uid = created();
        workitems.update(uid, null, label("first")).assertStatus(200);
        assertThat(workitems.retrieve(uid).findString(Tag.WorklistLabel)).isEqualTo("first");
        workitems.changeState(uid, TRANSACTION, "IN PROGRESS").assertStatus(200);
        Answer answer = workitems.update(uid, TRANSACTION, label("second")).assertStatus(200);
        assertThat(answer.header("Content-Location")).endsWith("/workitems/" + uid);
        assertThat(workitems.retrieve(uid).findString(Tag.WorklistLabel)).isEqualTo("second");
    }

    private static DataSet label(String text) {
        return new DataSet().putString(Tag.WorklistLabel, text);
    }

    @Test
    void aWorkitemIsCreatedClaimedChangedAndCompleted() {
        String uid = created();
        workitems.changeState(uid, TRANSACTION, "IN PROGRESS").assertStatus(200);
        workitems.update(uid, TRANSACTION, Workitems.result()).assertStatus(200);
        workitems.changeState(uid, TRANSACTION, "COMPLETED").assertStatus(200);
        assertThat(workitems.state(uid)).isEqualTo("COMPLETED");
    }

    @Test
    void aWorkitemIsCreatedClaimedChangedAndCanceled() {
        String uid = created();
        workitems.changeState(uid, TRANSACTION, "IN PROGRESS").assertStatus(200);
        DataSet reason =
                new DataSet().putItems(Tag.ProcedureStepDiscontinuationReasonCodeSequence, Workitems.code("110501"));
        workitems
                .update(uid, TRANSACTION, new DataSet().putItems(Tag.ProcedureStepProgressInformationSequence, reason))
                .assertStatus(200);
        workitems.changeState(uid, TRANSACTION, "CANCELED").assertStatus(200);
        assertThat(workitems.state(uid)).isEqualTo("CANCELED");
    }

    /// The reference answers 400 to each of these; the standard has 409 for states and 404 for what is not
    /// there (PS3.18 section 11.7.3).
    @Test
    void conflictsOfStatesHaveTheStatusesOfTheStandard() {
        String uid = created();
        workitems.changeState(uid, TRANSACTION, "COMPLETED").assertStatus(409);
        workitems.changeState(uid, TRANSACTION, "IN PROGRESS").assertStatus(200);
        workitems.changeState(uid, TRANSACTION, "IN PROGRESS").assertStatus(409);
        workitems.requestCancel(uid, new DataSet()).assertStatus(409);
        workitems.changeState(uid, "1.2.3.5", "COMPLETED").assertStatus(400);
        workitems.update(Draft.uid(), null, label("x")).assertStatus(404);
    }
}
