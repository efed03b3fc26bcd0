package org.isocenter.bench;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.isocenter.codec.MalformedException;
import org.isocenter.codec.Samples;

/// A picture and the frame that a compression makes of it.
final class CodedPicture {

    private final Compression compression;
    private final Samples samples;
    private final Samples into;
    private final byte[] frame;

    /// Encodes once, and sees that decoding gives the picture back: what is wrong is not worth measuring.
    CodedPicture(Samples samples, Compression compression) throws MalformedException {
        this.compression = compression;
        this.samples = samples;
        this.into = Samples.allocate(samples.format());
        this.frame = compression.codec.encode(samples);
        decode();
        if (compression.isLossless() && !Arrays.equals(portable(into), portable(samples))) {
            throw new IllegalStateException(compression.title + " does not give back what went in");
        }
    }

    /// The picture by every compression.
    static List<CodedPicture> each(Picture picture, int side) throws MalformedException {
        Map<Integer, Samples> drawn = new HashMap<>();
        List<CodedPicture> all = new ArrayList<>();
        for (Compression compression : Compression.values()) {
            Samples samples = drawn.computeIfAbsent(picture.bits(compression), bits -> picture.draw(side, bits));
            all.add(new CodedPicture(samples, compression));
        }
        return all;
    }

    Compression compression() {
        return compression;
    }

    Samples decode() throws MalformedException {
        compression.codec.decode(frame, into);
        return into;
    }

    byte[] encode() {
        return compression.codec.encode(samples);
    }

    byte[] frame() {
        return frame;
    }

    /// The bytes of the samples in memory.
    long sizeBytes() {
        return samples.format().sampleCount() * samples.format().bytesPerSample();
    }

    int bits() {
        return samples.format().bits();
    }

    boolean isColor() {
        return samples.format().components() > 1;
    }

    /// The picture as the programs read and write it: a portable gray map or pixel map.
    byte[] portable() {
        return portable(samples);
    }

    private static byte[] portable(Samples samples) {
        int side = samples.format().width();
        String head = "P%d\n%d %d\n%d\n"
                .formatted(
                        samples.format().components() == 1 ? 5 : 6,
                        side,
                        samples.format().height(),
                        (1 << samples.format().bits()) - 1);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
        switch (samples) {
            case Samples.Bytes bytes -> file.writeBytes(bytes.array());
            case Samples.Shorts shorts -> {
                for (short sample : shorts.array()) {
                    file.write(sample >> 8);
                    file.write(sample);
                }
            }
            case Samples.Ints ints -> throw new IllegalArgumentException("no such map has " + ints.format());
        }
        return file.toByteArray();
    }
}
