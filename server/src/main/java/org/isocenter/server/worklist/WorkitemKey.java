package org.isocenter.server.worklist;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Dates;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Uids;
import org.jspecify.annotations.Nullable;

/// What workitems can be searched by (PS3.4 table CC.2.5-3, matching key types R and some of O): the
/// attribute, or the attribute within the items of a sequence, and the column that holds it.
enum WorkitemKey {
    SOP_INSTANCE_UID(0, Tag.SOPInstanceUID, "uid", Kind.UID),
    PRIORITY(0, Tag.ScheduledProcedureStepPriority, "priority", Kind.TEXT),
    LABEL(0, Tag.ProcedureStepLabel, "label", Kind.TEXT),
    WORKLIST_LABEL(0, Tag.WorklistLabel, "worklist_label", Kind.TEXT),
    READINESS(0, Tag.InputReadinessState, "readiness", Kind.TEXT),
    STATE(0, Tag.ProcedureStepState, "state", Kind.TEXT),
    STUDY_INSTANCE_UID(0, Tag.StudyInstanceUID, "study_uid", Kind.UID),
    PATIENT_NAME(0, Tag.PatientName, "patient_name", Kind.NAME),
    PATIENT_ID(0, Tag.PatientID, "patient_id", Kind.TEXT),
    ISSUER_OF_PATIENT_ID(0, Tag.IssuerOfPatientID, "issuer_of_patient_id", Kind.TEXT),
    PATIENT_BIRTH_DATE(0, Tag.PatientBirthDate, "patient_birth_date", Kind.DATE),
    PATIENT_SEX(0, Tag.PatientSex, "patient_sex", Kind.TEXT),
    ADMISSION_ID(0, Tag.AdmissionID, "admission_id", Kind.TEXT),
    SCHEDULED_START(0, Tag.ScheduledProcedureStepStartDateTime, "scheduled_start", Kind.MOMENT),
    EXPECTED_COMPLETION(0, Tag.ExpectedCompletionDateTime, "expected_completion", Kind.MOMENT),
    EXPIRATION(0, Tag.ScheduledProcedureStepExpirationDateTime, "expiration", Kind.MOMENT),
    MODIFIED(0, Tag.ScheduledProcedureStepModificationDateTime, "modified", Kind.MOMENT),
    STATION_NAME(Tag.ScheduledStationNameCodeSequence, 0, "station_name", Kind.CODES),
    STATION_CLASS(Tag.ScheduledStationClassCodeSequence, 0, "station_class", Kind.CODES),
    STATION_LOCATION(Tag.ScheduledStationGeographicLocationCodeSequence, 0, "station_location", Kind.CODES),
    WORKITEM_CODE(Tag.ScheduledWorkitemCodeSequence, 0, "workitem_code", Kind.CODES),
    PERFORMER_CODE(Tag.ScheduledHumanPerformersSequence, 0, "performer_code", Kind.CODES),
    ACCESSION_NUMBER(Tag.ReferencedRequestSequence, Tag.AccessionNumber, "request_accession_number", Kind.TEXTS),
    REQUESTED_PROCEDURE_ID(
            Tag.ReferencedRequestSequence, Tag.RequestedProcedureID, "requested_procedure_id", Kind.TEXTS),
    REQUESTING_SERVICE(Tag.ReferencedRequestSequence, Tag.RequestingService, "requesting_service", Kind.TEXTS),
    REQUEST_STUDY_UID(Tag.ReferencedRequestSequence, Tag.StudyInstanceUID, "request_study_uid", Kind.UIDS),
    INPUT_STUDY_UID(Tag.InputInformationSequence, Tag.StudyInstanceUID, "input_study_uid", Kind.UIDS),
    REPLACED_UID(Tag.ReplacedProcedureStepSequence, Tag.ReferencedSOPInstanceUID, "replaced_uid", Kind.UIDS);

