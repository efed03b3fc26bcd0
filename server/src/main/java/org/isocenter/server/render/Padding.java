package org.isocenter.server.render;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Tag;

/// Stored values of pixels that are none: those outside of what was imaged (PS3.3 C.7.5.1.1.2). They are
/// shown as background, and play no part where a window is looked for.
///
/// @param low the first such value
/// @param high the last one; below `low` where there is none
record Padding(double low, double high) {
    private static final Padding NONE = new Padding(0, -1);

    /// Of integers, whose padding is written with their sign, whatever representation it is given.
    static Padding ofIntegers(DataSet dataSet, ValueBytes values, boolean signed)
            throws IOException, MalformedException {
        byte[] value = values.find(dataSet, Tag.PixelPaddingValue, 64);
        byte[] limit = values.find(dataSet, Tag.PixelPaddingRangeLimit, 64);
        if (value == null || value.length < 2) {
            return NONE;
        }
        double first = integer(value, signed);
        return of(first, limit == null || limit.length < 2 ? first : integer(limit, signed));
    }

    private static double integer(byte[] value, boolean signed) {
        ByteBuffer bytes = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
        if (value.length >= 4) {
            return signed ? bytes.getInt() : bytes.getInt() & 0xFFFFFFFFL;
        }
        return signed ? bytes.getShort() : bytes.getShort() & 0xFFFF;
    }

    /// Of floating point numbers.
    static Padding ofReals(DataSet dataSet, ValueBytes values, boolean doubles) throws IOException, MalformedException {
        byte[] value =
                values.find(dataSet, doubles ? Tag.DoubleFloatPixelPaddingValue : Tag.FloatPixelPaddingValue, 64);
        byte[] limit = values.find(
                dataSet, doubles ? Tag.DoubleFloatPixelPaddingRangeLimit : Tag.FloatPixelPaddingRangeLimit, 64);
        int bytes = doubles ? Double.BYTES : Float.BYTES;
        if (value == null || value.length < bytes) {
            return NONE;
        }
        double first = real(value, doubles);
        return of(first, limit == null || limit.length < bytes ? first : real(limit, doubles));
    }

    private static double real(byte[] value, boolean doubles) {
        ByteBuffer bytes = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
        return doubles ? bytes.getDouble() : bytes.getFloat();
    }

    private static Padding of(double one, double other) {
        return new Padding(Math.min(one, other), Math.max(one, other));
    }

    boolean contains(double stored) {
        return stored >= low && stored <= high;
    }
}
