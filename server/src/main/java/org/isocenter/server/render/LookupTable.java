package org.isocenter.server.render;

import java.io.IOException;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Tags;
import org.isocenter.dicom.Vr;
import org.jspecify.annotations.Nullable;

/// A table of values: of the modality, the values of interest or the presentation (PS3.3 C.11.1.1,
/// C.11.2.1.1, C.11.6), or one colour of a palette (C.7.6.3.1.5, C.7.6.3.1.6).
///
/// @param first the value that the first entry is for; what is below it gets the first entry, what is beyond
///     the table the last one
/// @param entries unsigned, at least one
/// @param bits of an entry: its range is 0 to 2^bits - 1
record LookupTable(int first, int[] entries, int bits) implements Curve {
    /// A descriptor has 16 bits for the number of entries, and writes 65536 as 0.
    static final int ENTRIES_MAX = 1 << 16;

    /// What a table with padding may have.
    private static final int BYTES_MAX = 2 * ENTRIES_MAX + 2;

    /// What segments may have: a segment of its own for each entry.
    private static final int SEGMENT_BYTES_MAX = 3 * BYTES_MAX;

    /// The entry for a value.
    @Override
    public double at(double value) {
        double place = Math.floor(value - first + 0.5);
        if (!(place > 0)) {
            return entries[0];
        }
        return entries[place >= entries.length ? entries.length - 1 : (int) place];
    }

    /// The largest value that an entry can have.
    int max() {
        return (1 << bits) - 1;
    }

    /// The table in an item of one of the sequences of tables.
    ///
    /// @param signed whether the values it is for may be negative, so that the first one is read as signed
    static LookupTable of(DataSet item, ValueBytes values, boolean signed) throws IOException, MalformedException {
        byte[] data = values.find(item, Tag.LUTData, BYTES_MAX);
        if (data == null) {
            throw new MalformedException("no entries", Tags.format(Tag.LUTData), -1);
        }
        Descriptor descriptor = Descriptor.of(item, Tag.LUTDescriptor, values, signed);
        return new LookupTable(descriptor.first, unpack(descriptor, data, Tag.LUTData), descriptor.bits).widened();
    }

    /// One colour of the palette in a data set; null where there is none.
    static @Nullable LookupTable findColor(
            DataSet dataSet, int descriptorTag, int dataTag, int segmentedTag, ValueBytes values, boolean signed)
            throws IOException, MalformedException {
        if (!dataSet.contains(descriptorTag)) {
            return null;
        }
        Descriptor descriptor = Descriptor.of(dataSet, descriptorTag, values, signed);
        int[] entries;
        byte[] data = values.find(dataSet, dataTag, BYTES_MAX);
        if (data != null) {
            entries = unpack(descriptor, data, dataTag);
        } else {
            byte[] segments = values.find(dataSet, segmentedTag, SEGMENT_BYTES_MAX);
            if (segments == null) {
                return null;
            }
            entries = Segments.expand(segments, descriptor.entries, descriptor.bits, segmentedTag);
        }
        return new LookupTable(descriptor.first, entries, descriptor.bits).widened();
    }

    /// The three values that describe a table.
    private record Descriptor(int entries, int first, int bits) {
        static Descriptor of(DataSet dataSet, int tag, ValueBytes values, boolean signed)
                throws IOException, MalformedException {
            byte[] bytes = values.find(dataSet, tag, 64);
            if (bytes == null || bytes.length < 6) {
                throw new MalformedException("a table without a description", Tags.format(tag), -1);
            }
            Element element = dataSet.find(tag);
            boolean negative = signed || element != null && element.vr() == Vr.SS;
            int entries = ValueBytes.word(bytes, 0);
            int first = ValueBytes.word(bytes, 1);
            int bits = ValueBytes.word(bytes, 2);
            if (bits < 1 || bits > 16) {
                throw new MalformedException("entries of " + bits + " bits", Tags.format(tag), -1);
            }
            return new Descriptor(entries == 0 ? ENTRIES_MAX : entries, negative ? (short) first : first, bits);
        }
    }

    /// Entries of up to 8 bits may stand in bytes, or like all others in words of 16 bits.
    private static int[] unpack(Descriptor descriptor, byte[] data, int tag) throws MalformedException {
        int count = descriptor.entries;
        boolean words = data.length >= 2 * count;
        if (!words && (descriptor.bits > 8 || data.length < count)) {
            throw new MalformedException(
                    data.length + " bytes for " + count + " entries of " + descriptor.bits + " bits",
                    Tags.format(tag),
                    -1);
        }
        int[] entries = new int[count];
        for (int i = 0; i < count; i++) {
            entries[i] = words ? ValueBytes.word(data, i) : data[i] & 0xFF;
        }
        return entries;
    }

    /// The same with as many bits as the entries have, where those are more than described.
    private LookupTable widened() {
        int all = 0;
        for (int entry : entries) {
            all |= entry;
        }
        int needed = Integer.SIZE - Integer.numberOfLeadingZeros(all);
        return needed <= bits ? this : new LookupTable(first, entries, needed);
    }
}
