package org.isocenter.dicom;

import java.util.AbstractList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Where the frames of an instance lie in its source.
///
/// Native frames follow from the attributes of the image pixel module; encapsulated ones from the extended or
/// basic offset table, from there being one fragment for each frame, from there being one frame, or from as
/// many fragments as frames beginning like a code stream, which the reader has noted. Nothing of the pixel
/// data is looked at here, and numbers that do not agree with each other give no ranges: whoever asks for a
/// frame gets the right bytes or none.
public final class Frames {

    /// What is known.
    public enum State {
        /// There are ranges for each frame that lies within the pixel data.
        LOCATED,
        /// The pixel data have to be looked into, because several fragments make up a frame, no table tells
        /// which, and nobody has looked how they begin ({@link Frames#startingAt}); or they are one video
        /// stream. Only {@link Frames#pixelData()} is known.
        UNTOLD,
        /// Attributes or tables are missing, contradict each other or do not fit the pixel data.
        CONTRADICTORY,
        /// There are no pixel data.
        ABSENT
    }

    /// A range of the source.
    ///
    /// @param offset from the first byte of the source
    public record Range(long offset, long lengthBytes) {}

    private static final String EMPTY_REASON = "";

    private final State state;
    private final String reason;
    private final int count;
    private final List<Range> pixelData;

    /// Of native frames.
    private final long frameBits;

    /// Of encapsulated frames: the first fragment of each, none where each has one or there is one frame.
    private final int[] firstFragments;
    /// The lengths of the frames by the extended offset table, none where there is no table.
    private final long[] frameLengths;

    private Frames(
            State state,
            String reason,
            int count,
            List<Range> pixelData,
            long frameBits,
            int[] firstFragments,
            long[] frameLengths) {
        this.state = state;
        this.reason = reason;
        this.count = count;
        this.pixelData = pixelData;
        this.frameBits = frameBits;
        this.firstFragments = firstFragments;
        this.frameLengths = frameLengths;
    }

    /// The frames of an instance whose data set was read in this transfer syntax.
    public static Frames of(DataSet dataSet, TransferSyntax syntax) {
        Element pixels = dataSet.find(Tag.PixelData);
        if (pixels == null) {
            pixels = dataSet.find(Tag.FloatPixelData);
        }
        if (pixels == null) {
            pixels = dataSet.find(Tag.DoubleFloatPixelData);
        }
        if (pixels == null) {
            return without(State.ABSENT, "no pixel data", 0, List.of());
        }
        int count = count(dataSet);
        return switch (pixels.value()) {
            case Value.Bulk bulk -> ofNative(dataSet, bulk, count);
            case Value.Fragments fragments -> ofFragments(dataSet, fragments, syntax, count);
            case Value.Bytes bytes ->
                without(
                        State.CONTRADICTORY,
                        bytes.length() + " bytes of pixel data without a source",
                        count,
                        List.of());
            case Value.Items items ->
                without(State.CONTRADICTORY, "pixel data of " + items.items().size() + " items", count, List.of());
            case Value.Link link -> without(State.CONTRADICTORY, "pixel data behind a link", count, List.of());
        };
    }

    /// The number of frames by (0028,0008), 1 where that is absent, 0 where it is no positive number.
    private static int count(DataSet dataSet) {
        Element frames = dataSet.find(Tag.NumberOfFrames);
        if (frames == null || frames.empty()) {
            return 1;
        }
        Integer count = dataSet.findInt(Tag.NumberOfFrames);
        return count == null || count < 0 ? 0 : count;
    }

    // Native

    private static Frames ofNative(DataSet dataSet, Value.Bulk bulk, int count) {
        List<Range> pixelData = List.of(new Range(bulk.offset(), bulk.lengthBytes()));
        long bits = frameBits(dataSet);
        if (count == 0 || bits <= 0) {
            String reason = count == 0
                    ? "(0028,0008) is no positive number"
                    : "rows, columns, samples and bits give no size of a frame";
            return without(State.CONTRADICTORY, reason, count, pixelData);
        }
        return new Frames(State.LOCATED, EMPTY_REASON, count, pixelData, bits, new int[0], new long[0]);
    }

