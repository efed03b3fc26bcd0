package org.isocenter.server.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.Limits;
import org.isocenter.dicom.Part10;
import org.isocenter.dicom.Part10Reader;
import org.isocenter.dicom.ReadOptions;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.TransferSyntax;
import org.isocenter.dicom.Value;
import org.isocenter.dicom.Vr;
import org.isocenter.server.blob.BlobReader;
import org.isocenter.server.blob.BlobRef;
import org.isocenter.server.blob.BlobSink;
import org.isocenter.server.blob.BlobWriter;
import org.isocenter.server.blob.FileBlobs;
import org.isocenter.server.blob.FileBlobsOptions;
import org.isocenter.server.blob.StorageClass;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Frames by the head: of images with frames, fragments and offset tables at random.
class FrameBytesTest {
    private static final long SEED = Long.getLong("seed", new Random().nextLong());
    private static final TransferSyntax SYNTAX = TransferSyntax.JPEG_BASELINE;

    /// What tells frames apart, beside the code streams.
    private enum Table {
        NONE,
        BASIC,
        EXTENDED
    }

    /// A file, and the bytes of each of its frames.
    private record Sample(byte[] file, List<byte[]> frames, Table table, int fragments) {
        Part10 read() throws Exception {
            return Part10Reader.read(new ByteArrayInputStream(file), ReadOptions.DEFAULT);
        }
    }

    @TempDir
    private Path folder;

    private FileBlobs blobs;

    @BeforeEach
    void open() {
        blobs = FileBlobs.open(folder, FileBlobsOptions.defaults());
    }

    /// An image of frames that are cut where chance will have it, into one fragment each for the extended
    /// table.
    private static Sample sample(Random random, int frames, Table table) {
        List<byte[]> all = new ArrayList<>();
        List<Long> offsets = new ArrayList<>();
        ByteBuffer items = ByteBuffer.allocate(1000 + 2000 * frames).order(ByteOrder.LITTLE_ENDIAN);
        int fragments = 0;
        for (int i = 0; i < frames; i++) {
            byte[] frame = new byte[2 * (2 + random.nextInt(400))];
            for (int at = 4; at < frame.length; at++) {
                // Without FF and zeros, so that no fragment but the first begins like a code stream.
                frame[at] = (byte) (1 + random.nextInt(250));
            }
            frame[0] = frame[2] = (byte) 0xFF;
            frame[1] = (byte) 0xD8;
            frame[3] = (byte) 0xC0;
            all.add(frame);
            offsets.add((long) items.position());
            for (int at = 0; at < frame.length; ) {
                int rest = frame.length - at;
                // The first fragment holds the four bytes that are looked at.
                int length = table == Table.EXTENDED || random.nextBoolean()
                        ? rest
                        : Math.min(rest, (at == 0 ? 4 : 0) + 2 * random.nextInt(90));
                items.putInt(0xE000FFFE).putInt(length).put(frame, at, length);
                at += length;
                fragments++;
            }
        }
        ByteBuffer file =
                ByteBuffer.allocate(items.position() + 1000 + 20 * frames).order(ByteOrder.LITTLE_ENDIAN);
        file.position(128).put("DICM".getBytes(StandardCharsets.US_ASCII));
        element(file, 0x0002, 0x0010, "UI", SYNTAX.uid() + "\0");
        element(file, 0x0008, 0x0016, "UI", "1.2.840.10008.5.1.4.1.1.7\0");
        element(file, 0x0008, 0x0018, "UI", "2.25.1234\0");
        String count = Integer.toString(frames);
        element(file, 0x0028, 0x0008, "IS", count.length() % 2 == 0 ? count : count + " ");
        if (table == Table.EXTENDED) {
            longHeader(file, 0x7FE0, 0x0001, "OV", 8 * frames);
            offsets.forEach(file::putLong);
            longHeader(file, 0x7FE0, 0x0002, "OV", 8 * frames);
            all.forEach(frame -> file.putLong(frame.length));
        }
        longHeader(file, 0x7FE0, 0x0010, "OB", -1);
        file.putInt(0xE000FFFE).putInt(table == Table.BASIC ? 4 * frames : 0);
        if (table == Table.BASIC) {
            offsets.forEach(offset -> file.putInt(offset.intValue()));
        }
        file.put(items.flip()).putInt(0xE0DDFFFE).putInt(0);
        return new Sample(Arrays.copyOf(file.array(), file.position()), all, table, fragments);
    }

