package org.isocenter.dicom;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The directory of a file-set, by which a medium or an archive of files is read (PS3.10 section 8, PS3.3
/// annex F): a record for each patient, study, series and instance. Records refer to each other by their
/// places in the file, which are known once all are there.
public final class MediaDirectory {
    /// The File ID of the directory itself.
    public static final String FILE_ID = "DICOMDIR";

    private static final String SOP_CLASS = "1.2.840.10008.1.3.10";
    private static final int COMPONENTS_MAX = 8;
    private static final Pattern COMPONENT = Pattern.compile("[A-Z0-9_]{1,8}");

    /// The header of an item, and of a sequence (PS3.5 7.1.2, 7.5).
    private static final int ITEM_HEADER_BYTES = 8;

    private static final int SEQUENCE_HEADER_BYTES = 12;
    private static final int IN_USE = 0xFFFF;

    /// A record and those below it.
    private static final class Entity {
        final DataSet record;
        final Map<String, Entity> below = new LinkedHashMap<>();
        int offset;

        Entity(DataSet record) {
            this.record = record;
        }
    }

    /// Made once: new UIDs differ in length, and the places of the records depend on it.
    private final String uid = Uids.create();

    private final Map<String, Entity> patients = new LinkedHashMap<>();

    /// Adds an instance.
    ///
    /// @param dataSet of the instance; its pixel data does not matter
    /// @param syntax the UID of the transfer syntax of its file
    /// @param fileId the components of the path of its file: up to 8, each of up to 8 capitals, digits and
    ///     underscores (PS3.10 8.2, 8.5)
    public void add(DataSet dataSet, String syntax, String... fileId) {
        if (fileId.length == 0 || fileId.length > COMPONENTS_MAX) {
            throw new IllegalArgumentException("a File ID has up to " + COMPONENTS_MAX + " components");
        }
        for (String component : fileId) {
            if (!COMPONENT.matcher(component).matches()) {
                throw new IllegalArgumentException("no component of a File ID: " + component);
            }
        }
        String study = text(dataSet, Tag.StudyInstanceUID);
        String patient = text(dataSet, Tag.PatientID) + '\n' + text(dataSet, Tag.IssuerOfPatientID);
        Entity entity = patients.computeIfAbsent(patient.isBlank() ? study : patient, _ -> patient(dataSet));
        entity = entity.below.computeIfAbsent(study, _ -> study(dataSet));
        entity = entity.below.computeIfAbsent(text(dataSet, Tag.SeriesInstanceUID), _ -> series(dataSet));
        entity.below.put(String.join("\\", fileId), new Entity(instance(dataSet, syntax, fileId)));
    }

    private static String text(DataSet dataSet, int tag) {
        String text = dataSet.findString(tag);
        return text == null ? "" : text;
    }

    private static Entity patient(DataSet dataSet) {
        return new Entity(record("PATIENT", dataSet, Tag.PatientName, Tag.PatientID)
                .putAll(dataSet, Tag.IssuerOfPatientID, Tag.PatientBirthDate, Tag.PatientSex)
                .made());
    }

    private static Entity study(DataSet dataSet) {
        return new Entity(record(
                        "STUDY",
                        dataSet,
                        Tag.StudyDate,
                        Tag.StudyTime,
                        Tag.StudyDescription,
                        Tag.StudyInstanceUID,
                        Tag.StudyID,
                        Tag.AccessionNumber)
                .made());
    }

    private static Entity series(DataSet dataSet) {
        return new Entity(record("SERIES", dataSet, Tag.Modality, Tag.SeriesInstanceUID, Tag.SeriesNumber)
                .putAll(dataSet, Tag.SeriesDescription)
                .made());
    }

    private static DataSet instance(DataSet dataSet, String syntax, String... fileId) {
        String sopClass = text(dataSet, Tag.SOPClassUID);
        DirectoryRecordType type = DirectoryRecordType.of(sopClass);
        Copy record = record(type.term(), dataSet, Tag.InstanceNumber);
        for (int tag : type.tags()) {
            record.putAll(dataSet, tag);
        }
        return record.made()
                .putString(Tag.ReferencedFileID, fileId)
                .putString(Tag.ReferencedSOPClassUIDInFile, sopClass)
                .putString(Tag.ReferencedSOPInstanceUIDInFile, text(dataSet, Tag.SOPInstanceUID))
                .putString(Tag.ReferencedTransferSyntaxUIDInFile, syntax);
    }

    /// A record with these attributes, empty where the instance has none.
    private static Copy record(String type, DataSet dataSet, int... tags) {
        DataSet record = new DataSet()
                .putInts(Tag.OffsetOfTheNextDirectoryRecord, 0)
                .putInts(Tag.RecordInUseFlag, IN_USE)
                .putInts(Tag.OffsetOfReferencedLowerLevelDirectoryEntity, 0)
                .putString(Tag.DirectoryRecordType, type);
        Copy copy = new Copy(record).putAll(dataSet, Tag.SpecificCharacterSet);
        for (int tag : tags) {
            if (!dataSet.contains(tag)) {
                record.putEmpty(tag);
            }
            copy.putAll(dataSet, tag);
        }
        return copy;
    }

    /// Copies attributes with their bytes, so that nothing else of the instance is held.
    private record Copy(DataSet made) {
        Copy putAll(DataSet from, int... tags) {
            for (int tag : tags) {
                Element element = from.find(tag);
                if (element != null) {
                    made.put(copy(element.known()));
                }
            }
            return this;
        }

        private static Element copy(Element element) {
            return element.value() instanceof Value.Bytes bytes
                    ? new Element(element.tag(), element.vr(), new Value.Bytes(bytes.copy()))
                    : element;
        }
    }

    /// The directory as a file.
    ///
    /// @throws IllegalArgumentException if its records take up more than the offsets reach, 2 GiB
    public Part10 toPart10() {
        List<Entity> records = new ArrayList<>();
        patients.values().forEach(patient -> list(patient, records));
        DataSet head = new DataSet()
                .putEmpty(Tag.FileSetID)
                .putInts(Tag.OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity, 0)
                .putInts(Tag.OffsetOfTheLastDirectoryRecordOfTheRootDirectoryEntity, 0)
                .putInts(Tag.FileSetConsistencyFlag, 0);
        Part10 file = file(head);
        long offset = 128
                + 4
                + Part10Writer.lengthBytes(file.fileMeta())
                + Part10Writer.lengthBytes(head)
                + SEQUENCE_HEADER_BYTES;
        for (Entity entity : records) {
            if (offset > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("too many records for a directory");
            }
            entity.offset = (int) offset;
            offset += ITEM_HEADER_BYTES + Part10Writer.lengthBytes(entity.record);
        }
        link(patients);
        Entity first = first(patients);
        head.putInts(Tag.OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity, first == null ? 0 : first.offset);
        head.putInts(
                Tag.OffsetOfTheLastDirectoryRecordOfTheRootDirectoryEntity,
                first == null ? 0 : List.copyOf(patients.values()).getLast().offset);
        head.putItems(
                Tag.DirectoryRecordSequence,
                records.stream().map(entity -> entity.record).toArray(DataSet[]::new));
        return file(head);
    }

    private Part10 file(DataSet directory) {
        Part10 file = Part10.of(directory, TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
        DataSet meta = file.fileMeta()
                .putString(Tag.MediaStorageSOPClassUID, SOP_CLASS)
                .putString(Tag.MediaStorageSOPInstanceUID, uid);
        meta.remove(Tag.FileMetaInformationGroupLength);
        meta.putInts(Tag.FileMetaInformationGroupLength, (int) Part10Writer.lengthBytes(meta));
        return file;
    }

    private static void list(Entity entity, List<Entity> records) {
        records.add(entity);
        entity.below.values().forEach(one -> list(one, records));
    }

    private static @Nullable Entity first(Map<String, Entity> entities) {
        return entities.isEmpty() ? null : entities.values().iterator().next();
    }

    /// Lets each record refer to the next beside it and to the first below it.
    private static void link(Map<String, Entity> entities) {
        Entity before = null;
        for (Entity entity : entities.values()) {
            if (before != null) {
                before.record.putInts(Tag.OffsetOfTheNextDirectoryRecord, entity.offset);
            }
            before = entity;
            Entity lower = first(entity.below);
            if (lower != null) {
                entity.record.putInts(Tag.OffsetOfReferencedLowerLevelDirectoryEntity, lower.offset);
            }
            link(entity.below);
        }
    }
}