    /// The bits of a native frame, or 0 where the attributes give none. Rows, columns and samples have 16
    /// bits each, so that their product with up to 64 bits each stays below 2^55.
    private static long frameBits(DataSet dataSet) {
        long rows = number(dataSet, Tag.Rows);
        long columns = number(dataSet, Tag.Columns);
        long samples = dataSet.contains(Tag.SamplesPerPixel) ? number(dataSet, Tag.SamplesPerPixel) : 1;
        long bits = dataSet.contains(Tag.PixelData)
                ? number(dataSet, Tag.BitsAllocated)
                : dataSet.contains(Tag.FloatPixelData) ? 32 : 64;
        if (bits != 1 && (bits & 7) != 0 || bits > 64) {
            return 0;
        }
        long pixels = rows * columns;
        String photometric = dataSet.findString(Tag.PhotometricInterpretation);
        if (photometric != null && photometric.endsWith("_422")) {
            return pixels * 2 * bits;
        }
        return photometric != null && photometric.endsWith("_420") ? pixels * 3 / 2 * bits : pixels * samples * bits;
    }

    private static long number(DataSet dataSet, int tag) {
        Integer number = dataSet.findInt(tag);
        return number == null || number < 0 || number > 0xFFFF ? 0 : number;
    }

    // Encapsulated

    private static Frames ofFragments(DataSet dataSet, Value.Fragments fragments, TransferSyntax syntax, int count) {
        List<Range> pixelData = new Ranges(fragments);
        if (count == 0) {
            return without(State.CONTRADICTORY, "(0028,0008) is no positive number", count, pixelData);
        }
        if (pixelData.isEmpty()) {
            return without(State.CONTRADICTORY, "no fragments", count, pixelData);
        }
        if (syntax.video()) {
            return count == 1
                    ? fragmentwise(count, pixelData)
                    : without(State.UNTOLD, "a video stream", count, pixelData);
        }
        byte[] basic = fragments.offsetTable();
        Element extended = dataSet.find(Tag.ExtendedOffsetTable);
        if (extended != null && !extended.empty()) {
            return basic != null && basic.length > 0
                    ? without(State.CONTRADICTORY, "a basic and an extended offset table", count, pixelData)
                    : ofExtendedTable(dataSet, extended, fragments, count, pixelData);
        }
        if (basic != null && basic.length > 0) {
            return ofBasicTable(basic, fragments, count, pixelData);
        }
        if (count == 1 || count == pixelData.size()) {
            return fragmentwise(count, pixelData);
        }
        if (count > pixelData.size()) {
            return without(State.CONTRADICTORY, "fewer fragments than frames", count, pixelData);
        }
        Frames untold = without(State.UNTOLD, "more fragments than frames and no offset table", count, pixelData);
        BitSet starts = fragments.starts();
        return starts == null ? untold : untold.startingAt(starts);
    }

    /// One frame of all fragments, or a fragment for each frame.
    private static Frames fragmentwise(int count, List<Range> pixelData) {
        return new Frames(State.LOCATED, EMPTY_REASON, count, pixelData, 0, new int[0], new long[0]);
    }

    /// These frames once their fragments have been looked at: each that begins like a code stream begins a
    /// frame, which is believed only where it gives as many frames as there are to be. Frames that are told
    /// otherwise, and those of a video, stay as they are.
    ///
    /// @param starts the numbers of such fragments, the first of which is 1 and begins a frame in any case
    public Frames startingAt(BitSet starts) {
        if (state != State.UNTOLD || count > pixelData.size()) {
            return this;
        }
        int[] first = new int[count];
        int found = 0;
        for (int fragment = 1; fragment > 0; fragment = starts.nextSetBit(fragment + 1)) {
            if (found == count || fragment > pixelData.size()) {
                return without(State.CONTRADICTORY, "more code streams than frames", count, pixelData);
            }
            first[found++] = fragment;
        }
        return found < count
                ? without(State.CONTRADICTORY, "fewer code streams than frames", count, pixelData)
                : new Frames(State.LOCATED, EMPTY_REASON, count, pixelData, 0, first, new long[0]);
    }

