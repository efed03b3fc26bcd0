package org.isocenter.dicom;

import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// Reads one data set (PS3.5 section 7) in one pass, without recursion.
///
/// A stack of levels stands for the sequences that are open. Each step reads one element, one item header or
/// one delimiter. The innermost defined length around a position is that level's `end`; nothing is read that
/// would reach past it, and since it is compared before anything is read or allocated, a false length costs
/// nothing.
final class DataSetReader {
    private static final long UNDEFINED_LENGTH = 0xFFFFFFFFL;
    private static final long RESERVED_LENGTH = 0xFFFFFFFEL;
    private static final int ITEM = 0xFFFEE000;
    private static final int ITEM_DELIMITER = 0xFFFEE00D;
    private static final int SEQUENCE_DELIMITER = 0xFFFEE0DD;

    /// Values in memory, in multiples of the largest one, before smaller ones are left in the source as well.
    private static final int VALUES_IN_MEMORY = 256;
    /// Values that are held in memory always.
    private static final int SMALL_VALUE = 64;
    /// Offset tables in memory, in multiples of other values.
    private static final int OFFSET_TABLE = 64;

    private final Input in;
    private final Limits limits;
    private final boolean untilPixelData;
    private final boolean acceptTruncated;
    private final Deviations deviations;
    private final boolean encapsulated;
    private final boolean fileMeta;

    private final Level[] levels;
    private int depth;
    private Level level;
    private boolean done;
    private boolean inputEnded;

    private int elements;
    private long valuesInMemory;
    private int pixelData;
    private boolean nativePixelData;
    private @Nullable FragmentReader openFragments;

    private DataSetReader(
            Input in, ReadOptions options, TransferSyntax syntax, Deviations deviations, boolean fileMeta) {
        this.in = in;
        this.limits = options.limits();
        this.untilPixelData = options.untilPixelData() && !fileMeta;
        this.acceptTruncated = options.acceptTruncated();
        this.deviations = deviations;
        this.encapsulated = syntax.encapsulated();
        this.fileMeta = fileMeta;
        levels = new Level[limits.nesting() + 1];
        level = levels[0] = new Level();
        level.explicitVr = syntax.explicitVr();
        level.bigEndian = syntax.bigEndian();
        level.itemOpen = true;
    }

    /// A reader of group 0002 of a file.
    static DataSetReader ofFileMeta(Input in, ReadOptions options, TransferSyntax syntax, Deviations deviations) {
        return new DataSetReader(in, options, syntax, deviations, true);
    }

    /// A reader of everything up to the end of the input.
    static DataSetReader ofDataSet(Input in, ReadOptions options, TransferSyntax syntax, Deviations deviations) {
        return new DataSetReader(in, options, syntax, deviations, false);
    }

    /// Whether the pixel data are native though the transfer syntax encapsulates them.
    boolean nativePixelData() {
        return nativePixelData;
    }

    /// Reads to the end of the input.
    DataSet read() throws IOException, MalformedException {
        try {
            while (!done) {
                if (level.itemOpen) {
                    readElement();
                } else {
                    readItem();
                }
            }
        } catch (MalformedException malformed) {
            if (!inputEnded || !acceptTruncated) {
                throw malformed;
            }
            keepWhatIsComplete();
        }
        return levels[0].dataSet;
    }

    /// Reads one element of group 0002.
    ///
    /// @return what has been read so far
    DataSet readMetaElement() throws IOException, MalformedException {
        readElement();
        return level.dataSet;
    }

    // Elements

