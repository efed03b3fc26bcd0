package org.isocenter.server.render;

import org.isocenter.codec.Samples;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Tags;
import org.isocenter.dicom.pixel.Colors;
import org.isocenter.dicom.pixel.Photometric;

/// Frames in colour as red, green and blue of 8 bits (PS3.3 C.7.6.3.1.2).
final class ColorPixels {
    private ColorPixels() {}

    /// A part of a frame of three samples to a pixel. Samples of more bits, or fewer, keep their place
    /// between the least and the greatest.
    static Canvas ofComponents(Samples samples, Photometric photometric, int columns, Region part)
            throws MalformedException {
        byte[] pixels = bytes(samples, columns, part);
        switch (photometric) {
            case RGB, YBR_ICT, YBR_RCT -> {}
            case YBR_FULL, YBR_FULL_422 -> Colors.fullToRgb(pixels, part.pixels());
            case YBR_PARTIAL_422, YBR_PARTIAL_420 -> Colors.partialToRgb(pixels, part.pixels());
            case MONOCHROME1, MONOCHROME2, PALETTE_COLOR, OTHER ->
                throw new MalformedException(
                        "colours that are not known", Tags.format(Tag.PhotometricInterpretation), -1);
        }
        return new Canvas(part.width(), part.height(), 3, pixels);
    }

    private static byte[] bytes(Samples samples, int columns, Region part) {
        int bits = samples.format().bits();
        int components = samples.format().components();
        int rowSamples = part.width() * components;
        byte[] pixels = new byte[Math.multiplyExact(part.pixels(), components)];
        long max = (1L << bits) - 1;
        for (int y = 0; y < part.height(); y++) {
            int from = ((part.y() + y) * columns + part.x()) * components;
            int to = y * rowSamples;
            switch (samples) {
                case Samples.Bytes bytes -> {
                    if (bits == 8) {
                        System.arraycopy(bytes.array(), from, pixels, to, rowSamples);
                    } else {
                        for (int i = 0; i < rowSamples; i++) {
                            pixels[to + i] = scaled(bytes.array()[from + i] & max, max);
                        }
                    }
                }
                case Samples.Shorts shorts -> {
                    for (int i = 0; i < rowSamples; i++) {
                        pixels[to + i] = scaled(shorts.array()[from + i] & max, max);
                    }
                }
                case Samples.Ints ints -> {
                    for (int i = 0; i < rowSamples; i++) {
                        pixels[to + i] = scaled(ints.array()[from + i] & max, max);
                    }
                }
            }
        }
        return pixels;
    }

    private static byte scaled(long value, long max) {
        return (byte) ((value * 255 + max / 2) / max);
    }

    /// A part of a frame whose stored values are places in a palette.
    static Canvas ofPalette(Samples samples, Palette palette, int columns, Region part) throws MalformedException {
        int[] table = table(samples);
        int bits = samples.format().bits();
        boolean signed = samples.format().signed();
        for (int i = 0; i < table.length; i++) {
            table[i] = palette.at(GreyPipeline.stored(i, bits, signed));
        }
        return looked(samples, table, columns, part);
    }

    /// A part of a grey frame whose values from the first one of a palette on have its colours (PS3.3
    /// C.7.6.19).
    static Canvas ofSupplement(Samples samples, Palette palette, GreyPipeline grey, int columns, Region part)
            throws MalformedException {
        int[] table = table(samples);
        int bits = samples.format().bits();
        boolean signed = samples.format().signed();
        byte[] shades = grey.table(samples);
        for (int i = 0; i < table.length; i++) {
            int stored = GreyPipeline.stored(i, bits, signed);
            table[i] = stored >= palette.first() ? palette.at(stored) : (shades[i] & 0xFF) * 0x010101;
        }
        return looked(samples, table, columns, part);
    }

    /// Room for the colour of each stored value.
    private static int[] table(Samples samples) throws MalformedException {
        int bits = samples.format().bits();
        if (bits > 16) {
            throw new MalformedException("a palette for " + bits + " bits", Tags.format(Tag.BitsStored), -1);
        }
        return new int[1 << bits];
    }

    private static Canvas looked(Samples samples, int[] table, int columns, Region part) {
        Canvas canvas = Canvas.color(part.width(), part.height());
        byte[] pixels = canvas.pixels();
        int mask = table.length - 1;
        for (int y = 0, to = 0; y < part.height(); y++) {
            int from = (part.y() + y) * columns + part.x();
            for (int end = from + part.width(); from < end; from++, to += 3) {
                int color = switch (samples) {
                    case Samples.Bytes bytes -> table[bytes.array()[from] & mask];
                    case Samples.Shorts shorts -> table[shorts.array()[from] & mask];
                    case Samples.Ints ints -> table[ints.array()[from] & mask];
                };
                pixels[to] = (byte) (color >> 16);
                pixels[to + 1] = (byte) (color >> 8);
                pixels[to + 2] = (byte) color;
            }
        }
        return canvas;
    }
}