    /// Whether four bytes begin a code stream of the JPEG family: SOI of JPEG and JPEG-LS before another
    /// marker (ISO/IEC 10918-1 annex B), SOC of JPEG 2000 before SIZ (ISO/IEC 15444-1 annex A), or the
    /// signature box of a JP2 file.
    public static boolean beginsCodestream(byte[] bytes, int at) {
        int marker = (bytes[at] & 0xFF) << 8 | bytes[at + 1] & 0xFF;
        int next = (bytes[at + 2] & 0xFF) << 8 | bytes[at + 3] & 0xFF;
        return marker == 0xFFD8 && next >>> 8 == 0xFF
                || marker == 0xFF4F && next == 0xFF51
                || marker == 0 && next == 12;
    }

    private static Frames ofBasicTable(byte[] table, Value.Fragments fragments, int count, List<Range> pixelData) {
        if ((long) count * 4 != table.length) {
            return without(
                    State.CONTRADICTORY,
                    "a basic offset table of " + table.length + " bytes for " + count + " frames",
                    count,
                    pixelData);
        }
        int[] first = new int[count];
        int fragment = 0;
        for (int i = 0; i < count; i++) {
            fragment = fragmentAt(LittleEndian.integer(table, 4 * i) & 0xFFFFFFFFL, fragments, fragment + 1);
            if (fragment < 0 || i == 0 && fragment != 1) {
                return untrue("basic", i, count, pixelData);
            }
            first[i] = fragment;
        }
        return new Frames(State.LOCATED, EMPTY_REASON, count, pixelData, 0, first, new long[0]);
    }

    private static Frames ofExtendedTable(
            DataSet dataSet, Element extended, Value.Fragments fragments, int count, List<Range> pixelData) {
        Element lengths = dataSet.find(Tag.ExtendedOffsetTableLengths);
        if (isLarge(extended, count) && count == pixelData.size()) {
            return fragmentwise(count, pixelData);
        }
        if (!(extended.value() instanceof Value.Bytes table)
                || lengths == null
                || !(lengths.value() instanceof Value.Bytes lengthTable)) {
            return without(
                    State.CONTRADICTORY, "an extended offset table that is too long, or no lengths", count, pixelData);
        }
        if (table.length() != 8L * count || lengthTable.length() != 8L * count) {
            return without(
                    State.CONTRADICTORY,
                    "an extended offset table of " + table.length() + " bytes for " + count + " frames",
                    count,
                    pixelData);
        }
        int[] first = new int[count];
        long[] frameLengths = new long[count];
        int fragment = 0;
        for (int i = 0; i < count; i++) {
            long offset = LittleEndian.longInteger(table.array(), table.offset() + 8 * i);
            fragment = fragmentAt(offset, fragments, fragment + 1);
            frameLengths[i] = LittleEndian.longInteger(lengthTable.array(), lengthTable.offset() + 8 * i);
            if (fragment < 0 || frameLengths[i] < 0 || frameLengths[i] > fragments.lengthBytes(fragment)) {
                return untrue("extended", i, count, pixelData);
            }
            first[i] = fragment;
        }
        return new Frames(State.LOCATED, EMPTY_REASON, count, pixelData, 0, first, frameLengths);
    }

    /// A table that was left in the source. It need not be read where there are as many fragments as frames,
    /// because it tells one of each (PS3.3 C.7.6.3.1.8).
    private static boolean isLarge(Element table, int count) {
        return table.value() instanceof Value.Bulk bulk && bulk.lengthBytes() == 8L * count;
    }

