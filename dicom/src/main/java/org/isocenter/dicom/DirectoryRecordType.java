package org.isocenter.dicom;

import java.util.List;
import java.util.Map;

/// The types of directory records that stand for instances (PS3.3 table F.3-3), and what each tells of its
/// instance beside what they all tell (PS3.3 F.5).
enum DirectoryRecordType {
    IMAGE(),
    ANNOTATION(Tag.ContentDate, Tag.ContentTime, Tag.ContentLabel, Tag.ContentDescription, Tag.ContentCreatorName),
    ASSESSMENT(Tag.InstanceCreationDate, Tag.InstanceCreationTime),
    ENCAP_DOC(
            Tag.ContentDate,
            Tag.ContentTime,
            Tag.DocumentTitle,
            Tag.HL7InstanceIdentifier,
            Tag.ConceptNameCodeSequence,
            Tag.MIMETypeOfEncapsulatedDocument),
    FIDUCIAL(Tag.ContentDate, Tag.ContentTime, Tag.ContentLabel, Tag.ContentDescription, Tag.ContentCreatorName),
    KEY_OBJECT_DOC(Tag.ContentDate, Tag.ContentTime, Tag.ConceptNameCodeSequence),
    MEASUREMENT(Tag.ContentDate, Tag.ContentTime),
    PLAN(),
    PRESENTATION(
            Tag.PresentationCreationDate,
            Tag.PresentationCreationTime,
            Tag.ContentLabel,
            Tag.ContentDescription,
            Tag.ContentCreatorName,
            Tag.ReferencedSeriesSequence,
            Tag.BlendingSequence),
    RADIOTHERAPY(Tag.UserContentLabel, Tag.UserContentLongLabel, Tag.ContentDescription, Tag.ContentCreatorName),
    RAW_DATA(Tag.ContentDate, Tag.ContentTime),
    REGISTRATION(Tag.ContentDate, Tag.ContentTime, Tag.ContentLabel, Tag.ContentDescription, Tag.ContentCreatorName),
    RT_DOSE(Tag.DoseSummationType, Tag.DoseComment),
    RT_PLAN(Tag.RTPlanLabel, Tag.RTPlanDate, Tag.RTPlanTime),
    RT_STRUCTURE_SET(Tag.StructureSetLabel, Tag.StructureSetDate, Tag.StructureSetTime),
    RT_TREAT_RECORD(Tag.TreatmentDate, Tag.TreatmentTime),
    SPECTROSCOPY(
            Tag.ImageType,
            Tag.ContentDate,
            Tag.ContentTime,
            Tag.NumberOfFrames,
            Tag.Rows,
            Tag.Columns,
            Tag.DataPointRows,
            Tag.DataPointColumns),
    SR_DOCUMENT(
            Tag.CompletionFlag, Tag.VerificationFlag, Tag.ContentDate, Tag.ContentTime, Tag.ConceptNameCodeSequence),
    STEREOMETRIC(),
    SURFACE(Tag.ContentDate, Tag.ContentTime),
    SURFACE_SCAN(Tag.ContentDate, Tag.ContentTime),
    TRACT(Tag.ContentDate, Tag.ContentTime),
    VALUE_MAP(Tag.ContentDate, Tag.ContentTime, Tag.ContentLabel, Tag.ContentDescription, Tag.ContentCreatorName),
    WAVEFORM(Tag.ContentDate, Tag.ContentTime);

    private static final String STORAGE = "1.2.840.10008.5.1.4.1.1.";

    /// By the beginning of what follows `STORAGE`; whatever is not here is an image.
    private static final Map<String, DirectoryRecordType> TYPES = Map.ofEntries(
            Map.entry("4.2", SPECTROSCOPY),
            Map.entry("9.", WAVEFORM),
            Map.entry("11.", PRESENTATION),
            Map.entry("66", RAW_DATA),
            Map.entry("66.1", REGISTRATION),
            Map.entry("66.2", FIDUCIAL),
            Map.entry("66.3", REGISTRATION),
            Map.entry("66.4", IMAGE),
            Map.entry("66.5", SURFACE),
            Map.entry("66.6", TRACT),
            Map.entry("67", VALUE_MAP),
            Map.entry("68.", SURFACE_SCAN),
            Map.entry("77.1.5.3", STEREOMETRIC),
            Map.entry("78.", MEASUREMENT),
            Map.entry("78.6", SR_DOCUMENT),
            Map.entry("79.1", SR_DOCUMENT),
            Map.entry("80.1", MEASUREMENT),
            Map.entry("88.", SR_DOCUMENT),
            Map.entry("88.59", KEY_OBJECT_DOC),
            Map.entry("90.1", ASSESSMENT),
            Map.entry("91.1", ANNOTATION),
            Map.entry("104.", ENCAP_DOC),
            Map.entry("131", PRESENTATION),
            Map.entry("481.1", RADIOTHERAPY),
            Map.entry("481.2", RADIOTHERAPY),
            Map.entry("481.23", IMAGE),
            Map.entry("481.24", IMAGE));

    /// Those whose numbers begin like others'.
    private static final Map<String, DirectoryRecordType> EXACT = Map.ofEntries(
            Map.entry(STORAGE + "481.1", IMAGE),
            Map.entry(STORAGE + "481.2", RT_DOSE),
            Map.entry(STORAGE + "481.3", RT_STRUCTURE_SET),
            Map.entry(STORAGE + "481.4", RT_TREAT_RECORD),
            Map.entry(STORAGE + "481.5", RT_PLAN),
            Map.entry(STORAGE + "481.6", RT_TREAT_RECORD),
            Map.entry(STORAGE + "481.7", RT_TREAT_RECORD),
            Map.entry(STORAGE + "481.8", RT_PLAN),
            Map.entry(STORAGE + "481.9", RT_TREAT_RECORD),
            Map.entry("1.2.840.10008.5.1.4.34.7", PLAN),
            Map.entry("1.2.840.10008.5.1.4.34.10", PLAN));

    private final List<Integer> tags;

    DirectoryRecordType(Integer... tags) {
        this.tags = List.of(tags);
    }

    static DirectoryRecordType of(String sopClass) {
        DirectoryRecordType exact = EXACT.get(sopClass);
        if (exact != null || !sopClass.startsWith(STORAGE)) {
            return exact == null ? IMAGE : exact;
        }
        for (int end = sopClass.length(); end > STORAGE.length(); end--) {
            DirectoryRecordType type = TYPES.get(sopClass.substring(STORAGE.length(), end));
            if (type != null) {
                return type;
            }
        }
        return IMAGE;
    }

    /// The value of Directory Record Type (0004,1430).
    String term() {
        return name().replace('_', ' ');
    }

    List<Integer> tags() {
        return tags;
    }
}
