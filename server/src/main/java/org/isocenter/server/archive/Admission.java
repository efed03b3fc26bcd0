package org.isocenter.server.archive;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Deviation;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.Part10;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Tags;
import org.isocenter.dicom.Uids;
import org.isocenter.dicom.ValueRules;
import org.isocenter.server.archive.StoreOutcome.Reason;
import org.isocenter.server.archive.StoreOutcome.Refused;
import org.isocenter.server.index.TagSet;
import org.isocenter.server.index.TagValues;
import org.jspecify.annotations.Nullable;

/// What an instance must have to be taken in, and what is worth a warning.
///
/// Only what the archive cannot do without is asked for: the four UIDs by which an instance is found.
/// Everything else that is wrong with an instance is told, and the instance is stored as it came.
final class Admission {
    private static final String MEDIA_DIRECTORY = "1.2.840.10008.1.3.10";

    private static final int WARNINGS_MAX = 100;

    /// The beginnings of files that some program would run or show: a DICOM preamble that begins so makes the
    /// file two things at once (PS3.10 section 7.5).
    private static final List<byte[]> EXECUTABLE = List.of(
            bytes('M', 'Z'),
            bytes(0x7F, 'E', 'L', 'F'),
            bytes(0xFE, 0xED, 0xFA, 0xCE),
            bytes(0xFE, 0xED, 0xFA, 0xCF),
            bytes(0xCE, 0xFA, 0xED, 0xFE),
            bytes(0xCF, 0xFA, 0xED, 0xFE),
            bytes(0xCA, 0xFE, 0xBA, 0xBE),
            bytes('#', '!'),
            bytes('P', 'K', 3, 4),
            bytes('%', 'P', 'D', 'F'),
            bytes('<', 's', 'c', 'r', 'i', 'p', 't'),
            bytes('<', 'h', 't', 'm', 'l'),
            bytes('<', '!'));

    private static final int[] REQUIRED_UIDS = {
        Tag.SOPClassUID, Tag.SOPInstanceUID, Tag.StudyInstanceUID, Tag.SeriesInstanceUID
    };

    /// What version 1 of the compatible API searches by, beside the UIDs.
    private static final int[] SEARCHED = {
        Tag.StudyDate,
        Tag.AccessionNumber,
        Tag.Modality,
        Tag.ManufacturerModelName,
        Tag.ReferringPhysicianName,
        Tag.StudyDescription,
        Tag.PatientName,
        Tag.PatientID,
        Tag.PatientBirthDate,
        Tag.PerformedProcedureStepStartDate
    };

    private Admission() {}

    /// Why this instance is not taken in, or null where it is.
    ///
    /// @param strict whether a bad value of what the compatible API searches by is a reason
    static @Nullable Refused refuse(Part10 instance, @Nullable String study, boolean strict) {
        DataSet dataSet = instance.dataSet();
        if (MEDIA_DIRECTORY.equals(instance.fileMeta().findString(Tag.MediaStorageSOPClassUID))) {
            return refused(dataSet, Reason.SOP_CLASS_NOT_SUPPORTED, "a media directory is no instance of a study");
        }
        byte @Nullable [] preamble = instance.preamble();
        if (preamble != null && executable(preamble)) {
            return refused(
                    dataSet,
                    Reason.PROCESSING_FAILURE,
                    "the preamble makes the file an executable or a document of another kind (PS3.10 section 7.5)");
        }
        for (int tag : REQUIRED_UIDS) {
            List<String> uids = dataSet.strings(tag);
            if (uids.size() != 1 || !Uids.readable(uids.getFirst())) {
                boolean missing = uids.stream().allMatch(String::isBlank);
                return refused(
                        dataSet,
                        Reason.VALIDATION_FAILED,
                        Tags.format(tag) + " - " + (missing ? "is missing" : "is no valid UID"));
            }
        }
        String own = dataSet.findString(Tag.StudyInstanceUID);
        if (study != null && own != null && !study.equals(Uids.trim(own))) {
            return refused(
                    dataSet,
                    Reason.STUDY_MISMATCH,
                    Tags.format(Tag.StudyInstanceUID) + " - is not the study of the request");
        }
        return strict ? refuseValues(dataSet) : null;
    }

