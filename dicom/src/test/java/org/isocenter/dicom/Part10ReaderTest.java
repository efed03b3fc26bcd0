package org.isocenter.dicom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.isocenter.dicom.RoundTrip.element;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class Part10ReaderTest {
    private static final List<TransferSyntax> FORMS = List.of(
            TransferSyntax.IMPLICIT_LITTLE_ENDIAN,
            TransferSyntax.EXPLICIT_LITTLE_ENDIAN,
            TransferSyntax.EXPLICIT_BIG_ENDIAN,
            TransferSyntax.DEFLATED_EXPLICIT_LITTLE_ENDIAN,
            TransferSyntax.RLE_LOSSLESS);

    private static Part10 read(byte[] file) throws IOException, MalformedException {
        Part10 part10 = RoundTrip.read(file);
        RoundTrip.assertSameBytes(file, part10, "round trip");
        return part10;
    }

    private static List<Deviation.Kind> kinds(Part10 part10) {
        return part10.deviations().stream().map(Deviation::kind).toList();
    }

    @Test
    void everyRepresentationIsReadInEveryFormWithNumbersInLittleEndian() throws Exception {
        for (TransferSyntax syntax : FORMS) {
            for (Vr vr : Vr.values()) {
                if (vr == Vr.SQ) {
                    continue;
                }
                // Private elements are UN in implicit VR, whatever was meant.
                FileBuilder builder = FileBuilder.in(syntax)
                        .identified()
                        .text(0x00090010, "LO", "TEST")
                        .header(0x00091001, vr.name(), 16);
                boolean numeric = vr.number() || vr.binary() && vr.unitBytes() > 1;
                int unit = numeric ? vr.unitBytes() : 1;
                for (int i = 0; i < 16; i += unit) {
                    builder.number(0x0102030405060708L, unit);
                }
                Part10 part10 = read(builder.file());
                Element element = element(part10.dataSet(), 0x00091001);
                assertThat(element.vr()).isEqualTo(syntax.explicitVr() ? vr : Vr.UN);
                byte[] value = ((Value.Bytes) element.value()).copy();
                assertThat(value[0]).as(syntax + " " + vr).isEqualTo((byte) 8);
                assertThat(value[unit - 1]).isEqualTo((byte) (9 - unit));
                assertThat(part10.deviations()).isEmpty();
                assertThat(part10.transferSyntax()).isEqualTo(syntax);
            }
        }
    }

    @Test
    void sequencesKeepTheFormOfTheirLengths() throws Exception {
        for (TransferSyntax syntax : FORMS) {
            for (int form = 0; form < 4; form++) {
                boolean outer = (form & 1) != 0;
                boolean inner = (form & 2) != 0;
                FileBuilder code = FileBuilder.in(syntax).text(Tag.CodeValue, "SH", "T-1");
                FileBuilder item = FileBuilder.in(syntax)
                        .text(Tag.PatientID, "LO", "7")
                        .sequence(0x00400260, "SQ", inner, code, FileBuilder.in(syntax));
                byte[] file = FileBuilder.in(syntax)
                        .identified()
                        .sequence(0x00400275, "SQ", outer, item, FileBuilder.in(syntax))
                        .sequence(0x00400321, "SQ", inner)
                        .file();
                Part10 part10 = read(file);
                Value.Items items =
                        (Value.Items) element(part10.dataSet(), 0x00400275).value();
                assertThat(items.undefinedLength()).isEqualTo(outer);
                assertThat(items.items()).hasSize(2).allMatch(read -> read.undefinedLength() == outer);
                assertThat(part10.dataSet()
                                .items(0x00400275)
                                .getFirst()
                                .items(0x00400260)
                                .getFirst()
                                .findString(Tag.CodeValue))
                        .isEqualTo("T-1");
                assertThat(element(part10.dataSet(), 0x00400321).empty()).isTrue();
                assertThat(part10.deviations()).isEmpty();
            }
        }
    }

    @Test
    void largeValuesAndPixelDataStayInTheSource() throws Exception {
        for (TransferSyntax syntax : List.of(
                TransferSyntax.IMPLICIT_LITTLE_ENDIAN,
                TransferSyntax.EXPLICIT_BIG_ENDIAN,
                TransferSyntax.DEFLATED_EXPLICIT_LITTLE_ENDIAN)) {
            byte[] text = new byte[100_000];
            byte[] held = new byte[64 << 10];
            byte[] pixels = {1, 2, 3, 4};
            byte[] file = FileBuilder.in(syntax)
                    .identified()
                    .element(0x00090010, "UT", held)
                    .element(0x00091001, "UT", text)
                    .element(Tag.PixelData, "OW", pixels)
                    .file();
            Part10 part10 = read(file);
            assertThat(element(part10.dataSet(), 0x00090010).value()).isInstanceOf(Value.Bytes.class);
            assertThat(element(part10.dataSet(), 0x00091001).value()).isInstanceOf(Value.Bulk.class);
            Value.Bulk bulk =
                    (Value.Bulk) element(part10.dataSet(), Tag.PixelData).value();
            byte[] source = RoundTrip.source(file, part10);
            assertThat(bulk.offset()).isEqualTo(source.length - 4);
            assertThat(bulk.lengthBytes()).isEqualTo(4);
            assertThat(part10.lengthBytes()).isEqualTo(source.length);
        }
    }

    @Test
    void fragmentsAreRememberedByTheirPlaceAndTheOffsetTableByItsBytes() throws Exception {
        byte[] file = FileBuilder.in(TransferSyntax.JPEG_BASELINE)
                .identified()
                .fragments(new byte[] {0, 0, 0, 0}, new byte[] {9, 8}, new byte[] {(byte) 0xFE, (byte) 0xFF, 0x0D, 7})
                .file();
        Part10 part10 = read(file);
        Value.Fragments fragments =
                (Value.Fragments) element(part10.dataSet(), Tag.PixelData).value();
        assertThat(fragments.count()).isEqualTo(3);
        assertThat(fragments.offsetTable()).containsExactly(0, 0, 0, 0);
        assertThat(file[(int) fragments.offset(1)]).isEqualTo((byte) 9);
        assertThat(fragments.lengthBytes(2)).isEqualTo(4);
        assertThat(part10.deviations()).isEmpty();
    }

    @Test
    void unknownElementsOfUndefinedLengthHaveItemsInImplicitLittleEndian() throws Exception {
        FileBuilder item = FileBuilder.implicit()
                .text(Tag.PatientID, "LO", "A1")
                .sequence(0x00091002, "SQ", true, FileBuilder.implicit().text(Tag.PatientName, "PN", "N"));
        byte[] items = FileBuilder.implicit()
                .item(false, item)
                .item(true, item)
                .tag(FileBuilder.SEQUENCE_END, 0)
                .bytes();
        for (TransferSyntax syntax :
                List.of(TransferSyntax.EXPLICIT_LITTLE_ENDIAN, TransferSyntax.EXPLICIT_BIG_ENDIAN)) {
            byte[] file = FileBuilder.in(syntax)
                    .identified()
                    .header(0x00091001, "UN", FileBuilder.UNDEFINED)
                    .raw(items)
                    .numbers(Tag.Rows, "US", 2, 5)
                    .file();
            Part10 part10 = read(file);
            Element element = element(part10.dataSet(), 0x00091001);
            assertThat(element.vr()).isEqualTo(Vr.UN);
            assertThat(((Value.Items) element.value()).implicitVr()).isTrue();
            assertThat(part10.dataSet().items(0x00091001)).hasSize(2);
            assertThat(part10.dataSet()
                            .items(0x00091001)
                            .get(1)
                            .items(0x00091002)
                            .getFirst()
                            .findString(Tag.PatientName))
                    .isEqualTo("N");
            assertThat(part10.dataSet().findInt(Tag.Rows)).isEqualTo(5);
        }
    }

    @Test
    void implicitRepresentationsFollowTheDictionaryAndTheAttributesThatDecide() throws Exception {
        FileBuilder table = FileBuilder.implicit()
                .numbers(Tag.LUTDescriptor, "US", 2, 1, 0, 16)
                .numbers(Tag.LUTData, "US", 2, 7);
        FileBuilder longTable = FileBuilder.implicit()
                .numbers(Tag.LUTDescriptor, "US", 2, 2, 0xFFFF, 16)
                .numbers(Tag.LUTData, "US", 2, 7, 8);
        byte[] file = FileBuilder.implicit()
                .identified()
                .text(0x00090010, "LO", "OWNER")
                .text(0x00091001, "LO", "unknown")
                .numbers(Tag.PixelRepresentation, "US", 2, 1)
                .numbers(Tag.SmallestImagePixelValue, "SS", 2, 0xFFFE)
                .sequence(0x00283000, "SQ", true, table, longTable)
                .numbers(0x60003000, "OW", 2, 1)
                .numbers(Tag.PixelData, "OW", 2, 1)
                .file();
        DataSet dataSet = read(file).dataSet();
        assertThat(element(dataSet, 0x00090010).vr()).isEqualTo(Vr.LO);
        assertThat(element(dataSet, 0x00091001).vr()).isEqualTo(Vr.UN);
        assertThat(element(dataSet, Tag.SmallestImagePixelValue).vr()).isEqualTo(Vr.SS);
        assertThat(dataSet.findInt(Tag.SmallestImagePixelValue)).isEqualTo(-2);
        assertThat(element(dataSet.items(0x00283000).get(0), Tag.LUTData).vr()).isEqualTo(Vr.US);
        assertThat(element(dataSet.items(0x00283000).get(1), Tag.LUTData).vr()).isEqualTo(Vr.OW);
        assertThat(dataSet.items(0x00283000).get(1).strings(Tag.LUTDescriptor)).containsExactly("2", "-1", "16");
        assertThat(element(dataSet, 0x60003000).vr()).isEqualTo(Vr.OW);
        assertThat(element(dataSet, Tag.PixelData).vr()).isEqualTo(Vr.OW);
    }

    @Test
    void elementsOutOfOrderKeepTheirPlaces() throws Exception {
        byte[] file = FileBuilder.explicit()
                .identified()
                .numbers(Tag.Rows, "US", 2, 5)
                .text(Tag.PatientID, "LO", "A1")
                .numbers(Tag.Columns, "US", 2, 6)
                .file();
        Part10 part10 = read(file);
        assertThat(part10.dataSet().findString(Tag.PatientID)).isEqualTo("A1");
        assertThat(part10.findDeviation(Deviation.Kind.TAG_ORDER))
                .isEqualTo(
                        new Deviation(Deviation.Kind.TAG_ORDER, "(0010,0020)", part10.dataSetOffset() + 34 + 14 + 10));
    }

    @Test
    void aHeadIsReadWithoutWaitingForWhatFollowsThePixelData() throws Exception {
        byte[] head = FileBuilder.explicit()
                .identified()
                .header(Tag.PixelData, "OW", 1 << 30)
                .file();
        InputStream stalling = new InputStream() {
            private int at;

            @Override
            public int read() {
                throw new AssertionError("one by one");
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                assertThat(at).as("bytes read before the pixel data").isLessThan(head.length);
                int count = Math.min(Math.min(length, 7), head.length - at);
                System.arraycopy(head, at, target, offset, count);
                at += count;
                return count;
            }
        };
        Part10 part10 = Part10Reader.read(stalling, ReadOptions.DEFAULT.untilPixels());
        assertThat(part10.dataSet().size()).isEqualTo(2);
        assertThat(part10.lengthBytes()).isEqualTo(-1);
    }

    @Test
    void everyByteIsReadToTheEndOfTheStream() throws Exception {
        byte[] file = FileBuilder.explicit()
                .identified()
                .header(Tag.PixelData, "OW", 300_000)
                .zeros(300_000)
                .file();
        List<Integer> reads = new ArrayList<>();
        InputStream counting = new ByteArrayInputStream(file) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                int count = super.read(target, offset, length);
                reads.add(count);
                return count;
            }

            @Override
            public long skip(long count) {
                throw new AssertionError("skipped");
            }
        };
        Part10Reader.read(counting, ReadOptions.DEFAULT);
        assertThat(reads.getLast()).isEqualTo(-1);
        assertThat(reads.stream().mapToInt(Integer::intValue).sum()).isEqualTo(file.length - 1);
        assertThat(reads).hasSizeLessThan(10);
    }

    @Test
    void aDataSetAloneIsReadInTheTransferSyntaxOfItsMessage() throws Exception {
        byte[] bytes = FileBuilder.implicit().identified().bytes();
        Part10 part10 = Part10Reader.readDataSet(
                new ByteArrayInputStream(bytes), TransferSyntax.IMPLICIT_LITTLE_ENDIAN, ReadOptions.DEFAULT);
        assertThat(part10.dataSet().findString(Tag.SOPInstanceUID)).isEqualTo(FileBuilder.SOP_INSTANCE);
        assertThat(part10.dataSetOffset()).isZero();
        assertThat(part10.preamble()).isNull();
        assertThat(kinds(part10)).isEmpty();
    }

    @Test
    void characterSetsAreInheritedByItems() throws Exception {
        byte[] file = FileBuilder.explicit()
                .text(Tag.SpecificCharacterSet, "CS", "ISO_IR 192")
                .identified()
                .sequence(0x00400275, "SQ", false, FileBuilder.explicit().text(Tag.PatientName, "PN", "Jürgen"))
                .file();
        DataSet item = read(file).dataSet().items(0x00400275).getFirst();
        assertThat(item.findString(Tag.PatientName)).isEqualTo("Jürgen");
    }
}
