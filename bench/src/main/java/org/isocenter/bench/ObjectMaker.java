package org.isocenter.bench;

import static org.isocenter.bench.ObjectTemplate.Field.Kind.DATE;
import static org.isocenter.bench.ObjectTemplate.Field.Kind.INSTANCE_NUMBER;
import static org.isocenter.bench.ObjectTemplate.Field.Kind.INSTANCE_UID;
import static org.isocenter.bench.ObjectTemplate.Field.Kind.MODALITY;
import static org.isocenter.bench.ObjectTemplate.Field.Kind.NAME;
import static org.isocenter.bench.ObjectTemplate.Field.Kind.SERIES_NUMBER;
import static org.isocenter.bench.ObjectTemplate.Field.Kind.SERIES_UID;
import static org.isocenter.bench.ObjectTemplate.Field.Kind.SLICE;
import static org.isocenter.bench.ObjectTemplate.Field.Kind.SOP_CLASS;
import static org.isocenter.bench.ObjectTemplate.Field.Kind.STUDY_LABEL;
import static org.isocenter.bench.ObjectTemplate.Field.Kind.STUDY_UID;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Makes the template of an object as a scanner would send it: Part 10, explicit VR little endian, about ninety
/// attributes with some sequences and a private block, then noisy pixels of twelve bits stored in sixteen.
final class ObjectMaker {

    private static final String EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1";
    private static final String IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.";
    private static final int PREAMBLE = 128;

    private final Shape shape;
    private final long seed;
    private final ElementWriter out = new ElementWriter();
    private final List<ObjectTemplate.Field> fields = new ArrayList<>();
    /// Where the data set starts in the head: the positions of its values are relative to this.
    private int offset;

    private ObjectMaker(Shape shape, long seed) {
        this.shape = shape;
        this.seed = seed;
    }

    /// The same shape and seed make the same bytes.
    static ObjectTemplate template(Shape shape, long seed) {
        ObjectMaker maker = new ObjectMaker(shape, seed);
        maker.fileMeta();
        maker.studyAndSeries();
        maker.patient();
        maker.acquisition();
        maker.relationship();
        maker.image();
        return new ObjectTemplate(shape, seed, maker.out.toBytes(), maker.fields, maker.pixels());
    }

    private void fileMeta() {
        ElementWriter meta = new ElementWriter();
        meta.bytes(0x0002_0001, "OB", (byte) 0, (byte) 1);
        int sopClass = meta.text(0x0002_0002, "UI", IMAGE_STORAGE + "2") + IMAGE_STORAGE.length();
        int instance = meta.text(0x0002_0003, "UI", uid(Identity.Level.INSTANCE));
        meta.text(0x0002_0010, "UI", EXPLICIT_LITTLE_ENDIAN);
        meta.text(0x0002_0012, "UI", "2.25.90000000000000000000000000000000001");
        meta.text(0x0002_0013, "SH", "ISOCENTER_BENCH");
        out.raw(new byte[PREAMBLE]);
        out.raw(new byte[] {'D', 'I', 'C', 'M'});
        out.number(0x0002_0000, "UL", meta.size());
        offset = out.size();
        field(SOP_CLASS, sopClass);
        field(INSTANCE_UID, instance + uidPrefixLength(Identity.Level.INSTANCE));
        out.raw(meta.toBytes());
        offset = 0;
    }

