package org.isocenter.server.render;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.isocenter.dicom.BulkSource;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.TransferSyntax;
import org.isocenter.dicom.Value;
import org.isocenter.dicom.Vr;
import org.isocenter.server.render.RenderOptions.Output;

/// Small images made for a test, and what becomes of them.
final class Sketch {
    static final RenderOptions RAW = RenderOptions.of(Output.RAW);
    static final String UID = "2.25.1";

    private Sketch() {}

    /// The head of an image of one row, or of as many as there are.
    static DataSet head(String photometric, int columns, int rows, int allocated, int stored, boolean signed) {
        return new DataSet()
                .putString(Tag.SOPInstanceUID, UID)
                .putInts(Tag.SamplesPerPixel, photometric.startsWith("MONO") || photometric.startsWith("PAL") ? 1 : 3)
                .putString(Tag.PhotometricInterpretation, photometric)
                .putInts(Tag.Rows, rows)
                .putInts(Tag.Columns, columns)
                .putInts(Tag.BitsAllocated, allocated)
                .putInts(Tag.BitsStored, stored)
                .putInts(Tag.HighBit, stored - 1)
                .putInts(Tag.PixelRepresentation, signed ? 1 : 0);
    }

    /// A row of grey pixels of 16 bits.
    static DataSet grey16(int columns, boolean signed) {
        return head("MONOCHROME2", columns, 1, 16, 16, signed);
    }

    /// A row of grey pixels of 8 bits.
    static DataSet grey8(int columns) {
        return head("MONOCHROME2", columns, 1, 8, 8, false);
    }

    static Instance instance(DataSet head) {
        return new Instance(head, TransferSyntax.EXPLICIT_LITTLE_ENDIAN, BulkSource.NONE);
    }

    static Picture picture(DataSet head, byte[] frame, RenderOptions options) throws IOException, MalformedException {
        return Renderer.of(instance(head), options).render(1, frame);
    }

    /// The pixels of the first frame as unsigned numbers.
    static int[] pixels(DataSet head, byte[] frame, RenderOptions options) throws IOException, MalformedException {
        return unsigned(picture(head, frame, options).bytes());
    }

    static int[] pixels(DataSet head, byte[] frame) throws IOException, MalformedException {
        return pixels(head, frame, RAW);
    }

    static int[] unsigned(byte[] bytes) {
        int[] numbers = new int[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            numbers[i] = bytes[i] & 0xFF;
        }
        return numbers;
    }

    static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    /// Words of 16 bits in little endian.
    static byte[] words(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int value : values) {
            bytes.putShort((short) value);
        }
        return bytes.array();
    }

    static DataSet put(DataSet dataSet, int tag, Vr vr, byte[] value) {
        return dataSet.put(new Element(tag, vr, new Value.Bytes(value)));
    }

    /// An item of a sequence of tables.
    static DataSet table(Vr firstVr, int first, int bits, int... entries) {
        DataSet item = new DataSet();
        put(item, Tag.LUTDescriptor, firstVr, words(entries.length, first, bits));
        put(item, Tag.LUTData, Vr.OW, words(entries));
        return item;
    }
}
