package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.junit.jupiter.api.Test;

/// Work that new studies make by themselves, as `worklist.rules` says.
class WorklistRulesTest {
    private static final String WORKLIST = "1.2.840.10008.5.1.4.34.5";

    @Test
    void everyNewStudyThatSatisfiesARuleMakesAWorkitemOnce() throws Exception {
        try (Archive archive = Archive.with(
                "--worklist-rules",
                "Chest CT nodules @ NODULES: Modality=CT & BodyPartExamined=CHEST",
                "--worklist-quiet",
                "0s")) {
            Workitems workitems = new Workitems(archive.dicomweb());
            String url = workitems
                    .post("/workitems/" + WORKLIST + "/subscribers/RULES")
                    .assertStatus(201)
                    .header("Content-Location");
            Draft other = Draft.ct().text(Tag.BodyPartExamined, "CS", "KNEE");
            Draft chest = Draft.ct().text(Tag.BodyPartExamined, "CS", "CHEST").text(Tag.PatientID, "LO", "P-7");
            Draft more = Draft.ct(chest.study, chest.series).text(Tag.BodyPartExamined, "CS", "CHEST");
            Draft last = Draft.ct().text(Tag.BodyPartExamined, "CS", "CHEST");
            try (Ear ear = new Ear(url)) {
                workitems.root().store(other.bytes()).assertStatus(200);
                workitems.root().store(chest.bytes()).assertStatus(200);
                String first = ear.next().text(Tag.AffectedSOPInstanceUID);
                workitems.root().store(more.bytes()).assertStatus(200);
                workitems.root().store(last.bytes()).assertStatus(200);
                // What is told of last is made after everything before it was looked at.
                Ear.Report next = ear.next();
                while (next.text(Tag.AffectedSOPInstanceUID).equals(first)) {
                    next = ear.next();
                }

                DataSet workitem = workitems.retrieve(first);
                assertThat(workitem.findString(Tag.StudyInstanceUID)).isEqualTo(chest.study);
                assertThat(workitem.findString(Tag.PatientID)).isEqualTo("P-7");
                assertThat(workitem.findString(Tag.ProcedureStepLabel)).isEqualTo("Chest CT nodules");
                assertThat(workitem.findString(Tag.ProcedureStepState)).isEqualTo("SCHEDULED");
                assertThat(workitems
                                .retrieve(next.text(Tag.AffectedSOPInstanceUID))
                                .findString(Tag.StudyInstanceUID))
                        .isEqualTo(last.study);
                List<DataSet> all =
                        workitems.root().search("/workitems?ScheduledStationNameCodeSequence.CodeValue=NODULES");
                assertThat(all)
                        .extracting(one -> one.findString(Tag.StudyInstanceUID))
                        .containsExactlyInAnyOrder(chest.study, last.study);
            }
        }
    }
}