    /// The fragment whose item begins at an offset from the item of the first one, or -1. Fragments before
    /// `from` are not looked at.
    private static int fragmentAt(long offset, Value.Fragments fragments, int from) {
        if (offset < 0 || from >= fragments.count()) {
            return -1;
        }
        long start = fragments.offset(1) + offset;
        int low = from;
        int high = fragments.count() - 1;
        while (low < high) {
            int middle = low + high >>> 1;
            if (fragments.offset(middle) < start) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return fragments.offset(low) == start ? low : -1;
    }

    private static Frames untrue(String table, int frame, int count, List<Range> pixelData) {
        return without(
                State.CONTRADICTORY,
                "the " + table + " offset table is wrong for frame " + (frame + 1),
                count,
                pixelData);
    }

    private static Frames without(State state, String reason, int count, List<Range> pixelData) {
        return new Frames(state, reason, count, pixelData, 0, new int[0], new long[0]);
    }

    /// The fragments without the offset table. They may be a million, of which few are asked for.
    private static final class Ranges extends AbstractList<Range> {
        private final Value.Fragments fragments;

        Ranges(Value.Fragments fragments) {
            this.fragments = fragments;
        }

        @Override
        public Range get(int index) {
            Objects.checkIndex(index, size());
            return new Range(fragments.offset(index + 1), fragments.lengthBytes(index + 1));
        }

        @Override
        public int size() {
            return Math.max(0, fragments.count() - 1);
        }
    }

    // Answers

    /// What is known.
    public State state() {
        return state;
    }

    /// Why frames are not {@link State#LOCATED}, in words; the empty string where they are.
    public String reason() {
        return reason;
    }

    /// The number of frames that the data set names, which pixel data may fall short of; 0 where it names
    /// none.
    public int count() {
        return count;
    }

    /// All pixel data: the native value, or the fragments without the offset table.
    public List<Range> pixelData() {
        return pixelData;
    }

    /// The ranges whose bytes, one after the other, are a frame; or null where the frames are not located,
    /// there is no such frame, or the pixel data end before its last byte.
    ///
    /// A native frame of one bit for each pixel need not begin or end with a byte: its range has all bytes
    /// that it has bits in, and {@link #firstBit} of them belong to the frame before.
    ///
    /// @param number of the frame, the first of which is 1 (PS3.3 C.7.6.6)
    public @Nullable List<Range> findRanges(int number) {
        if (state != State.LOCATED || number < 1 || number > count) {
            return null;
        }
        if (frameBits > 0) {
            return findNativeRange(number - 1);
        }
        if (firstFragments.length == 0) {
            return count == 1 ? pixelData : List.of(pixelData.get(number - 1));
        }
        int first = firstFragments[number - 1] - 1;
        if (frameLengths.length > 0) {
            return List.of(new Range(pixelData.get(first).offset(), frameLengths[number - 1]));
        }
        int end = number == count ? pixelData.size() : firstFragments[number] - 1;
        return List.copyOf(pixelData.subList(first, end));
    }

    private @Nullable List<Range> findNativeRange(int index) {
        Range whole = pixelData.getFirst();
        if (frameBits > (whole.lengthBytes() << 3) / (index + 1L)) {
            return null;
        }
        long firstByte = frameBits * index >> 3;
        long endByte = frameBits * (index + 1L) + 7 >> 3;
        return List.of(new Range(whole.offset() + firstByte, endByte - firstByte));
    }

    /// The bits of the first byte, from the lowest, that belong to the frame before (PS3.5 8.1.1); 0 but for
    /// native frames of one bit for each pixel.
    ///
    /// @param number of the frame, the first of which is 1
    public int firstBit(int number) {
        return number < 1 || number > count ? 0 : (int) (frameBits % 8 * ((number - 1) % 8) % 8);
    }

    @Override
    public String toString() {
        return "Frames[" + count + " " + state + (reason.isEmpty() ? "" : ", " + reason) + "]";
    }
}
