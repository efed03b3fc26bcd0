package org.isocenter.dicom;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/// Writes DICOM files (PS3.10 section 7).
///
/// What {@link Part10Reader} has read to its end and nobody has changed is written with the same bytes again:
/// order, defined and undefined lengths, odd lengths, group lengths, private and unknown elements, preamble
/// and file meta information as they were, and zeros or a lack of delimiters at the end as well. Only a
/// deflated data set may be deflated into other bytes; they inflate to the same ones. What was read with
/// {@link Deviation.Kind#TRUNCATED} is written without the parts that were missing.
public final class Part10Writer {
    private static final byte[] DICM = "DICM".getBytes(StandardCharsets.US_ASCII);

    private Part10Writer() {}

    /// Writes a file, and flushes the stream but does not close it.
    ///
    /// @param bulk where the file's bulk values and fragments are copied from
    /// @throws IllegalArgumentException where a value or an item is too long for a length of 32 bits
    public static void write(Part10 part10, BulkSource bulk, OutputStream out) throws IOException {
        byte[] preamble = part10.preamble();
        if (preamble != null) {
            out.write(preamble);
            out.write(DICM);
        }
        boolean implicit = part10.deviates(Deviation.Kind.FILE_META_IMPLICIT);
        new DataSetWriter(!implicit, false, BulkSource.NONE, out).write(part10.fileMeta(), 0);
        if (part10.transferSyntax().deflated()) {
            writeDeflated(part10, bulk, out);
        } else {
            writeDataSet(part10, bulk, out);
        }
        out.flush();
    }

    /// Writes a data set alone, as network messages have it, and flushes the stream.
    public static void writeDataSet(DataSet dataSet, TransferSyntax syntax, BulkSource bulk, OutputStream out)
            throws IOException {
        if (syntax.deflated()) {
            writeDeflated(Part10.of(dataSet, syntax), bulk, out);
        } else {
            new DataSetWriter(syntax.explicitVr(), syntax.bigEndian(), bulk, out).write(dataSet, 0);
        }
        out.flush();
    }

    /// The length of a data set in explicit VR.
    static long lengthBytes(DataSet dataSet) {
        return DataSetWriter.lengthBytes(dataSet);
    }

    private static void writeDataSet(Part10 part10, BulkSource bulk, OutputStream out) throws IOException {
        TransferSyntax syntax = part10.transferSyntax();
        int withoutDelimiters = 0;
        long zeros = 0;
        for (Deviation deviation : part10.deviations()) {
            if (deviation.kind() == Deviation.Kind.NO_DELIMITER) {
                withoutDelimiters++;
            } else if (deviation.kind() == Deviation.Kind.TRAILING_ZEROS) {
                zeros = Math.max(0, part10.lengthBytes() - deviation.offset());
            }
        }
        new DataSetWriter(syntax.explicitVr(), syntax.bigEndian(), bulk, out)
                .write(part10.dataSet(), withoutDelimiters);
        writeZeros(zeros, out);
    }

    private static void writeZeros(long count, OutputStream out) throws IOException {
        byte[] zeros = new byte[(int) Math.min(count, 4096)];
        for (long left = count; left > 0; left -= zeros.length) {
            out.write(zeros, 0, (int) Math.min(left, zeros.length));
        }
    }

    private static void writeDeflated(Part10 part10, BulkSource bulk, OutputStream out) throws IOException {
        Counted counted = new Counted(out);
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        try {
            DeflaterOutputStream deflated = new DeflaterOutputStream(counted, deflater, 16 << 10);
            writeDataSet(part10, bulk, deflated);
            deflated.finish();
        } finally {
            deflater.end();
        }
        if ((counted.count & 1) != 0) {
            out.write(0);
        }
    }

    private static final class Counted extends FilterOutputStream {
        private long count;

        Counted(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int value) throws IOException {
            count++;
            out.write(value);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            count += length;
            out.write(bytes, offset, length);
        }
    }
}
