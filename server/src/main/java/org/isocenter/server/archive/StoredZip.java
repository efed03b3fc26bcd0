package org.isocenter.server.archive;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.Objects;
import java.util.zip.CRC32;

/// A ZIP (APPNOTE 6.3) whose entries are not compressed and are written while they are made.
///
/// How long an entry is and its CRC-32 are known at its end only, and stand behind it. Readers that read from
/// front to end find that place by the entry itself, which a plainly stored one does not tell. So each is a
/// stream of deflate (RFC 1951) made of stored blocks: five bytes for each 65,535.
///
/// Lengths and places beyond 4 GiB are written in the form of ZIP64.
final class StoredZip {
    private static final int LOCAL = 0x04034b50;
    private static final int DESCRIPTOR = 0x08074b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int END_64 = 0x06064b50;
    private static final int LOCATOR_64 = 0x07064b50;
    private static final int END = 0x06054b50;

    private static final int VERSION = 20;
    private static final int VERSION_64 = 45;
    private static final int LENGTHS_BEHIND = 1 << 3;
    private static final int DEFLATED = 8;
    private static final int EXTRA_64 = 1;

    private static final long INT_MAX = 0xFFFF_FFFFL;
    private static final int SHORT_MAX = 0xFFFF;

    private static final int BLOCK_HEAD_BYTES = 5;
    private static final int BLOCK_BYTES_MAX = SHORT_MAX;

    /// Two blocks, and what stands between entries.
    private static final int BUFFER_BYTES = 2 * (BLOCK_HEAD_BYTES + BLOCK_BYTES_MAX) + 1024;

    private final FileSet.Sink sink;
    private final Fields central = new Fields();
    private final int time;
    private final int date;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private long position;
    private long entries;

    StoredZip(FileSet.Sink sink) {
        this.sink = sink;
        LocalDateTime now = LocalDateTime.now();
        this.time = now.getHour() << 11 | now.getMinute() << 5 | now.getSecond() / 2;
        this.date = (now.getYear() - 1980) << 9 | now.getMonthValue() << 5 | now.getDayOfMonth();
    }

    /// Begins an entry. The one before has been closed.
    ///
    /// @param name of ASCII
    Entry begin(String name) throws IOException {
        return new Entry(name.getBytes(StandardCharsets.US_ASCII));
    }

    /// Writes the directory and ends.
    void finish() throws IOException {
        long start = position;
        long length = central.size();
        send(central);
        Fields end = new Fields();
        if (start + length > INT_MAX || entries >= SHORT_MAX) {
            end.ints(END_64).longs(44).shorts(VERSION_64, VERSION_64).ints(0, 0);
            end.longs(entries, entries, length, start);
            end.ints(LOCATOR_64, 0).longs(start + length).ints(1);
        }
        int count = (int) Math.min(entries, SHORT_MAX);
        end.ints(END)
                .shorts(0, 0, count, count)
                .ints(capped(length), capped(start))
                .shorts(0);
        send(end);
        sendBuffer();
    }

    private void send(Fields fields) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(fields.toByteArray());
        position += bytes.remaining();
        if (bytes.remaining() > buffer.remaining()) {
            sendBuffer();
        }
        if (bytes.remaining() > buffer.remaining()) {
            sink.write(bytes);
        } else {
            buffer.put(bytes);
        }
    }

    private void sendBuffer() throws IOException {
        sink.write(buffer.flip());
        buffer.clear();
    }

    private static int capped(long number) {
        return (int) Math.min(number, INT_MAX);
    }

    /// The bytes of an entry. Closing it ends the entry and leaves the ZIP open.
    final class Entry extends OutputStream {
        private final byte[] name;
        private final long start = position;
        private final CRC32 crc32 = new CRC32();
        private long length;
        private long written;
        private int block;
        private int count;

        private Entry(byte[] name) throws IOException {
            this.name = name;
            Fields local = new Fields().ints(LOCAL).shorts(VERSION, LENGTHS_BEHIND, DEFLATED, time, date);
            send(local.ints(0, 0, 0).shorts(name.length, 0).bytes(name));
            beginBlock();
        }

        private void beginBlock() throws IOException {
            if (buffer.remaining() < BLOCK_HEAD_BYTES + BLOCK_BYTES_MAX) {
                sendBuffer();
            }
            block = buffer.position();
            count = 0;
            buffer.position(block + BLOCK_HEAD_BYTES);
        }

        private void endBlock(boolean last) {
            buffer.put(block, (byte) (last ? 1 : 0));
            buffer.putShort(block + 1, (short) count);
            buffer.putShort(block + 3, (short) ~count);
            crc32.update(buffer.slice(block + BLOCK_HEAD_BYTES, count));
            length += count;
            written += BLOCK_HEAD_BYTES + count;
        }

        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            write(ByteBuffer.wrap(bytes, offset, length));
        }

        /// Writes what remains in the buffer.
        void write(ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
                int step = Math.min(bytes.remaining(), BLOCK_BYTES_MAX - count);
                buffer.put(buffer.position(), bytes, bytes.position(), step).position(buffer.position() + step);
                bytes.position(bytes.position() + step);
                count += step;
                if (count == BLOCK_BYTES_MAX) {
                    endBlock(false);
                    beginBlock();
                }
            }
        }

        @Override
        public void close() throws IOException {
            endBlock(true);
            position += written;
            boolean large = written > INT_MAX;
            int crc = (int) crc32.getValue();
            Fields descriptor = new Fields().ints(DESCRIPTOR, crc);
            send(large ? descriptor.longs(written, length) : descriptor.ints((int) written, (int) length));

            Fields extra = new Fields();
            if (large) {
                extra.longs(length, written);
            }
            if (start > INT_MAX) {
                extra.longs(start);
            }
            int extraBytes = extra.size() == 0 ? 0 : 4 + extra.size();
            int version = extraBytes == 0 ? VERSION : VERSION_64;
            central.ints(CENTRAL).shorts(version, version, LENGTHS_BEHIND, DEFLATED, time, date);
            central.ints(crc, large ? -1 : (int) written, large ? -1 : (int) length);
            central.shorts(name.length, extraBytes, 0, 0, 0)
                    .ints(0, capped(start))
                    .bytes(name);
            if (extraBytes > 0) {
                central.shorts(EXTRA_64, extra.size()).bytes(extra.toByteArray());
            }
            entries++;
        }
    }

    /// Numbers with their lowest byte first.
    private static final class Fields extends ByteArrayOutputStream {
        Fields shorts(int... numbers) {
            for (int number : numbers) {
                write(number);
                write(number >>> 8);
            }
            return this;
        }

        Fields ints(int... numbers) {
            for (int number : numbers) {
                shorts(number, number >>> 16);
            }
            return this;
        }

        Fields longs(long... numbers) {
            for (long number : numbers) {
                ints((int) number, (int) (number >>> 32));
            }
            return this;
        }

        Fields bytes(byte[] bytes) {
            writeBytes(bytes);
            return this;
        }
    }
}
