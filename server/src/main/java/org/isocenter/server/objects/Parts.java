package org.isocenter.server.objects;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;

/// Sends a file to an object store: at once where it is small, else in parts that the store joins in the end.
/// Before that the store shows nothing of it. Closing it does nothing: what is written may close it.
public final class Parts extends OutputStream {
    /// A store takes up to 10,000 parts, or more.
    static final int PART_BYTES = 8 << 20;

    /// How a store takes a file.
    interface Upload {
        /// Takes a file that is small.
        void whole(byte[] bytes);

        /// Takes a part of one that is not; the first has number 1.
        void part(int number, byte[] bytes);

        /// Makes a file of the parts.
        void join(int parts);

        /// Forgets the parts.
        void abandon();
    }

    private final Upload upload;
    private final ByteArrayOutputStream buffer = new ByteArrayOutputStream(64 << 10);
    private int sent;

    Parts(Upload upload) {
        this.upload = upload;
    }

    @Override
    public void write(int one) {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        int done = 0;
        while (done < length) {
            if (buffer.size() == PART_BYTES) {
                sendPart();
            }
            int step = Math.min(length - done, PART_BYTES - buffer.size());
            buffer.write(bytes, offset + done, step);
            done += step;
        }
    }

    private void sendPart() {
        upload.part(++sent, buffer.toByteArray());
        buffer.reset();
    }

    /// All has been written.
    public void finish() {
        if (sent == 0) {
            upload.whole(buffer.toByteArray());
        } else {
            sendPart();
            upload.join(sent);
        }
    }

    /// It came to nothing.
    public void abandon() {
        if (sent > 0) {
            upload.abandon();
        }
    }
}
