package org.isocenter.dicom;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/// Where the bytes of {@link Value.Bulk} and {@link Value.Fragments} come from: the source that they were
/// read from, or a copy of it.
///
/// Offsets count from the first byte of the source. For a deflated instance that is the stream which
/// {@link Part10Reader#inflated} gives: the file as it is up to its data set, then the inflated data set.
@FunctionalInterface
public interface BulkSource {
    /// A source for data sets that have no bulk values.
    BulkSource NONE = (offset, lengthBytes, out) -> {
        if (lengthBytes > 0) {
            throw new EOFException("a data set with bulk values needs their source");
        }
    };

    /// Copies a range of the source.
    ///
    /// @throws EOFException where the source ends within the range
    void transfer(long offset, long lengthBytes, OutputStream out) throws IOException;

    /// A source in memory.
    static BulkSource of(byte[] bytes) {
        return (offset, lengthBytes, out) -> {
            if (offset < 0 || lengthBytes < 0 || offset > bytes.length - lengthBytes) {
                throw new EOFException("the source ends before byte " + (offset + lengthBytes));
            }
            out.write(bytes, (int) offset, (int) lengthBytes);
        };
    }

    /// A source in a file that stays open, and whose position is left alone.
    static BulkSource of(FileChannel file) {
        return (offset, lengthBytes, out) -> {
            ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(lengthBytes, 64 << 10));
            long end = offset + lengthBytes;
            for (long at = offset; at < end; at += buffer.position()) {
                buffer.clear().limit((int) Math.min(buffer.capacity(), end - at));
                if (file.read(buffer, at) < 0) {
                    throw new EOFException("the source ends before byte " + end);
                }
                out.write(buffer.array(), 0, buffer.position());
            }
        };
    }
}
