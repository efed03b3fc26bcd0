package org.isocenter.bench;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.isocenter.codec.MalformedException;
import org.isocenter.codec.Samples;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// One frame through a codec, there and back, by one thread: to look closer, with the profilers of JMH, at a
/// figure of `isocenter bench codec`.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CodecBenchmark {

    /// Which image.
    @Param
    public Picture picture = Picture.CT;

    /// Which compression.
    @Param
    public Compression compression = Compression.RLE;

    private @Nullable CodedPicture coded;

    /// Draws and encodes the picture.
    @Setup
    public void setUp() throws MalformedException {
        coded = new CodedPicture(picture.draw(picture.side, picture.bits(compression)), compression);
    }

    /// From the frame to samples.
    @Benchmark
    public Samples decode() throws MalformedException {
        return Objects.requireNonNull(coded).decode();
    }

    /// From samples to the frame.
    @Benchmark
    public byte[] encode() {
        return Objects.requireNonNull(coded).encode();
    }
}
