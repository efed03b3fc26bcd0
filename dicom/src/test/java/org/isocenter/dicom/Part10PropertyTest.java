package org.isocenter.dicom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// What holds for all files, tried on many: prefixes, mutations, and structures at random.
class Part10PropertyTest {
    static final List<TransferSyntax> SYNTAXES = List.of(
            TransferSyntax.IMPLICIT_LITTLE_ENDIAN,
            TransferSyntax.EXPLICIT_LITTLE_ENDIAN,
            TransferSyntax.EXPLICIT_BIG_ENDIAN,
            TransferSyntax.DEFLATED_EXPLICIT_LITTLE_ENDIAN,
            TransferSyntax.JPEG_BASELINE);

    /// A file with something of everything.
    static byte[] sample(TransferSyntax syntax) {
        FileBuilder code = FileBuilder.in(syntax)
                .text(Tag.CodeValue, "SH", "T-1")
                .sequence(0x00400260, "SQ", false, FileBuilder.in(syntax).numbers(Tag.Rows, "US", 2, 1));
        FileBuilder builder = FileBuilder.in(syntax)
                .identified()
                .text(0x00090010, "LO", "TEST")
                .text(Tag.PatientName, "PN", "Doe^John")
                .numbers(Tag.Rows, "US", 2, 2)
                .numbers(0x00280009, "AT", 2, 0x18, 0x1063)
                .sequence(0x00400275, "SQ", true, code, FileBuilder.in(syntax))
                .sequence(0x00400321, "SQ", false, code)
                .numbers(0x00720074, "FD", 8, Double.doubleToLongBits(1.5));
        if (syntax.encapsulated()) {
            builder.fragments(new byte[4], new byte[6], new byte[8]);
        } else {
            builder.numbers(Tag.PixelData, "OW", 2, 1, 2, 3, 4);
        }
        return builder.file();
    }

    /// Reads it: it is read, and then written with the same bytes; or it is malformed; and nothing else.
    private static boolean read(byte[] file, String what) throws IOException {
        CountedStream stream = new CountedStream(file);
        long before = allocated();
        try {
            Part10 part10 = Part10Reader.read(stream, ReadOptions.DEFAULT);
            assertThat(allocated() - before).as(what).isLessThan(2 << 20);
            RoundTrip.assertSameBytes(file, part10, what);
            return true;
        } catch (MalformedException malformed) {
            assertThat(allocated() - before).as(what).isLessThan(2 << 20);
            assertThat(malformed.offset())
                    .as(what + ": " + malformed.getMessage())
                    .isBetween(0L, 1L << 33);
            return false;
        } catch (RuntimeException defect) {
            return fail(what, defect);
        } finally {
            assertThat(stream.calls).as(what).isLessThan(10);
        }
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getThreadAllocatedBytes(Thread.currentThread().threadId());
    }

    private static final class CountedStream extends ByteArrayInputStream {
        private int calls;

        CountedStream(byte[] bytes) {
            super(bytes);
        }

        @Override
        public synchronized int read(byte[] target, int offset, int length) {
            calls++;
            return super.read(target, offset, length);
        }
    }

    @Test
    void everyPrefixIsRefusedOrIsAFileItself() throws IOException {
        for (TransferSyntax syntax : SYNTAXES) {
            byte[] file = sample(syntax);
            assertThat(read(file, "whole")).isTrue();
            int accepted = 0;
            for (int length = 0; length < file.length; length++) {
                accepted += read(Arrays.copyOf(file, length), syntax.name() + " cut at " + length) ? 1 : 0;
            }
            assertThat(accepted).as(syntax.name()).isLessThan(40);
        }
    }

    @Test
    void everyPrefixGivesWhatIsCompleteWhereThatIsAskedFor() throws Exception {
        byte[] file = sample(TransferSyntax.JPEG_BASELINE);
        Part10 whole = RoundTrip.read(file);
        for (int length = (int) whole.dataSetOffset() + 40; length < file.length; length++) {
            Part10 part10 = RoundTrip.read(Arrays.copyOf(file, length), ReadOptions.DEFAULT.acceptingTruncated());
            assertThat(part10.dataSet().findString(Tag.SOPClassUID)).isEqualTo(FileBuilder.SOP_CLASS);
            assertThat(part10.dataSet().size())
                    .isLessThanOrEqualTo(whole.dataSet().size());
        }
    }

