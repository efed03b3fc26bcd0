package org.isocenter.server.export;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.isocenter.server.telemetry.UnavailableException;
import org.jspecify.annotations.Nullable;

/// Bytes that are held until they have been sent, once or again: in memory, and from some length on in a file
/// that goes when this is closed.
final class Spool extends OutputStream {
    private static final int MEMORY_BYTES = 4 << 20;
    private static final int BUFFER_BYTES = 64 << 10;

    private ByteArrayOutputStream memory = new ByteArrayOutputStream(64 << 10);
    private @Nullable Path file;
    private @Nullable OutputStream out;
    private long lengthBytes;

    long lengthBytes() {
        return lengthBytes;
    }

    @Override
    public void write(int one) {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        try {
            if (out == null && lengthBytes + length > MEMORY_BYTES) {
                out = spill();
            }
            if (out == null) {
                memory.write(bytes, offset, length);
            } else {
                out.write(bytes, offset, length);
            }
            lengthBytes += length;
        } catch (IOException failed) {
            throw failure(failed);
        }
    }

    private OutputStream spill() throws IOException {
        Path path = Files.createTempFile("isocenter-export-", ".part");
        file = path;
        OutputStream stream = Files.newOutputStream(path);
        memory.writeTo(stream);
        memory = new ByteArrayOutputStream();
        return stream;
    }

    /// The bytes, when all have been written.
    BodyPublisher publisher() {
        try {
            if (file == null || out == null) {
                return BodyPublishers.ofByteArray(memory.toByteArray());
            }
            out.close();
            return BodyPublishers.ofFile(file);
        } catch (IOException failed) {
            throw failure(failed);
        }
    }

    /// Whether a stream has these bytes and no others, when all have been written.
    boolean holds(InputStream other) throws IOException {
        try (InputStream own =
                file == null ? new ByteArrayInputStream(memory.toByteArray()) : Files.newInputStream(file)) {
            byte[] mine = new byte[BUFFER_BYTES];
            byte[] others = new byte[BUFFER_BYTES];
            while (true) {
                int length = own.readNBytes(mine, 0, BUFFER_BYTES);
                int otherLength = other.readNBytes(others, 0, BUFFER_BYTES);
                if (!Arrays.equals(mine, 0, length, others, 0, otherLength)) {
                    return false;
                }
                if (length == 0) {
                    return true;
                }
            }
        }
    }

    private static UnavailableException failure(IOException failed) {
        return new UnavailableException("a temporary file cannot be written", failed);
    }

    @Override
    public void close() {
        try {
            if (out != null) {
                out.close();
            }
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