    private void readElement() throws IOException, MalformedException {
        long position = in.position();
        long left = level.end - position;
        if (left == 0) {
            endItem(position);
            return;
        }
        if (left < 8) {
            throw malformed(left + " bytes left, too few for an element", position);
        }
        if (!in.has(8)) {
            endOfInput(position);
            return;
        }
        byte[] buffer = in.buffer;
        int at = in.at;
        int tag = tag(buffer, at, level.bigEndian);
        int group = tag >>> 16;
        if ((group < 8 || group >= 0xFFFE) && special(tag, position)) {
            return;
        }
        if (!level.explicitVr) {
            long length = LittleEndian.integer(buffer, at + 4) & UNDEFINED_LENGTH;
            readValue(tag, Representations.implicit(tag, level), length, position, 8);
            return;
        }
        Vr vr = Vr.find(buffer[at + 4] << 8 | buffer[at + 5] & 0xFF);
        if (vr == null) {
            throw unknownVr(tag, position);
        } else if (!vr.longLength()) {
            int length = LittleEndian.unsignedShort(buffer, at + 6);
            checkVr(tag, vr, position);
            readValue(tag, vr, level.bigEndian ? Short.reverseBytes((short) length) & 0xFFFF : length, position, 8);
        } else {
            readLongValue(tag, vr, position, left);
        }
    }

    private void readLongValue(int tag, Vr vr, long position, long left) throws IOException, MalformedException {
        if (left < 12) {
            throw malformed(left + " bytes left, too few for " + what(tag, vr), tag, position);
        }
        if (!in.has(12)) {
            throw ended("the input ends inside the header of " + what(tag, vr), tag, position);
        }
        if (LittleEndian.unsignedShort(in.buffer, in.at + 6) != 0) {
            throw malformed("the reserved bytes of " + what(tag, vr) + " are not zero", tag, position + 6);
        }
        checkVr(tag, vr, position);
        readValue(tag, vr, integer(in.buffer, in.at + 8, level.bigEndian), position, 12);
    }

    private MalformedException unknownVr(int tag, long position) {
        int letters = LittleEndian.unsignedShort(in.buffer, in.at + 4);
        String hex = Tags.hex(Short.reverseBytes((short) letters)).substring(4);
        return malformed("bytes " + hex + " where a value representation was due", tag, position + 4);
    }

    /// Tags that no data set may have, and those of items.
    ///
    /// @return whether that is all
    private boolean special(int tag, long position) throws IOException, MalformedException {
        switch (tag) {
            case ITEM_DELIMITER -> {
                if (depth == 0) {
                    throw malformed("item delimiter outside an item", position);
                }
                if (!level.itemUndefinedLength) {
                    throw malformed("item delimiter in an item of defined length", position);
                }
                checkDelimiterLength(position);
                in.at += 8;
                closeItem();
                return true;
            }
            case ITEM -> throw malformed("item outside a sequence", position);
            case SEQUENCE_DELIMITER -> throw malformed("sequence delimiter where an element was due", position);
            case 0 -> {
                if (depth > 0 || fileMeta || level.dataSet.isEmpty()) {
                    throw malformed("tag (0000,0000)", position);
                }
                readTrailingZeros(position);
                return true;
            }
            default -> {
                int group = tag >>> 16;
                if (group != 4 && group != 6 && !(fileMeta && group == 2)) {
                    throw malformed("an element of group " + Tags.hex(tag).substring(0, 4), tag, position);
                }
                return false;
            }
        }
    }

    private void readTrailingZeros(long position) throws IOException, MalformedException {
        do {
            for (int i = in.at; i < in.limit; i++) {
                if (in.buffer[i] != 0) {
                    throw malformed("zeros, and other bytes after them", position);
                }
            }
            in.at = in.limit;
        } while (in.has(1));
        deviate(Deviation.Kind.TRAILING_ZEROS, position);
        done = true;
    }

