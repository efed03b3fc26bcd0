package org.isocenter.server;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// A stream that ends in an error once it has given more bytes than it may.
class BoundedStream extends FilterInputStream {

    private final String problem;
    private long leftBytes;

    /// @param problem the message of the error
    BoundedStream(InputStream in, long maxBytes, String problem) {
        super(in);
        this.problem = problem;
        leftBytes = maxBytes;
    }

    @Override
    public int read() throws IOException {
        byte[] single = new byte[1];
        return read(single, 0, 1) < 0 ? -1 : single[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int count = super.read(bytes, offset, length);
        leftBytes -= Math.max(0, count);
        if (leftBytes < 0) {
            throw new IOException(problem);
        }
        return count;
    }
}
