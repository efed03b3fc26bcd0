package org.isocenter.dicom;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonReaderTest {
    private static DataSet read(String json) throws IOException, MalformedException {
        return JsonReader.readOne(new ByteArrayInputStream(json.getBytes(UTF_8)), Limits.DEFAULT);
    }

    private static void refused(String json, String reason) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void whatIsWrittenComesBack() throws IOException, MalformedException {
        for (long seed = 1; seed <= 500; seed++) {
            DataSet dataSet = new RandomDataSets(seed, false).next();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            JsonWriter writer = new JsonWriter(out, BulkLinks.NONE);
            writer.write(dataSet);
            writer.flush();
            DataSet back = JsonReader.readOne(new ByteArrayInputStream(out.toByteArray()), Limits.DEFAULT);
            assertThat(back).as("seed %d: %s", seed, out.toString(UTF_8)).containsExactlyElementsOf(dataSet);
        }
    }

    @Test
    void oneByOneTheLimitsAreThoseOfEachDataSet() throws IOException, MalformedException {
        Limits tight = new Limits(4, 10, 1_000, 64, 10, 200, 1 << 20, 1 << 20, 32);
        String json = IntStream.range(0, 500)
                .mapToObj("{\"00080018\":{\"vr\":\"UI\",\"Value\":[\"1.%d\"]}}"::formatted)
                .collect(Collectors.joining(",", "[", "]"));
        List<String> seen = new ArrayList<>();
        JsonReader.forEach(
                new ByteArrayInputStream(json.getBytes(UTF_8)),
                tight,
                one -> seen.add(one.findString(Tag.SOPInstanceUID)));
        assertThat(seen).hasSize(500).startsWith("1.0").endsWith("1.499");
        assertThatThrownBy(() -> JsonReader.readAll(new ByteArrayInputStream(json.getBytes(UTF_8)), tight))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("more than 10 attributes");
    }

    @Test
    void whatIsCutOffIsMalformedThoughItsBeginningWasGiven() {
        String cut = "[{\"00080018\":{\"vr\":\"UI\",\"Value\":[\"1.1\"]}},{\"0008";
        List<DataSet> seen = new ArrayList<>();
        assertThatThrownBy(() ->
                        JsonReader.forEach(new ByteArrayInputStream(cut.getBytes(UTF_8)), Limits.DEFAULT, seen::add))
                .isInstanceOf(MalformedException.class);
        assertThat(seen).hasSize(1);
    }

    @Test
    void readsTheExamplesOfTheStandard() throws IOException, MalformedException {
        List<DataSet> dataSets = JsonReader.readAll(new ByteArrayInputStream("""
                        [ { "0020000D": { "vr": "UI", "Value": [ "1.2.392" ] },
                            "00080061": { "vr": "CS", "Value": [ "CT", null, "PET" ] },
                            "00100010": { "vr": "PN", "Value": [ { "Alphabetic": "Wang^XiaoDong",
                                "Ideographic": "王^小東" }, { "Phonetic": "x" }, {}, null ] },
                            "00101002": { "vr": "SQ", "Value": [ { "00100020": { "Value": [ "54321" ], "vr": "LO" } },
                                {} ] },
                            "00201208": { "vr": "IS", "Value": [ 4 ] },
                            "00280030": { "vr": "DS", "Value": [ 0.50, "+1" ] },
                            "00080005": { "vr": "CS", "Value": [ "ISO_IR 100" ] },
                            "00081190": { "vr": "UR" },
                            "00100000": { "vr": "UL", "Value": [ 4 ] },
                            "7FE00010": { "vr": "OW", "BulkDataURI": "https://x/1" } },
                          {} ]""".getBytes(UTF_8)), Limits.DEFAULT);
        assertThat(dataSets).hasSize(2);
        DataSet first = dataSets.getFirst();
        assertThat(first.findString(Tag.StudyInstanceUID)).isEqualTo("1.2.392");
        assertThat(first.strings(Tag.ModalitiesInStudy)).containsExactly("CT", "", "PET");
        assertThat(first.strings(Tag.PatientName)).containsExactly("Wang^XiaoDong=王^小東", "==x", "", "");
        assertThat(first.items(Tag.OtherPatientIDsSequence)).hasSize(2);
        assertThat(first.items(Tag.OtherPatientIDsSequence).getFirst().findString(Tag.PatientID))
                .isEqualTo("54321");
        assertThat(first.strings(Tag.PixelSpacing)).containsExactly("0.50", "+1");
        assertThat(first.findString(Tag.SpecificCharacterSet)).isEqualTo("ISO_IR 192");
        assertThat(first.contains(0x00100000)).isFalse();
        assertThat(first.find(Tag.PixelData))
                .isEqualTo(new Element(Tag.PixelData, Vr.OW, new Value.Link("https://x/1")));
        assertThat(dataSets.getLast().isEmpty()).isTrue();
    }

    @Test
    void keepsTheCharacterSetOfTheSourceWhereTheTextIsPlain() throws IOException, MalformedException {
        DataSet dataSet = read("""
                {"00080005":{"vr":"CS","Value":["ISO 2022 IR 13"]},"00100010":{"vr":"PN","Value":[{"Alphabetic":"A^B"}]}}""");
        assertThat(dataSet.findString(Tag.SpecificCharacterSet)).isEqualTo("ISO 2022 IR 13");
        DataSet tilde = read("""
                {"00080005":{"vr":"CS","Value":["ISO 2022 IR 13"]},"00100010":{"vr":"PN","Value":[{"Alphabetic":"A~B"}]}}""");
        assertThat(tilde.findString(Tag.SpecificCharacterSet)).isEqualTo("ISO_IR 192");
    }

    @Test
    void changesTheCharacterSetOfItemsToo() throws IOException, MalformedException {
        DataSet dataSet = read("""
                {"00101002":{"vr":"SQ","Value":[{"00080005":{"vr":"CS","Value":["ISO_IR 100"]},\
                "00100020":{"vr":"LO","Value":["é"]}},{"00100020":{"vr":"LO","Value":["王"]}}]}}""");
        assertThat(dataSet.findString(Tag.SpecificCharacterSet)).isEqualTo("ISO_IR 192");
        List<DataSet> items = dataSet.items(Tag.OtherPatientIDsSequence);
        assertThat(items.getFirst().findString(Tag.SpecificCharacterSet)).isEqualTo("ISO_IR 192");
        assertThat(items.getFirst().findString(Tag.PatientID)).isEqualTo("é");
        assertThat(items.getLast().contains(Tag.SpecificCharacterSet)).isFalse();
        assertThat(items.getLast().findString(Tag.PatientID)).isEqualTo("王");
    }

    @Test
    void readsNumbersThatAreNotFinite() throws IOException, MalformedException {
        DataSet dataSet = read("{\"00091001\":{\"vr\":\"FL\",\"Value\":[\"NaN\",\"Infinity\",\"-inf\",1e38]}}");
        assertThat(dataSet.strings(0x00091001)).containsExactly("NaN", "Infinity", "-Infinity", "1.0E38");
    }

    @Test
    void padsToAnEvenLength() throws IOException, MalformedException {
        DataSet dataSet = read("{\"00091001\":{\"vr\":\"OB\",\"InlineBinary\":\"AAEC\"},"
                + "\"00091002\":{\"vr\":\"UI\",\"Value\":[\"1.2\"]},\"00091003\":{\"vr\":\"LO\",\"Value\":[\"abc\"]}}");
        assertThat(dataSet)
                .containsExactly(
                        new Element(0x00091001, Vr.OB, new Value.Bytes(new byte[] {0, 1, 2, 0})),
                        new Element(0x00091002, Vr.UI, new Value.Bytes("1.2\0".getBytes(UTF_8))),
                        new Element(0x00091003, Vr.LO, new Value.Bytes("abc ".getBytes(UTF_8))));
    }

    @Test
    void namesThePlaceOfWhatIsWrong() {
        assertThatThrownBy(() -> read("{\"00101002\":{\"vr\":\"SQ\",\"Value\":[{},{\"00100020\":{\"vr\":\"LO\","
                        + "\"Value\":[1]}}]}}"))
                .isInstanceOf(MalformedException.class)
                .hasMessage("a value that is not one of LO at (0010,1002)[1].(0010,0020)");
    }

    @Test
    void refusesAttributesAndMembersThatAreThereTwice() {
        refused("{\"00100020\":{\"vr\":\"LO\"},\"00100020\":{\"vr\":\"LO\"}}", "twice");
        refused("{\"00100020\":{\"vr\":\"LO\"},\"00100010\":{\"vr\":\"PN\"},\"00100020\":{\"vr\":\"LO\"}}", "twice");
        refused("{\"00100020\":{\"vr\":\"LO\",\"vr\":\"LO\"}}", "two value representations");
        refused("{\"00100020\":{\"vr\":\"LO\",\"Value\":[],\"Value\":[]}}", "twice");
        refused("{\"00100010\":{\"vr\":\"PN\",\"Value\":[{\"Alphabetic\":\"a\",\"Alphabetic\":\"b\"}]}}", "twice");
    }

    @Test
    void refusesMoreThanOneFormOfAValue() {
        refused("{\"7FE00010\":{\"vr\":\"OW\",\"BulkDataURI\":\"x\",\"InlineBinary\":\"AAAA\"}}", "more than one");
        refused("{\"00280030\":{\"vr\":\"DS\",\"Value\":[1],\"BulkDataURI\":\"x\"}}", "more than one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0010001G", "0010001a", "10001", "", "001000200", "(0010,0020)", "PatientID", "００１００２０"})
    void refusesNamesThatAreNoTags(String name) {
        refused("{\"" + name + "\":{\"vr\":\"LO\"}}", "the eight digits of a tag");
    }

    @Test
    void refusesRepresentationsThatContradictTheDictionary() throws IOException, MalformedException {
        refused("{\"00100020\":{\"vr\":\"DA\"}}", "DA where the standard has LO");
        refused("{\"00100020\":{\"vr\":\"XX\"}}", "no such value representation");
        refused("{\"00100020\":{\"vr\":\"\"}}", "no such value representation");
        assertThat(read("{\"00100020\":{\"vr\":\"UN\",\"InlineBinary\":\"AAA=\"},\"7FE00010\":{\"vr\":\"OB\"},"
                        + "\"00280106\":{\"vr\":\"SS\",\"Value\":[-1]}}"))
                .hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"00091001\":{\"vr\":\"FD\",\"Value\":[1e999999999]}}",
                "{\"00091001\":{\"vr\":\"DS\",\"Value\":[1e999999999]}}",
                "{\"00091001\":{\"vr\":\"FL\",\"Value\":[1e39]}}",
                "{\"00091001\":{\"vr\":\"FD\",\"Value\":[NaN]}}",
                "{\"00091001\":{\"vr\":\"FD\",\"Value\":[007]}}",
                "{\"00091001\":{\"vr\":\"FD\",\"Value\":[+1]}}",
                "{\"00091001\":{\"vr\":\"FD\",\"Value\":[\"1\"]}}",
                "{\"00091001\":{\"vr\":\"FD\",\"Value\":[null]}}",
                "{\"00091001\":{\"vr\":\"US\",\"Value\":[65536]}}",
                "{\"00091001\":{\"vr\":\"US\",\"Value\":[-1]}}",
                "{\"00091001\":{\"vr\":\"US\",\"Value\":[1.0]}}",
                "{\"00091001\":{\"vr\":\"US\",\"Value\":[1e2]}}",
                "{\"00091001\":{\"vr\":\"UV\",\"Value\":[\"18446744073709551616\"]}}",
                "{\"00091001\":{\"vr\":\"SV\",\"Value\":[\"٣\"]}}",
                "{\"00091001\":{\"vr\":\"AT\",\"Value\":[\"0010001G\"]}}",
                "{\"00091001\":{\"vr\":\"LO\",\"Value\":[\"\\ud800\"]}}",
                "{\"00091001\":{\"vr\":\"LO\",\"Value\":[\"\\udc00\\ud800\"]}}",
                "{\"00091001\":{\"vr\":\"PN\",\"Value\":[{\"Alphabetic\":\"\\ud800x\"}]}}",
                "{\"00091001\":{\"vr\":\"PN\",\"Value\":[\"A^B\"]}}",
                "{\"00091001\":{\"vr\":\"PN\",\"Value\":[{\"Alphabetic\":\"a=b\"}]}}",
                "{\"00091001\":{\"vr\":\"PN\",\"Value\":[{\"Alphabetic\":\"a\",\"00100010\":{}}]}}",
                "{\"00091001\":{\"vr\":\"LO\",\"Value\":[true]}}",
                "{\"00091001\":{\"vr\":\"LO\",\"Value\":[1]}}",
                "{\"00091001\":{\"vr\":\"LO\",\"Value\":[\"a\\\\b\"]}}",
                "{\"00091001\":{\"vr\":\"LT\",\"Value\":[\"a\",\"b\"]}}",
                "{\"00091001\":{\"vr\":\"LO\",\"Value\":[{}]}}",
                "{\"00091001\":{\"vr\":\"LO\",\"Value\":[[]]}}",
                "{\"00091001\":{\"vr\":\"LO\",\"Value\":\"a\"}}",
                "{\"00091001\":{\"vr\":\"LO\",\"Value\":null}}",
                "{\"00091001\":{\"vr\":\"LO\",\"InlineBinary\":\"AAAA\"}}",
                "{\"00091001\":{\"vr\":\"LO\",\"name\":\"a\"}}",
                "{\"00091001\":{\"vr\":1}}",
                "{\"00091001\":[]}",
                "{\"00091001\":null}",
                "{\"00091001\":{\"vr\":\"SQ\",\"Value\":[null]}}",
                "{\"00091001\":{\"vr\":\"SQ\",\"Value\":[{\"Alphabetic\":\"x\"}]}}",
                "{\"00091001\":{\"vr\":\"SQ\",\"BulkDataURI\":\"x\"}}",
                "{\"00091001\":{\"vr\":\"OB\",\"BulkDataURI\":\"\"}}",
                "{\"00091001\":{\"vr\":\"OB\",\"Value\":[1]}}",
                "{\"00091001\":{\"vr\":\"OB\",\"InlineBinary\":\"A\"}}",
                "{\"00091001\":{\"vr\":\"OB\",\"InlineBinary\":\"AA\"}}",
                "{\"00091001\":{\"vr\":\"OB\",\"InlineBinary\":\"AA=A\"}}",
                "{\"00091001\":{\"vr\":\"OB\",\"InlineBinary\":\"A A=\"}}",
                "{\"00091001\":{\"vr\":\"OB\",\"InlineBinary\":\"éAAA\"}}",
                "{\"00091001\":{\"vr\":\"OB\",\"InlineBinary\":\"____\"}}",
                "{\"00091001\":{\"vr\":\"LO\"},}",
                "{\"00091001\":{\"vr\":\"LO\",}}",
                "{/* */\"00091001\":{\"vr\":\"LO\"}}",
                "{'00091001':{\"vr\":\"LO\"}}",
                "# no\n{}",
                "\uFEFF{}",
                "{}{}",
                "[{}]{}",
                "[{},]",
                "[[{}]]",
                "[{}",
                "{\"00091001\":{\"vr\":\"SQ\",\"Value\":[{",
                "[",
                "",
                "1",
                "null",
                "\"x\"",
                "[null]",
                "{\"FFFEE000\":{\"vr\":\"UN\"}}",
                "{\"00091001\":{\"vr\":\"LO\",\"Value\":[\"a\nb\"]}}"
            })
    void refuses(String json) {
        assertThatThrownBy(() -> read(json)).isInstanceOf(MalformedException.class);
    }

    @Test
    void refusesBytesThatAreNotUtf8() {
        byte[] utf16 = "{\"00100020\":{\"vr\":\"LO\"}}".getBytes(UTF_16BE);
        byte[] broken = "{\"00100020\":{\"vr\":\"LO\",\"Value\":[\"?\"]}}".getBytes(UTF_8);
        broken[broken.length - 5] = (byte) 0xE9;
        for (byte[] bytes : List.of(utf16, broken)) {
            assertThatThrownBy(() -> JsonReader.readAll(new ByteArrayInputStream(bytes), Limits.DEFAULT))
                    .isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void refusesDepthBreadthAndLengthBeyondTheLimits() {
        String deep = "{\"0040A730\":{\"vr\":\"SQ\",\"Value\":[";
        refused(deep.repeat(1000), "");
        Limits nesting = new Limits(3, 10, 4, 100, 100, 1, 1, 10_000_000, 128);
        assertThatThrownBy(() -> JsonReader.readAll(in(deep.repeat(5)), nesting))
                .hasMessageContaining("nested");
        assertThatThrownBy(() -> JsonReader.readAll(
                        in("{\"0040A730\":{\"vr\":\"SQ\",\"Value\":[" + "{},".repeat(20) + "{}]}}"), nesting))
                .hasMessageContaining("items");
        StringBuilder many = new StringBuilder("{");
        for (int i = 0; i < 20; i++) {
            many.append("\"00091").append(100 + i).append("\":{\"vr\":\"LO\"},");
        }
        assertThatThrownBy(() -> JsonReader.readAll(in(many.toString()), nesting))
                .hasMessageContaining("attributes");
        assertThatThrownBy(() -> JsonReader.readAll(in("[{},{},{},{},{}]"), nesting))
                .hasMessageContaining("data sets");
    }

    private static InputStream in(String json) {
        return new ByteArrayInputStream(json.getBytes(UTF_8));
    }

    /// Gives a head, and then the same octets for ever.
    private static InputStream endless(String head, String rest) {
        byte[] first = head.getBytes(UTF_8);
        byte[] again = rest.getBytes(UTF_8);
        return new InputStream() {
            private long at;

            @Override
            public int read() {
                long here = at++;
                return here < first.length ? first[(int) here] : again[(int) ((here - first.length) % again.length)];
            }
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "A", "\\u0041"})
    void givesUpOnAStringWithoutEnd(String rest) {
        InputStream text = endless("{\"00091001\":{\"vr\":\"LO\",\"Value\":[\"", rest);
        assertThatThrownBy(() -> JsonReader.readAll(text, Limits.DEFAULT)).isInstanceOf(MalformedException.class);
        InputStream binary = endless("{\"00091001\":{\"vr\":\"OB\",\"InlineBinary\":\"", rest);
        assertThatThrownBy(() -> JsonReader.readAll(binary, Limits.DEFAULT)).isInstanceOf(MalformedException.class);
    }

    @Test
    void givesUpOnValuesWithoutEnd() {
        InputStream values = endless("{\"00091001\":{\"vr\":\"US\",\"Value\":[1", ",1");
        assertThatThrownBy(() -> JsonReader.readAll(values, Limits.DEFAULT))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("more than can be held");
        InputStream digits = endless("{\"00091001\":{\"vr\":\"DS\",\"Value\":[1", "1");
        assertThatThrownBy(() -> JsonReader.readAll(digits, Limits.DEFAULT)).isInstanceOf(MalformedException.class);
        InputStream name = endless("{\"0", "0");
        assertThatThrownBy(() -> JsonReader.readAll(name, Limits.DEFAULT)).isInstanceOf(MalformedException.class);
    }

    @Test
    void passesOnTheFailureOfTheSource() {
        InputStream failing = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("gone");
            }
        };
        assertThatThrownBy(() -> JsonReader.readAll(failing, Limits.DEFAULT))
                .isInstanceOf(IOException.class)
                .hasMessage("gone");
    }
}
