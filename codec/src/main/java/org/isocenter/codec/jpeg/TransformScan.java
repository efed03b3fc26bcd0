package org.isocenter.codec.jpeg;

import org.isocenter.codec.MalformedException;

/// Decodes a scan of coefficients: all of them (T.81 F.2), or some, or some more bits of some (annex G).
final class TransformScan {
    private final Scan scan;
    private final Component[] components;
    private final boolean progressive;
    private final int categoryMax;
    private final int unitsAcross;
    private final int unitsDown;
    private final int[] former = new int[4];
    private int endOfBandRun;

    TransformScan(
            Scan scan,
            Component[] all,
            boolean progressive,
            int precision,
            int maxHorizontal,
            int maxVertical,
            int width,
            int height)
            throws MalformedException {
        this.scan = scan;
        this.progressive = progressive;
        this.categoryMax = precision + 4;
        this.components = new Component[scan.components().length];
        for (int i = 0; i < components.length; i++) {
            components[i] = all[scan.components()[i]];
        }
        if (components.length == 1) {
            unitsAcross = components[0].blocksInWidth();
            unitsDown = components[0].blocksInHeight();
        } else {
            unitsAcross = (width + 8 * maxHorizontal - 1) / (8 * maxHorizontal);
            unitsDown = (height + 8 * maxVertical - 1) / (8 * maxVertical);
        }
        check();
    }

    private void check() throws MalformedException {
        int start = scan.spectralStart();
        int end = scan.spectralEnd();
        boolean legal = progressive
                ? start <= end
                        && end < 64
                        && (start > 0 || end == 0)
                        && (start == 0 || components.length == 1)
                        && scan.bit() < 14
                        && (scan.formerBit() == 0 || scan.formerBit() == scan.bit() + 1)
                : start == 0;
        if (!legal) {
            throw new MalformedException(
                    "a scan of coefficients " + start + " to " + end + ", bits " + scan.formerBit() + " to "
                            + scan.bit(),
                    scan.start());
        }
    }

    /// @return where the stream goes on
    int decode(byte[] data, int at) throws MalformedException {
        BitReader in = new BitReader(data, at);
        int left = scan.restartInterval();
        int restarts = 0;
        for (int y = 0; y < unitsDown; y++) {
            for (int x = 0; x < unitsAcross; x++) {
                if (scan.restartInterval() > 0 && left == 0) {
                    in.restart(restarts++);
                    java.util.Arrays.fill(former, 0);
                    endOfBandRun = 0;
                    left = scan.restartInterval();
                }
                left--;
                if (components.length == 1) {
                    decodeBlock(in, 0, y * components[0].blocksAcross + x);
                } else {
                    decodeUnit(in, x, y);
                }
            }
            in.check();
        }
        in.endSegment();
        return in.position();
    }

    private void decodeUnit(BitReader in, int x, int y) throws MalformedException {
        for (int i = 0; i < components.length; i++) {
            Component component = components[i];
            for (int v = 0; v < component.vertical; v++) {
                int row = (y * component.vertical + v) * component.blocksAcross;
                for (int h = 0; h < component.horizontal; h++) {
                    decodeBlock(in, i, row + x * component.horizontal + h);
                }
            }
        }
    }

    private void decodeBlock(BitReader in, int i, int block) throws MalformedException {
        short[] coefficients = java.util.Objects.requireNonNull(components[i].coefficients);
        int base = block << 6;
        if (!progressive) {
            decodeAll(in, i, coefficients, base);
        } else if (scan.spectralStart() == 0) {
            if (scan.formerBit() == 0) {
                former[i] += in.difference(category(scan.direct(i).decode(in), in));
                coefficients[base] = (short) (former[i] << scan.bit());
            } else if (in.read(1) != 0) {
                coefficients[base] |= (short) (1 << scan.bit());
            }
        } else if (scan.formerBit() == 0) {
            decodeBand(in, coefficients, base);
        } else {
            refineBand(in, coefficients, base);
        }
    }