    private static void element(ByteBuffer file, int group, int element, String vr, String value) {
        file.putShort((short) group).putShort((short) element).put(vr.getBytes(StandardCharsets.US_ASCII));
        file.putShort((short) value.length()).put(value.getBytes(StandardCharsets.US_ASCII));
    }

    private static void longHeader(ByteBuffer file, int group, int element, String vr, int length) {
        file.putShort((short) group).putShort((short) element).put(vr.getBytes(StandardCharsets.US_ASCII));
        file.putShort((short) 0).putInt(length);
    }

    private BlobReader stored(Sample sample) {
        return stored(sample.file);
    }

    private BlobReader stored(byte[] file) {
        try (BlobWriter writer = blobs.write(StorageClass.STANDARD)) {
            writer.write(file, 0, file.length);
            BlobRef ref = writer.finish().store();
            return blobs.open(ref);
        }
    }

    /// A blob whose reads are counted.
    private static final class Counted implements BlobReader {
        private final BlobReader blob;
        int reads;

        Counted(BlobReader blob) {
            this.blob = blob;
        }

        @Override
        public long lengthBytes() {
            return blob.lengthBytes();
        }

        @Override
        public <X extends Exception> void transfer(long offset, long length, BlobSink<X> sink) throws X {
            reads++;
            blob.transfer(offset, length, sink);
        }

        @Override
        public InputStream stream(long offset, long length) {
            reads++;
            return blob.stream(offset, length);
        }

        @Override
        public byte[] bytes(long offset, int length) {
            reads++;
            return blob.bytes(offset, length);
        }

        @Override
        public void close() {
            blob.close();
        }
    }

    private static byte[] frame(FrameBytes frames, int number) throws Exception {
        return frames.bytes(number, Objects.requireNonNull(frames.find(number)));
    }

    @Test
    void everyFrameIsOneReadHoweverItIsCut() throws Exception {
        Random random = new Random(SEED);
        for (int round = 0; round < 150; round++) {
            int count = 1 + random.nextInt(round % 10 == 0 ? 1000 : 20);
            Sample sample = sample(random, count, Table.values()[round % 3]);
            String what = sample.table + " with " + count + " frames of round " + round + ", seed " + SEED;
            Part10 file = sample.read();
            Head head = Head.decode(new Head(file.dataSet(), file.dataSetOffset()).encode());
            try (Counted blob = new Counted(stored(sample))) {
                for (int number : new int[] {1, count, 1 + random.nextInt(count)}) {
                    blob.reads = 0;
                    byte[] bytes = frame(new FrameBytes(head, SYNTAX, blob), number);
                    assertThat(bytes).as(what).isEqualTo(sample.frames.get(number - 1));
                    assertThat(blob.reads).as(what).isEqualTo(1);
                }
                FrameBytes frames = new FrameBytes(head, SYNTAX, blob);
                assertThat(frames.find(count + 1)).as(what).isNull();
                assertThat(frames.all()).as(what).hasSize(count);
            }
        }
    }

    @Test
    void anyPartOfAFrameIsGivenAcrossItsFragments() throws Exception {
        Random random = new Random(SEED);
        Sample sample = sample(random, 40, Table.NONE);
        Part10 file = sample.read();
        try (BlobReader blob = stored(sample)) {
            FrameBytes frames = new FrameBytes(new Head(file.dataSet(), file.dataSetOffset()), SYNTAX, blob);
            for (int round = 0; round < 400; round++) {
                int number = 1 + random.nextInt(40);
                byte[] whole = sample.frames.get(number - 1);
                int first = random.nextInt(whole.length);
                int length = random.nextInt(whole.length - first + 1);
                ByteBuffer part = ByteBuffer.allocate(length);
                frames.transfer(Objects.requireNonNull(frames.find(number)).part(first, length), part::put);
                assertThat(part.array()).as("seed " + SEED).isEqualTo(Arrays.copyOfRange(whole, first, first + length));
            }
        }
    }

