package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import org.isocenter.dicom.BulkLinks;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.JsonWriter;
import org.isocenter.dicom.Tag;
import org.jspecify.annotations.Nullable;

/// Speaks UPS-RS to one root of an archive.
record Workitems(Dicomweb root) {

    /// A workitem with what one has to have, for a station and a patient of its own.
    static DataSet draft(String station, String patient) {
        return new DataSet()
                .putString(Tag.SpecificCharacterSet, "ISO_IR 192")
                .putString(Tag.ScheduledProcedureStepPriority, "HIGH")
                .putString(Tag.ProcedureStepLabel, "Nodules")
                .putString(Tag.WorklistLabel, "AI")
                .putString(Tag.ScheduledProcedureStepStartDateTime, "20261127120000")
                .putString(Tag.InputReadinessState, "READY")
                .putString(Tag.PatientName, "Müller^Hans")
                .putString(Tag.PatientID, patient)
                .putItems(Tag.ScheduledStationNameCodeSequence, code(station));
    }

    static DataSet code(String value) {
        return new DataSet()
                .putString(Tag.CodeValue, value)
                .putString(Tag.CodingSchemeDesignator, "99TEST")
                .putString(Tag.CodeMeaning, "a test");
    }

    /// What COMPLETED asks for.
    static DataSet result() {
        return new DataSet()
                .putItems(
                        Tag.UnifiedProcedureStepPerformedProcedureSequence,
                        new DataSet()
                                .putItems(Tag.PerformedStationNameCodeSequence, code("STATION"))
                                .putItems(Tag.PerformedWorkitemCodeSequence, code("WORK"))
                                .putString(Tag.PerformedProcedureStepStartDateTime, "20261127120000")
                                .putString(Tag.PerformedProcedureStepEndDateTime, "20261127120100")
                                .putItems(
                                        Tag.OutputInformationSequence,
                                        new DataSet().putString(Tag.StudyInstanceUID, "1.2.3")));
    }

    /// Creates a workitem.
    ///
    /// @return its UID
    String create(DataSet workitem) {
        String location = post("/workitems", workitem).assertStatus(201).header("Location");
        assertThat(location).startsWith(root.root() + "/workitems/");
        return location.substring(location.lastIndexOf('/') + 1);
    }

    DataSet retrieve(String uid) {
        return root.get("/workitems/" + uid, "Accept", Dicomweb.JSON)
                .assertStatus(200)
                .dataSet();
    }

    String state(String uid) {
        return String.valueOf(retrieve(uid).findString(Tag.ProcedureStepState));
    }

    Answer update(String uid, @Nullable String transaction, DataSet changes) {
        return post("/workitems/" + uid + (transaction == null ? "" : "?" + transaction), changes);
    }

    Answer changeState(String uid, @Nullable String transaction, String state) {
        DataSet body = new DataSet().putString(Tag.ProcedureStepState, state);
        if (transaction != null) {
            body.putString(Tag.TransactionUID, transaction);
        }
        return root.send(
                root.request("/workitems/" + uid + "/state", "Content-Type", Dicomweb.JSON, "Accept", Dicomweb.JSON)
                        .PUT(BodyPublishers.ofByteArray(json(body))));
    }

    Answer requestCancel(String uid, DataSet wish) {
        return post("/workitems/" + uid + "/cancelrequest", wish);
    }

    Answer post(String path, DataSet body) {
        return root.post(path, Dicomweb.JSON, json(body));
    }

    Answer post(String path) {
        return root.send(root.request(path).POST(BodyPublishers.noBody()));
    }

    /// The data set as the one of an array.
    static byte[] json(DataSet dataSet) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        JsonWriter writer = new JsonWriter(bytes, BulkLinks.NONE);
        try {
            writer.startArray();
            writer.write(dataSet);
            writer.endArray();
            writer.flush();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }
}
