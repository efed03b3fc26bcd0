package org.isocenter.server;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The multipart/related body of a store request, PS3.18 10.5, read straight from the files.
final class UploadBody extends InputStream {

    private final List<Upload> uploads;
    private final UploadProgress progress;
    private final byte[] head;
    private final byte[] tail;
    private final AtomicLong sentBytes = new AtomicLong();
    private int index = -1;
    private boolean inContent;
    private boolean ended;
    private InputStream current;
    private volatile @Nullable Upload unreadable;

    UploadBody(List<Upload> uploads, String boundary, UploadProgress progress) {
        this.uploads = uploads;
        this.progress = progress;
        head = ascii("\r\n--" + boundary + "\r\nContent-Type: application/dicom\r\n\r\n");
        tail = ascii("\r\n--" + boundary + "--\r\n");
        current = InputStream.nullInputStream();
    }

    /// The file that could not be read, when that is what ended the body.
    @Nullable
    Upload findUnreadable() {
        return unreadable;
    }

    /// Takes back what the progress was told, because all of it has to be sent again.
    void takeBack() {
        progress.advance(-sentBytes.getAndSet(0));
    }

    @Override
    public int read() throws IOException {
        byte[] single = new byte[1];
        return read(single, 0, 1) < 0 ? -1 : single[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        while (true) {
            int count = readCurrent(bytes, offset, length);
            if (count > 0) {
                if (inContent) {
                    sentBytes.addAndGet(count);
                    progress.advance(count);
                }
                return count;
            }
            if (ended) {
                return -1;
            }
            openNext();
        }
    }

    private int readCurrent(byte[] bytes, int offset, int length) throws IOException {
        try {
            return current.read(bytes, offset, length);
        } catch (IOException e) {
            unreadable = inContent ? uploads.get(index) : null;
            throw e;
        }
    }

    /// From the head of a part to its content, from a content to the next head, from the last content to
    /// the end.
    private void openNext() throws IOException {
        current.close();
        if (index >= 0 && !inContent) {
            inContent = true;
            try {
                current = uploads.get(index).content().open();
            } catch (IOException e) {
                unreadable = uploads.get(index);
                throw e;
            }
            return;
        }
        inContent = false;
        index++;
        ended = index == uploads.size();
        current = new ByteArrayInputStream(ended ? tail : head);
    }

    @Override
    public void close() throws IOException {
        current.close();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
