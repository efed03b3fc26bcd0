package org.isocenter.dicom;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class XmlModelTest {
    private static final String HEAD = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            + "<NativeDicomModel xmlns=\"http://dicom.nema.org/PS3.19/models/NativeDICOM\" xml:space=\"preserve\">";
    private static final String ATTRIBUTE = "<DicomAttribute tag=\"00100020\" vr=\"LO\" keyword=\"PatientID\">";

    private static String xml(DataSet dataSet, BulkLinks links) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new XmlWriter(out, links).write(dataSet);
        return out.toString(UTF_8);
    }

    private static DataSet read(String xml) throws IOException, MalformedException {
        return XmlReader.read(new ByteArrayInputStream(xml.getBytes(UTF_8)), Limits.DEFAULT);
    }

    private static String model(String inner) {
        return "<NativeDicomModel>" + inner + "</NativeDicomModel>";
    }

    private static String inAttribute(String vr, String inner) {
        return model("<DicomAttribute tag=\"00091001\" vr=\"" + vr + "\">" + inner + "</DicomAttribute>");
    }

    @Test
    void whatIsWrittenComesBack() throws IOException, MalformedException {
        for (long seed = 1; seed <= 500; seed++) {
            DataSet dataSet = new RandomDataSets(seed, true).next();
            String xml = xml(dataSet, BulkLinks.NONE);
            assertThat(read(xml)).as("seed %d: %s", seed, xml).containsExactlyElementsOf(dataSet);
        }
    }

    @Test
    void writesTheModelOfTheStandard() throws IOException {
        DataSet dataSet = new DataSet()
                .inherit(CharacterSets.of(List.of("ISO_IR 192")))
                .putString(Tag.PatientName, "Wang^XiaoDong^^Dr=王^小東")
                .putString(0x00090010, Vr.LO, "ACME \"1\"")
                .put(new Element(0x00091001, Vr.OB, new Value.Bytes(new byte[] {1, 2})))
                .putString(Tag.ModalitiesInStudy, "CT", "", "PET")
                .putEmpty(Tag.AccessionNumber)
                .putItems(Tag.OtherPatientIDsSequence, new DataSet().putString(Tag.PatientID, "<&>"), new DataSet())
                .put(new Element(Tag.PixelData, Vr.OW, new Value.Bulk(0, 10)));
        assertThat(xml(dataSet, (path, element) -> element.vr() == Vr.OW ? "/x/" + path : null))
                .isEqualTo(HEAD
                        + "<DicomAttribute tag=\"00080050\" vr=\"SH\" keyword=\"AccessionNumber\"></DicomAttribute>"
                        + "<DicomAttribute tag=\"00080061\" vr=\"CS\" keyword=\"ModalitiesInStudy\">"
                        + "<Value number=\"1\">CT</Value><Value number=\"2\"></Value><Value number=\"3\">PET</Value>"
                        + "</DicomAttribute>"
                        + "<DicomAttribute tag=\"00090010\" vr=\"LO\"><Value number=\"1\">ACME &quot;1&quot;</Value>"
                        + "</DicomAttribute>"
                        + "<DicomAttribute tag=\"00091001\" vr=\"OB\" privateCreator=\"ACME &quot;1&quot;\">"
                        + "<InlineBinary>AQI=</InlineBinary></DicomAttribute>"
                        + "<DicomAttribute tag=\"00100010\" vr=\"PN\" keyword=\"PatientName\"><PersonName number=\"1\">"
                        + "<Alphabetic><FamilyName>Wang</FamilyName><GivenName>XiaoDong</GivenName>"
                        + "<NamePrefix>Dr</NamePrefix></Alphabetic>"
                        + "<Ideographic><FamilyName>王</FamilyName><GivenName>小東</GivenName></Ideographic>"
                        + "</PersonName></DicomAttribute>"
                        + "<DicomAttribute tag=\"00101002\" vr=\"SQ\" keyword=\"OtherPatientIDsSequence\">"
                        + "<Item number=\"1\">" + ATTRIBUTE + "<Value number=\"1\">&lt;&amp;&gt;</Value>"
                        + "</DicomAttribute></Item><Item number=\"2\"></Item></DicomAttribute>"
                        + "<DicomAttribute tag=\"7FE00010\" vr=\"OW\" keyword=\"PixelData\">"
                        + "<BulkData uri=\"/x/7FE00010\"/></DicomAttribute></NativeDicomModel>\n");
    }

    @Test
    void writesDeepNestingWithoutRecursion() throws IOException {
        DataSet dataSet = new DataSet();
        for (int i = 0; i < 5_000; i++) {
            dataSet = new DataSet().putItems(Tag.ContentSequence, dataSet);
        }
        assertThat(xml(dataSet, BulkLinks.NONE)).contains("</Item></DicomAttribute></Item></DicomAttribute>");
    }

    @Test
    void controlCharactersThatXmlCannotWriteAreReplaced() throws IOException, MalformedException {
        DataSet dataSet = new DataSet()
                .inherit(CharacterSets.of(List.of("ISO_IR 192")))
                .put(new Element(Tag.TextValue, Vr.UT, new Value.Bytes("a\u0001\u001bb\r\n\tc\uFFFF".getBytes(UTF_8))));
        assertThat(read(xml(dataSet, BulkLinks.NONE)).findString(Tag.TextValue))
                .isEqualTo("a\uFFFD\uFFFDb\r\n\tc\uFFFD");
    }

    @Test
    void readsPrivateTagsWithoutABlock() throws IOException, MalformedException {
        DataSet dataSet = read(model("<DicomAttribute tag=\"00090010\" vr=\"LO\"><Value number=\"1\">OTHER</Value>"
                + "</DicomAttribute>"
                + "<DicomAttribute tag=\"00090001\" vr=\"LO\" privateCreator=\"ACME\"><Value number=\"1\">x</Value>"
                + "</DicomAttribute>"
                + "<DicomAttribute tag=\"00090002\" vr=\"LO\" privateCreator=\"ACME\"><Value number=\"1\">y</Value>"
                + "</DicomAttribute>"));
        assertThat(dataSet.findString(0x00090011)).isEqualTo("ACME");
        assertThat(dataSet.findString(0x00091101)).isEqualTo("x");
        assertThat(dataSet.findString(0x00091102)).isEqualTo("y");
    }

    @Test
    void readsPlacesBulkDataAndLayout() throws IOException, MalformedException {
        DataSet dataSet = read("""
                <?xml version="1.0"?>
                <!-- a comment -->
                <NativeDicomModel>
                  <DicomAttribute tag="00080061" vr="CS"><Value number="3">CT</Value></DicomAttribute>
                  <DicomAttribute tag="00100020" vr="LO"><Value number="1"><![CDATA[<a>]]>&amp;&#xE9;</Value></DicomAttribute>
                  <DicomAttribute tag="7FE00010" vr="OW">
                    <BulkData uri="https://x/1"/>
                  </DicomAttribute>
                </NativeDicomModel>
                """);
        assertThat(dataSet.strings(Tag.ModalitiesInStudy)).containsExactly("", "", "CT");
        assertThat(dataSet.findString(Tag.PatientID)).isEqualTo("<a>&é");
        assertThat(dataSet.findString(Tag.SpecificCharacterSet)).isEqualTo("ISO_IR 192");
        assertThat(dataSet.find(Tag.PixelData))
                .isEqualTo(new Element(Tag.PixelData, Vr.OW, new Value.Link("https://x/1")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<!DOCTYPE NativeDicomModel><NativeDicomModel/>",
                "<!DOCTYPE NativeDicomModel SYSTEM \"file:///etc/passwd\"><NativeDicomModel/>",
                "<!DOCTYPE NativeDicomModel PUBLIC \"-//x\" \"http://127.0.0.1:9/x.dtd\"><NativeDicomModel/>",
                "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><NativeDicomModel>&e;</NativeDicomModel>",
                "<!DOCTYPE x [<!ENTITY % p SYSTEM \"http://127.0.0.1:9/p\"> %p;]><NativeDicomModel/>",
                "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]><NativeDicomModel>&b;</NativeDicomModel>",
                "<NativeDicomModel>&e;</NativeDicomModel>",
                "<?xml-stylesheet href=\"http://127.0.0.1:9/x.xsl\"?><NativeDicomModel/>",
                "<NativeDicomModel><?php echo ?></NativeDicomModel>",
                "<NativeDicomModel xmlns:xi=\"http://www.w3.org/2001/XInclude\"><xi:include href=\"/etc/passwd\"/>"
                        + "</NativeDicomModel>",
                "<NativeDicomModel xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\""
                        + " xsi:schemaLocation=\"x http://127.0.0.1:9/x.xsd\"/>",
                "<NativeDicomModel xmlns=\"urn:other\"/>",
                "<NativeDicomModel>text</NativeDicomModel>",
                "<NativeDicomModel/><NativeDicomModel/>",
                "<NativeDicomModel>",
                "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><NativeDicomModel/>",
                "<Other/>",
                "",
                "{}"
            })
    void refusesDocuments(String xml) {
        assertThatThrownBy(() -> read(xml)).isInstanceOf(MalformedException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<DicomAttribute/>",
                "<DicomAttribute tag=\"0010001G\" vr=\"LO\"/>",
                "<DicomAttribute tag=\"00100020\" vr=\"DA\"/>",
                "<DicomAttribute tag=\"00100020\" vr=\"LO\" other=\"1\"/>",
                "<DicomAttribute tag=\"00100020\"/><DicomAttribute tag=\"00100020\"/>",
                "<Item number=\"1\"/>",
                "<Value number=\"1\"/>"
            })
    void refusesAttributes(String inner) {
        assertThatThrownBy(() -> read(model(inner))).isInstanceOf(MalformedException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "US|<Value number=\"1\">x</Value>",
                "US|<Value number=\"1\"></Value>",
                "US|<Value number=\"1\">65536</Value>",
                "FD|<Value number=\"1\">0x1p3</Value>",
                "FD|<Value number=\"1\">1d</Value>",
                "FD|<Value number=\"1\">1e</Value>",
                "FD|<Value number=\"1\">1e9999</Value>",
                "LO|<Value number=\"1\">a</Value><Value number=\"1\">b</Value>",
                "LO|<Value number=\"0\">a</Value>",
                "LO|<Value number=\"x\">a</Value>",
                "LO|<Value number=\"2147483647\">a</Value>",
                "LO|<Value number=\"1\">a<b/></Value>",
                "LO|<Value number=\"1\">a</Value><BulkData uri=\"x\"/>",
                "LO|<PersonName number=\"1\"/>",
                "LO|<Item number=\"1\"/>",
                "LO|text",
                "SQ|<Item number=\"2\"/>",
                "SQ|<Value number=\"1\">a</Value>",
                "PN|<Value number=\"1\">a</Value>",
                "PN|<PersonName number=\"1\">x</PersonName>",
                "PN|<PersonName number=\"1\"><Alphabetic>x</Alphabetic></PersonName>",
                "PN|<PersonName number=\"1\"><Other/></PersonName>",
                "PN|<PersonName number=\"1\"><Alphabetic/><Alphabetic/></PersonName>",
                "PN|<PersonName number=\"1\"><Alphabetic><FamilyName>a=b</FamilyName></Alphabetic></PersonName>",
                "OB|<InlineBinary>A</InlineBinary>",
                "OB|<InlineBinary>AAAA</InlineBinary><InlineBinary>AAAA</InlineBinary>",
                "OB|<BulkData/>",
                "OB|<BulkData uri=\"x\">y</BulkData>",
                "OB|<BulkData uuid=\"x\"/>"
            })
    void refusesValues(String vrAndInner) {
        String vr = vrAndInner.substring(0, 2);
        assertThatThrownBy(() -> read(inAttribute(vr, vrAndInner.substring(3)))).isInstanceOf(MalformedException.class);
    }

    @Test
    void refusesDepthAttributesAndNamespacesBeyondTheLimits() {
        String item = "<DicomAttribute tag=\"0040A730\" vr=\"SQ\"><Item number=\"1\">";
        assertThatThrownBy(() -> read("<NativeDicomModel>" + item.repeat(1000)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("nested");
        StringBuilder attributes = new StringBuilder();
        StringBuilder namespaces = new StringBuilder();
        for (int i = 0; i < 1_000_000; i++) {
            attributes.append(" a").append(i).append("=\"\"");
            namespaces.append(" xmlns:a").append(i).append("=\"urn:a\"");
        }
        assertThatThrownBy(() -> read("<NativeDicomModel" + namespaces.substring(0, 170) + "/>"))
                .hasMessageContaining("namespaces");
        for (StringBuilder many : new StringBuilder[] {attributes, namespaces}) {
            assertThatThrownBy(() -> read("<NativeDicomModel" + many + "/>")).isInstanceOf(MalformedException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"<NativeDicomModel><!--", "<NativeDicomModel>", "<", "<NativeDicomModel a=\""})
    void givesUpOnADocumentWithoutEnd(String head) {
        byte[] first = head.getBytes(UTF_8);
        InputStream endless = new InputStream() {
            private int at;

            @Override
            public int read() {
                return at < first.length ? first[at++] : head.equals("<") ? 'A' : ' ';
            }

            @Override
            public int read(byte[] buffer, int offset, int length) {
                Arrays.fill(buffer, offset, offset + length, (byte) (head.equals("<") ? 'A' : ' '));
                buffer[offset] = (byte) read();
                return at < first.length ? 1 : length;
            }
        };
        assertThatThrownBy(() -> XmlReader.read(endless, Limits.DEFAULT)).isInstanceOf(MalformedException.class);
    }

    @Test
    void refusesBytesThatAreNotUtf8() {
        byte[] utf16 = model("").getBytes(UTF_16);
        byte[] latin = model("<!-- é -->").getBytes(ISO_8859_1);
        for (byte[] bytes : List.of(utf16, latin)) {
            assertThatThrownBy(() -> XmlReader.read(new ByteArrayInputStream(bytes), Limits.DEFAULT))
                    .isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void longValuesComeBack() throws IOException, MalformedException {
        DataSet dataSet = new DataSet()
                .putString(Tag.TextValue, "long & plain ".repeat(100_000) + "end.")
                .put(new Element(0x00091001, Vr.OB, new Value.Bytes(new byte[3_000_000])));
        assertThat(read(xml(dataSet, BulkLinks.NONE)).equals(dataSet)).isTrue();
    }

    @Test
    void passesOnTheFailureOfTheSource() {
        InputStream failing = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("gone");
            }
        };
        assertThatThrownBy(() -> XmlReader.read(failing, Limits.DEFAULT))
                .isInstanceOf(IOException.class)
                .hasMessage("gone");
    }
}
