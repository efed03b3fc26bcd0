package org.isocenter.codec;

import java.util.Arrays;
import java.util.Random;

/// Makes broken frames of good ones, and sees that a codec ends as it promises: by samples or by a {@link
/// MalformedException}. Whatever else a codec throws ends the test.
public final class Mutations {
    private int decoded;
    private int refused;

    /// Decodes broken forms of a frame: all prefixes near its ends and some between, and `count` frames
    /// with bits, bytes or stretches changed.
    public void run(Codec codec, byte[] frame, SampleFormat format, int count, long seed) {
        Random random = new Random(seed);
        Samples into = Samples.allocate(format);
        for (int length = 0; length < frame.length; length += step(length, frame.length)) {
            decode(codec, Arrays.copyOf(frame, length), into);
        }
        for (int i = 0; i < count; i++) {
            byte[] broken = frame;
            for (int change = random.nextInt(3); change >= 0; change--) {
                broken = mutate(broken, random);
            }
            decode(codec, broken, into);
        }
    }

    private static int step(int length, int whole) {
        return length < 100 || whole - length < 100 ? 1 : 1 + whole / 50;
    }

    private static byte[] mutate(byte[] frame, Random random) {
        // Headers are where lies hurt most, so half of the changes are there.
        int reach = random.nextBoolean() ? Math.min(frame.length, 100) : frame.length;
        int at = reach == 0 ? 0 : random.nextInt(reach);
        byte[] broken = frame.clone();
        switch (random.nextInt(6)) {
            case 0 -> {
                if (at < broken.length) {
                    broken[at] ^= (byte) (1 << random.nextInt(8));
                }
            }
            case 1 -> {
                if (at < broken.length) {
                    broken[at] = (byte) random.nextInt(256);
                }
            }
            case 2 -> {
                byte extreme = (byte) (random.nextBoolean() ? 0xFF : 0);
                Arrays.fill(broken, at, Math.min(broken.length, at + 1 + random.nextInt(4)), extreme);
            }
            case 3 -> {
                byte[] longer = new byte[broken.length + 1 + random.nextInt(8)];
                int added = longer.length - broken.length;
                random.nextBytes(longer);
                System.arraycopy(broken, 0, longer, 0, at);
                System.arraycopy(broken, at, longer, at + added, broken.length - at);
                broken = longer;
            }
            case 4 -> {
                int gap = Math.min(broken.length - at, 1 + random.nextInt(8));
                byte[] shorter = Arrays.copyOf(broken, broken.length - gap);
                System.arraycopy(broken, at + gap, shorter, at, broken.length - at - gap);
                broken = shorter;
            }
            default -> broken = Arrays.copyOf(broken, at);
        }
        return broken;
    }

    /// Decodes a frame that may be broken, and whether it was refused.
    public boolean decode(Codec codec, byte[] frame, Samples into) {
        try {
            codec.probe(frame);
        } catch (MalformedException expected) {
            refused++;
        }
        try {
            codec.decode(frame, into);
            decoded++;
            return false;
        } catch (MalformedException expected) {
            refused++;
            return true;
        }
    }

    /// How many frames were decoded in spite of all.
    public int decoded() {
        return decoded;
    }

    /// How many refusals there were, of probing and decoding.
    public int refused() {
        return refused;
    }
}