    private void readValue(int tag, Vr vr, long length, long position, int header)
            throws IOException, MalformedException {
        boolean pixels = (tag & 0xFFFF0000) == 0x7FE00000 && Representations.pixelData(tag);
        if (pixels && depth == 0 && untilPixelData) {
            done = true;
            return;
        }
        count(tag, position);
        checkOrder(tag, position);
        if (length == UNDEFINED_LENGTH) {
            readUndefined(tag, vr, position, header);
            return;
        }
        if (length > level.end - position - header || length == RESERVED_LENGTH) {
            throw overlong(tag, length, position, level.end - position - header);
        }
        if ((length & 1) != 0) {
            deviate(Deviation.Kind.ODD_LENGTH, tag, position);
        }
        in.at += header;
        if (vr == Vr.SQ) {
            openSequence(tag, vr, false, in.position() + length, false, position);
            return;
        }
        if (pixels) {
            meetPixelData(tag, length, position);
        }
        Value value = length == 0 && !pixels ? Value.Bytes.EMPTY : value(tag, vr, length, pixels, position);
        if (!level.explicitVr && (tag & 0xFFFF0000) == 0x00280000) {
            level.note(tag, value);
        }
        level.dataSet.append(new Element(tag, vr, value));
        if (tag == Tag.SpecificCharacterSet
                && !level.dataSet.characterSets().problems().isEmpty()) {
            deviate(Deviation.Kind.CHARACTER_SET, tag, position);
        }
    }

    private Value value(int tag, Vr vr, long length, boolean pixels, long position)
            throws IOException, MalformedException {
        if (pixels || !heldInMemory(tag, length)) {
            Value bulk = new Value.Bulk(in.position(), length);
            if (!in.skip(length)) {
                throw endedInValue(tag, vr, length, position);
            }
            return bulk;
        }
        Value.Bytes bytes = in.take((int) length);
        if (bytes == null) {
            throw endedInValue(tag, vr, length, position);
        }
        valuesInMemory += length;
        if (level.bigEndian && vr.unitBytes() > 1) {
            swap(bytes, vr.unitBytes());
        }
        return bytes;
    }

    private boolean heldInMemory(int tag, long length) {
        long most = tag == Tag.ExtendedOffsetTable || tag == Tag.ExtendedOffsetTableLengths
                ? (long) OFFSET_TABLE * limits.valueInMemoryBytes()
                : limits.valueInMemoryBytes();
        return length <= SMALL_VALUE
                || length <= most && valuesInMemory <= (long) VALUES_IN_MEMORY * limits.valueInMemoryBytes();
    }

    static void swap(Value.Bytes bytes, int unit) {
        byte[] array = bytes.array();
        int end = bytes.offset() + bytes.length() - unit;
        for (int start = bytes.offset(); start <= end; start += unit) {
            for (int low = start, high = start + unit - 1; low < high; low++, high--) {
                byte kept = array[low];
                array[low] = array[high];
                array[high] = kept;
            }
        }
    }

    // Undefined lengths

    private void readUndefined(int tag, Vr vr, long position, int header) throws IOException, MalformedException {
        if (vr == Vr.SQ) {
            in.at += header;
            openSequence(tag, vr, true, level.end, false, position);
        } else if (vr == Vr.UN) {
            in.at += header;
            openSequence(tag, level.explicitVr ? vr : Vr.SQ, true, level.end, level.explicitVr, position);
        } else if (vr == Vr.OB || vr == Vr.OW) {
            in.at += header;
            readFragments(tag, vr, position);
        } else {
            throw malformed(what(tag, vr) + " of undefined length", tag, position);
        }
    }

    private void readFragments(int tag, Vr vr, long position) throws IOException, MalformedException {
        boolean main = depth == 0 && tag == Tag.PixelData;
        if (main) {
            if (!encapsulated) {
                throw malformed("fragments in a transfer syntax whose pixel data are native", tag, position);
            }
            meetPixelData(tag, 0, position);
        } else if (!encapsulated || tag != Tag.PixelData) {
            deviate(Deviation.Kind.PIXEL_DATA_FORM, tag, position);
        }
        FragmentReader fragments = new FragmentReader(tag, vr);
        openFragments = fragments;
        fragments.read();
        openFragments = null;
        level.dataSet.append(fragments.element());
    }

    /// The fragments of one element.
    private final class FragmentReader {
        private final int tag;
        private final Vr vr;
        private long[] offsets = new long[4];
        private long[] lengths = new long[4];
        private int count;
        private byte @Nullable [] offsetTable;
        private final BitSet starts = new BitSet();

        FragmentReader(int tag, Vr vr) {
            this.tag = tag;
            this.vr = vr;
        }

