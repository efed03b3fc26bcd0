package org.isocenter.dicom;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Data sets of every representation in the form that the models give back: text in UTF-8 without more
/// padding than an even length asks for, whole binary numbers, sequences of defined length.
final class RandomDataSets {
    private static final String[] ASCII = {"a", "Z", "0", " x", "'", "<", "&", "%", "~", "\"", "]]>", "--", ".", "+"};
    private static final String[] WIDE = {"é", "Ω", "王", "小", "😀", "𐍈", "\u2028", "\u00A0", "\uFEFF", "\u202E"};
    private static final String[] LAYOUT = {"\r\n", "\t", "\f", "\\", "="};
    private static final String[] CONTROL = {"\u0001", "\u001B", "\u007F", "\0.", "\b"};
    private static final String[] NUMBERS = {
        "0", "-1", "1.50", "+3", "007", "1e5", "-2.5E-07", ".5", "9007199254740993", "1e999999999", "NaN", "12345678"
    };

    private final Random random;
    private final boolean xml;

    /// @param xml whether to keep to what XML 1.0 and its model can tell
    RandomDataSets(long seed, boolean xml) {
        this.random = new Random(seed);
        this.xml = xml;
    }

    DataSet next() {
        return dataSet(0).putString(Tag.SpecificCharacterSet, "ISO_IR 192");
    }

    private DataSet dataSet(int depth) {
        DataSet dataSet = new DataSet().inherit(CharacterSets.of(List.of("ISO_IR 192")));
        for (int i = random.nextInt(depth == 0 ? 40 : 5); i > 0; i--) {
            Vr vr = Vr.values()[random.nextInt(Vr.values().length)];
            int tag = Tags.of(2 * random.nextInt(4, 0x7FFE) + 1, random.nextInt(0x1000, 0x10000));
            if (vr != Vr.SQ || depth < 6) {
                dataSet.put(new Element(tag, vr, value(vr, depth)));
            }
        }
        return dataSet;
    }

    private Value value(Vr vr, int depth) {
        if (vr == Vr.SQ) {
            List<Value.Item> items = new ArrayList<>();
            for (int i = random.nextInt(3); i > 0; i--) {
                items.add(new Value.Item(dataSet(depth + 1)));
            }
            return new Value.Items(items);
        }
        if (vr.number()) {
            return numbers(vr);
        }
        if (vr.binary()) {
            byte[] octets = new byte[random.nextInt(6) * Math.max(2, vr.unitBytes())];
            random.nextBytes(octets);
            return new Value.Bytes(octets);
        }
        List<String> values = new ArrayList<>();
        for (int i = vr.multiValuedText() ? random.nextInt(4) : 1; i > 0; i--) {
            values.add(random.nextInt(5) == 0 ? "" : text(vr));
        }
        byte[] encoded = String.join("\\", values).getBytes(UTF_8);
        if ((encoded.length & 1) != 0) {
            encoded = Arrays.copyOf(encoded, encoded.length + 1);
            encoded[encoded.length - 1] = vr.padding();
        }
        return new Value.Bytes(encoded);
    }

    private String text(Vr vr) {
        if (vr == Vr.DS || vr == Vr.IS) {
            return NUMBERS[random.nextInt(NUMBERS.length)];
        }
        if (vr == Vr.PN) {
            String[] names = {"A", "A^B", "A^^^Dr", "^B", "=王^小", "A==う", "A=王=う^え", "==x", "É^~", "A^B^C^D^E"};
            return names[random.nextInt(names.length)];
        }
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(1, 12); i > 0; i--) {
            String[][] from = {
                ASCII,
                ASCII,
                vr.localText() ? WIDE : ASCII,
                vr.multiValuedText() ? ASCII : LAYOUT,
                xml || vr.multiValuedText() ? ASCII : CONTROL
            };
            String[] pieces = from[random.nextInt(from.length)];
            String piece = pieces[random.nextInt(pieces.length)];
            text.append(xml && piece.equals("\f") ? "f" : piece);
        }
        String stripped = text.toString().strip();
        return stripped.isEmpty() || stripped.endsWith("\0") ? "x" : stripped;
    }

    private Value numbers(Vr vr) {
        int count = random.nextInt(4);
        int unit = vr == Vr.AT ? 4 : vr.unitBytes();
        ByteBuffer bytes = ByteBuffer.allocate(count * unit).order(ByteOrder.LITTLE_ENDIAN);
        float[] floats = {0, -0f, 1, 0.1f, Float.NaN, Float.NEGATIVE_INFINITY, Float.MIN_VALUE, Float.MAX_VALUE, 1e10f};
        double[] doubles = {0, -0d, 0.1, Double.NaN, Double.POSITIVE_INFINITY, Double.MIN_VALUE, Double.MAX_VALUE, 1e22
        };
        for (int i = 0; i < count; i++) {
            switch (vr) {
                case FL ->
                    bytes.putFloat(
                            random.nextBoolean()
                                    ? floats[random.nextInt(floats.length)]
                                    : (float) random.nextGaussian());
                case FD ->
                    bytes.putDouble(
                            random.nextBoolean() ? doubles[random.nextInt(doubles.length)] : random.nextGaussian());
                default -> {
                    byte[] octets = new byte[unit];
                    random.nextBytes(octets);
                    bytes.put(random.nextInt(4) == 0 ? new byte[unit] : octets);
                }
            }
        }
        return new Value.Bytes(bytes.array());
    }
}
