package org.isocenter.dicom;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A deflated file as the virtual source that offsets count in: its first bytes as they are, then the
/// inflated data set.
final class InflatedStream extends InputStream {
    private final InputStream file;
    private final Input input;
    private long plainLeft;
    private @Nullable Inflation inflation;

    InflatedStream(InputStream file, long dataSetOffset) {
        this.file = file;
        input = new Input(file::read, 0, Long.MAX_VALUE);
        plainLeft = dataSetOffset;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        try {
            return plainLeft > 0
                    ? readPlain(target, offset, length)
                    : inflation().read(target, offset, length);
        } catch (MalformedException malformed) {
            throw new IOException(malformed);
        }
    }

    private int readPlain(byte[] target, int offset, int length) throws IOException, MalformedException {
        if (!input.has(1)) {
            throw new EOFException("the file ends before its data set");
        }
        int count = (int) Math.min(Math.min(length, input.buffered()), plainLeft);
        System.arraycopy(input.buffer, input.at, target, offset, count);
        input.at += count;
        plainLeft -= count;
        return count;
    }

    private Inflation inflation() throws IOException, MalformedException {
        if (inflation == null) {
            inflation = new Inflation(input, Integer.MAX_VALUE, Long.MAX_VALUE, false);
        }
        return inflation;
    }

    @Override
    public void close() throws IOException {
        if (inflation != null) {
            inflation.close();
        }
        file.close();
    }
}