    /// Why an instance is not taken in where a bad value of a query tag is a reason, or null where it is.
    static @Nullable Refused refuse(Part10 instance, TagSet set) {
        DataSet dataSet = instance.dataSet();
        for (TagValues.Fault fault : TagValues.of(set, dataSet).errors()) {
            int tag = set.get(fault.tag()).definition().path().getLast();
            return refused(dataSet, Reason.VALIDATION_FAILED, Tags.format(tag) + " - " + fault.message());
        }
        return null;
    }

    private static @Nullable Refused refuseValues(DataSet dataSet) {
        String patient = dataSet.findString(Tag.PatientID);
        if (patient == null || patient.isBlank()) {
            return refused(dataSet, Reason.VALIDATION_FAILED, Tags.format(Tag.PatientID) + " - is missing or empty");
        }
        DataSet searched = new DataSet().inherit(dataSet.characterSets());
        for (int tag : SEARCHED) {
            Element element = dataSet.find(tag);
            if (element != null) {
                searched.put(element);
            }
        }
        for (ValueRules.Violation violation : ValueRules.check(searched, 1)) {
            return refused(dataSet, Reason.VALIDATION_FAILED, violation.path() + " - " + violation.reason());
        }
        return null;
    }

    /// What is wrong with an instance that is stored all the same.
    static List<String> warnings(Part10 instance) {
        List<String> warnings = new ArrayList<>();
        if (instance.dataSet().findString(Tag.PatientID) == null) {
            warnings.add(Tags.format(Tag.PatientID) + " - is missing or empty");
        }
        Element frames = instance.dataSet().find(Tag.NumberOfFrames);
        if (frames != null && !frames.empty()) {
            Integer count = instance.dataSet().findInt(Tag.NumberOfFrames);
            if (count == null || count < 1) {
                warnings.add(Tags.format(Tag.NumberOfFrames) + " - is no number of frames");
            }
        }
        warnOfOther(instance, Tag.MediaStorageSOPInstanceUID, Tag.SOPInstanceUID, warnings);
        warnOfOther(instance, Tag.MediaStorageSOPClassUID, Tag.SOPClassUID, warnings);
        for (ValueRules.Violation violation : ValueRules.check(instance.dataSet(), WARNINGS_MAX)) {
            warnings.add(violation.path() + " - " + violation.reason());
        }
        for (Deviation deviation : instance.deviations()) {
            if (warnings.size() == WARNINGS_MAX) {
                break;
            }
            String place = deviation.path().isEmpty() ? "byte " + deviation.offset() : deviation.path();
            warnings.add(place + " - "
                    + deviation.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '));
        }
        return warnings;
    }

    /// File meta information may name another instance than the data set does: files that were changed by
    /// hand often do. The data set is believed.
    private static void warnOfOther(Part10 instance, int metaTag, int tag, List<String> warnings) {
        String meta = instance.fileMeta().findString(metaTag);
        String own = instance.dataSet().findString(tag);
        if (meta != null && own != null && !Uids.trim(meta).equals(Uids.trim(own))) {
            warnings.add(Tags.format(metaTag) + " - is not " + Tags.format(tag) + " of the data set");
        }
    }

    private static boolean executable(byte[] preamble) {
        return EXECUTABLE.stream()
                .anyMatch(beginning -> preamble.length >= beginning.length
                        && Arrays.equals(preamble, 0, beginning.length, beginning, 0, beginning.length));
    }

    private static Refused refused(DataSet dataSet, Reason reason, String detail) {
        return new Refused(dataSet.findString(Tag.SOPClassUID), dataSet.findString(Tag.SOPInstanceUID), reason, detail);
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
