package org.isocenter.codec.jpeg2000;

import org.isocenter.codec.MalformedException;
import org.isocenter.codec.SampleFormat;
import org.isocenter.codec.Samples;

/// A tile of the image, decoded.
final class Tile {
    private final Codestream stream;
    private final Codestream.TilePart part;
    private final Coding coding;
    private final TileComponent[] components;
    private final int x0;
    private final int y0;
    private final int x1;
    private final int y1;

    Tile(Codestream stream, int number) throws MalformedException {
        this.stream = stream;
        this.part = stream.tile(number);
        this.coding = part.coding != null ? part.coding : stream.coding;
        int column = number % stream.tilesAcross();
        int row = number / stream.tilesAcross();
        x0 = (int) Math.max(stream.x0, stream.tileX0 + (long) column * stream.tileWidth);
        y0 = (int) Math.max(stream.y0, stream.tileY0 + (long) row * stream.tileHeight);
        x1 = (int) Math.min(stream.x1, stream.tileX0 + (column + 1L) * stream.tileWidth);
        y1 = (int) Math.min(stream.y1, stream.tileY0 + (row + 1L) * stream.tileHeight);
        components = new TileComponent[stream.components];
        long pixels = Math.max(0L, x1 - x0) * Math.max(0, y1 - y0);
        TileComponent.Budget budget = new TileComponent.Budget(4096 + pixels * stream.components / 4);
        for (int i = 0; i < components.length; i++) {
            components[i] = new TileComponent(
                    stream.codingOf(part, i),
                    stream.quantizationOf(part, i),
                    stream.shiftOf(part, i),
                    stream.precisions[i],
                    Codestream.ceil(x0, stream.stepsX[i]),
                    Codestream.ceil(y0, stream.stepsY[i]),
                    Codestream.ceil(x1, stream.stepsX[i]),
                    Codestream.ceil(y1, stream.stepsY[i]),
                    budget);
        }
    }

    void decode(Samples into) throws MalformedException {
        if (x0 >= x1 || y0 >= y1) {
            return;
        }
        new Packets(stream, part, components, coding).read(x0, y0);
        int[][] integers = new int[components.length][];
        float[][] reals = new float[components.length][];
        BlockDecoder blocks = new BlockDecoder();
        for (int i = 0; i < components.length; i++) {
            if (components[i].coding.reversible()) {
                integers[i] = reversible(components[i], blocks);
            } else {
                reals[i] = irreversible(components[i], blocks);
            }
        }
        if (coding.transform() && components.length >= 3) {
            transform(integers, reals);
        }
        for (int i = 0; i < components.length; i++) {
            int[] samples = integers[i];
            if (!components[i].coding.reversible()) {
                samples = rounded(reals[i]);
            }
            store(samples, i, into);
        }
    }

    private int[] reversible(TileComponent component, BlockDecoder blocks) throws MalformedException {
        int[] image = new int[0];
        for (int r = 0; r < component.resolutions.length; r++) {
            Resolution resolution = component.resolutions[r];
            int[] next = new int[resolution.width() * resolution.height()];
            if (r > 0) {
                Resolution lower = component.resolutions[r - 1];
                spread(image, lower.width(), lower.height(), next, resolution, 0);
            }
            for (Band band : resolution.bands()) {
                int[] coefficients = coefficients(component, band, blocks);
                if (r == 0) {
                    next = coefficients;
                } else {
                    spread(coefficients, band.width(), band.height(), next, resolution, band.kind());
                }
            }
            if (r > 0 && next.length > 0) {
                Wavelet.reversible(next, resolution.width(), resolution.height(), resolution.x0(), resolution.y0());
            }
            image = next;
        }
        return image;
    }

    /// Puts the samples of a band where they belong among those of a resolution.
    private static void spread(int[] band, int width, int height, int[] into, Resolution resolution, int kind) {
        int left = (kind & 1) == (resolution.x0() & 1) ? 0 : 1;
        int top = kind >> 1 == (resolution.y0() & 1) ? 0 : 1;
        for (int y = 0; y < height; y++) {
            int at = (2 * y + top) * resolution.width() + left;
            for (int x = 0; x < width; x++, at += 2) {
                into[at] = band[y * width + x];
            }
        }
    }

    private static void spread(float[] band, int width, int height, float[] into, Resolution resolution, int kind) {
        int left = (kind & 1) == (resolution.x0() & 1) ? 0 : 1;
        int top = kind >> 1 == (resolution.y0() & 1) ? 0 : 1;
        for (int y = 0; y < height; y++) {
            int at = (2 * y + top) * resolution.width() + left;
            for (int x = 0; x < width; x++, at += 2) {
                into[at] = band[y * width + x];
            }
        }
    }