    private int category(int category, BitReader in) throws MalformedException {
        if (category > categoryMax) {
            throw new MalformedException("a coefficient of " + category + " bits", in.position());
        }
        return category;
    }

    private void decodeAll(BitReader in, int i, short[] coefficients, int base) throws MalformedException {
        former[i] += in.difference(category(scan.direct(i).decode(in), in));
        coefficients[base] = (short) former[i];
        HuffmanTable table = scan.alternating(i);
        for (int k = 1; k < 64; k++) {
            int symbol = table.decode(in);
            int size = symbol & 15;
            if (size == 0) {
                if (symbol != 0xF0) {
                    return;
                }
                k += 15;
                continue;
            }
            k += symbol >> 4;
            if (k > 63) {
                throw new MalformedException("a block of more than 64 coefficients", in.position());
            }
            coefficients[base + Stream.ZIGZAG[k]] = (short) in.difference(size);
        }
    }

    /// T.81 G.1.2.2.
    private void decodeBand(BitReader in, short[] coefficients, int base) throws MalformedException {
        if (endOfBandRun > 0) {
            endOfBandRun--;
            return;
        }
        HuffmanTable table = scan.alternating(0);
        for (int k = scan.spectralStart(); k <= scan.spectralEnd(); k++) {
            int symbol = table.decode(in);
            int run = symbol >> 4;
            int size = symbol & 15;
            if (size == 0) {
                if (run < 15) {
                    endOfBandRun = (1 << run) - 1 + in.read(run);
                    return;
                }
                k += 15;
                continue;
            }
            k += run;
            if (k > scan.spectralEnd()) {
                throw new MalformedException("a band of more coefficients than it has", in.position());
            }
            coefficients[base + Stream.ZIGZAG[k]] = (short) (in.difference(size) << scan.bit());
        }
    }

    /// T.81 G.1.2.3: one more bit for each coefficient that is not zero, and new ones between them.
    private void refineBand(BitReader in, short[] coefficients, int base) throws MalformedException {
        int bit = 1 << scan.bit();
        int k = scan.spectralStart();
        if (endOfBandRun == 0) {
            HuffmanTable table = scan.alternating(0);
            while (k <= scan.spectralEnd()) {
                int symbol = table.decode(in);
                int run = symbol >> 4;
                int size = symbol & 15;
                int value = 0;
                if (size == 1) {
                    value = in.read(1) != 0 ? bit : -bit;
                } else if (size != 0) {
                    throw new MalformedException("a refinement of " + size + " bits", in.position());
                } else if (run < 15) {
                    endOfBandRun = (1 << run) + in.read(run);
                    break;
                }
                k = refine(in, coefficients, base, k, run);
                if (value != 0) {
                    if (k > scan.spectralEnd()) {
                        throw new MalformedException("a band of more coefficients than it has", in.position());
                    }
                    coefficients[base + Stream.ZIGZAG[k]] = (short) value;
                }
                k++;
            }
        }
        if (endOfBandRun > 0) {
            refine(in, coefficients, base, k, 64);
            endOfBandRun--;
        }
    }

    /// Refines coefficients up to the one behind `zeros` that are zero.
    ///
    /// @return its place, or behind the end of the band
    private int refine(BitReader in, short[] coefficients, int base, int from, int zeros) {
        int bit = 1 << scan.bit();
        int left = zeros;
        int k = from;
        for (; k <= scan.spectralEnd(); k++) {
            int at = base + Stream.ZIGZAG[k];
            short value = coefficients[at];
            if (value == 0) {
                if (left-- == 0) {
                    break;
                }
            } else if (in.read(1) != 0 && (Math.abs(value) & bit) == 0) {
                coefficients[at] = (short) (value + (value > 0 ? bit : -bit));
            }
        }
        return k;
    }
}
