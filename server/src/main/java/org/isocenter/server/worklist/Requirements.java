package org.isocenter.server.worklist;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Dictionary;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.Tags;
import org.isocenter.dicom.Value;
import org.isocenter.dicom.ValueRules;
import org.jspecify.annotations.Nullable;

/// What the attributes of a workitem have to satisfy when it is created, changed and brought to an end:
/// PS3.4 table CC.2.5-3, as far as it asks for something.
///
/// Each row is an attribute, within the items of a sequence where there is a dot, and three codes.
///
/// | Column | Code | Meaning |
/// |---|---|---|
/// | create | `1` | has a value |
/// | | `2` | is there, perhaps without a value; where it is missing it is added without one |
/// | | `3` | may be there |
/// | | `0` | is missing or has no value |
/// | change | `1` | may be changed, to a value |
/// | | `2` | may be changed, also to no value |
/// | | `-` | is not changed |
/// | end | `R` | has a value in every final state |
/// | | `P` | has a value in COMPLETED |
/// | | `p` | is there in COMPLETED, perhaps without a value |
/// | | `X` | has a value in CANCELED |
/// | | `O` | nothing is asked |
///
/// In a row within a sequence the codes hold for each item. An attribute without a row may always be there.
public final class Requirements {
    static final String TABLE = """
            SOPClassUID 3 - R
            SOPInstanceUID 3 - R
            ScheduledProcedureStepPriority 1 1 R
            ScheduledProcedureStepModificationDateTime 3 2 R
            ProcedureStepLabel 1 1 O
            WorklistLabel 3 1 O
            ScheduledProcessingParametersSequence 2 2 O
            ScheduledStationNameCodeSequence 2 2 O
            ScheduledStationClassCodeSequence 2 2 O
            ScheduledStationGeographicLocationCodeSequence 2 2 O
            ScheduledHumanPerformersSequence 3 2 O
            ScheduledHumanPerformersSequence.HumanPerformerCodeSequence 1 1 O
            ScheduledHumanPerformersSequence.HumanPerformerName 1 1 O
            ScheduledHumanPerformersSequence.HumanPerformerOrganization 1 1 O
            ScheduledProcedureStepStartDateTime 1 1 R
            ScheduledWorkitemCodeSequence 2 2 O
            CommentsOnTheScheduledProcedureStep 2 2 O
            InputReadinessState 1 1 R
            InputInformationSequence 2 2 O
            PatientName 2 - O
            PatientID 3 - O
            IssuerOfPatientID 2 - O
            IssuerOfPatientIDQualifiersSequence 2 - O
            OtherPatientIDsSequence 2 2 O
            OtherPatientIDsSequence.PatientID 1 1 O
            PatientBirthDate 2 - O
            PatientSex 2 - O
            AdmissionID 2 - O
            IssuerOfAdmissionIDSequence 2 - O
            AdmittingDiagnosesDescription 2 - O
            AdmittingDiagnosesCodeSequence 2 - O
            ReferencedRequestSequence 2 - O
            ReferencedRequestSequence.StudyInstanceUID 1 - O
            ReferencedRequestSequence.AccessionNumber 2 - O
            ReferencedRequestSequence.IssuerOfAccessionNumberSequence 2 - O
            ReferencedRequestSequence.OrderPlacerIdentifierSequence 2 - O
            ReferencedRequestSequence.OrderFillerIdentifierSequence 2 - O
            ReferencedRequestSequence.RequestedProcedureID 2 - O
            ReferencedRequestSequence.RequestedProcedureDescription 2 - O
            ReferencedRequestSequence.RequestedProcedureCodeSequence 2 - O
            ReplacedProcedureStepSequence 3 - O
            ProcedureStepState 3 - R
            ProcedureStepProgressInformationSequence 0 2 X
            ProcedureStepProgressInformationSequence.ProcedureStepCancellationDateTime 3 2 X
            ProcedureStepProgressInformationSequence.ProcedureStepDiscontinuationReasonCodeSequence 3 2 X
            UnifiedProcedureStepPerformedProcedureSequence 0 2 P
            UnifiedProcedureStepPerformedProcedureSequence.PerformedStationNameCodeSequence 3 2 P
            UnifiedProcedureStepPerformedProcedureSequence.PerformedProcedureStepStartDateTime 3 2 P
            UnifiedProcedureStepPerformedProcedureSequence.PerformedWorkitemCodeSequence 3 2 P
            UnifiedProcedureStepPerformedProcedureSequence.PerformedProcedureStepEndDateTime 3 2 P
            UnifiedProcedureStepPerformedProcedureSequence.OutputInformationSequence 3 2 p
            """;

    private static final List<Row> ROWS = TABLE.lines().map(Requirements::row).toList();

    private Requirements() {}

    /// A row of the table.
    ///
    /// @param sequence 0 for an attribute that stands by itself
    private record Row(int sequence, int tag, char create, char change, char end) {}

