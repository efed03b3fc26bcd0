package org.isocenter.dicom;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever the bytes are, a parser ends by data sets or by a {@link MalformedException}, in bounded time
/// and memory; and what it read is the same when it is written and read again. Without `-Dfuzz` only the
/// seeds run.
class DataSetFuzzTest {
    private static final long MOST_ALLOCATED = 64 << 20;

    /// As small as the inputs of a fuzzer, so that they reach the bounds.
    private static final Limits LIMITS =
            new Limits(8, 2_000, 200, 1 << 10, 200, 200, 1 << 16, 4 << 20, Limits.DEFAULT.jsonDepth());

    private interface Parser {
        void parse() throws IOException, MalformedException;
    }

    static Stream<Arguments> file() {
        return Part10PropertyTest.SYNTAXES.stream()
                .map(syntax -> Arguments.of((Object) Part10PropertyTest.sample(syntax)));
    }

    @MethodSource
    @FuzzTest
    void file(byte[] input) throws IOException {
        parse(() -> {
            Part10 part10 = RoundTrip.read(input, ReadOptions.DEFAULT.within(LIMITS));
            RoundTrip.assertSameBytes(input, part10, "written again");
            written(List.of(part10.dataSet()));
        });
    }

    static Stream<Arguments> json() throws IOException {
        List<Arguments> seeds = new ArrayList<>();
        for (long seed = 1; seed <= 20; seed++) {
            seeds.add(Arguments.of((Object) written(List.of(new RandomDataSets(seed, false).next()))));
        }
        return seeds.stream();
    }

    @MethodSource
    @FuzzTest
    void json(byte[] input) throws IOException {
        parse(() -> {
            List<DataSet> read = JsonReader.readAll(new ByteArrayInputStream(input), LIMITS);
            byte[] written = written(read);
            List<DataSet> again = JsonReader.readAll(new ByteArrayInputStream(written), Limits.DEFAULT);
            assertThat(again).as(new String(written, UTF_8)).isEqualTo(read);
        });
    }

    private static void parse(Parser parser) throws IOException {
        if (parseOnce(parser) > MOST_ALLOCATED) {
            // Classes that were loaded on the way count the first time.
            assertThat(parseOnce(parser)).as("bytes allocated").isLessThan(MOST_ALLOCATED);
        }
    }

    /// Parses and tells the bytes allocated for it.
    private static long parseOnce(Parser parser) throws IOException {
        long before = allocated();
        try {
            parser.parse();
        } catch (MalformedException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
        return allocated() - before;
    }

    private static byte[] written(List<DataSet> dataSets) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        JsonWriter writer = new JsonWriter(out, BulkLinks.NONE);
        writer.startArray();
        for (DataSet dataSet : dataSets) {
            writer.write(dataSet);
        }
        writer.endArray();
        writer.flush();
        return out.toByteArray();
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getThreadAllocatedBytes(Thread.currentThread().threadId());
    }
}
