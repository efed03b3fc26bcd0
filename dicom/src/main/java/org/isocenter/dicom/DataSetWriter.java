package org.isocenter.dicom;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Writes one data set, without recursion, in two passes: the first finds the lengths of sequences and items
/// that are to be written with one, the second writes. Both meet sequences and items in the same order, so
/// that the lengths stand in a plain list.
final class DataSetWriter {
    private static final int UNDEFINED_LENGTH = -1;
    private static final int ITEM = 0xFFFEE000;
    private static final int ITEM_DELIMITER = 0xFFFEE00D;
    private static final int SEQUENCE_DELIMITER = 0xFFFEE0DD;
    private static final long LONGEST = 0xFFFFFFFDL;

    /// A data set being gone through, and the sequence whose item it is.
    private static final class Place {
        final @Nullable Place around;
        final boolean explicitVr;
        final boolean bigEndian;

        @Nullable
        Element sequence;

        boolean undefinedLength;
        Iterator<Value.Item> items = List.<Value.Item>of().iterator();

        @Nullable
        Iterator<Element> elements;

        boolean itemUndefinedLength;
        int sequenceSlot;
        int itemSlot;
        long sequenceBytes;
        long itemBytes;

        Place(@Nullable Place around, boolean explicitVr, boolean bigEndian) {
            this.around = around;
            this.explicitVr = explicitVr;
            this.bigEndian = bigEndian;
        }
    }

    private final boolean explicitVr;
    private final boolean bigEndian;
    private final BulkSource bulk;
    private final OutputStream out;

    private final byte[] buffer = new byte[16 << 10];
    private int buffered;

    private long[] slots = new long[16];
    private int slot;

    /// Delimiters that are due but not written yet, since the last ones may be left out; a negative one is in big
    /// endian.
    private long[] delimiters = new long[4];

    private int delimiterCount;

    DataSetWriter(boolean explicitVr, boolean bigEndian, BulkSource bulk, OutputStream out) {
        this.explicitVr = explicitVr;
        this.bigEndian = bigEndian;
        this.bulk = bulk;
        this.out = out;
    }

    /// The length of a data set in explicit VR.
    static long lengthBytes(DataSet dataSet) {
        return new DataSetWriter(true, false, BulkSource.NONE, OutputStream.nullOutputStream()).measure(dataSet);
    }

    /// @param withoutDelimiters how many of the delimiters at the end are left out
    void write(DataSet dataSet, int withoutDelimiters) throws IOException {
        measure(dataSet);
        slot = 0;
        Place place = outermost(dataSet);
        while (place != null) {
            Element element = next(place);
            if (element == null) {
                place = writeNextItem(place);
            } else if (element.value() instanceof Value.Items items) {
                place = open(place, element, items);
                place.sequenceSlot = slot++;
                writeHeader(
                        place.around, element, items.undefinedLength() ? UNDEFINED_LENGTH : slots[place.sequenceSlot]);
            } else {
                writeElement(place, element);
            }
        }
        delimiterCount = Math.max(0, delimiterCount - withoutDelimiters);
        writeDelimiters();
        flush();
    }

    // The order of things

    private Place outermost(DataSet dataSet) {
        Place place = new Place(null, explicitVr, bigEndian);
        place.elements = dataSet.iterator();
        return place;
    }

    private static @Nullable Element next(Place place) {
        return place.elements != null && place.elements.hasNext() ? place.elements.next() : null;
    }

    private static Place open(Place around, Element sequence, Value.Items items) {
        Place place = items.implicitVr()
                ? new Place(around, false, false)
                : new Place(around, around.explicitVr, around.bigEndian);
        place.sequence = sequence;
        place.undefinedLength = items.undefinedLength();
        place.items = items.items().iterator();
        return place;
    }

    // The first pass

    private long measure(DataSet dataSet) {
        slot = 0;
        Place place = outermost(dataSet);
        while (true) {
            Element element = next(place);
            if (element != null) {
                if (element.value() instanceof Value.Items items) {
                    place = open(place, element, items);
                    place.sequenceSlot = newSlot();
                } else {
                    place.itemBytes += bytes(element, place.explicitVr);
                }
                continue;
            }
            if (place.sequence == null) {
                return place.itemBytes;
            }
            place = measureNextItem(place, place.sequence);
        }
    }

    private Place measureNextItem(Place place, Element sequence) {
        if (place.elements != null) {
            slots[place.itemSlot] = place.itemBytes;
            place.sequenceBytes += 8 + place.itemBytes + (place.itemUndefinedLength ? 8 : 0);
        }
        if (place.items.hasNext()) {
            openItem(place);
            place.itemSlot = newSlot();
            place.itemBytes = 0;
            return place;
        }
        slots[place.sequenceSlot] = place.sequenceBytes;
        Place around = around(place);
        around.itemBytes += (around.explicitVr ? 12 : 8) + place.sequenceBytes + (place.undefinedLength ? 8 : 0);
        return around;
    }

    private static Value.Item openItem(Place place) {
        Value.Item item = place.items.next();
        place.elements = item.dataSet().iterator();
        place.itemUndefinedLength = item.undefinedLength();
        return item;
    }

    private static Place around(Place place) {
        return Objects.requireNonNull(place.around);
    }

    private int newSlot() {
        if (slot == slots.length) {
            slots = Arrays.copyOf(slots, slot * 2);
        }
        return slot++;
    }

    private static long bytes(Element element, boolean explicitVr) {
        long length = length(element);
        int header = explicitVr && writtenVr(element, length).longLength() ? 12 : 8;
        return header + length;
    }

