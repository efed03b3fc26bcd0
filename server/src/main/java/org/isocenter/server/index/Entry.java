package org.isocenter.server.index;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Dates;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Uids;
import org.jspecify.annotations.Nullable;

/// What the index is to hold of one instance.
///
/// The arrays of keys are parallel to {@link MatchingKey#filled}: values as text, which the statements cast
/// to the types of their columns.
///
/// @param modality the series' modality as it stands in the data set
/// @param head the data set without its bulk values, in the form that `archive` gives it
/// @param tags what it has in the attributes that somebody asked to search by
/// @param replace whether an instance with the same UIDs and other bytes gives way to this one
public record Entry(
        int partition,
        String studyUid,
        String seriesUid,
        String instanceUid,
        String sopClassUid,
        @Nullable String modality,
        String transferSyntax,
        @Nullable String[] studyKeys,
        byte[] studyAttributes,
        @Nullable String[] seriesKeys,
        byte[] seriesAttributes,
        @Nullable String[] instanceKeys,
        byte[] instanceAttributes,
        StoredBytes bytes,
        byte[] head,
        TagValues tags,
        boolean replace) {

    /// More values of a key are not searched.
    private static final int VALUES_MAX = 64;

    private static final Pattern CODE_STRING = Pattern.compile("[A-Za-z0-9_ ]{1,16}");

    /// The entry for a data set whose UIDs have been found valid.
    public static Entry of(
            int partition, DataSet dataSet, String transferSyntax, StoredBytes bytes, byte[] head, boolean replace) {
        return new Entry(
                partition,
                uid(dataSet, Tag.StudyInstanceUID),
                uid(dataSet, Tag.SeriesInstanceUID),
                uid(dataSet, Tag.SOPInstanceUID),
                uid(dataSet, Tag.SOPClassUID),
                modality(dataSet),
                transferSyntax,
                keys(dataSet, Level.STUDY),
                Attributes.render(dataSet, ReturnKeys.kept(Level.STUDY)),
                keys(dataSet, Level.SERIES),
                Attributes.render(dataSet, ReturnKeys.kept(Level.SERIES)),
                keys(dataSet, Level.INSTANCE),
                Attributes.render(dataSet, ReturnKeys.kept(Level.INSTANCE)),
                bytes,
                head,
                TagValues.NONE,
                replace);
    }

    /// The same with what it has in the attributes that somebody asked to search by.
    public Entry with(TagValues values) {
        return with(partition, values);
    }

    /// The same in another data partition, whose tags may be others.
    public Entry in(int other, TagValues values) {
        return with(other, values);
    }

    private Entry with(int in, TagValues values) {
        return new Entry(
                in,
                studyUid,
                seriesUid,
                instanceUid,
                sopClassUid,
                modality,
                transferSyntax,
                studyKeys,
                studyAttributes,
                seriesKeys,
                seriesAttributes,
                instanceKeys,
                instanceAttributes,
                bytes,
                head,
                values,
                replace);
    }

    /// Whether both would be the same row.
    public Identity identity() {
        return new Identity(partition, studyUid, seriesUid, instanceUid);
    }

    /// What makes an instance the same instance.
    public record Identity(int partition, String studyUid, String seriesUid, String instanceUid) {}

    private static String uid(DataSet dataSet, int tag) {
        String uid = dataSet.findString(tag);
        if (uid == null) {
            throw new IllegalArgumentException("an instance without UIDs cannot be indexed");
        }
        return Uids.trim(uid);
    }

    /// The modality, if it is a code string (PS3.5 table 6.2-1).
    private static @Nullable String modality(DataSet dataSet) {
        String modality = dataSet.findString(Tag.Modality);
        return modality != null && CODE_STRING.matcher(modality).matches() ? modality : null;
    }

    private static @Nullable String[] keys(DataSet dataSet, Level level) {
        List<MatchingKey> keys = MatchingKey.filled(level);
        @Nullable String[] values = new String[keys.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = value(dataSet, keys.get(i));
        }
        return values;
    }

    /// The value of a key as its column holds it, or null where there is none that can be searched.
    private static @Nullable String value(DataSet dataSet, MatchingKey key) {
        if (key.itemTag() != 0) {
            return itemValues(dataSet, key);
        }
        String text = dataSet.findString(key.tag());
        if (text == null) {
            return null;
        }
        return switch (key.kind()) {
            case UID -> Uids.trim(text);
            case TEXT -> emptyToNull(Folding.fold(text));
            case NAME -> Folding.foldName(text);
            case DATE -> toString(Dates.findDate(text));
            case TIME -> toString(Dates.findTime(text));
            case NUMBER -> toString(dataSet.findInt(key.tag()));
            case TEXTS -> throw new IllegalArgumentException(key + " is not filled from a data set");
        };
    }

    private static @Nullable String itemValues(DataSet dataSet, MatchingKey key) {
        Set<String> values = new LinkedHashSet<>();
        for (DataSet item : dataSet.items(key.tag())) {
            String text = item.findString(key.itemTag());
            if (text != null && values.size() < VALUES_MAX) {
                values.add(Folding.fold(text));
            }
        }
        values.remove("");
        return values.isEmpty() ? null : String.join("\n", values);
    }

    private static @Nullable String toString(@Nullable Object value) {
        return value == null ? null : value.toString();
    }

    private static @Nullable String emptyToNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