    @Test
    void everyByteMayBeAnyOther() throws IOException {
        Random random = new Random(1);
        for (TransferSyntax syntax : SYNTAXES) {
            byte[] file = sample(syntax);
            for (int at = 128; at < file.length; at++) {
                byte kept = file[at];
                for (int value : new int[] {0, 0xFE, 0xFF, kept ^ 1, random.nextInt(256)}) {
                    file[at] = (byte) value;
                    read(file, syntax.name() + " byte " + at + " as " + (value & 0xFF));
                }
                file[at] = kept;
            }
        }
    }

    @Test
    void severalBytesMayBeAnyOthers() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<byte[]> samples = SYNTAXES.stream().map(Part10PropertyTest::sample).toList();
        for (int round = 0; round < 8_000; round++) {
            byte[] file = samples.get(random.nextInt(samples.size())).clone();
            for (int i = random.nextInt(6); i >= 0; i--) {
                file[132 + random.nextInt(file.length - 132)] = (byte) random.nextInt(256);
            }
            read(file, "seed " + seed + " round " + round);
        }
    }

    @Test
    void structuresAtRandomAreReadAndWrittenWithTheSameBytes() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 1_000; round++) {
            TransferSyntax syntax = SYNTAXES.get(random.nextInt(SYNTAXES.size()));
            FileBuilder builder = FileBuilder.in(syntax).identified();
            fill(builder, random, syntax, 0x0009, 0);
            byte[] file = builder.file();
            String what = "seed " + seed + " round " + round;
            Part10 part10 = RoundTrip.read(file);
            RoundTrip.assertSameBytes(file, part10, what);
            byte[] source = RoundTrip.source(file, part10);
            // As if from a slow network, and by way of the virtual source of deflated files.
            Part10 slow = Part10Reader.read(new Trickle(file, random), ReadOptions.DEFAULT);
            assertThat(Arrays.equals(RoundTrip.write(slow, source), RoundTrip.write(part10, source)))
                    .as(what)
                    .isTrue();
        }
    }

    private static void fill(FileBuilder builder, Random random, TransferSyntax syntax, int firstGroup, int depth) {
        TreeSet<Integer> tags = new TreeSet<>(Integer::compareUnsigned);
        for (int i = random.nextInt(8); i > 0; i--) {
            tags.add(Tags.of(firstGroup + 2 * random.nextInt(0x1000), 0x1000 + random.nextInt(0xEF00)));
        }
        for (int tag : tags) {
            if (depth < 6 && random.nextInt(4) == 0) {
                FileBuilder[] items = new FileBuilder[random.nextInt(4)];
                boolean undefined = random.nextBoolean() || !syntax.explicitVr();
                for (int i = 0; i < items.length; i++) {
                    items[i] = FileBuilder.in(syntax);
                    fill(items[i], random, syntax, 0x0009, depth + 1);
                }
                builder.sequence(tag, "SQ", undefined, items);
                continue;
            }
            Vr vr = Vr.values()[random.nextInt(Vr.values().length)];
            int length = depth == 0 && random.nextInt(20) == 0 ? random.nextInt(60_000) : random.nextInt(40);
            byte[] value = new byte[length];
            random.nextBytes(value);
            builder.element(tag, vr == Vr.SQ ? "UT" : vr.name(), value);
        }
    }

    /// A stream that gives a few bytes at a time.
    private static final class Trickle extends InputStream {
        private final byte[] bytes;
        private final Random random;
        private int at;

        Trickle(byte[] bytes, Random random) {
            this.bytes = bytes;
            this.random = random;
        }

        @Override
        public int read() {
            return at == bytes.length ? -1 : bytes[at++] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            if (at == bytes.length) {
                return -1;
            }
            int count = Math.min(Math.min(length, bytes.length - at), 1 + random.nextInt(2000));
            System.arraycopy(bytes, at, target, offset, count);
            at += count;
            return count;
        }
    }
}