    /// The quantizer indexes of a band, with their signs and one bit behind the point.
    private int[] indexes(TileComponent component, Band band, BlockDecoder blocks) throws MalformedException {
        int[] all = new int[band.width() * band.height()];
        for (Precinct precinct : band.precincts()) {
            for (CodeBlock block : precinct.blocks) {
                if (block.passes == 0) {
                    continue;
                }
                int[] decoded = blocks.decode(stream.data, block, band, component.coding);
                for (int y = 0; y < block.height; y++) {
                    int at = (block.y + y) * band.width() + block.x;
                    for (int x = 0; x < block.width; x++) {
                        int value = decoded[y * block.width + x];
                        int magnitude = shifted(value & 0x7FFFFFFF, component.shift);
                        all[at + x] = value < 0 ? -magnitude : magnitude;
                    }
                }
            }
        }
        return all;
    }

    private int[] coefficients(TileComponent component, Band band, BlockDecoder blocks) throws MalformedException {
        int[] all = indexes(component, band, blocks);
        for (int i = 0; i < all.length; i++) {
            all[i] /= 2;
        }
        return all;
    }

    /// What is in a region of interest was lifted above everything else (annex H).
    private static int shifted(int magnitude, int shift) {
        return shift > 0 && shift < 30 && magnitude >> 1 >= 1 << shift ? magnitude >> shift : magnitude;
    }

    private float[] irreversible(TileComponent component, BlockDecoder blocks) throws MalformedException {
        float[] image = new float[0];
        for (int r = 0; r < component.resolutions.length; r++) {
            Resolution resolution = component.resolutions[r];
            float[] next = new float[resolution.width() * resolution.height()];
            if (r > 0) {
                Resolution lower = component.resolutions[r - 1];
                spread(image, lower.width(), lower.height(), next, resolution, 0);
            }
            for (Band band : resolution.bands()) {
                float[] values = values(component, band, blocks);
                if (r == 0) {
                    next = values;
                } else {
                    spread(values, band.width(), band.height(), next, resolution, band.kind());
                }
            }
            if (r > 0 && next.length > 0) {
                Wavelet.irreversible(next, resolution.width(), resolution.height(), resolution.x0(), resolution.y0());
            }
            image = next;
        }
        return image;
    }

    private float[] values(TileComponent component, Band band, BlockDecoder blocks) throws MalformedException {
        int[] indexes = indexes(component, band, blocks);
        float[] all = new float[indexes.length];
        float half = band.step() / 2;
        for (int i = 0; i < all.length; i++) {
            all[i] = indexes[i] * half;
        }
        return all;
    }

    /// Undoes the colour transform (annex G).
    private void transform(int[][] integers, float[][] reals) throws MalformedException {
        TileComponent first = components[0];
        for (int i = 1; i < 3; i++) {
            TileComponent other = components[i];
            if (other.x1 - other.x0 != first.x1 - first.x0
                    || other.y1 - other.y0 != first.y1 - first.y0
                    || other.coding.reversible() != first.coding.reversible()) {
                throw new MalformedException("a colour transform of components of different kinds");
            }
        }
        if (first.coding.reversible()) {
            for (int i = 0; i < integers[0].length; i++) {
                int green = integers[0][i] - (integers[1][i] + integers[2][i] >> 2);
                int red = integers[2][i] + green;
                int blue = integers[1][i] + green;
                integers[0][i] = red;
                integers[1][i] = green;
                integers[2][i] = blue;
            }
        } else {
            for (int i = 0; i < reals[0].length; i++) {
                float y = reals[0][i];
                float b = reals[1][i];
                float r = reals[2][i];
                reals[0][i] = y + 1.402f * r;
                reals[1][i] = y - 0.344136f * b - 0.714136f * r;
                reals[2][i] = y + 1.772f * b;
            }
        }
    }

    private static int[] rounded(float[] reals) {
        int[] samples = new int[reals.length];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = Math.round(reals[i]);
        }
        return samples;
    }

    /// Puts the samples of a component into the frame, each as often as it stands for pixels.
    private void store(int[] samples, int index, Samples into) {
        SampleFormat format = into.format();
        TileComponent component = components[index];
        int precision = stream.precisions[index];
        boolean signed = stream.signs[index];
        int middle = signed ? 0 : 1 << precision - 1;
        int least = signed ? -(1 << precision - 1) : 0;
        int most = signed ? (1 << precision - 1) - 1 : (int) ((1L << precision) - 1);
        int stepX = stream.stepsX[index];
        int stepY = stream.stepsY[index];
        int width = component.x1 - component.x0;
        int components = format.components();
        for (int y = y0; y < y1; y++) {
            int row = (Math.min(y / stepY, component.y1 - 1) - component.y0) * width;
            row = Math.max(row, 0);
            int at = ((y - stream.y0) * format.width() + x0 - stream.x0) * components + index;
            for (int x = x0; x < x1; x++, at += components) {
                int column = Math.clamp(x / stepX - component.x0, 0, width - 1);
                int value = Math.clamp(samples[row + column] + middle, least, most);
                switch (into) {
                    case Samples.Bytes bytes -> bytes.array()[at] = (byte) value;
                    case Samples.Shorts shorts -> shorts.array()[at] = (short) value;
                    case Samples.Ints ints -> ints.array()[at] = value;
                }
            }
        }
    }
}