        Element element() {
            return new Element(
                    tag,
                    vr,
                    new Value.Fragments(
                            Arrays.copyOf(offsets, count), Arrays.copyOf(lengths, count), offsetTable, starts));
        }

        void read() throws IOException, MalformedException {
            while (true) {
                long position = in.position();
                if (!in.has(8)) {
                    endOfFragments(position);
                    return;
                }
                long left = level.end - position;
                if (left < 8) {
                    throw malformed("sequence delimiter of the fragments missing", tag, position);
                }
                int header = tag(in.buffer, in.at, level.bigEndian);
                long length = integer(in.buffer, in.at + 4, level.bigEndian);
                if (header == SEQUENCE_DELIMITER) {
                    close(length, position);
                    return;
                }
                if (header != ITEM) {
                    throw malformed(Tags.format(header) + " where a fragment was due", tag, position);
                }
                if (length > left - 8 || length >= RESERVED_LENGTH) {
                    throw overlongFragment(length, position);
                }
                in.at += 8;
                add(length, position);
            }
        }

        private void close(long length, long position) throws MalformedException {
            if (length != 0) {
                throw malformed("a delimiter with length " + length, tag, position);
            }
            if (count == 0) {
                throw malformed("fragments without a basic offset table", tag, position);
            }
            in.at += 8;
        }

        private void endOfFragments(long position) throws MalformedException {
            if (in.buffered() > 0 || count == 0 || level.end != Level.UNBOUNDED) {
                throw ended("the input ends inside a header of a fragment", tag, position);
            }
            deviate(Deviation.Kind.NO_DELIMITER, tag, position);
        }

        private MalformedException overlongFragment(long length, long position) {
            return malformed(
                    length >= RESERVED_LENGTH
                            ? "a fragment of undefined length"
                            : "a fragment of " + length + " bytes reaches past what is around it",
                    tag,
                    position);
        }

        private void add(long length, long position) throws IOException, MalformedException {
            if (count >= limits.fragments()) {
                throw malformed("more than " + limits.fragments() + " fragments", tag, position);
            }
            if ((length & 1) != 0) {
                deviate(Deviation.Kind.ODD_LENGTH, tag, position);
            }
            long offset = in.position();
            if (count == 0 && length <= (long) OFFSET_TABLE * limits.valueInMemoryBytes()) {
                readOffsetTable((int) length, position);
            } else {
                passFragment(length, position);
            }
            if (count == offsets.length) {
                offsets = Arrays.copyOf(offsets, count + (count >> 1));
                lengths = Arrays.copyOf(lengths, count + (count >> 1));
            }
            offsets[count] = offset;
            lengths[count++] = length;
        }

        /// Notes on the way whether the fragment begins a code stream, so that nobody has to come back for
        /// it.
        private void passFragment(long length, long position) throws IOException, MalformedException {
            if (count > 0 && length >= 4 && in.has(4) && Frames.beginsCodestream(in.buffer, in.at)) {
                starts.set(count);
            }
            if (!in.skip(length)) {
                throw ended("the input ends inside a fragment of " + length + " bytes", tag, position);
            }
        }

        private void readOffsetTable(int length, long position) throws IOException, MalformedException {
            Value.Bytes table = in.take(length);
            if (table == null) {
                throw ended("the input ends inside an offset table of " + length + " bytes", tag, position);
            }
            valuesInMemory += length;
            if (level.bigEndian) {
                swap(table, 4);
            }
            offsetTable = table.copy();
        }
    }

    // Sequences

    private void openSequence(int tag, Vr vr, boolean undefined, long end, boolean implicitItems, long position)
            throws MalformedException {
        if (fileMeta) {
            throw malformed("a sequence in the file meta information", tag, position);
        }
        if (depth == limits.nesting()) {
            throw malformed("sequences nested deeper than " + limits.nesting(), tag, position);
        }
        Level around = level;
        depth++;
        level = levels[depth];
        if (level == null) {
            level = levels[depth] = new Level();
        }
        level.openSequence(tag, vr, around);
        level.undefinedLength = undefined;
        level.sequenceEnd = end;
        level.implicitItems = implicitItems;
        if (implicitItems) {
            level.explicitVr = false;
            level.bigEndian = false;
        }
    }

