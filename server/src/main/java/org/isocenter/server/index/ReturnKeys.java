package org.isocenter.server.index;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.isocenter.dicom.Tag;
import org.jspecify.annotations.Nullable;

/// The attributes that a search returns (PS3.18 tables 10.6.3-3 to 10.6.3-5), and those that it can return
/// without looking into an instance.
public final class ReturnKeys {
    private static final int[] STUDY_DEFAULT = sorted(
            Tag.StudyDate,
            Tag.StudyTime,
            Tag.AccessionNumber,
            Tag.ReferringPhysicianName,
            Tag.TimezoneOffsetFromUTC,
            Tag.StudyDescription,
            Tag.PatientName,
            Tag.PatientID,
            Tag.IssuerOfPatientID,
            Tag.PatientBirthDate,
            Tag.PatientSex,
            Tag.StudyInstanceUID,
            Tag.StudyID);
    private static final int[] STUDY_MORE = sorted(
            Tag.AnatomicRegionsInStudyCodeSequence,
            Tag.ProcedureCodeSequence,
            Tag.NameOfPhysiciansReadingStudy,
            Tag.AdmittingDiagnosesDescription,
            Tag.OtherPatientIDs,
            Tag.PatientAge,
            Tag.PatientSize,
            Tag.PatientWeight,
            Tag.Occupation,
            Tag.AdditionalPatientHistory);
    private static final int[] SERIES_DEFAULT = sorted(
            Tag.Modality,
            Tag.TimezoneOffsetFromUTC,
            Tag.SeriesDescription,
            Tag.PerformedProcedureStepStartDate,
            Tag.PerformedProcedureStepStartTime,
            Tag.RequestAttributesSequence,
            Tag.SeriesInstanceUID,
            Tag.SeriesNumber);
    private static final int[] SERIES_MORE = sorted(
            Tag.SeriesDate,
            Tag.SeriesTime,
            Tag.BodyPartExamined,
            Tag.Laterality,
            Tag.Manufacturer,
            Tag.ManufacturerModelName,
            Tag.StationName,
            Tag.InstitutionName,
            Tag.ProtocolName,
            Tag.PerformingPhysicianName,
            Tag.OperatorsName);
    private static final int[] INSTANCE_DEFAULT = sorted(
            Tag.SOPClassUID,
            Tag.SOPInstanceUID,
            Tag.TimezoneOffsetFromUTC,
            Tag.InstanceNumber,
            Tag.Rows,
            Tag.Columns,
            Tag.BitsAllocated,
            Tag.NumberOfFrames);
    private static final int[] INSTANCE_MORE = sorted(
            Tag.ImageType,
            Tag.ContentDate,
            Tag.ContentTime,
            Tag.AcquisitionDate,
            Tag.AcquisitionTime,
            Tag.AcquisitionNumber,
            Tag.ContentLabel,
            Tag.ContentDescription,
            Tag.DocumentTitle,
            Tag.ConceptNameCodeSequence);

    private ReturnKeys() {}

    /// The level of which the index keeps an attribute, and so the highest that it belongs to; or null.
    public static @Nullable Level findLevel(int tag) {
        for (Level level : Level.values()) {
            if (Arrays.stream(kept(level)).anyMatch(kept -> kept == tag)) {
                return level;
            }
        }
        return null;
    }

    /// The attributes of a level that the index keeps as JSON, by ascending tag.
    static int[] kept(Level level) {
        return switch (level) {
            case STUDY -> sorted(STUDY_DEFAULT, STUDY_MORE);
            case SERIES -> sorted(SERIES_DEFAULT, SERIES_MORE);
            case INSTANCE -> sorted(INSTANCE_DEFAULT, INSTANCE_MORE);
        };
    }

    /// The attributes of a level that a search returns unasked, those computed from rows apart.
    static Set<Integer> byDefault(Level level) {
        int[] tags = switch (level) {
            case STUDY -> STUDY_DEFAULT;
            case SERIES -> SERIES_DEFAULT;
            case INSTANCE -> INSTANCE_DEFAULT;
        };
        return Arrays.stream(tags).boxed().collect(Collectors.toUnmodifiableSet());
    }

    /// Whether an attribute is computed from rows, or tells where a result is.
    static boolean computed(int tag) {
        return switch (tag) {
            case Tag.SpecificCharacterSet,
                    Tag.InstanceAvailability,
                    Tag.RetrieveURL,
                    Tag.ModalitiesInStudy,
                    Tag.SOPClassesInStudy,
                    Tag.NumberOfStudyRelatedSeries,
                    Tag.NumberOfStudyRelatedInstances,
                    Tag.NumberOfSeriesRelatedInstances,
                    Tag.AvailableTransferSyntaxUID -> true;
            default -> false;
        };
    }

    private static int[] sorted(int[] some, int... more) {
        return IntStream.concat(Arrays.stream(some), Arrays.stream(more))
                .boxed()
                .distinct()
                .sorted(Integer::compareUnsigned)
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static int[] sorted(int first, int... more) {
        return sorted(new int[] {first}, more);
    }
}
