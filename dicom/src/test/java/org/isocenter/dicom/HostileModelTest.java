package org.isocenter.dicom;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Data sets in JSON and XML that are broken or meant to break something (rows J of the
/// [hostile inputs](../../../../../../../docs/reference/hostile-inputs.md)): malformed, each of them, without
/// having been read to their ends where they are large.
class HostileModelTest {
    private static final long GIBIBYTE = 1L << 30;
    private static final int BLOCK = 1 << 20;

    /// A source that is never held, and tells how much of it was taken.
    private static final class Source extends InputStream {
        private final InputStream in;
        private long taken;

        Source(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            int octet = in.read();
            taken += octet < 0 ? 0 : 1;
            return octet;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = in.read(target, offset, length);
            taken += Math.max(0, count);
            return count;
        }
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(UTF_8));
    }

    private static InputStream joined(InputStream... streams) {
        return new SequenceInputStream(Collections.enumeration(List.of(streams)));
    }

    /// Text that is made block by block while it is read.
    private static InputStream made(long blocks, LongFunction<String> maker) {
        return new SequenceInputStream(new Enumeration<>() {
            private long next;

            @Override
            public boolean hasMoreElements() {
                return next < blocks;
            }

            @Override
            public InputStream nextElement() {
                return bytes(maker.apply(next++));
            }
        });
    }

    private static InputStream gibibyteOf(String letter) {
        String block = letter.repeat(BLOCK);
        return made(GIBIBYTE / BLOCK, number -> block);
    }

    /// Ten million private elements, each with a tag of its own.
    private static InputStream elements(String before, String after) {
        return made(1000, number -> {
            StringBuilder block = new StringBuilder();
            for (int i = 0; i < 10_000; i++) {
                int group = 0x0009 + 2 * (int) number;
                block.append(before)
                        .append(Tags.hex(Tags.of(group, 0x1000 + i)))
                        .append(after);
            }
            return block.toString();
        });
    }

    private static String json(String attribute) {
        return "{" + attribute + "}";
    }

    private static String ofLine(String rest) {
        return json("\"00100020\":{\"vr\":\"LO\"," + rest + "}");
    }

    private static String ofNumber(String number) {
        return json("\"00180050\":{\"vr\":\"DS\",\"Value\":[" + number + "]}");
    }

    private static String xml(String attributes) {
        return "<NativeDicomModel>" + attributes + "</NativeDicomModel>";
    }

    private static Arguments row(String name, String document) {
        return arguments(name, (Supplier<InputStream>) () -> bytes(document), Long.MAX_VALUE);
    }

    /// @param takenMax how much of it may be read before it is refused
    private static Arguments large(String name, Supplier<InputStream> document, long takenMax) {
        return arguments(name, document, takenMax);
    }

    static Stream<Arguments> jsonDocuments() {
        String item = "{\"0040A730\":{\"vr\":\"SQ\",\"Value\":[";
        return Stream.of(
                row("J01 a depth of 1,000", item.repeat(1000) + "]}}".repeat(1000)),
                row("J01 arrays in a depth of 1,000", "[".repeat(1000) + "]".repeat(1000)),
                large("J01 an array of 1 GiB of arrays", () -> gibibyteOf("["), BLOCK),
                large(
                        "J01 10^7 elements",
                        () -> joined(bytes("{"), elements("\"", "\":{\"vr\":\"LO\"},"), bytes("\"00100020\":{}}")),
                        64L << 20),
                large(
                        "J01 a string of 1 GiB",
                        () -> joined(
                                bytes("{\"00100020\":{\"vr\":\"LO\",\"Value\":[\""), gibibyteOf("a"), bytes("\"]}}")),
                        64L << 20),
                large("J01 a name of 1 GiB", () -> joined(bytes("{\""), gibibyteOf("a"), bytes("\":{}}")), BLOCK),
                large(
                        "J01 a number of 1 GiB",
                        () -> joined(bytes("{\"00180050\":{\"vr\":\"DS\",\"Value\":["), gibibyteOf("1"), bytes("]}}")),
                        32L << 20),
                row("J02 an attribute twice", json("\"00100020\":{\"vr\":\"LO\"},\"00100020\":{\"vr\":\"LO\"}")),
                row("J02 a member twice", ofLine("\"Value\":[\"a\"],\"Value\":[\"b\"]")),
                row("J02 a representation twice", ofLine("\"vr\":\"LO\"")),
                row("J02 values and bulk data", ofLine("\"Value\":[\"a\"],\"BulkDataURI\":\"b\"")),
                row("J02 a tag that is none", json("\"0010001G\":{\"vr\":\"LO\"}")),
                row("J02 a representation that contradicts", json("\"00100020\":{\"vr\":\"DA\"}")),
                row("J02 a representation that is none", json("\"00100020\":{\"vr\":\"ZZ\"}")),
                row("J03 a huge exponent", ofNumber("1e999999999")),
                row("J03 NaN", ofNumber("NaN")),
                row("J03 infinity", ofNumber("-Infinity")),
                row("J03 zeros at the beginning", ofNumber("007")),
                row("J03 hexadecimal", ofNumber("0x10")),
                row("J03 a plus sign", ofNumber("+1")),
                row("J03 a point at the end", ofNumber("1.")),
                row("J03 a lone surrogate", ofLine("\"Value\":[\"\\ud800\"]")),
                row("J03 surrogates in the wrong order", ofLine("\"Value\":[\"\\udc00\\ud800\"]")),
                arguments(
                        "J03 UTF-16",
                        (Supplier<InputStream>) () -> new ByteArrayInputStream(
                                ofLine("\"Value\":[\"a\"]").getBytes(UTF_16LE)),
                        Long.MAX_VALUE),
                row("J03 a byte order mark", "\uFEFF" + ofLine("\"Value\":[\"a\"]")),
                row("J03 a comment", ofLine("\"Value\":[\"a\"]/* b */")),
                row("J03 a comma at the end", ofLine("\"Value\":[\"a\",]")),
                row("J03 single quotes", "{'00100020':{'vr':'LO'}}"),
                row("J03 a control character", ofLine("\"Value\":[\"a\nb\"]")),
                row("J04 no base 64", json("\"00091001\":{\"vr\":\"OB\",\"InlineBinary\":\"AA*=\"}")),
                row("J04 half of a base 64", json("\"00091001\":{\"vr\":\"OB\",\"InlineBinary\":\"AAA\"}")),
                large(
                        "J04 1 GiB of base 64",
                        () -> joined(
                                bytes("{\"00091001\":{\"vr\":\"OB\",\"InlineBinary\":\""),
                                gibibyteOf("A"),
                                bytes("\"}}")),
                        64L << 20));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("jsonDocuments")
    void jsonIsMalformed(String name, Supplier<InputStream> document, long takenMax) throws IOException {
        try (Source source = new Source(document.get())) {
            assertThatThrownBy(() -> JsonReader.readAll(source, Limits.DEFAULT)).isInstanceOf(MalformedException.class);
            assertThat(source.taken).isLessThanOrEqualTo(takenMax);
        }
    }

    static Stream<Arguments> xmlDocuments() {
        String item = "<DicomAttribute tag=\"0040A730\" vr=\"SQ\"><Item number=\"1\">";
        String binary = "<DicomAttribute tag=\"00091001\" vr=\"OB\"><InlineBinary>";
        return Stream.of(
                row("J01 XML in a depth of 1,000", xml(item.repeat(1000) + "</Item></DicomAttribute>".repeat(1000))),
                large(
                        "J01 10^7 elements in XML",
                        () -> joined(
                                bytes("<NativeDicomModel>"),
                                elements("<DicomAttribute vr=\"LO\" tag=\"", "\"/>"),
                                bytes("</NativeDicomModel>")),
                        128L << 20),
                large(
                        "J01 a text of 1 GiB in XML",
                        () -> joined(
                                bytes(
                                        "<NativeDicomModel><DicomAttribute tag=\"00100020\" vr=\"LO\"><Value number=\"1\">"),
                                gibibyteOf("a")),
                        128L << 20),
                row("J02 an attribute twice in XML", xml("<DicomAttribute tag=\"00100020\" vr=\"LO\"/>".repeat(2))),
                row(
                        "J02 values and bulk data in XML",
                        xml("<DicomAttribute tag=\"00100020\" vr=\"LO\"><Value number=\"1\">a</Value>"
                                + "<BulkData uri=\"b\"/></DicomAttribute>")),
                row("J02 a tag that is none in XML", xml("<DicomAttribute tag=\"0010001G\" vr=\"LO\"/>")),
                row(
                        "J02 a representation that contradicts in XML",
                        xml("<DicomAttribute tag=\"00100020\" vr=\"DA\"/>")),
                row("J04 no base 64 in XML", xml(binary + "AA*=</InlineBinary></DicomAttribute>")),
                large(
                        "J04 1 GiB of base 64 in XML",
                        () -> joined(bytes("<NativeDicomModel>" + binary), gibibyteOf("A")),
                        128L << 20),
                large(
                        "J05 10^6 attributes",
                        () -> joined(bytes("<NativeDicomModel"), made(1_000_000, i -> " a" + i + "=\"\""), bytes("/>")),
                        128L << 20),
                large(
                        "J05 10^6 namespaces",
                        () -> joined(
                                bytes("<NativeDicomModel"),
                                made(1_000_000, i -> " xmlns:a" + i + "=\"urn:a\""),
                                bytes("/>")),
                        128L << 20));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("xmlDocuments")
    void xmlIsMalformed(String name, Supplier<InputStream> document, long takenMax) throws IOException {
        try (Source source = new Source(document.get())) {
            assertThatThrownBy(() -> XmlReader.read(source, Limits.DEFAULT)).isInstanceOf(MalformedException.class);
            assertThat(source.taken).isLessThanOrEqualTo(takenMax);
        }
    }

    /// Documents that name an address, which nobody calls.
    @ParameterizedTest(name = "J05 {0}")
    @ValueSource(
            strings = {
                "<!DOCTYPE NativeDicomModel><NativeDicomModel/>",
                "<!DOCTYPE NativeDicomModel SYSTEM \"{url}\"><NativeDicomModel/>",
                "<!DOCTYPE NativeDicomModel PUBLIC \"-//x\" \"{url}\"><NativeDicomModel/>",
                "<!DOCTYPE x [<!ENTITY e SYSTEM \"{url}\">]><NativeDicomModel>&e;</NativeDicomModel>",
                "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><NativeDicomModel>&e;</NativeDicomModel>",
                "<!DOCTYPE x [<!ENTITY % p SYSTEM \"{url}\"> %p;]><NativeDicomModel/>",
                "<!DOCTYPE x [<!ENTITY a \"aa\"><!ENTITY b \"&a;&a;\"><!ENTITY c \"&b;&b;\">]>"
                        + "<NativeDicomModel>&c;</NativeDicomModel>",
                "<NativeDicomModel xmlns:xi=\"http://www.w3.org/2001/XInclude\"><xi:include href=\"{url}\"/>"
                        + "</NativeDicomModel>",
                "<NativeDicomModel xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\""
                        + " xsi:schemaLocation=\"x {url}\"/>",
                "<?xml-stylesheet href=\"{url}\"?><NativeDicomModel/>"
            })
    void xmlThatNamesAnAddressIsMalformedAndTheAddressIsNotCalled(String document) throws IOException {
        try (ServerSocket trap = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            trap.setSoTimeout(1);
            String url = "http://127.0.0.1:" + trap.getLocalPort() + "/a";
            assertThatThrownBy(() -> XmlReader.read(bytes(document.replace("{url}", url)), Limits.DEFAULT))
                    .isInstanceOf(MalformedException.class);
            // Whoever had called would be waiting by now.
            assertThatThrownBy(trap::accept).isInstanceOf(SocketTimeoutException.class);
        }
    }
}
