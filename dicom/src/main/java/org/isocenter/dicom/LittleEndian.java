package org.isocenter.dicom;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Reads little-endian numbers out of byte arrays.
final class LittleEndian {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private LittleEndian() {}

    static int unsignedShort(byte[] array, int at) {
        return (short) SHORT.get(array, at) & 0xFFFF;
    }

    static int integer(byte[] array, int at) {
        return (int) INT.get(array, at);
    }

    static long longInteger(byte[] array, int at) {
        return (long) LONG.get(array, at);
    }
}
