package org.isocenter.dicom;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonWriterTest {
    private static final CharacterSets UNICODE = CharacterSets.of(List.of("ISO_IR 192"));

    private static String json(DataSet dataSet) throws IOException {
        return json(dataSet, BulkLinks.NONE);
    }

    private static String json(DataSet dataSet, BulkLinks links) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        JsonWriter writer = new JsonWriter(out, links);
        writer.write(dataSet);
        writer.flush();
        return out.toString(UTF_8);
    }

    private static Element text(Vr vr, String text) {
        return new Element(0x00091001, vr, new Value.Bytes(text.getBytes(UTF_8)));
    }

    private static String attribute(Element element) {
        return new String(JsonWriter.attribute(element, UNICODE), UTF_8);
    }

    private static String attribute(Vr vr, String text) {
        return attribute(text(vr, text));
    }

    private static Element numbers(Vr vr, ByteBuffer bytes) {
        return new Element(0x00091001, vr, new Value.Bytes(bytes.array()));
    }

    private static ByteBuffer bytes(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void writesTheExampleOfTheStandard() throws IOException {
        DataSet dataSet = new DataSet()
                .putString(Tag.SpecificCharacterSet, "ISO_IR 192")
                .putString(Tag.StudyInstanceUID, "1.2.392.200036.9116.2.2.2.1762893313.1029997326.945873")
                .putString(Tag.StudyDate, "20130409")
                .putString(Tag.ModalitiesInStudy, "CT", "PET")
                .putString(Tag.PatientName, "Wang^XiaoDong=王^小東")
                .putInts(Tag.NumberOfStudyRelatedInstances, 4)
                .putEmpty(Tag.AccessionNumber)
                .putItems(Tag.OtherPatientIDsSequence, new DataSet().putString(Tag.PatientID, "54321"), new DataSet());
        assertThat(json(dataSet)).isEqualTo("""
                        {"00080005":{"vr":"CS","Value":["ISO_IR 192"]},\
                        "00080020":{"vr":"DA","Value":["20130409"]},\
                        "00080050":{"vr":"SH"},\
                        "00080061":{"vr":"CS","Value":["CT","PET"]},\
                        "00100010":{"vr":"PN","Value":[{"Alphabetic":"Wang^XiaoDong","Ideographic":"王^小東"}]},\
                        "00101002":{"vr":"SQ","Value":[{"00100020":{"vr":"LO","Value":["54321"]}},{}]},\
                        "0020000D":{"vr":"UI","Value":["1.2.392.200036.9116.2.2.2.1762893313.1029997326.945873"]},\
                        "00201208":{"vr":"IS","Value":[4]}}""");
    }

    @Test
    void putsCommasBetweenTheDataSetsOfAnArray() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        JsonWriter writer = new JsonWriter(out, BulkLinks.NONE);
        writer.startArray();
        writer.write(new DataSet());
        writer.write(new DataSet().putEmpty(Tag.PatientID));
        writer.endArray();
        writer.flush();
        assertThat(out.toString(UTF_8)).isEqualTo("[{},{\"00100020\":{\"vr\":\"LO\"}}]");
    }

    @Test
    void ordersTagsAsUnsignedNumbersAndLeavesOutGroupLengthsAndFileMeta() throws IOException {
        DataSet dataSet = new DataSet();
        for (int tag : new int[] {0xFFFCFFFC, 0x7FE10010, 0x00100020, 0x00100000, 0x00020010, 0x00080016}) {
            dataSet.append(new Element(tag, Vr.UN, Value.Bytes.EMPTY));
        }
        assertThat(json(dataSet))
                .isEqualTo("{\"00080016\":{\"vr\":\"UN\"},\"00100020\":{\"vr\":\"UN\"},\"7FE10010\":{\"vr\":\"UN\"},"
                        + "\"FFFCFFFC\":{\"vr\":\"UN\"}}");
    }

    @Test
    void writesDecimalStringsAsNumbersWhereADoubleGivesTheDigitsBack() {
        assertThat(attribute(Vr.DS, "0.48828125000000\\-1.5e-05 \\ 12\\1E5\\-0\\0"))
                .isEqualTo("{\"vr\":\"DS\",\"Value\":[0.48828125000000,-1.5e-05,12,1E5,-0,0]}");
        assertThat(attribute(Vr.DS, "125.0000000000000\\0.1234567890123456\\9007199254740993"))
                .isEqualTo("{\"vr\":\"DS\",\"Value\":[125.0000000000000,0.1234567890123456,\"9007199254740993\"]}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "+5",
                ".5",
                "5.",
                "007",
                "-",
                "1e",
                "1e+",
                "1e999999999",
                "NaN",
                "Infinity",
                "1 2",
                "0x10",
                "10000000000000000000000000000000000000000",
                "0.12345678901234567890",
                "--1",
                "1.2.3",
                "1e5.5"
            })
    void writesDecimalStringsThatAreNoFaithfulNumbersAsStrings(String text) {
        assertThat(attribute(Vr.DS, text)).isEqualTo("{\"vr\":\"DS\",\"Value\":[\"" + text + "\"]}");
        assertThat(attribute(Vr.IS, text)).isEqualTo("{\"vr\":\"IS\",\"Value\":[\"" + text + "\"]}");
    }

    @Test
    void writesEveryNumberThatItCallsFaithfulWithDigitsThatADoubleGivesBack() {
        long seed = 20260101;
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            String text = Double.toString(Double.longBitsToDouble(random.nextLong()));
            if (random.nextBoolean()) {
                text = Long.toString(random.nextLong() >> random.nextInt(64));
            }
            byte[] ascii = text.getBytes(ISO_8859_1);
            if (JsonWriter.faithfulNumber(ascii, 0, ascii.length)) {
                java.math.BigDecimal written = new java.math.BigDecimal(text);
                assertThat(new java.math.BigDecimal(Double.toString(Double.parseDouble(text))))
                        .as("%s, seed %d", text, seed)
                        .isEqualByComparingTo(written);
            }
        }
    }

    @Test
    void writesBinaryIntegersAtTheirLimits() {
        assertThat(attribute(numbers(Vr.US, bytes(4).putShort((short) -1).putShort((short) 7))))
                .isEqualTo("{\"vr\":\"US\",\"Value\":[65535,7]}");
        assertThat(attribute(numbers(Vr.SS, bytes(2).putShort(Short.MIN_VALUE))))
                .isEqualTo("{\"vr\":\"SS\",\"Value\":[-32768]}");
        assertThat(attribute(numbers(Vr.UL, bytes(4).putInt(-1)))).isEqualTo("{\"vr\":\"UL\",\"Value\":[4294967295]}");
        assertThat(attribute(numbers(Vr.SL, bytes(4).putInt(Integer.MIN_VALUE))))
                .isEqualTo("{\"vr\":\"SL\",\"Value\":[-2147483648]}");
        assertThat(attribute(numbers(
                        Vr.SV,
                        bytes(32)
                                .putLong(Long.MIN_VALUE)
                                .putLong(-9007199254740991L)
                                .putLong(9007199254740992L)
                                .putLong(100))))
                .isEqualTo("{\"vr\":\"SV\",\"Value\":[\"-9223372036854775808\",-9007199254740991,"
                        + "\"9007199254740992\",100]}");
        assertThat(attribute(numbers(Vr.UV, bytes(16).putLong(-1).putLong(0))))
                .isEqualTo("{\"vr\":\"UV\",\"Value\":[\"18446744073709551615\",0]}");
        assertThat(attribute(numbers(Vr.AT, bytes(4).putShort((short) 0x7FE0).putShort((short) 0x00AF))))
                .isEqualTo("{\"vr\":\"AT\",\"Value\":[\"7FE000AF\"]}");
    }

    @Test
    void writesFloatingPointNumbersInFewDigitsAndWhatIsNotFiniteAsStrings() {
        assertThat(attribute(numbers(
                        Vr.FL,
                        bytes(24)
                                .putFloat(0.1f)
                                .putFloat(3)
                                .putFloat(-0f)
                                .putFloat(Float.MAX_VALUE)
                                .putFloat(Float.NaN)
                                .putFloat(Float.NEGATIVE_INFINITY))))
                .isEqualTo("{\"vr\":\"FL\",\"Value\":[0.1,3,-0.0,3.4028235E38,\"NaN\",\"-Infinity\"]}");
        assertThat(attribute(numbers(
                        Vr.FD,
                        bytes(32)
                                .putDouble(Math.PI)
                                .putDouble(1e15)
                                .putDouble(Double.MIN_VALUE)
                                .putDouble(Double.POSITIVE_INFINITY))))
                .isEqualTo("{\"vr\":\"FD\",\"Value\":[3.141592653589793,1000000000000000,4.9E-324,\"Infinity\"]}");
    }

    @Test
    void showsEmptyValuesAmongOthersAsNullAndAnEmptyElementByItsRepresentationAlone() {
        assertThat(attribute(Vr.LO, "\\b\\ \\")).isEqualTo("{\"vr\":\"LO\",\"Value\":[null,\"b\",null,null]}");
        assertThat(attribute(Vr.LO, "  ")).isEqualTo("{\"vr\":\"LO\"}");
        assertThat(attribute(Vr.LT, "  ")).isEqualTo("{\"vr\":\"LT\"}");
        assertThat(attribute(Vr.UI, "\0")).isEqualTo("{\"vr\":\"UI\"}");
        assertThat(attribute(Vr.PN, "A^B\\=\\C")).contains("[{\"Alphabetic\":\"A^B\"},null,{\"Alphabetic\":\"C\"}]");
    }

    @Test
    void takesABackslashAsASeparatorOnlyWhereTheRepresentationHasSeveralValues() {
        assertThat(attribute(Vr.ST, "a\\b")).isEqualTo("{\"vr\":\"ST\",\"Value\":[\"a\\\\b\"]}");
        assertThat(attribute(Vr.UR, "a\\b")).isEqualTo("{\"vr\":\"UR\",\"Value\":[\"a\\\\b\"]}");
        assertThat(attribute(Vr.UC, "a\\b")).isEqualTo("{\"vr\":\"UC\",\"Value\":[\"a\",\"b\"]}");
    }

    @Test
    void splitsNamesIntoGroupsWhetherPlainOrNot() {
        assertThat(attribute(Vr.PN, "=x=y")).contains("[{\"Ideographic\":\"x\",\"Phonetic\":\"y\"}]");
        assertThat(attribute(Vr.PN, "=é=y=z ")).contains("[{\"Ideographic\":\"é\",\"Phonetic\":\"y=z\"}]");
        assertThat(attribute(Vr.PN, "a\\é=")).contains("[{\"Alphabetic\":\"a\"},{\"Alphabetic\":\"é\"}]");
        assertThat(attribute(Vr.PN, "\"=\\é")).contains("[{\"Alphabetic\":\"\\\"\"},{\"Alphabetic\":\"é\"}]");
    }

    @Test
    void inlinesBinaryValuesOfEveryLength() {
        Random random = new Random(5);
        for (int length : new int[] {1, 2, 3, 4, 5, 100, 3071, 3072, 3073, 65536}) {
            byte[] octets = new byte[length];
            random.nextBytes(octets);
            Element element = new Element(0x00091001, Vr.UN, new Value.Bytes(octets));
            assertThat(attribute(element))
                    .isEqualTo("{\"vr\":\"UN\",\"InlineBinary\":\""
                            + java.util.Base64.getEncoder().encodeToString(octets) + "\"}");
        }
    }

    @Test
    void namesBulkValuesByTheirPath() throws IOException {
        List<String> asked = new ArrayList<>();
        BulkLinks links = (path, element) -> {
            asked.add(path);
            return element.vr() == Vr.UN ? null : "https://x/" + path;
        };
        DataSet inner = new DataSet()
                .put(new Element(0x00420011, Vr.OB, new Value.Bulk(7, 100_000)))
                .put(new Element(0x00430011, Vr.UN, new Value.Bytes(new byte[] {1})))
                .put(new Element(0x00430012, Vr.UN, new Value.Bulk(7, 100_000)))
                .put(new Element(0x00430013, Vr.OB, new Value.Bulk(7, 0)));
        DataSet dataSet = new DataSet()
                .putItems(
                        Tag.ReferencedStudySequence,
                        new DataSet(),
                        new DataSet().putItems(Tag.ReferencedSeriesSequence, inner))
                .put(new Element(Tag.PixelData, Vr.OB, new Value.Fragments(new long[] {1, 2}, new long[] {0, 5})));
        assertThat(json(dataSet, links))
                .contains("\"00420011\":{\"vr\":\"OB\",\"BulkDataURI\":\"https://x/00081110/1/00081115/0/00420011\"}")
                .contains("\"00430011\":{\"vr\":\"UN\",\"InlineBinary\":\"AQ==\"}")
                .contains("\"00430012\":{\"vr\":\"UN\"}")
                .contains("\"00430013\":{\"vr\":\"OB\"}")
                .endsWith("\"7FE00010\":{\"vr\":\"OB\",\"BulkDataURI\":\"https://x/7FE00010\"}}");
        assertThat(asked).contains("00081110/1/00081115/0/00430011", "7FE00010").hasSize(4);
        assertThat(json(new DataSet().put(new Element(Tag.PixelData, Vr.OW, new Value.Link("a/\"b")))))
                .isEqualTo("{\"7FE00010\":{\"vr\":\"OW\",\"BulkDataURI\":\"a/\\\"b\"}}");
    }

    @Test
    void showsItemsUnderUnknownAsASequenceAndBytesUnderSequenceAsUnknown() {
        Value items = new Value.Items(List.of(new Value.Item(new DataSet().putString(Tag.PatientID, "1"))), true, true);
        assertThat(attribute(new Element(0x00091010, Vr.UN, items)))
                .isEqualTo("{\"vr\":\"SQ\",\"Value\":[{\"00100020\":{\"vr\":\"LO\",\"Value\":[\"1\"]}}]}");
        assertThat(attribute(new Element(0x00091010, Vr.SQ, new Value.Bytes(new byte[] {0}))))
                .isEqualTo("{\"vr\":\"UN\",\"InlineBinary\":\"AA==\"}");
        assertThat(attribute(new Element(0x00091010, Vr.SQ, new Value.Items(List.of()))))
                .isEqualTo("{\"vr\":\"SQ\"}");
    }

    @Test
    void writesDeepNestingWithoutRecursion() throws IOException {
        DataSet dataSet = new DataSet();
        for (int i = 0; i < 100_000; i++) {
            dataSet = new DataSet().putItems(Tag.ContentSequence, dataSet);
        }
        assertThat(json(dataSet)).hasSize(100_000 * "{\"0040A730\":{\"vr\":\"SQ\",\"Value\":[]}}".length() + 2);
    }

    @Test
    void anyTextComesBackFromAJsonParser() {
        long seed = 42;
        Random random = new Random(seed);
        String[] pieces = {
            "\"",
            "\\",
            "\n",
            "\t",
            "\r",
            "\f",
            "\b",
            "\0",
            "\u001b",
            "\u007f",
            "é",
            "\u2028",
            "王",
            "😀",
            "𐍈",
            "\uFFFF",
            "a",
            "~",
            " b",
            "/",
            "<script>",
            "\uFEFF",
            "\u202E"
        };
        for (int round = 0; round < 3000; round++) {
            StringBuilder text = new StringBuilder("x");
            for (int i = random.nextInt(round % 100 == 0 ? 9000 : 12); i > 0; i--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            text.append('x');
            byte[] json = JsonWriter.attribute(text(Vr.LT, text.toString()), UNICODE);
            assertThat(JsonTree.of(json))
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(Map.of("vr", "LT", "Value", List.of(text.toString())));
        }
    }

    @Test
    void unpairedSurrogatesBecomeTheReplacementCharacter() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        JsonBytes bytes = new JsonBytes(out);
        String text = "a\uD83Db\uDE00\uD83D\uD83D\uDE00\uD83D";
        bytes.putString(text);
        bytes.putString("y".repeat(4095) + "😀" + "y".repeat(4094) + "\uD83D");
        bytes.flush();
        assertThat(out.toString(UTF_8))
                .isEqualTo(
                        "\"a\uFFFDb\uFFFD\uFFFD😀\uFFFD\"\"" + "y".repeat(4095) + "😀" + "y".repeat(4094) + "\uFFFD\"");
    }

    @Test
    void longValuesPassThroughTheBufferWhole() throws IOException {
        DataSet dataSet = new DataSet().inherit(UNICODE);
        String plain = "0123456789".repeat(10_000);
        dataSet.put(new Element(Tag.TextValue, Vr.UT, new Value.Bytes(plain.getBytes(UTF_8))));
        String many = "ab\\".repeat(50_000) + "é";
        dataSet.put(new Element(0x00091001, Vr.LO, new Value.Bytes(many.getBytes(UTF_8))));
        Object tree = JsonTree.of(json(dataSet).getBytes(UTF_8));
        assertThat(tree)
                .isEqualTo(Map.of(
                        "0040A160",
                        Map.of("vr", "UT", "Value", List.of(plain)),
                        "00091001",
                        Map.of("vr", "LO", "Value", Arrays.asList(many.split("\\\\")))));
    }
}
