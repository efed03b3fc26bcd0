package org.isocenter.server.blob;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Where a blob lies that the store has not copied.
///
/// As the content of an entry: the length of the file (8), the length of the folder's name (4), the name, the
/// path; both in UTF-8.
///
/// @param folder the name of the folder
/// @param path within the folder
/// @param lengthBytes of the file
record Link(String folder, String path, long lengthBytes) {

    byte[] encode() {
        byte[] name = folder.getBytes(StandardCharsets.UTF_8);
        byte[] file = path.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(12 + name.length + file.length)
                .putLong(lengthBytes)
                .putInt(name.length)
                .put(name)
                .put(file)
                .array();
    }

    /// The link of these bytes, or null where they are none.
    static @Nullable Link decode(ByteBuffer bytes) {
        try {
            long lengthBytes = bytes.getLong();
            int nameLength = bytes.getInt();
            if (nameLength < 0 || nameLength > bytes.remaining()) {
                return null;
            }
            byte[] name = new byte[nameLength];
            bytes.get(name);
            byte[] file = new byte[bytes.remaining()];
            bytes.get(file);
            return new Link(
                    new String(name, StandardCharsets.UTF_8), new String(file, StandardCharsets.UTF_8), lengthBytes);
        } catch (BufferUnderflowException tooShort) {
            return null;
        }
    }
}