    /// The length of a value that is no sequence, the items and delimiter of fragments included.
    private static long length(Element element) {
        if (!(element.value() instanceof Value.Fragments fragments)) {
            return element.value().lengthBytes();
        }
        long length = 8;
        for (int i = 0; i < fragments.count(); i++) {
            length += 8 + fragments.lengthBytes(i);
        }
        return length;
    }

    /// A value too long for the length of 16 bits that its representation has is written as UN (PS3.5 6.2.2).
    private static Vr writtenVr(Element element, long length) {
        return !element.vr().longLength() && length > 0xFFFF ? Vr.UN : element.vr();
    }

    // The second pass

    private @Nullable Place writeNextItem(Place place) throws IOException {
        if (place.sequence == null) {
            return null;
        }
        if (place.elements != null && place.itemUndefinedLength) {
            addDelimiter(ITEM_DELIMITER, place.bigEndian);
        }
        if (place.items.hasNext()) {
            Value.Item item = openItem(place);
            int itemSlot = slot++;
            writeTag(ITEM, place.bigEndian);
            writeInt(item.undefinedLength() ? UNDEFINED_LENGTH : fit(slots[itemSlot]), place.bigEndian);
            return place;
        }
        if (place.undefinedLength) {
            addDelimiter(SEQUENCE_DELIMITER, place.bigEndian);
        }
        return place.around;
    }

    private void writeElement(Place place, Element element) throws IOException {
        switch (element.value()) {
            case Value.Bytes bytes -> {
                writeHeader(place, element, bytes.length());
                writeBytes(bytes, place.bigEndian ? element.vr().unitBytes() : 1);
            }
            case Value.Bulk value -> {
                writeHeader(place, element, value.lengthBytes());
                transfer(value.offset(), value.lengthBytes());
            }
            case Value.Fragments fragments -> {
                writeHeader(place, element, UNDEFINED_LENGTH);
                for (int i = 0; i < fragments.count(); i++) {
                    writeTag(ITEM, place.bigEndian);
                    writeInt(fit(fragments.lengthBytes(i)), place.bigEndian);
                    transfer(fragments.offset(i), fragments.lengthBytes(i));
                }
                addDelimiter(SEQUENCE_DELIMITER, place.bigEndian);
            }
            case Value.Items items ->
                throw new IllegalStateException("a sequence of " + items.items().size());
            case Value.Link link ->
                throw new IllegalArgumentException(
                        Tags.format(element.tag()) + " is a link; its value has to be fetched to be written");
        }
    }

    private void writeHeader(@Nullable Place place, Element element, long length) throws IOException {
        boolean explicit = place == null || place.explicitVr;
        boolean big = place != null && place.bigEndian;
        writeTag(element.tag(), big);
        int written = length == UNDEFINED_LENGTH ? UNDEFINED_LENGTH : fit(length);
        if (!explicit) {
            writeInt(written, big);
            return;
        }
        Vr vr = writtenVr(element, length);
        reserve(4);
        buffer[buffered++] = (byte) (vr.code() >> 8);
        buffer[buffered++] = (byte) vr.code();
        if (vr.longLength()) {
            buffer[buffered++] = 0;
            buffer[buffered++] = 0;
            writeInt(written, big);
        } else {
            buffer[buffered++] = (byte) (big ? written >> 8 : written);
            buffer[buffered++] = (byte) (big ? written : written >> 8);
        }
    }

    private static int fit(long length) {
        if (length > LONGEST) {
            throw new IllegalArgumentException(length + " bytes do not fit a length of 32 bits");
        }
        return (int) length;
    }

    private void writeBytes(Value.Bytes bytes, int unit) throws IOException {
        Value.Bytes written = bytes;
        if (unit > 1) {
            written = new Value.Bytes(bytes.copy());
            DataSetReader.swap(written, unit);
        }
        if (written.length() > buffer.length - buffered) {
            flush();
        }
        if (written.length() > buffer.length) {
            out.write(written.array(), written.offset(), written.length());
        } else {
            System.arraycopy(written.array(), written.offset(), buffer, buffered, written.length());
            buffered += written.length();
        }
    }

    private void transfer(long offset, long lengthBytes) throws IOException {
        if (lengthBytes > 0) {
            flush();
            bulk.transfer(offset, lengthBytes, out);
        }
    }

    private void addDelimiter(int tag, boolean big) {
        if (delimiterCount == delimiters.length) {
            delimiters = Arrays.copyOf(delimiters, delimiterCount * 2);
        }
        long unsigned = tag & 0xFFFFFFFFL;
        delimiters[delimiterCount++] = big ? -unsigned : unsigned;
    }

    private void writeDelimiters() throws IOException {
        int count = delimiterCount;
        delimiterCount = 0;
        for (int i = 0; i < count; i++) {
            writeTag((int) Math.abs(delimiters[i]), delimiters[i] < 0);
            writeInt(0, delimiters[i] < 0);
        }
    }

    private void writeTag(int tag, boolean big) throws IOException {
        if (delimiterCount > 0) {
            writeDelimiters();
        }
        writeInt(big ? tag : Integer.rotateLeft(tag, 16), big);
    }

    private void writeInt(int value, boolean big) throws IOException {
        reserve(4);
        int little = big ? Integer.reverseBytes(value) : value;
        buffer[buffered++] = (byte) little;
        buffer[buffered++] = (byte) (little >> 8);
        buffer[buffered++] = (byte) (little >> 16);
        buffer[buffered++] = (byte) (little >> 24);
    }

    private void reserve(int count) throws IOException {
        if (buffer.length - buffered < count) {
            flush();
        }
    }

    private void flush() throws IOException {
        out.write(buffer, 0, buffered);
        buffered = 0;
    }
}