    private void readItem() throws IOException, MalformedException {
        long position = in.position();
        long left = level.sequenceEnd - position;
        if (left == 0) {
            if (level.undefinedLength) {
                throw malformed("sequence delimiter missing", position);
            }
            closeSequence();
            return;
        }
        if (left < 8) {
            throw malformed(left + " bytes left in the sequence, too few for an item", position);
        }
        if (!in.has(8)) {
            endOfInput(position);
            return;
        }
        int header = tag(in.buffer, in.at, level.bigEndian);
        long length = integer(in.buffer, in.at + 4, level.bigEndian);
        if (header == SEQUENCE_DELIMITER) {
            if (!level.undefinedLength) {
                throw malformed("sequence delimiter in a sequence of defined length", position);
            }
            checkDelimiterLength(position);
            in.at += 8;
            closeSequence();
        } else if (header == ITEM) {
            openItem(length, left - 8, position);
        } else {
            throw malformed(Tags.format(header) + " where an item was due", position);
        }
    }

    private void openItem(long length, long left, long position) throws MalformedException {
        if (level.items.size() >= limits.items()) {
            throw malformed("more than " + limits.items() + " items", position);
        }
        count(level.tag, position);
        boolean undefined = length == UNDEFINED_LENGTH;
        if (!undefined && (length > left || length == RESERVED_LENGTH)) {
            throw malformed("an item of " + length + " bytes reaches past what is around it", position);
        }
        in.at += 8;
        DataSet item = new DataSet().inherit(levels[depth - 1].dataSet.characterSets());
        level.openItem(item, undefined, undefined ? level.sequenceEnd : in.position() + length);
    }

    private void checkDelimiterLength(long position) throws MalformedException {
        int length = LittleEndian.integer(in.buffer, in.at + 4);
        if (length != 0) {
            throw malformed("a delimiter with a length", position);
        }
    }

    private void endItem(long position) throws MalformedException {
        if (level.itemUndefinedLength) {
            throw malformed("item delimiter missing", position);
        }
        closeItem();
    }

    private void closeItem() {
        level.items.add(new Value.Item(level.dataSet, level.itemUndefinedLength));
        level.itemOpen = false;
    }

    private void closeSequence() {
        Element sequence = new Element(
                level.tag, level.vr, new Value.Items(level.items, level.undefinedLength, level.implicitItems));
        depth--;
        level = levels[depth];
        level.dataSet.append(sequence);
    }

    // The end of the input

    /// The input ends before a header is complete.
    private void endOfInput(long position) throws MalformedException {
        int left = in.buffered();
        if (depth == 0 && left == 0) {
            done = true;
        } else if (depth == 0 && !level.dataSet.isEmpty() && zeros()) {
            in.at = in.limit;
            deviate(Deviation.Kind.TRAILING_ZEROS, position);
            done = true;
        } else if (left > 0 || level.itemOpen && !level.itemUndefinedLength || !unbounded()) {
            throw ended(left == 0 ? "the input ends too early" : "the input ends inside a header", position);
        } else {
            deviate(Deviation.Kind.NO_DELIMITER, position);
            if (level.itemOpen) {
                closeItem();
            } else {
                closeSequence();
            }
        }
    }

    private boolean unbounded() {
        return (level.itemOpen ? level.end : level.sequenceEnd) == Level.UNBOUNDED;
    }