    /// What keeps a data set from becoming a workitem, or null where nothing does. Attributes that have to
    /// be there, and may be without a value, are added.
    ///
    /// @param added is run for each that is
    public static @Nullable Fault findAtCreation(DataSet dataSet, Runnable added) {
        return findFirst(dataSet, (row, owner, path) -> {
            boolean valued = valued(owner, row.tag);
            if (row.create == '2' && !owner.contains(row.tag)) {
                owner.putEmpty(row.tag);
                added.run();
            }
            return switch (row.create) {
                case '1' -> valued ? null : new Fault(path, "has to have a value");
                case '0' -> valued ? new Fault(path, "has to be empty when a workitem is created") : null;
                default -> null;
            };
        });
    }

    /// What keeps a workitem from being changed so, or null where nothing does.
    public static @Nullable Fault findAtChange(DataSet changes) {
        return findFirst(changes, (row, owner, path) -> switch (row.change) {
            case '-' -> owner.contains(row.tag) ? new Fault(path, "cannot be changed") : null;
            case '1' ->
                (row.sequence != 0 || owner.contains(row.tag)) && !valued(owner, row.tag)
                        ? new Fault(path, "has to have a value")
                        : null;
            default -> null;
        });
    }

    /// What a workitem lacks for a final state, or null where it lacks nothing.
    public static @Nullable Fault findAtEnd(DataSet dataSet, WorkitemState target) {
        boolean completed = target == WorkitemState.COMPLETED;
        return findFirst(dataSet, (row, owner, path) -> {
            boolean lacking = switch (row.end) {
                case 'R' -> !valued(owner, row.tag);
                case 'P' -> completed && !valued(owner, row.tag);
                case 'p' -> completed && !owner.contains(row.tag);
                case 'X' -> !completed && !valued(owner, row.tag);
                default -> false;
            };
            return lacking ? new Fault(path, "has to have a value before the state is " + target.term()) : null;
        });
    }

    /// The first value that breaks the rules of its representation, or is not there but somewhere else;
    /// null where there is none.
    public static @Nullable Fault findInValues(DataSet dataSet) {
        List<ValueRules.Violation> violations = ValueRules.check(dataSet, 1);
        if (!violations.isEmpty()) {
            ValueRules.Violation first = violations.getFirst();
            return new Fault(first.path(), first.reason());
        }
        Deque<DataSet> open = new ArrayDeque<>(List.of(dataSet));
        while (!open.isEmpty()) {
            for (Element element : open.pop()) {
                switch (element.value()) {
                    case Value.Items items -> items.items().forEach(item -> open.push(item.dataSet()));
                    case Value.Link ignored -> {
                        return new Fault(name(element.tag()), "is not in the data set but somewhere else");
                    }
                    case Value.Bytes ignored -> {}
                    case Value.Bulk ignored -> {}
                    case Value.Fragments ignored -> {}
                }
            }
        }
        return null;
    }

    /// Looks at an attribute where it should stand.
    private interface Look {
        @Nullable
        Fault at(Row row, DataSet owner, String path);
    }

    private static @Nullable Fault findFirst(DataSet dataSet, Look look) {
        for (Row row : ROWS) {
            if (row.sequence == 0) {
                Fault fault = look.at(row, dataSet, name(row.tag));
                if (fault != null) {
                    return fault;
                }
                continue;
            }
            List<DataSet> items = dataSet.items(row.sequence);
            for (int i = 0; i < items.size(); i++) {
                Fault fault = look.at(row, items.get(i), name(row.sequence) + "[" + (i + 1) + "]." + name(row.tag));
                if (fault != null) {
                    return fault;
                }
            }
        }
        return null;
    }

    /// Whether an attribute has a value: not only padding, and in a sequence an item.
    public static boolean valued(DataSet dataSet, int tag) {
        Element element = dataSet.find(tag);
        if (element == null || element.empty()) {
            return false;
        }
        return !element.vr().text()
                || !(element.value() instanceof Value.Bytes)
                || dataSet.strings(tag).stream().anyMatch(text -> !text.isBlank());
    }

    /// The tag and the keyword.
    public static String name(int tag) {
        Dictionary.Attribute attribute = Dictionary.find(tag);
        return Tags.format(tag) + (attribute == null ? "" : " " + attribute.keyword());
    }

    private static Row row(String line) {
        List<String> cells = new ArrayList<>(Arrays.asList(line.split(" ")));
        String[] path = cells.getFirst().split("\\.");
        return new Row(
                path.length == 1 ? 0 : tag(path[0]),
                tag(path[path.length - 1]),
                cells.get(1).charAt(0),
                cells.get(2).charAt(0),
                cells.get(3).charAt(0));
    }

    private static int tag(String keyword) {
        return Objects.requireNonNull(Dictionary.find(keyword), keyword).tag();
    }
}
