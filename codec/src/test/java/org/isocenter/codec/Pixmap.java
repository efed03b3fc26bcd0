package org.isocenter.codec;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// Files of the Netpbm formats, by which frames of one or three unsigned components go to other tools and
/// back.
public final class Pixmap {
    private Pixmap() {}

    /// The file name that tools expect of such a frame.
    public static String name(String stem, SampleFormat format) {
        return stem + (format.components() == 1 ? ".pgm" : ".ppm");
    }

    public static void write(Path file, Samples samples) throws IOException {
        SampleFormat format = samples.format();
        byte[] head = "P%d\n%d %d\n%d\n"
                .formatted(format.components() == 1 ? 5 : 6, format.width(), format.height(), (1 << format.bits()) - 1)
                .getBytes(StandardCharsets.US_ASCII);
        int bytes = format.bytesPerSample();
        byte[] all = Arrays.copyOf(head, head.length + (int) format.sampleCount() * bytes);
        for (int i = 0; i < format.sampleCount(); i++) {
            int value = Pictures.getBits(samples, i);
            for (int k = 0; k < bytes; k++) {
                all[head.length + i * bytes + k] = (byte) (value >> 8 * (bytes - 1 - k));
            }
        }
        Files.write(file, all);
    }

    /// Reads the samples behind the header, whose format the caller knows.
    public static Samples read(Path file, SampleFormat format) throws IOException {
        byte[] all = Files.readAllBytes(file);
        int bytes = format.bytesPerSample();
        Samples samples = Samples.allocate(format);
        int offset = all.length - (int) format.sampleCount() * bytes;
        for (int i = 0; i < format.sampleCount(); i++) {
            int value = 0;
            for (int k = 0; k < bytes; k++) {
                value = value << 8 | all[offset + i * bytes + k] & 0xFF;
            }
            Pictures.set(samples, i, value);
        }
        return samples;
    }
}
