package org.isocenter.dicom;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.isocenter.dicom.Frames.Range;
import org.isocenter.dicom.Frames.State;
import org.junit.jupiter.api.Test;

class FramesTest {
    private static DataSet image(int frames, int rows, int columns, int samples, int bits) {
        return new DataSet()
                .putInts(Tag.SamplesPerPixel, samples)
                .putString(Tag.PhotometricInterpretation, samples == 1 ? "MONOCHROME2" : "RGB")
                .putInts(Tag.NumberOfFrames, frames)
                .putInts(Tag.Rows, rows)
                .putInts(Tag.Columns, columns)
                .putInts(Tag.BitsAllocated, bits);
    }

    private static Frames natively(DataSet dataSet, long lengthBytes) {
        dataSet.put(new Element(Tag.PixelData, Vr.OW, new Value.Bulk(1000, lengthBytes)));
        return Frames.of(dataSet, TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
    }

    /// Fragments of 10, 20, 30 … bytes from byte 1000, after an offset table.
    private static Frames encapsulated(DataSet dataSet, int fragments, long... table) {
        byte[] offsetTable = FileBuilder.explicit().raw(numbers(4, table)).bytes();
        long[] offsets = new long[fragments + 1];
        long[] lengths = new long[fragments + 1];
        offsets[0] = 1000;
        lengths[0] = offsetTable.length;
        for (int i = 1; i <= fragments; i++) {
            offsets[i] = offsets[i - 1] + lengths[i - 1] + 8;
            lengths[i] = 10L * i;
        }
        dataSet.put(new Element(Tag.PixelData, Vr.OB, new Value.Fragments(offsets, lengths, offsetTable)));
        return Frames.of(dataSet, TransferSyntax.JPEG_BASELINE);
    }

    private static byte[] numbers(int unit, long... values) {
        FileBuilder builder = FileBuilder.explicit();
        for (long value : values) {
            builder.number(value, unit);
        }
        return builder.bytes();
    }

    private static DataSet withExtendedTable(DataSet dataSet, long[] offsets, long[] lengths) {
        return dataSet.put(new Element(Tag.ExtendedOffsetTable, Vr.OV, new Value.Bytes(numbers(8, offsets))))
                .put(new Element(Tag.ExtendedOffsetTableLengths, Vr.OV, new Value.Bytes(numbers(8, lengths))));
    }

    @Test
    void nativeFramesFollowOneAnother() {
        Frames frames = natively(image(3, 4, 5, 3, 16), 3 * 120);
        assertThat(frames.state()).isEqualTo(State.LOCATED);
        assertThat(frames.count()).isEqualTo(3);
        assertThat(frames.findRanges(1)).containsExactly(new Range(1000, 120));
        assertThat(frames.findRanges(3)).containsExactly(new Range(1240, 120));
        assertThat(frames.findRanges(0)).isNull();
        assertThat(frames.findRanges(4)).isNull();
        assertThat(frames.pixelData()).containsExactly(new Range(1000, 360));
    }

    @Test
    void framesBeyondTheEndOfThePixelDataHaveNoRanges() {
        Frames frames = natively(image(1_000_000, 65535, 65535, 1, 16), 4);
        assertThat(frames.state()).isEqualTo(State.LOCATED);
        assertThat(frames.findRanges(1)).isNull();
        assertThat(frames.findRanges(1_000_000)).isNull();
        assertThat(natively(image(2, 2, 2, 1, 8), 7).findRanges(2)).isNull();
    }

    @Test
    void theLargestNumbersDoNotOverflow() {
        Frames frames = natively(image(Integer.MAX_VALUE, 65535, 65535, 65535, 64), Long.MAX_VALUE >> 3);
        assertThat(frames.findRanges(1)).containsExactly(new Range(1000, 65535L * 65535 * 65535 * 8));
        assertThat(frames.findRanges(Integer.MAX_VALUE)).isNull();
    }

    @Test
    void framesOfSingleBitsShareBytes() {
        Frames frames = natively(image(3, 3, 5, 1, 1), 6);
        assertThat(frames.findRanges(1)).containsExactly(new Range(1000, 2));
        assertThat(frames.firstBit(1)).isZero();
        assertThat(frames.findRanges(2)).containsExactly(new Range(1001, 3));
        assertThat(frames.firstBit(2)).isEqualTo(7);
        assertThat(frames.findRanges(3)).containsExactly(new Range(1003, 3));
        assertThat(frames.firstBit(3)).isEqualTo(6);
        assertThat(natively(image(3, 3, 5, 1, 1), 5).findRanges(3)).isNull();
    }

    @Test
    void subsampledAndFloatFramesHaveTheirOwnSizes() {
        DataSet subsampled = image(2, 4, 4, 3, 8).putString(Tag.PhotometricInterpretation, "YBR_FULL_422");
        assertThat(natively(subsampled, 64).findRanges(2)).containsExactly(new Range(1032, 32));

        DataSet floats = image(2, 4, 4, 1, 32).put(new Element(Tag.FloatPixelData, Vr.OF, new Value.Bulk(10, 128)));
        assertThat(Frames.of(floats, TransferSyntax.EXPLICIT_LITTLE_ENDIAN).findRanges(2))
                .containsExactly(new Range(74, 64));
        DataSet doubles =
                image(1, 4, 4, 1, 64).put(new Element(Tag.DoubleFloatPixelData, Vr.OD, new Value.Bulk(10, 128)));
        assertThat(Frames.of(doubles, TransferSyntax.EXPLICIT_LITTLE_ENDIAN).findRanges(1))
                .containsExactly(new Range(10, 128));
    }

    @Test
    void sizesThatMakeNoFrameAreContradictory() {
        assertThat(natively(image(1, 0, 4, 1, 8), 16).state()).isEqualTo(State.CONTRADICTORY);
        assertThat(natively(image(1, 4, 4, 0, 8), 16).state()).isEqualTo(State.CONTRADICTORY);
        assertThat(natively(image(1, 4, 4, 1, 7), 16).state()).isEqualTo(State.CONTRADICTORY);
        assertThat(natively(image(1, 4, 4, 1, 0), 16).state()).isEqualTo(State.CONTRADICTORY);
        for (String count : List.of("0", "-1", "2147483648", "1e9", "abc", "1.5")) {
            DataSet dataSet = image(1, 4, 4, 1, 8).putString(Tag.NumberOfFrames, count);
            assertThat(natively(dataSet, 16).findRanges(1))
                    .as(count)
                    .satisfiesAnyOf(
                            ranges -> assertThat(ranges).isNull(),
                            ranges -> assertThat(count).isEqualTo("1e9"));
        }
        assertThat(Frames.of(new DataSet(), TransferSyntax.JPEG_BASELINE).state())
                .isEqualTo(State.ABSENT);
    }

    @Test
    void oneFrameHasAllFragmentsAndOneFragmentForEachFrameIsOne() {
        assertThat(encapsulated(image(1, 4, 4, 1, 8), 3).findRanges(1))
                .containsExactly(new Range(1008, 10), new Range(1026, 20), new Range(1054, 30));
        assertThat(encapsulated(image(3, 4, 4, 1, 8), 3).findRanges(2)).containsExactly(new Range(1026, 20));
    }

    @Test
    void withoutTablesSeveralFragmentsForAFrameAreUntold() {
        Frames frames = encapsulated(image(2, 4, 4, 1, 8), 3);
        assertThat(frames.state()).isEqualTo(State.UNTOLD);
        assertThat(frames.findRanges(1)).isNull();
        assertThat(frames.pixelData()).hasSize(3);
        assertThat(encapsulated(image(4, 4, 4, 1, 8), 3).state()).isEqualTo(State.CONTRADICTORY);
        assertThat(encapsulated(image(1, 4, 4, 1, 8), 0).state()).isEqualTo(State.CONTRADICTORY);
    }

    /// An image whose frames have these fragments, as it is read from a file.
    private static Frames read(int frames, byte[] table, byte[]... fragments) throws Exception {
        byte[] file = FileBuilder.in(TransferSyntax.JPEG_BASELINE)
                .identified()
                .text(Tag.NumberOfFrames, "IS", Integer.toString(frames))
                .fragments(table, fragments)
                .file();
        Part10 image = Part10Reader.read(new ByteArrayInputStream(file), ReadOptions.DEFAULT);
        return Frames.of(image.dataSet(), image.transferSyntax());
    }

    @Test
    void fragmentsThatBeginCodestreamsTellTheFrames() throws Exception {
        byte[] jpeg = {-1, (byte) 0xD8, -1, (byte) 0xC0};
        byte[] jpeg2000 = {-1, 0x4F, -1, 0x51, 0, 1};
        byte[] box = {0, 0, 0, 12, 0x6A, 0x50};
        byte[] rest = {-1, (byte) 0xD8, 0, -1};
        byte[] two = {-1, (byte) 0xD8};

        Frames frames = read(3, new byte[0], jpeg, rest, two, jpeg2000, box, rest);
        assertThat(frames.state()).isEqualTo(State.LOCATED);
        long first = frames.pixelData().getFirst().offset();
        assertThat(frames.findRanges(1))
                .containsExactly(new Range(first, 4), new Range(first + 12, 4), new Range(first + 24, 2));
        assertThat(frames.findRanges(2)).containsExactly(new Range(first + 34, 6));
        assertThat(frames.findRanges(3)).containsExactly(new Range(first + 48, 6), new Range(first + 62, 4));
        assertThat(frames.findRanges(4)).isNull();

        // The first fragment begins the first frame, whatever it looks like.
        assertThat(read(2, new byte[0], rest, rest, jpeg).findRanges(2)).hasSize(1);
    }

    @Test
    void otherNumbersOfCodestreamsThanFramesAreContradictory() throws Exception {
        byte[] jpeg = {-1, (byte) 0xD8, -1, (byte) 0xC0};
        assertThat(read(2, new byte[0], jpeg, jpeg, jpeg).state()).isEqualTo(State.CONTRADICTORY);
        assertThat(read(2, new byte[0], jpeg, new byte[8], new byte[8]).state()).isEqualTo(State.CONTRADICTORY);
        BitSet tooFar = new BitSet();
        tooFar.set(4);
        assertThat(encapsulated(image(2, 4, 4, 1, 8), 3).startingAt(tooFar).state())
                .isEqualTo(State.CONTRADICTORY);
    }

    @Test
    void aTableIsBelievedBeforeCodestreams() throws Exception {
        byte[] jpeg = {-1, (byte) 0xD8, -1, (byte) 0xC0};
        Frames frames = read(2, numbers(4, 0, 24), jpeg, jpeg, jpeg);
        assertThat(frames.findRanges(1)).hasSize(2);
        assertThat(frames.findRanges(2)).hasSize(1);
        assertThat(frames.startingAt(new BitSet())).isSameAs(frames);
    }

    @Test
    void theBasicOffsetTableTellsTheFragmentsOfAFrame() {
        Frames frames = encapsulated(image(2, 4, 4, 1, 8), 3, 0, 18);
        assertThat(frames.state()).isEqualTo(State.LOCATED);
        assertThat(frames.findRanges(1)).containsExactly(new Range(1016, 10));
        assertThat(frames.findRanges(2)).containsExactly(new Range(1034, 20), new Range(1062, 30));
    }

    @Test
    void wrongBasicOffsetTablesAreContradictory() {
        for (long[] table :
                new long[][] {{0}, {0, 17}, {18, 18}, {0, 0}, {18, 0}, {0, 0xFFFFFFFFL}, {0, 18, 46}, {0, 92}}) {
            assertThat(encapsulated(image(2, 4, 4, 1, 8), 3, table).state()).isEqualTo(State.CONTRADICTORY);
        }
    }

    @Test
    void theExtendedOffsetTableTellsTheLengthsToo() {
        DataSet dataSet = withExtendedTable(image(2, 4, 4, 1, 8), new long[] {0, 18}, new long[] {9, 20});
        Frames frames = encapsulated(dataSet, 2);
        assertThat(frames.findRanges(1)).containsExactly(new Range(1008, 9));
        assertThat(frames.findRanges(2)).containsExactly(new Range(1026, 20));
    }

    @Test
    void wrongExtendedOffsetTablesAreContradictory() {
        long[][][] tables = {
            {{0, -1}, {10, 20}},
            {{0, 18}, {11, 20}},
            {{0, 18}, {10, -1}},
            {{0}, {10}},
            {{0, 18}, {10}},
            {{18, 0}, {1, 1}}
        };
        for (long[][] table : tables) {
            DataSet dataSet = withExtendedTable(image(2, 4, 4, 1, 8), table[0], table[1]);
            assertThat(encapsulated(dataSet, 2).state()).isEqualTo(State.CONTRADICTORY);
        }
        DataSet both = withExtendedTable(image(2, 4, 4, 1, 8), new long[] {0, 18}, new long[] {9, 20});
        assertThat(encapsulated(both, 2, 0, 18).state()).isEqualTo(State.CONTRADICTORY);
    }

    @Test
    void anExtendedOffsetTableThatIsTooLargeToHoldIsNotNeeded() {
        DataSet dataSet = image(3, 4, 4, 1, 8)
                .put(new Element(Tag.ExtendedOffsetTable, Vr.OV, new Value.Bulk(100, 24)))
                .put(new Element(Tag.ExtendedOffsetTableLengths, Vr.OV, new Value.Bulk(200, 24)));
        assertThat(encapsulated(dataSet, 3).findRanges(3)).containsExactly(new Range(1054, 30));
        assertThat(encapsulated(dataSet, 4).state()).isEqualTo(State.CONTRADICTORY);
        dataSet.put(new Element(Tag.ExtendedOffsetTable, Vr.OV, new Value.Bulk(100, 32)));
        assertThat(encapsulated(dataSet, 3).state()).isEqualTo(State.CONTRADICTORY);
    }

    @Test
    void aVideoIsOneStream() {
        DataSet dataSet = image(50, 4, 4, 1, 8);
        dataSet.put(new Element(Tag.PixelData, Vr.OB, new Value.Fragments(new long[] {8, 16}, new long[] {0, 99})));
        TransferSyntax video = Objects.requireNonNull(TransferSyntax.find("1.2.840.10008.1.2.4.102"));
        Frames frames = Frames.of(dataSet, video);
        assertThat(frames.state()).isEqualTo(State.UNTOLD);
        assertThat(frames.pixelData()).containsExactly(new Range(16, 99));
        assertThat(frames.startingAt(new BitSet()).state()).isEqualTo(State.UNTOLD);
        assertThat(Frames.of(dataSet.putInts(Tag.NumberOfFrames, 1), video).findRanges(1))
                .containsExactly(new Range(16, 99));
    }
}
