package org.isocenter.codec.jpeg2000;

/// Codes the last bit plane of a block by SigProp and MagRef passes (T.814 clauses 7.4 and 7.5), bit by bit
/// as the standard puts it, to test their decoder.
final class HtRefinement {
    private final int[] samples;
    private final int width;
    private final int height;
    private final boolean causal;

    /// What the decoder should find after both passes: samples that no pass reaches remain zeros.
    final int[] expected;

    private final boolean[] significant;
    private final Stream propagation = new Stream(false);
    private final Stream refinement = new Stream(true);

    /// @param samples magnitudes with their lowest bit at bit 0, and signs at bit 31
    HtRefinement(int[] samples, int width, int height, boolean causal) {
        this.samples = samples;
        this.width = width;
        this.height = height;
        this.causal = causal;
        expected = samples.clone();
        significant = new boolean[samples.length];
        for (int i = 0; i < samples.length; i++) {
            significant[i] = magnitude(i) > 1;
        }
        for (int top = 0; top < height; top += 4) {
            for (int x = 0; x < width; x++) {
                for (int y = top; y < Math.min(top + 4, height); y++) {
                    if (significant[y * width + x]) {
                        refinement.put(samples[y * width + x] & 1);
                    }
                }
            }
        }
        for (int top = 0; top < height; top += 4) {
            for (int left = 0; left < width; left += 4) {
                propagate(top, left);
            }
        }
        for (int i = 0; i < samples.length; i++) {
            if (!significant[i]) {
                expected[i] = 0;
            }
        }
    }

    private int magnitude(int i) {
        return samples[i] & 0x7FFFFFFF;
    }

    private void propagate(int top, int left) {
        boolean[] found = new boolean[samples.length];
        for (int x = left; x < Math.min(left + 4, width); x++) {
            for (int y = top; y < Math.min(top + 4, height); y++) {
                int i = y * width + x;
                if (!significant[i] && besideSignificant(x, y)) {
                    propagation.put(magnitude(i));
                    found[i] = magnitude(i) == 1;
                    significant[i] |= found[i];
                }
            }
        }
        for (int x = left; x < Math.min(left + 4, width); x++) {
            for (int y = top; y < Math.min(top + 4, height); y++) {
                if (found[y * width + x]) {
                    propagation.put(samples[y * width + x] >>> 31);
                }
            }
        }
    }

    private boolean besideSignificant(int x, int y) {
        for (int ny = Math.max(y - 1, 0); ny <= Math.min(y + 1, height - 1); ny++) {
            for (int nx = Math.max(x - 1, 0); nx <= Math.min(x + 1, width - 1); nx++) {
                boolean below = causal && ny > (y | 3);
                if (significant[ny * width + nx] && !below) {
                    return true;
                }
            }
        }
        return false;
    }

    /// Both streams in one segment.
    byte[] segment() {
        byte[] first = propagation.end();
        byte[] second = refinement.end();
        byte[] all = java.util.Arrays.copyOf(first, first.length + second.length);
        for (int i = 0; i < second.length; i++) {
            all[all.length - 1 - i] = second[i];
        }
        return all;
    }

    /// The first stream alone.
    byte[] propagationSegment() {
        return propagation.end();
    }

    /// Bits in bytes, in the order in which they are read.
    private static final class Stream {
        private final boolean backwards;
        private final java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
        private int last;
        private int value;
        private int count;

        Stream(boolean backwards) {
            this.backwards = backwards;
            last = backwards ? 0xFF : 0;
        }

        void put(int bit) {
            value |= bit << count++;
            boolean stuffed = backwards ? last > 0x8F && value == 0x7F : last == 0xFF;
            if (count == 8 || count == 7 && stuffed) {
                bytes.write(value);
                last = value;
                value = 0;
                count = 0;
            }
        }

        byte[] end() {
            // One byte more than needed does no harm, and keeps 255 from the end.
            while (count > 0 || last == 0xFF && !backwards) {
                put(0);
                last = count == 0 ? 0 : last;
            }
            return bytes.toByteArray();
        }
    }
}
