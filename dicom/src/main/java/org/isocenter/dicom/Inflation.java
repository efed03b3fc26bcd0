package org.isocenter.dicom;

import java.io.IOException;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// A deflated data set (PS3.5 A.5), inflated as it is read, within limits on its size and on its ratio.
///
/// The standard asks for a raw deflate stream with at most one byte of padding. One inside a zlib wrapper is
/// read as well, and one with the trailer of gzip (RFC 1952), which early writers left there.
final class Inflation implements Input.Source, AutoCloseable {
    /// A checksum and the inflated length.
    private static final int GZIP_TRAILER = 8;

    private final Input deflated;
    private final int ratio;
    private final long freeBytes;
    private final boolean acceptTruncated;
    private boolean wrapped;
    private final Inflater inflater;
    private final long start;
    private long inflatedBytes;
    private boolean finished;
    private boolean truncated;

    /// @param deflated the input, at the first byte of the deflated data set
    /// @param ratio the inflated bytes that one deflated byte may give, once there are more of them than
    ///     `freeBytes`
    Inflation(Input deflated, int ratio, long freeBytes, boolean acceptTruncated)
            throws IOException, MalformedException {
        this.deflated = deflated;
        this.ratio = ratio;
        this.freeBytes = freeBytes;
        this.acceptTruncated = acceptTruncated;
        start = deflated.position();
        wrapped = deflated.has(2) && zlib(deflated.buffer[deflated.at], deflated.buffer[deflated.at + 1]);
        inflater = new Inflater(!wrapped);
    }

    /// Whether two bytes open a zlib stream (RFC 1950). As raw deflate they would open a stored block whose
    /// padding bits are set, which no encoder writes.
    private static boolean zlib(byte method, byte flags) {
        return (method & 0x8F) == 8 && ((method & 0xFF) << 8 | flags & 0xFF) % 31 == 0 && (flags & 0x20) == 0;
    }

    /// Whether the stream stands in a zlib wrapper, or has been found to end with the trailer of gzip.
    boolean wrapped() {
        return wrapped;
    }

    /// Whether the stream ended too early, which was accepted.
    boolean truncated() {
        return truncated;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException, MalformedException {
        if (finished) {
            return -1;
        }
        while (true) {
            int count = inflate(target, offset, length);
            if (count > 0) {
                inflatedBytes += count;
                checkRatio();
                return count;
            }
            if (inflater.finished()) {
                finish();
                return -1;
            }
            if (inflater.needsDictionary()) {
                throw malformed("the deflated data set asks for a preset dictionary");
            }
            if (!deflated.has(1)) {
                return endOfInput();
            }
            inflater.setInput(deflated.buffer, deflated.at, deflated.buffered());
            deflated.at = deflated.limit;
        }
    }

    private int inflate(byte[] target, int offset, int length) throws MalformedException {
        try {
            return inflater.inflate(target, offset, length);
        } catch (DataFormatException corrupt) {
            throw malformed("the deflated data set is corrupt: " + corrupt.getMessage());
        }
    }

    private void checkRatio() throws MalformedException {
        long read = deflated.position() - inflater.getRemaining() - start;
        if (inflatedBytes > freeBytes && inflatedBytes / ratio > read) {
            throw malformed("the data set inflates to more than " + ratio + " times its size");
        }
    }

    private int endOfInput() throws MalformedException {
        if (!acceptTruncated) {
            throw malformed("the deflated data set ends before its last block");
        }
        truncated = true;
        finished = true;
        return -1;
    }

    private void finish() throws IOException, MalformedException {
        finished = true;
        deflated.at -= inflater.getRemaining();
        inflater.reset();
        if (deflated.has(GZIP_TRAILER)
                && LittleEndian.integer(deflated.buffer, deflated.at + 4) == (int) inflatedBytes) {
            deflated.at += GZIP_TRAILER;
            wrapped = true;
        }
        boolean padded = (deflated.position() - start & 1) != 0;
        if (padded && deflated.has(1) && deflated.buffer[deflated.at] == 0) {
            deflated.at++;
        }
        if (deflated.has(1)) {
            throw malformed("bytes after the deflated data set");
        }
    }

    private MalformedException malformed(String reason) {
        return new MalformedException(reason, "", deflated.position() - inflater.getRemaining());
    }

    @Override
    public void close() {
        inflater.end();
    }
}
