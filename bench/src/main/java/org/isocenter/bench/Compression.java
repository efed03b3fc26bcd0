package org.isocenter.bench;

import java.util.List;
import org.isocenter.codec.Codec;
import org.isocenter.codec.Deflated;
import org.isocenter.codec.FrameHeader.Colors;
import org.isocenter.codec.Rle;
import org.isocenter.codec.jpeg.Jpeg;
import org.isocenter.codec.jpeg2000.Jpeg2000;
import org.isocenter.codec.jpegls.JpegLs;
import org.jspecify.annotations.Nullable;

/// The compressions that are measured, each with the program it is compared with, and what it has to reach,
/// by decoding and by encoding.
public enum Compression {
    RLE("RLE", Rle.codec(), null, Goal.megabytesPerSecond(400)),
    JPEG_BASELINE("JPEG baseline, quality 90", Jpeg.baseline(90, Colors.RGB), Tool.LIBJPEG),
    JPEG_LOSSLESS("JPEG lossless", Jpeg.lossless(), null),
    JPEG_LS("JPEG-LS", JpegLs.lossless(), null, Goal.megabytesPerSecond(60)),
    JPEG_2000("JPEG 2000", Jpeg2000.lossless(Colors.RGB), Tool.OPENJPEG, Goal.timesTool(0.7)),
    HTJ2K(
            "HTJ2K",
            Jpeg2000.highThroughput(Colors.RGB),
            Tool.OPENJPH,
            Goal.timesTool(0.5),
            Goal.timesCompression(4, JPEG_2000)),
    DEFLATE("deflate", Deflated.codec(), null);

    /// What has to be reached: so many MB/s, or times a program or another compression in the same run.
    ///
    /// @param of null for the program beside it
    record Goal(double figure, boolean megabytes, @Nullable Compression of) {

        static Goal megabytesPerSecond(double rate) {
            return new Goal(rate, true, null);
        }

        static Goal timesTool(double factor) {
            return new Goal(factor, false, null);
        }

        static Goal timesCompression(double factor, Compression of) {
            return new Goal(factor, false, of);
        }
    }

    final String title;
    final Codec codec;
    final @Nullable Tool tool;
    final List<Goal> goals;

    Compression(String title, Codec codec, @Nullable Tool tool, Goal... goals) {
        this.title = title;
        this.codec = codec;
        this.tool = tool;
        this.goals = List.of(goals);
    }

    boolean isLossless() {
        return this != JPEG_BASELINE;
    }

    /// The most bits of a sample.
    int mostBits() {
        return this == JPEG_BASELINE ? 8 : 16;
    }
}