    /// How the values of a key are kept and compared.
    enum Kind {
        UID("text"),
        UIDS("text[]"),
        TEXT("text"),
        TEXTS("text[]"),
        NAME("text"),
        DATE("date"),
        MOMENT("timestamptz"),
        /// Codes of items, each as `scheme`, a line feed and `value`.
        CODES("text[]");

        private final String sqlType;

        Kind(String sqlType) {
            this.sqlType = sqlType;
        }

        String sqlType() {
            return sqlType;
        }
    }

    /// Items beyond these are not searched by.
    private static final int ITEMS_MAX = 100;

    private final int sequence;
    private final int tag;
    private final String column;
    private final Kind kind;

    WorkitemKey(int sequence, int tag, String column, Kind kind) {
        this.sequence = sequence;
        this.tag = tag;
        this.column = column;
        this.kind = kind;
    }

    /// The key of an attribute, or null. Within the items of sequences of codes, value and scheme are one
    /// key.
    static @Nullable WorkitemKey find(int sequence, int tag) {
        for (WorkitemKey key : values()) {
            if (key.sequence == sequence && (key.kind == Kind.CODES ? isCode(tag) : key.tag == tag)) {
                return key;
            }
        }
        return null;
    }

    static boolean isCode(int tag) {
        return tag == Tag.CodeValue
                || tag == Tag.LongCodeValue
                || tag == Tag.URNCodeValue
                || tag == Tag.CodingSchemeDesignator;
    }

    String column() {
        return column;
    }

    Kind kind() {
        return kind;
    }

    /// The tag of the attribute that a result holds the key in.
    int returned() {
        return sequence == 0 ? tag : sequence;
    }

    /// What the column holds for a data set: text, an array of texts, or null.
    @Nullable
    Object value(DataSet dataSet, Folds folds) {
        String text = sequence == 0 ? dataSet.findString(tag) : null;
        return switch (kind) {
            case UID -> text == null ? null : Uids.trim(text);
            case TEXT -> text == null ? null : folds.text(text);
            case NAME -> text == null ? null : folds.name(text);
            case DATE -> text == null ? null : date(text);
            case MOMENT -> text == null ? null : moment(text, dataSet);
            case UIDS -> texts(dataSet).stream().map(Uids::trim).toArray(String[]::new);
            case TEXTS -> texts(dataSet).stream().map(folds::text).toArray(String[]::new);
            case CODES -> codes(dataSet, folds);
        };
    }

    private static @Nullable String date(String text) {
        LocalDate date = Dates.findDate(text);
        return date == null ? null : date.toString();
    }

    private static @Nullable String moment(String text, DataSet dataSet) {
        String named = dataSet.findString(Tag.TimezoneOffsetFromUTC);
        ZoneOffset offset = named == null ? null : Dates.findOffset(named);
        Instant instant = Dates.findDateTime(text, offset == null ? ZoneOffset.UTC : offset);
        return instant == null ? null : instant.toString();
    }

    private List<String> texts(DataSet dataSet) {
        List<String> texts = new ArrayList<>();
        for (DataSet item : dataSet.items(sequence)) {
            String text = item.findString(tag);
            if (text != null && texts.size() < ITEMS_MAX) {
                texts.add(text);
            }
        }
        return texts;
    }

    private String[] codes(DataSet dataSet, Folds folds) {
        List<String> codes = new ArrayList<>();
        for (DataSet item : dataSet.items(sequence)) {
            List<DataSet> coded = this == PERFORMER_CODE ? item.items(Tag.HumanPerformerCodeSequence) : List.of(item);
            for (DataSet code : coded) {
                if (codes.size() < ITEMS_MAX) {
                    codes.add(code(code, folds));
                }
            }
        }
        return codes.toArray(String[]::new);
    }

    private static String code(DataSet item, Folds folds) {
        String scheme = item.findString(Tag.CodingSchemeDesignator);
        String value = item.findString(Tag.CodeValue);
        value = value == null ? item.findString(Tag.LongCodeValue) : value;
        value = value == null ? item.findString(Tag.URNCodeValue) : value;
        return folds.text(scheme == null ? "" : scheme) + "\n" + folds.text(value == null ? "" : value);
    }
}
