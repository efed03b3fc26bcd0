package org.isocenter.dicom;

import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The value of an element, in one of the five forms that a data set can hold.
public sealed interface Value {

    /// Encoded bytes that are in memory, binary numbers always in little endian, padding included.
    ///
    /// The array is shared, not copied: treat it as read only.
    record Bytes(byte[] array, int offset, int length) implements Value {
        public static final Bytes EMPTY = new Bytes(new byte[0], 0, 0);

        public Bytes(byte[] array) {
            this(array, 0, array.length);
        }

        @Override
        public long lengthBytes() {
            return length;
        }

        /// A copy of the bytes.
        public byte[] copy() {
            return java.util.Arrays.copyOfRange(array, offset, offset + length);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Bytes that
                    && java.util.Arrays.equals(
                            array, offset, offset + length, that.array, that.offset, that.offset + that.length);
        }

        @Override
        public int hashCode() {
            int hash = 1;
            for (int i = offset; i < offset + length; i++) {
                hash = 31 * hash + array[i];
            }
            return hash;
        }

        @Override
        public String toString() {
            return "Bytes[" + length + "]";
        }
    }

    /// The items of a sequence.
    ///
    /// @param undefinedLength whether the sequence was (and is to be) written with a delimiter rather than a
    ///     length
    /// @param implicitVr whether the items stand in implicit VR little endian whatever the data set stands
    ///     in, as in a UN element of undefined length (PS3.5 6.2.2 note 2, CP-246)
    record Items(List<Item> items, boolean undefinedLength, boolean implicitVr) implements Value {
        public Items {
            items = List.copyOf(items);
        }

        public Items(List<Item> items) {
            this(items, false, false);
        }

        @Override
        public long lengthBytes() {
            return -1;
        }
    }

    /// One item of a sequence.
    ///
    /// @param undefinedLength whether the item was (and is to be) written with a delimiter rather than a
    ///     length
    record Item(DataSet dataSet, boolean undefinedLength) {
        public Item(DataSet dataSet) {
            this(dataSet, false);
        }
    }

    /// A value left where it was read, because it is larger than what is held in memory: native pixel data,
    /// waveforms, large tables, documents. Its bytes are in the byte order of the source.
    ///
    /// @param offset from the first byte of the source (of the inflated data set, where that was deflated)
    record Bulk(long offset, long lengthBytes) implements Value {}

    /// Encapsulated pixel data (PS3.5 annex A.4) left where it was read. Fragment 0 is the basic offset
    /// table.
    final class Fragments implements Value {
        private final long[] offsets;
        private final long[] lengths;
        private final byte @Nullable [] offsetTable;
        private final @Nullable BitSet starts;

        /// @param offsets of the first byte of each fragment's value, from the first byte of the source
        /// @param lengths in bytes
        /// @param offsetTable the bytes of the basic offset table, always in little endian, or null where
        ///     they were too many to hold
        /// @param starts the numbers of the fragments that begin like a code stream, as
        ///     {@link Frames#beginsCodestream} has it, or null where nobody has looked
        public Fragments(long[] offsets, long[] lengths, byte @Nullable [] offsetTable, @Nullable BitSet starts) {
            if (offsets.length != lengths.length) {
                throw new IllegalArgumentException("as many offsets as lengths");
            }
            this.offsets = offsets;
            this.lengths = lengths;
            this.offsetTable = offsetTable;
            this.starts = starts;
        }

        /// Fragments whose bytes nobody has looked at.
        public Fragments(long[] offsets, long[] lengths, byte @Nullable [] offsetTable) {
            this(offsets, lengths, offsetTable, null);
        }

        /// Fragments without the bytes of their basic offset table.
        public Fragments(long[] offsets, long[] lengths) {
            this(offsets, lengths, null, null);
        }

        /// The bytes of the basic offset table, 32 bits in little endian for each frame, empty where there is
        /// none; or null where they are not in memory. Treat the array as read only.
        public byte @Nullable [] offsetTable() {
            return offsetTable;
        }

        /// The numbers of the fragments that begin like a code stream, or null where nobody has looked. Treat
        /// the set as read only.
        public @Nullable BitSet starts() {
            return starts;
        }

        /// The number of fragments, the offset table included.
        public int count() {
            return offsets.length;
        }

        public long offset(int fragment) {
            return offsets[fragment];
        }

        public long lengthBytes(int fragment) {
            return lengths[fragment];
        }

        @Override
        public long lengthBytes() {
            return -1;
        }
    }

    /// A value that stands elsewhere under an address: what a JSON or XML model gives as bulk data in place
    /// of the value (PS3.18 F.2.6, PS3.19 A.1.5). Whoever writes the data set in binary form fetches it, or
    /// refuses.
    record Link(String uri) implements Value {
        @Override
        public long lengthBytes() {
            return -1;
        }
    }

    /// The bytes of the encoded value, or -1 where they are not known or not of one piece.
    long lengthBytes();
}