    private boolean zeros() {
        for (int i = in.at; i < in.limit; i++) {
            if (in.buffer[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private void keepWhatIsComplete() {
        deviate(Deviation.Kind.TRUNCATED, in.position());
        if (openFragments != null) {
            level.dataSet.append(openFragments.element());
        }
        while (depth > 0) {
            if (level.itemOpen) {
                closeItem();
            }
            closeSequence();
        }
        done = true;
    }

    // Rules

    private void count(int tag, long position) throws MalformedException {
        if (++elements > limits.elements()) {
            throw malformed("more than " + limits.elements() + " elements and items", tag, position);
        }
    }

    private void checkOrder(int tag, long position) throws MalformedException {
        if (level.ascends(tag)) {
            return;
        }
        if (!level.isNew(tag)) {
            throw malformed("the element stands twice", tag, position);
        }
        deviate(Deviation.Kind.TAG_ORDER, tag, position);
    }

    private void checkVr(int tag, Vr vr, long position) throws MalformedException {
        if (vr == Vr.UN || Tags.isPrivate(tag)) {
            return;
        }
        Dictionary.Attribute attribute = Dictionary.find(tag);
        if (attribute == null || attribute.vr() == vr || attribute.vrs().contains(vr)) {
            return;
        }
        if (Representations.imagePixelNumber(tag)) {
            throw malformed("VR " + vr + " where the image pixel module has " + attribute.vr(), tag, position + 4);
        }
        deviate(Deviation.Kind.OTHER_VR, tag, position);
    }

    /// Called with the input at the value.
    private void meetPixelData(int tag, long length, long position) throws IOException, MalformedException {
        if (depth > 0) {
            return;
        }
        if (++pixelData == 2) {
            deviate(Deviation.Kind.SEVERAL_PIXEL_DATA, tag, position);
        }
        if (encapsulated && tag == Tag.PixelData && length > 0) {
            if (length >= 8 && in.has(8) && tag(in.buffer, in.at, false) == ITEM) {
                throw malformed("fragments in pixel data of defined length", tag, position);
            }
            deviate(Deviation.Kind.PIXEL_DATA_FORM, tag, position);
            nativePixelData = true;
        }
    }

    // Numbers

    static int tag(byte[] buffer, int at, boolean bigEndian) {
        int tag = LittleEndian.integer(buffer, at);
        return bigEndian ? Integer.reverseBytes(tag) : Integer.rotateLeft(tag, 16);
    }

    static long integer(byte[] buffer, int at, boolean bigEndian) {
        int integer = LittleEndian.integer(buffer, at);
        return (bigEndian ? Integer.reverseBytes(integer) : integer) & 0xFFFFFFFFL;
    }

    // Reports

    private void deviate(Deviation.Kind kind, long position) {
        if (deviations.wants(kind)) {
            deviations.add(kind, path(), position);
        }
    }

    private void deviate(Deviation.Kind kind, int tag, long position) {
        if (deviations.wants(kind)) {
            deviations.add(kind, path(tag), position);
        }
    }

    private MalformedException malformed(String reason, long position) {
        return new MalformedException(reason, path(), position);
    }

    private MalformedException malformed(String reason, int tag, long position) {
        return new MalformedException(reason, path(tag), position);
    }

    private MalformedException ended(String reason, long position) {
        inputEnded = true;
        return malformed(reason, position);
    }

    private MalformedException ended(String reason, int tag, long position) {
        inputEnded = true;
        return malformed(reason, tag, position);
    }

    private MalformedException endedInValue(int tag, Vr vr, long length, long position) {
        return ended("the input ends inside the " + length + " bytes of " + what(tag, vr), tag, position);
    }

    private MalformedException overlong(int tag, long length, long position, long left) {
        String reason = "a value of " + length + " bytes";
        if (length > left) {
            reason += " where " + left + " are left";
        }
        return malformed(reason, tag, position);
    }

    private static String what(int tag, Vr vr) {
        return Tags.format(tag) + " " + vr;
    }

    private String path(int tag) {
        String around = path();
        return around.isEmpty() ? Tags.format(tag) : around + "." + Tags.format(tag);
    }

    /// The sequences that are open and the ordinals of their items, the first of which is 1 (PS3.5 7.5.2).
    private String path() {
        StringBuilder path = new StringBuilder();
        for (int i = 1; i <= depth; i++) {
            Level open = levels[i];
            path.append(path.isEmpty() ? "" : ".")
                    .append(Tags.format(open.tag))
                    .append('[')
                    .append(open.items.size() + 1)
                    .append(']');
        }
        return path.toString();
    }
}
