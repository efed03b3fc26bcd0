package org.isocenter.server;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Files that begin like DICOM files and are as long as wanted.
final class TinyInstance {

    private TinyInstance() {}

    static byte[] of(String sopInstanceUid, int pixelBytes) {
        return ofClass("1.2.840.10008.5.1.4.1.1.7", sopInstanceUid, pixelBytes);
    }

    static byte[] ofClass(String sopClassUid, String sopInstanceUid, int pixelBytes) {
        ByteBuffer file = ByteBuffer.allocate(400 + pixelBytes).order(ByteOrder.LITTLE_ENDIAN);
        file.position(128).put("DICM".getBytes(StandardCharsets.US_ASCII));
        file.putShort((short) 2).putShort((short) 1).put((byte) 'O').put((byte) 'B');
        file.putShort((short) 0).putInt(2).putShort((short) 256);
        putUid(file, 0x0002, 0x0002, sopClassUid);
        putUid(file, 0x0002, 0x0003, sopInstanceUid);
        putUid(file, 0x0002, 0x0010, "1.2.840.10008.1.2.1");
        return file.array();
    }

    /// A file whose meta information names another instance than its data set.
    static byte[] ofTwoMinds(String metaUid, String ownUid) {
        ByteBuffer file = ByteBuffer.wrap(of(metaUid, 0)).order(ByteOrder.LITTLE_ENDIAN);
        String even = metaUid.length() % 2 == 0 ? metaUid : metaUid + '\0';
        file.position(132 + 14 + 8 + 26 + 8 + even.length() + 8 + 20);
        putUid(file, 0x0008, 0x0018, ownUid);
        return file.array();
    }

    private static void putUid(ByteBuffer file, int group, int element, String uid) {
        String even = uid.length() % 2 == 0 ? uid : uid + '\0';
        file.putShort((short) group).putShort((short) element).put((byte) 'U').put((byte) 'I');
        file.putShort((short) even.length()).put(even.getBytes(StandardCharsets.US_ASCII));
    }
}
