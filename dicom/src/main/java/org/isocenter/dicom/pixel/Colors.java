package org.isocenter.dicom.pixel;

/// RGB from luminance and chrominance and back, for 8-bit pixels whose components stand side by side.
///
/// Fixed-point arithmetic of 16 bits behind the point, rounded to the nearest.
public final class Colors {
    private static final int HALF = 1 << 15;

    private Colors() {}

    /// YBR_FULL to RGB (PS3.3 C.7.6.3.1.2, ITU-R BT.601 with full range), in place.
    public static void fullToRgb(byte[] pixels, int count) {
        for (int i = 0; i < 3 * count; i += 3) {
            int y = ((pixels[i] & 0xFF) << 16) + HALF;
            int b = (pixels[i + 1] & 0xFF) - 128;
            int r = (pixels[i + 2] & 0xFF) - 128;
            pixels[i] = clamp(y + 91881 * r >> 16);
            pixels[i + 1] = clamp(y - 22554 * b - 46802 * r >> 16);
            pixels[i + 2] = clamp(y + 116130 * b >> 16);
        }
    }

    /// YBR_PARTIAL_422 and YBR_PARTIAL_420, brought to full size, to RGB (studio range), in place.
    public static void partialToRgb(byte[] pixels, int count) {
        for (int i = 0; i < 3 * count; i += 3) {
            int y = 76309 * ((pixels[i] & 0xFF) - 16) + HALF;
            int b = (pixels[i + 1] & 0xFF) - 128;
            int r = (pixels[i + 2] & 0xFF) - 128;
            pixels[i] = clamp(y + 104597 * r >> 16);
            pixels[i + 1] = clamp(y - 25675 * b - 53279 * r >> 16);
            pixels[i + 2] = clamp(y + 132201 * b >> 16);
        }
    }

    /// RGB to YBR_FULL, in place.
    public static void rgbToFull(byte[] pixels, int count) {
        for (int i = 0; i < 3 * count; i += 3) {
            int r = pixels[i] & 0xFF;
            int g = pixels[i + 1] & 0xFF;
            int b = pixels[i + 2] & 0xFF;
            pixels[i] = clamp(19595 * r + 38470 * g + 7471 * b + HALF >> 16);
            pixels[i + 1] = clamp((128 << 16) - 11059 * r - 21709 * g + 32768 * b + HALF >> 16);
            pixels[i + 2] = clamp((128 << 16) + 32768 * r - 27439 * g - 5329 * b + HALF >> 16);
        }
    }

    private static byte clamp(int value) {
        return (byte) (value < 0 ? 0 : Math.min(value, 255));
    }
}
