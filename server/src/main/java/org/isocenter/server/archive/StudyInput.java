package org.isocenter.server.archive;

import java.util.ArrayList;
import java.util.List;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.isocenter.server.access.Caller;

/// What a workitem says of the study that it is about: whose it is, which request it answers, and where its
/// series are (PS3.3 C.30.2 and C.30.3).
public final class StudyInput {
    /// More series than these are left out: whoever performs the workitem asks for the study.
    private static final int SERIES_MAX = 500;

    private static final int[] PATIENT = {
        Tag.PatientName, Tag.PatientID, Tag.IssuerOfPatientID, Tag.PatientBirthDate, Tag.PatientSex
    };

    private final Survey survey;

    public StudyInput(Survey survey) {
        this.survey = survey;
    }

    /// Adds to a workitem what it does not say itself of a study, and that it may begin at once.
    ///
    /// @param root the address of the root of DICOMweb below which the study can be had
    /// @return whether the caller has the study
    public boolean describe(Caller caller, String study, String root, DataSet workitem) {
        List<Survey.Series> series = new ArrayList<>();
        survey.read(caller, List.of(study), one -> {
            if (series.size() < SERIES_MAX) {
                series.add(one);
            }
        });
        if (series.isEmpty()) {
            return false;
        }
        // Text of the study may be of any character set.
        workitem.putString(Tag.SpecificCharacterSet, "ISO_IR 192");
        DataSet oldest = series.getFirst().oldest();
        for (int tag : PATIENT) {
            copy(oldest, workitem, tag);
        }
        put(workitem, Tag.StudyInstanceUID, study);
        put(workitem, Tag.ScheduledProcedureStepPriority, "MEDIUM");
        put(workitem, Tag.InputReadinessState, "READY");
        put(workitem, Tag.ScheduledProcedureStepStartDateTime, Worklist.now());
        if (!workitem.contains(Tag.ReferencedRequestSequence)) {
            workitem.putItems(Tag.ReferencedRequestSequence, request(study, oldest, workitem));
        }
        if (workitem.items(Tag.InputInformationSequence).isEmpty()) {
            workitem.putItems(
                    Tag.InputInformationSequence,
                    series.stream().map(one -> input(study, root, one)).toArray(DataSet[]::new));
        }
        return true;
    }

    private static DataSet request(String study, DataSet instance, DataSet workitem) {
        DataSet request = new DataSet().inherit(workitem.characterSets()).putString(Tag.StudyInstanceUID, study);
        copy(instance, request, Tag.AccessionNumber);
        DataSet attributes = instance.findItem(Tag.RequestAttributesSequence);
        if (attributes != null) {
            copy(attributes, request, Tag.RequestedProcedureID);
            copy(attributes, request, Tag.RequestedProcedureDescription);
        }
        return request;
    }

    /// A reference to a series (PS3.3 table 10-3b), by where it can be had.
    private static DataSet input(String study, String root, Survey.Series series) {
        DataSet input = new DataSet().putString(Tag.TypeOfInstances, "DICOM").putString(Tag.StudyInstanceUID, study);
        String uid = series.oldest().findString(Tag.SeriesInstanceUID);
        if (uid != null) {
            input.putString(Tag.SeriesInstanceUID, uid)
                    .putItems(
                            Tag.WADORSRetrievalSequence,
                            new DataSet().putString(Tag.RetrieveURL, root + "/studies/" + study + "/series/" + uid));
        }
        return input;
    }

    private static void copy(DataSet from, DataSet to, int tag) {
        String text = from.findString(tag);
        if (text != null) {
            put(to, tag, text);
        }
    }

    private static void put(DataSet dataSet, int tag, String value) {
        if (dataSet.findString(tag) == null) {
            dataSet.putString(tag, value);
        }
    }
}
