package org.isocenter.dicom;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;

/// Reads and writes files in memory.
final class RoundTrip {
    private RoundTrip() {}

    static Part10 read(byte[] file) throws IOException, MalformedException {
        return read(file, ReadOptions.DEFAULT);
    }

    static Part10 read(byte[] file, ReadOptions options) throws IOException, MalformedException {
        return Part10Reader.read(new ByteArrayInputStream(file), options);
    }

    static Element element(DataSet dataSet, int tag) {
        return Objects.requireNonNull(dataSet.find(tag), () -> Tags.format(tag));
    }

    /// The source that offsets count in.
    static byte[] source(byte[] file, Part10 part10) throws IOException {
        return Part10Reader.inflated(new ByteArrayInputStream(file), part10).readAllBytes();
    }

    static byte[] write(Part10 part10, byte[] source) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Part10Writer.write(part10, BulkSource.of(source), out);
        return out.toByteArray();
    }

    /// Asserts that what was read of a file is written with the same bytes, inflated where they are deflated.
    static void assertSameBytes(byte[] file, Part10 part10, String name) throws IOException {
        byte[] source = source(file, part10);
        byte[] written = write(part10, source);
        assertThat(Arrays.mismatch(source(written, part10), source))
                .as("%s: first byte that differs", name)
                .isEqualTo(-1);
        if (!part10.transferSyntax().deflated()) {
            assertThat(part10.lengthBytes()).as(name).isEqualTo(file.length);
        }
    }
}
