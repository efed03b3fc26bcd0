package org.isocenter.server.render;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/// Writes PNG files (ISO/IEC 15948): each row filtered by what leaves the smallest differences, and deflated.
final class PngFile {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    private static final int GREY = 0;
    private static final int COLOR = 2;
    private static final int UP = 2;
    private static final int SUB = 1;
    private static final int PAETH = 4;
    /// Fast, and for noise like that of CT hardly larger than the best.
    private static final int LEVEL = 3;

    private PngFile() {}

    static byte[] encode(Canvas canvas, byte @Nullable [] profile) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(canvas.pixels().length / 2 + 1024);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.write(SIGNATURE);
            ByteArrayOutputStream header = new ByteArrayOutputStream();
            DataOutputStream numbers = new DataOutputStream(header);
            numbers.writeInt(canvas.width());
            numbers.writeInt(canvas.height());
            numbers.writeByte(8);
            numbers.writeByte(canvas.components() == 1 ? GREY : COLOR);
            numbers.write(new byte[3]);
            chunk(out, "IHDR", header.toByteArray());
            if (profile != null) {
                ByteArrayOutputStream named = new ByteArrayOutputStream();
                named.writeBytes("ICC profile\0\0".getBytes(StandardCharsets.US_ASCII));
                named.writeBytes(deflated(profile));
                chunk(out, "iCCP", named.toByteArray());
            }
            chunk(out, "IDAT", deflated(filtered(canvas)));
            chunk(out, "IEND", new byte[0]);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private static void chunk(DataOutputStream out, String name, byte[] content) throws IOException {
        byte[] type = name.getBytes(StandardCharsets.US_ASCII);
        CRC32 checksum = new CRC32();
        checksum.update(type);
        checksum.update(content);
        out.writeInt(content.length);
        out.write(type);
        out.write(content);
        out.writeInt((int) checksum.getValue());
    }

    private static byte[] deflated(byte[] content) {
        Deflater deflater = new Deflater(LEVEL);
        try {
            deflater.setInput(content);
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream(content.length / 2 + 64);
            byte[] buffer = new byte[1 << 15];
            while (!deflater.finished()) {
                out.write(buffer, 0, deflater.deflate(buffer));
            }
            return out.toByteArray();
        } finally {
            deflater.end();
        }
    }

    /// The rows, each behind the number of its filter.
    private static byte[] filtered(Canvas canvas) {
        int step = canvas.components();
        int length = canvas.width() * step;
        byte[] filtered = new byte[Math.multiplyExact(canvas.height(), length + 1)];
        byte[][] rows = new byte[3][length];
        int[] filters = {SUB, UP, PAETH};
        byte[] none = new byte[length];
        for (int y = 0; y < canvas.height(); y++) {
            byte[] above = y == 0 ? none : canvas.pixels();
            int from = y * length;
            int up = y == 0 ? 0 : from - length;
            filter(canvas.pixels(), from, above, up, length, step, rows);
            int best = 0;
            int least = Integer.MAX_VALUE;
            for (int i = 0; i < rows.length; i++) {
                int cost = cost(rows[i]);
                best = cost < least ? i : best;
                least = Math.min(cost, least);
            }
            filtered[y * (length + 1)] = (byte) filters[best];
            System.arraycopy(rows[best], 0, filtered, y * (length + 1) + 1, length);
        }
        return filtered;
    }

    private static void filter(byte[] pixels, int from, byte[] above, int up, int length, int step, byte[][] rows) {
        for (int x = 0; x < length; x++) {
            int value = pixels[from + x];
            int left = x < step ? 0 : pixels[from + x - step] & 0xFF;
            int top = above[up + x] & 0xFF;
            int corner = x < step ? 0 : above[up + x - step] & 0xFF;
            rows[0][x] = (byte) (value - left);
            rows[1][x] = (byte) (value - top);
            rows[2][x] = (byte) (value - nearest(left, top, corner));
        }
    }

    /// The one of three neighbours that is nearest to what their slope leads to (9.4 of the standard).
    private static int nearest(int left, int top, int corner) {
        int toLeft = Math.abs(top - corner);
        int toTop = Math.abs(left - corner);
        int toCorner = Math.abs(left + top - 2 * corner);
        return toLeft <= toTop && toLeft <= toCorner ? left : toTop <= toCorner ? top : corner;
    }

    private static int cost(byte[] row) {
        int cost = 0;
        for (byte one : row) {
            cost += Math.abs(one);
        }
        return cost;
    }
}
