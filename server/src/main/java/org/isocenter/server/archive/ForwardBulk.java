package org.isocenter.server.archive;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.isocenter.dicom.BulkSource;
import org.isocenter.dicom.Part10Reader;
import org.isocenter.dicom.TransferSyntax;
import org.isocenter.server.blob.BlobReader;
import org.jspecify.annotations.Nullable;

/// The bulk values of a stored instance for somebody who asks for them from the first to the last, as whoever
/// writes it anew: the blob is read once, whether it holds one value or a million fragments.
final class ForwardBulk implements BulkSource, AutoCloseable {
    private static final int BUFFER_BYTES = 64 << 10;

    /// Less than this is read over; what is farther is opened anew.
    private static final long SKIP_BYTES_MAX = 1 << 20;

    private final Head head;
    private final TransferSyntax syntax;
    private final BlobReader blob;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private @Nullable InputStream stream;
    private long position;

    ForwardBulk(Head head, TransferSyntax syntax, BlobReader blob) {
        this.head = head;
        this.syntax = syntax;
        this.blob = blob;
    }

    @Override
    public void transfer(long offset, long lengthBytes, OutputStream out) throws IOException {
        InputStream in = at(offset);
        for (long left = lengthBytes; left > 0; ) {
            int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (count < 0) {
                throw new EOFException("the stored instance ends before byte " + (offset + lengthBytes));
            }
            out.write(buffer, 0, count);
            left -= count;
            position += count;
        }
    }

    private InputStream at(long offset) throws IOException {
        InputStream open = stream;
        boolean ahead = offset >= position && (syntax.deflated() || offset - position <= SKIP_BYTES_MAX);
        if (open == null || !ahead) {
            close();
            // Offsets count in the file as it would be without deflation.
            open = syntax.deflated()
                    ? Part10Reader.inflated(blob.stream(0, blob.lengthBytes()), syntax, head.dataSetOffset())
                    : blob.stream(offset, blob.lengthBytes() - offset);
            position = syntax.deflated() ? 0 : offset;
            stream = open;
        }
        open.skipNBytes(offset - position);
        position = offset;
        return open;
    }

    @Override
    public void close() throws IOException {
        InputStream open = stream;
        stream = null;
        if (open != null) {
            open.close();
        }
    }
}
