package org.isocenter.server.index;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.isocenter.dicom.Dictionary;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Tags;
import org.jspecify.annotations.Nullable;

/// An attribute that can be searched by, and the column that answers for it.
///
/// This table is the whole of what the index can match on: columns are filled from it, queries are checked
/// against it, and the statements of a search are put together from it.
public enum MatchingKey {
    STUDY_INSTANCE_UID(Tag.StudyInstanceUID, Level.STUDY, Kind.UID, "uid"),
    STUDY_DATE(Tag.StudyDate, Level.STUDY, Kind.DATE),
    STUDY_TIME(Tag.StudyTime, Level.STUDY, Kind.TIME),
    ACCESSION_NUMBER(Tag.AccessionNumber, Level.STUDY, Kind.TEXT),
    REFERRING_PHYSICIAN_NAME(Tag.ReferringPhysicianName, Level.STUDY, Kind.NAME),
    PATIENT_NAME(Tag.PatientName, Level.STUDY, Kind.NAME),
    PATIENT_ID(Tag.PatientID, Level.STUDY, Kind.TEXT),
    ISSUER_OF_PATIENT_ID(Tag.IssuerOfPatientID, Level.STUDY, Kind.TEXT),
    PATIENT_BIRTH_DATE(Tag.PatientBirthDate, Level.STUDY, Kind.DATE),
    PATIENT_SEX(Tag.PatientSex, Level.STUDY, Kind.TEXT),
    STUDY_ID(Tag.StudyID, Level.STUDY, Kind.TEXT),
    STUDY_DESCRIPTION(Tag.StudyDescription, Level.STUDY, Kind.TEXT),
    MODALITIES_IN_STUDY(Tag.ModalitiesInStudy, Level.STUDY, Kind.TEXTS, "modalities"),
    SOP_CLASSES_IN_STUDY(Tag.SOPClassesInStudy, Level.STUDY, Kind.TEXTS, "sop_classes"),

    SERIES_INSTANCE_UID(Tag.SeriesInstanceUID, Level.SERIES, Kind.UID, "uid"),
    MODALITY(Tag.Modality, Level.SERIES, Kind.TEXT),
    SERIES_NUMBER(Tag.SeriesNumber, Level.SERIES, Kind.NUMBER),
    SERIES_DESCRIPTION(Tag.SeriesDescription, Level.SERIES, Kind.TEXT),
    BODY_PART_EXAMINED(Tag.BodyPartExamined, Level.SERIES, Kind.TEXT),
    LATERALITY(Tag.Laterality, Level.SERIES, Kind.TEXT),
    SERIES_DATE(Tag.SeriesDate, Level.SERIES, Kind.DATE),
    SERIES_TIME(Tag.SeriesTime, Level.SERIES, Kind.TIME),
    PERFORMED_PROCEDURE_STEP_START_DATE(Tag.PerformedProcedureStepStartDate, Level.SERIES, Kind.DATE),
    PERFORMED_PROCEDURE_STEP_START_TIME(Tag.PerformedProcedureStepStartTime, Level.SERIES, Kind.TIME),
    MANUFACTURER(Tag.Manufacturer, Level.SERIES, Kind.TEXT),
    MANUFACTURER_MODEL_NAME(Tag.ManufacturerModelName, Level.SERIES, Kind.TEXT),
    STATION_NAME(Tag.StationName, Level.SERIES, Kind.TEXT),
    INSTITUTION_NAME(Tag.InstitutionName, Level.SERIES, Kind.TEXT),
    PROTOCOL_NAME(Tag.ProtocolName, Level.SERIES, Kind.TEXT),
    SCHEDULED_PROCEDURE_STEP_ID(Tag.RequestAttributesSequence, Tag.ScheduledProcedureStepID),
    REQUESTED_PROCEDURE_ID(Tag.RequestAttributesSequence, Tag.RequestedProcedureID),
    REQUEST_ACCESSION_NUMBER(Tag.RequestAttributesSequence, Tag.AccessionNumber, "request_accession_number"),