    @Test
    void framesAreToldWhereTheirOffsetTableIsTooLargeToHold() throws Exception {
        Limits usual = Limits.DEFAULT;
        Limits narrow = new Limits(
                usual.nesting(),
                usual.elements(),
                usual.items(),
                64,
                usual.fragments(),
                usual.inflateRatio(),
                usual.inflateFreeBytes(),
                usual.instanceBytes(),
                usual.jsonDepth());
        for (Table table : Table.values()) {
            Sample sample = sample(new Random(SEED), 2000, table);
            Part10 file = Part10Reader.read(new ByteArrayInputStream(sample.file), ReadOptions.DEFAULT.within(narrow));
            if (table == Table.EXTENDED) {
                assertThat(Objects.requireNonNull(file.dataSet().find(Tag.ExtendedOffsetTable))
                                .value())
                        .isInstanceOf(Value.Bulk.class);
            } else if (table == Table.BASIC) {
                assertThat(fragments(new Head(file.dataSet(), 0)).offsetTable()).isNull();
            }
            Head head = Head.decode(new Head(file.dataSet(), file.dataSetOffset()).encode());
            try (BlobReader blob = stored(sample)) {
                FrameBytes frames = new FrameBytes(head, SYNTAX, blob);
                assertThat(frame(frames, 1)).isEqualTo(sample.frames.getFirst());
                assertThat(frame(frames, 2000)).isEqualTo(sample.frames.getLast());
            }
        }
    }

