package org.isocenter.bench;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;
import org.isocenter.dicom.BulkLinks;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.JsonWriter;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Part10;
import org.isocenter.dicom.Part10Reader;
import org.isocenter.dicom.ReadOptions;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// The two things the server does with every data set: reading it, and writing it as JSON. The object is that
/// of the load drivers: some ninety attributes before 525 kB of pixels.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class DataSetBenchmark {

    private byte[] file = {};
    private DataSet dataSet = new DataSet();

    /// Makes the object once.
    @Setup
    public void setUp() throws IOException, MalformedException {
        file = ObjectMaker.template(Shape.HALF_MB, 1).file(new Identity(1, 1, 0, 0));
        dataSet = Part10Reader.read(new ByteArrayInputStream(file), ReadOptions.DEFAULT)
                .dataSet();
    }

    /// The head alone, as storing does.
    @Benchmark
    public Part10 readHead() throws IOException, MalformedException {
        return Part10Reader.read(new ByteArrayInputStream(file), ReadOptions.DEFAULT.untilPixels());
    }

    /// The whole file, passing over the pixels.
    @Benchmark
    public Part10 readFile() throws IOException, MalformedException {
        return Part10Reader.read(new ByteArrayInputStream(file), ReadOptions.DEFAULT);
    }

    /// The DICOM JSON model of one instance, as metadata does.
    @Benchmark
    public void writeJson() throws IOException {
        JsonWriter writer = new JsonWriter(OutputStream.nullOutputStream(), BulkLinks.NONE);
        writer.write(dataSet);
        writer.flush();
    }
}