    private void studyAndSeries() {
        out.text(0x0008_0005, "CS", "ISO_IR 192");
        out.text(0x0008_0008, "CS", "ORIGINAL\\PRIMARY\\AXIAL");
        out.text(0x0008_0012, "DA", "20240102");
        out.text(0x0008_0013, "TM", "101112.131415");
        field(SOP_CLASS, out.text(0x0008_0016, "UI", IMAGE_STORAGE + "2") + IMAGE_STORAGE.length());
        uidField(INSTANCE_UID, 0x0008_0018, Identity.Level.INSTANCE);
        for (int tag : new int[] {0x0008_0020, 0x0008_0021, 0x0008_0022, 0x0008_0023}) {
            field(DATE, out.text(tag, "DA", "20240102"));
        }
        for (int tag : new int[] {0x0008_0030, 0x0008_0031, 0x0008_0032, 0x0008_0033}) {
            out.text(tag, "TM", "101112.131415");
        }
        field(STUDY_LABEL, out.text(0x0008_0050, "SH", "A0000000000") + 1);
        field(MODALITY, out.text(0x0008_0060, "CS", "CT"));
        out.text(0x0008_0070, "LO", "Isocenter Works");
        out.text(0x0008_0080, "LO", "Hôpital Général");
        out.text(0x0008_0081, "ST", "1 Main Street, Springfield");
        out.text(0x0008_0090, "PN", "Βερίδης^Ιωάννης");
        out.text(0x0008_1010, "SH", "SCANNER01");
        out.text(0x0008_1030, "LO", "Thorax native and contrast");
        out.sequence(0x0008_1032, code("CTTHORAX", "99BENCH", "CT of the thorax"));
        out.text(0x0008_103E, "LO", "Axial 1.0 lung");
        out.text(0x0008_1040, "LO", "Radiology");
        out.text(0x0008_1050, "PN", "Иванов^Пётр");
        out.text(0x0008_1070, "PN", "Operator^One");
        out.text(0x0008_1090, "LO", "Bench 64");
        ElementWriter performed = new ElementWriter();
        performed.text(0x0008_1150, "UI", "1.2.840.10008.3.1.2.3.3");
        performed.text(0x0008_1155, "UI", "2.25.90000000000000000000000000000000002");
        out.sequence(0x0008_1111, performed);
        ElementWriter source = new ElementWriter();
        source.text(0x0008_1150, "UI", IMAGE_STORAGE + "2");
        source.text(0x0008_1155, "UI", "2.25.90000000000000000000000000000000003");
        source.sequence(0x0040_A170, code("121322", "DCM", "Source image for image processing operation"));
        out.sequence(0x0008_2112, source);
        out.text(0x0009_0010, "LO", "ISOCENTER BENCH 1");
        out.text(0x0009_1001, "LO", "private text");
        out.number(0x0009_1002, "UL", 42);
    }

    private void patient() {
        field(NAME, out.text(0x0010_0010, "PN", " ".repeat(ObjectTemplate.NAME_BYTES)));
        field(STUDY_LABEL, out.text(0x0010_0020, "LO", "P0000000000") + 1);
        out.text(0x0010_0021, "LO", "BENCH");
        out.text(0x0010_0030, "DA", "19610412");
        out.text(0x0010_0040, "CS", "F");
        out.text(0x0010_1010, "AS", "062Y");
        out.text(0x0010_1020, "DS", "1.72");
        out.text(0x0010_1030, "DS", "68.5");
        out.text(0x0010_4000, "LT", "Comments on the patient\r\nin two lines.");
    }

    private void acquisition() {
        out.text(0x0018_0015, "CS", "CHEST");
        out.text(0x0018_0022, "CS", "HELICAL MODE");
        out.text(0x0018_0050, "DS", "1.0");
        out.text(0x0018_0060, "DS", "120");
        out.text(0x0018_0090, "DS", "500.0");
        out.text(0x0018_1000, "LO", "SN-0001");
        out.text(0x0018_1020, "LO", "1.2.3\\4.5.6");
        out.text(0x0018_1030, "LO", "Thorax routine");
        out.text(0x0018_1100, "DS", "360.0");
        out.text(0x0018_1110, "DS", "1085.6");
        out.text(0x0018_1111, "DS", "595.0");
        out.text(0x0018_1120, "DS", "0.0");
        out.text(0x0018_1130, "DS", "150.5");
        out.text(0x0018_1140, "CS", "CW");
        out.text(0x0018_1150, "IS", "500");
        out.text(0x0018_1151, "IS", "300");
        out.text(0x0018_1152, "IS", "150");
        out.text(0x0018_1160, "SH", "FLAT");
        out.text(0x0018_1170, "IS", "36");
        out.text(0x0018_1190, "DS", "1.2");
        out.text(0x0018_1200, "DA", "20240102");
        out.text(0x0018_1201, "TM", "060000");
        out.text(0x0018_1210, "SH", "Br64");
        out.text(0x0018_5100, "CS", "FFS");
    }