    @Test
    void aFrameOfMoreFragmentsThanAreReadAtOnceIsWhole() throws Exception {
        Random random = new Random(SEED);
        long[] offsets = new long[10_000];
        long[] lengths = new long[10_000];
        byte[] file = new byte[300_000];
        random.nextBytes(file);
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        int at = 100;
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = at;
            lengths[i] = i == 0 ? 0 : random.nextInt(22);
            expected.write(file, at, (int) lengths[i]);
            at += (int) lengths[i] + 8;
        }
        Value.Fragments fragments = new Value.Fragments(offsets, lengths, new byte[0]);
        Head head = new Head(new DataSet().put(new Element(Tag.PixelData, Vr.OB, fragments)), 50);
        try (BlobReader blob = stored(file)) {
            assertThat(frame(new FrameBytes(head, SYNTAX, blob), 1))
                    .as("seed " + SEED)
                    .isEqualTo(expected.toByteArray());
        }
    }

    /// The form of heads before they told how fragments begin: version 1, every place and length in full.
    private static byte[] oldHead(Part10 file) throws Exception {
        DataSet dataSet = file.dataSet();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Deflater raw = new Deflater(Deflater.BEST_SPEED, true);
        try (DataOutputStream out = new DataOutputStream(new DeflaterOutputStream(bytes, raw))) {
            out.writeByte(1);
            out.writeLong(file.dataSetOffset());
            for (Element element : dataSet) {
                boolean pixels = element.value() instanceof Value.Fragments;
                out.writeByte(pixels ? 3 : 1);
                out.writeInt(element.tag());
                out.writeShort(element.vr().code());
                if (element.value() instanceof Value.Bytes value) {
                    out.writeInt(value.length());
                    out.write(value.copy());
                } else if (element.value() instanceof Value.Fragments fragments) {
                    byte[] table = Objects.requireNonNull(fragments.offsetTable());
                    out.writeInt(table.length);
                    out.write(table);
                    out.writeInt(fragments.count());
                    for (int i = 0; i < fragments.count(); i++) {
                        out.writeLong(fragments.offset(i));
                        out.writeLong(fragments.lengthBytes(i));
                    }
                }
            }
            out.writeByte(0);
        } finally {
            raw.end();
        }
        return bytes.toByteArray();
    }

    @Test
    void anOldHeadIsReadAndItsFragmentsAreLookedAtOnce() throws Exception {
        Random random = new Random(SEED);
        for (Table table : Table.values()) {
            Sample sample = sample(random, 60, table);
            Head head = Head.decode(oldHead(sample.read()));
            assertThat(fragments(head).starts()).isNull();
            try (Counted blob = new Counted(stored(sample))) {
                FrameBytes frames = new FrameBytes(head, SYNTAX, blob);
                for (int number = 1; number <= 60; number++) {
                    assertThat(frame(frames, number))
                            .as(table + ", seed " + SEED)
                            .isEqualTo(sample.frames.get(number - 1));
                }
                int looks = table == Table.NONE ? sample.fragments : 0;
                assertThat(blob.reads).as(table + ", seed " + SEED).isBetween(60, 60 + looks);
                assertThat(frames.find(61)).isNull();
            }
        }
    }

    private static Value.Fragments fragments(Head head) {
        return (Value.Fragments)
                Objects.requireNonNull(head.dataSet().find(Tag.PixelData)).value();
    }

    private static Value.Fragments kept(Value.Fragments fragments) {
        DataSet dataSet = new DataSet().put(new Element(Tag.PixelData, Vr.OB, fragments));
        return fragments(Head.decode(new Head(dataSet, 400).encode()));
    }

    private static void assertSame(Value.Fragments kept, Value.Fragments fragments) {
        assertThat(kept.count()).isEqualTo(fragments.count());
        for (int i = 0; i < fragments.count(); i++) {
            assertThat(kept.offset(i)).isEqualTo(fragments.offset(i));
            assertThat(kept.lengthBytes(i)).isEqualTo(fragments.lengthBytes(i));
        }
        assertThat(kept.offsetTable()).isEqualTo(fragments.offsetTable());
    }

    @Test
    void aHeadKeepsFragmentsAndTablesAsTheyWere() throws Exception {
        Random random = new Random(SEED);
        for (Table table : Table.values()) {
            Value.Fragments read =
                    fragments(new Head(sample(random, 300, table).read().dataSet(), 0));
            Value.Fragments kept = kept(read);
            assertSame(kept, read);
            assertThat(kept.starts()).isEqualTo(read.starts());
            assertThat(Objects.requireNonNull(kept.starts()).cardinality()).isEqualTo(300);
        }
        long[] offsets = {1000, 1020, 5L << 32};
        long[] apart = {1000, 1021, 5L << 32};
        long[] lengths = {12, (5L << 32) - 1028, 300};
        for (byte[] offsetTable :
                new byte[][] {null, {}, {1, 2, 3}, {0, 0, 0, 0}, {0, 0, 0, 0, 0, 0, 0, 0}, {1, 1, 1, 1}}) {
            for (long[] places : new long[][] {offsets, apart}) {
                Value.Fragments fragments = new Value.Fragments(places, lengths, offsetTable);
                assertSame(kept(fragments), fragments);
                assertThat(kept(fragments).starts()).isNull();
            }
        }
        Value.Fragments tableOnly = new Value.Fragments(new long[] {1000}, new long[] {4}, new byte[] {0, 0, 0, 0});
        assertSame(kept(tableOnly), tableOnly);
        Value.Fragments nothing = new Value.Fragments(new long[0], new long[0]);
        assertSame(kept(nothing), nothing);
    }

    @Test
    void aMillionFragmentsTakeSomeBytesEach() {
        Random random = new Random(SEED);
        int count = 1_000_000;
        long[] offsets = new long[count];
        long[] lengths = new long[count];
        BitSet starts = new BitSet();
        long offset = 1000;
        for (int i = 0; i < count; i++) {
            offsets[i] = offset;
            lengths[i] = 2L * random.nextInt(8000);
            offset += lengths[i] + 8;
            starts.set(i, i > 0 && random.nextInt(3) == 0);
        }
        Value.Fragments fragments = new Value.Fragments(offsets, lengths, new byte[0], starts);
        byte[] head = new Head(new DataSet().put(new Element(Tag.PixelData, Vr.OB, fragments)), 0).encode();
        assertThat(head.length).isLessThan(3 * count);
        assertThat(fragments(Head.decode(head)).starts()).isEqualTo(starts);
    }
}
