package org.isocenter.server.archive;

import java.io.OutputStream;
import org.isocenter.server.blob.BlobWriter;

/// A blob that is being written, as a stream.
final class BlobOutput extends OutputStream {
    private final BlobWriter blob;

    BlobOutput(BlobWriter blob) {
        this.blob = blob;
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] buffer, int offset, int length) {
        blob.write(buffer, offset, length);
    }
}
