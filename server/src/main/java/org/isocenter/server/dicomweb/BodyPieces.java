package org.isocenter.server.dicomweb;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/// A body put together from pieces that were made before, plain or in gzip.
///
/// In gzip it is one member (RFC 1952). Members may stand one behind another, but browsers read the first
/// and drop the rest. So a piece is a run of deflate blocks (RFC 1951) that ends at a byte and refers to
/// nothing before it, with its CRC and its length behind it. The CRC of the whole follows from those of the
/// pieces.
final class BodyPieces {
    private static final int TAIL_BYTES = 8;

    /// Magic number, deflate, no flags, no time, fastest, unknown system.
    private static final byte[] HEAD = {0x1F, (byte) 0x8B, Deflater.DEFLATED, 0, 0, 0, 0, 0, 4, (byte) 0xFF};

    /// The last block, with nothing in it.
    private static final byte[] LAST = {3, 0};

    /// The polynomial of the CRC, and powers of x modulo it: the highest bit is the constant term.
    private static final int POLYNOMIAL = 0xEDB88320;

    private static final int ONE = 1 << 31;
    private static final int X_8 = 1 << 31 - 8;

    private final OutputStream out;
    private final boolean zipped;
    private int crc;
    private int lengthBytes;

    /// Begins a body.
    BodyPieces(OutputStream out, boolean zipped) throws IOException {
        this.out = out;
        this.zipped = zipped;
        if (zipped) {
            out.write(HEAD);
        }
    }

    static byte[] piece(byte[] bytes, boolean zipped) {
        if (!zipped) {
            return bytes;
        }
        ByteArrayOutputStream piece = new ByteArrayOutputStream(bytes.length / 8 + 64);
        Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
        try {
            deflater.setInput(bytes);
            byte[] buffer = new byte[8192];
            int count;
            do {
                count = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
                piece.write(buffer, 0, count);
            } while (count > 0);
        } finally {
            deflater.end();
        }
        CRC32 crc = new CRC32();
        crc.update(bytes);
        piece.writeBytes(tail((int) crc.getValue(), bytes.length));
        return piece.toByteArray();
    }

    private static byte[] tail(int crc, int lengthBytes) {
        return ByteBuffer.allocate(TAIL_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(crc)
                .putInt(lengthBytes)
                .array();
    }

    /// How long a body of these pieces is.
    static long lengthBytes(boolean zipped, byte[]... pieces) {
        long length = zipped ? HEAD.length + LAST.length + TAIL_BYTES : 0;
        for (byte[] piece : pieces) {
            length += piece.length - (zipped ? TAIL_BYTES : 0);
        }
        return length;
    }

    void write(byte[] piece) throws IOException {
        if (!zipped) {
            out.write(piece);
            return;
        }
        int blocksBytes = piece.length - TAIL_BYTES;
        ByteBuffer tail =
                ByteBuffer.wrap(piece, blocksBytes, TAIL_BYTES).slice().order(ByteOrder.LITTLE_ENDIAN);
        int pieceCrc = tail.getInt();
        int pieceBytes = tail.getInt();
        crc = product(crc, power(X_8, pieceBytes)) ^ pieceCrc;
        lengthBytes += pieceBytes;
        out.write(piece, 0, blocksBytes);
    }

    void finish() throws IOException {
        if (zipped) {
            out.write(LAST);
            out.write(tail(crc, lengthBytes));
        }
    }

    private static int power(int base, int exponent) {
        int power = ONE;
        int square = base;
        for (int rest = exponent; rest != 0; rest >>>= 1) {
            if ((rest & 1) != 0) {
                power = product(power, square);
            }
            square = product(square, square);
        }
        return power;
    }

    /// The product of two polynomials over two elements, modulo that of the CRC.
    private static int product(int first, int second) {
        int product = 0;
        int shifted = second;
        for (int term = ONE; term != 0; term >>>= 1) {
            if ((first & term) != 0) {
                product ^= shifted;
            }
            shifted = (shifted >>> 1) ^ ((shifted & 1) != 0 ? POLYNOMIAL : 0);
        }
        return product;
    }
}