    SOP_INSTANCE_UID(Tag.SOPInstanceUID, Level.INSTANCE, Kind.UID, "uid"),
    SOP_CLASS_UID(Tag.SOPClassUID, Level.INSTANCE, Kind.UID),
    INSTANCE_NUMBER(Tag.InstanceNumber, Level.INSTANCE, Kind.NUMBER),
    AVAILABLE_TRANSFER_SYNTAX_UID(Tag.AvailableTransferSyntaxUID, Level.INSTANCE, Kind.UID, "transfer_syntax"),
    CONTENT_DATE(Tag.ContentDate, Level.INSTANCE, Kind.DATE),
    CONTENT_TIME(Tag.ContentTime, Level.INSTANCE, Kind.TIME);

    /// How values of a key are kept and compared.
    public enum Kind {
        /// As they are, without padding.
        UID,
        /// Folded; wildcards.
        TEXT,
        /// Folded by group; wildcards and fuzzy matching.
        NAME,
        DATE,
        TIME,
        NUMBER,
        /// Several folded values, of which one has to match.
        TEXTS
    }

    private static final Map<Integer, MatchingKey> BY_TAG = new HashMap<>();
    private static final Map<Long, MatchingKey> BY_ITEM_TAG = new HashMap<>();

    static {
        for (MatchingKey key : values()) {
            if (key.itemTag == 0) {
                BY_TAG.put(key.tag, key);
            } else {
                BY_ITEM_TAG.put((long) key.tag << 32 | key.itemTag, key);
            }
        }
    }

    private final int tag;
    private final int itemTag;
    private final Level level;
    private final Kind kind;
    private final String column;

    MatchingKey(int tag, Level level, Kind kind) {
        this(tag, 0, level, kind, snake(tag));
    }

    MatchingKey(int tag, Level level, Kind kind, String column) {
        this(tag, 0, level, kind, column);
    }

    MatchingKey(int sequenceTag, int itemTag) {
        this(sequenceTag, itemTag, Level.SERIES, Kind.TEXTS, snake(itemTag));
    }

    MatchingKey(int sequenceTag, int itemTag, String column) {
        this(sequenceTag, itemTag, Level.SERIES, Kind.TEXTS, column);
    }

    MatchingKey(int tag, int itemTag, Level level, Kind kind, String column) {
        this.tag = tag;
        this.itemTag = itemTag;
        this.level = level;
        this.kind = kind;
        this.column = column;
    }

    /// The key for an attribute of the data set itself, or null where the index has none.
    public static @Nullable MatchingKey find(int tag) {
        return BY_TAG.get(tag);
    }

    /// The key for an attribute of the items of a sequence, or null where the index has none.
    public static @Nullable MatchingKey find(int sequenceTag, int itemTag) {
        return BY_ITEM_TAG.get((long) sequenceTag << 32 | itemTag);
    }

    /// The keys of a level that are filled from the data set of an instance, in the order of their columns.
    static List<MatchingKey> filled(Level level) {
        List<MatchingKey> keys = new ArrayList<>();
        for (MatchingKey key : values()) {
            if (key.level == level && !key.column.equals("uid") && !key.derived()) {
                keys.add(key);
            }
        }
        return keys;
    }

    static List<MatchingKey> upTo(Level level) {
        return Arrays.stream(values()).filter(key -> level.knows(key.level)).toList();
    }

    /// Whether the column is computed from all instances, or told by the file meta information.
    private boolean derived() {
        return this == MODALITIES_IN_STUDY || this == SOP_CLASSES_IN_STUDY || this == AVAILABLE_TRANSFER_SYNTAX_UID;
    }

    /// The tag, or that of the sequence.
    public int tag() {
        return tag;
    }

    /// The tag within the items of the sequence, or 0 where the attribute stands in the data set itself.
    public int itemTag() {
        return itemTag;
    }

    public Level level() {
        return level;
    }

    public Kind kind() {
        return kind;
    }

    String column() {
        return column;
    }

    /// The column with its table.
    String qualified() {
        return level.table() + "." + column;
    }

    private static String snake(int tag) {
        String keyword = Objects.requireNonNull(Dictionary.find(tag), () -> Tags.format(tag))
                .keyword();
        return keyword.replaceAll("([a-z])([A-Z])|([A-Z])([A-Z][a-z])", "$1$3_$2$4")
                .toLowerCase(Locale.ROOT);
    }
}