    private void relationship() {
        uidField(STUDY_UID, 0x0020_000D, Identity.Level.STUDY);
        uidField(SERIES_UID, 0x0020_000E, Identity.Level.SERIES);
        field(STUDY_LABEL, out.text(0x0020_0010, "SH", "S0000000000") + 1);
        field(SERIES_NUMBER, out.text(0x0020_0011, "IS", "0".repeat(ObjectTemplate.SERIES_NUMBER_DIGITS)));
        out.text(0x0020_0012, "IS", "1");
        field(INSTANCE_NUMBER, out.text(0x0020_0013, "IS", "0".repeat(ObjectTemplate.INSTANCE_NUMBER_DIGITS)));
        field(SLICE, out.text(0x0020_0032, "DS", "-180.0\\-180.0\\00000000.5") + "-180.0\\-180.0\\".length());
        out.text(0x0020_0037, "DS", "1\\0\\0\\0\\1\\0");
        out.text(0x0020_0052, "UI", "2.25.90000000000000000000000000000000004");
        out.text(0x0020_1040, "LO", "SN");
        field(SLICE, out.text(0x0020_1041, "DS", "00000000.5"));
    }

    private void image() {
        out.shorts(0x0028_0002, "US", 1);
        out.text(0x0028_0004, "CS", "MONOCHROME2");
        if (shape.frames > 1) {
            out.text(0x0028_0008, "IS", Integer.toString(shape.frames));
        }
        out.shorts(0x0028_0010, "US", shape.side);
        out.shorts(0x0028_0011, "US", shape.side);
        out.text(0x0028_0030, "DS", "0.703125\\0.703125");
        out.shorts(0x0028_0100, "US", 16);
        out.shorts(0x0028_0101, "US", 12);
        out.shorts(0x0028_0102, "US", 11);
        out.shorts(0x0028_0103, "US", 0);
        out.text(0x0028_1050, "DS", "-600\\40");
        out.text(0x0028_1051, "DS", "1500\\400");
        out.text(0x0028_1052, "DS", "-1024");
        out.text(0x0028_1053, "DS", "1");
        out.text(0x0028_1054, "LO", "HU");
        out.text(0x0028_1055, "LO", "LUNG\\SOFT");
        out.text(0x0040_0244, "DA", "20240102");
        out.text(0x0040_0245, "TM", "101112");
        out.text(0x0040_0253, "SH", "PPS1");
        out.text(0x0040_0254, "LO", "CT thorax");
        ElementWriter request = new ElementWriter();
        request.text(0x0032_1060, "LO", "CT of the thorax");
        request.sequence(0x0032_1064, code("CTTHORAX", "99BENCH", "CT of the thorax"));
        request.text(0x0040_0007, "LO", "CT thorax");
        request.text(0x0040_0009, "SH", "SPS1");
        request.text(0x0040_1001, "SH", "RP1");
        out.sequence(0x0040_0275, request);
        out.header(0x7FE0_0010, "OW", shape.pixelBytes());
    }

    /// One frame: a gradient under noise, so that it is neither empty nor the same in any two rows.
    private byte[] pixels() {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] pixels = new byte[shape.frameBytes()];
        for (int i = 0; i < pixels.length; i += 2) {
            int row = i / 2 / shape.side;
            int value = (row * 2048 / shape.side + random.nextInt(512)) & 0xFFF;
            pixels[i] = (byte) value;
            pixels[i + 1] = (byte) (value >>> 8);
        }
        return pixels;
    }

    private static ElementWriter code(String value, String scheme, String meaning) {
        ElementWriter item = new ElementWriter();
        item.text(0x0008_0100, "SH", value);
        item.text(0x0008_0102, "SH", scheme);
        item.text(0x0008_0104, "LO", meaning);
        return item;
    }

    private String uid(Identity.Level level) {
        return Identity.uidPrefix(level, seed) + "0".repeat(Identity.NUMBER_DIGITS);
    }

    private int uidPrefixLength(Identity.Level level) {
        return Identity.uidPrefix(level, seed).length();
    }

    private void uidField(ObjectTemplate.Field.Kind kind, int tag, Identity.Level level) {
        field(kind, out.text(tag, "UI", uid(level)) + uidPrefixLength(level));
    }

    private void field(ObjectTemplate.Field.Kind kind, int position) {
        fields.add(new ObjectTemplate.Field(kind, offset + position));
    }
}
