package org.isocenter.server.render.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.util.Objects;
import java.util.stream.Stream;
import org.isocenter.dicom.BulkSource;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.TransferSyntax;
import org.isocenter.dicom.Value;
import org.isocenter.dicom.Vr;
import org.isocenter.server.render.Instance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Encapsulated documents and how long they are (PS3.3 C.24.2).
final class EncapsulatedTest {
    private static final String STORAGE = "1.2.840.10008.5.1.4.1.1.104.";

    static Stream<Arguments> documents() {
        byte[] odd = {'%', 'P', 'D', 'F', '-', 0};
        byte[] even = {'%', 'P', 'D', 'F', '-', '1'};
        byte[] triangle = new byte[84 + 50];
        return Stream.of(
                arguments("PDF padded, length not told", STORAGE + 1, odd, -1, 5),
                arguments("PDF padded, length told", STORAGE + 1, odd, 5, 5),
                arguments("PDF that ends with NUL, length told", STORAGE + 1, odd, 6, 6),
                arguments("PDF with a length that cannot be", STORAGE + 1, odd, 2, 5),
                arguments("PDF with a length beyond its end", STORAGE + 1, odd, 4_000_000, 5),
                arguments("PDF without padding", STORAGE + 1, even, -1, 6),
                arguments("binary STL that ends with NUL", STORAGE + 3, triangle, -1, 134),
                arguments("unknown, which may end with NUL", "2.25.1", odd, -1, 6));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("documents")
    void aDocumentIsAsLongAsItCanBe(String name, String sopClass, byte[] bytes, int told, int length)
            throws IOException {
        DataSet dataSet = new DataSet().putString(Tag.SOPClassUID, sopClass);
        if (told >= 0) {
            dataSet.putInts(Tag.EncapsulatedDocumentLength, told);
        }
        Element inMemory = new Element(Tag.EncapsulatedDocument, Vr.OB, new Value.Bytes(bytes));
        assertThat(lengthBytes(dataSet.put(inMemory), bytes)).isEqualTo(length);
        Element inSource = new Element(Tag.EncapsulatedDocument, Vr.OB, new Value.Bulk(0, bytes.length));
        assertThat(lengthBytes(dataSet.put(inSource), bytes)).isEqualTo(length);
    }

    private static long lengthBytes(DataSet dataSet, byte[] source) throws IOException {
        Instance instance = new Instance(dataSet, TransferSyntax.EXPLICIT_LITTLE_ENDIAN, BulkSource.of(source));
        return Objects.requireNonNull(Encapsulated.find(instance)).lengthBytes();
    }
}
