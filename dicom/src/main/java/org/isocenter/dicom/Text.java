package org.isocenter.dicom;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/// Values of elements as text, as people and queries see them.
final class Text {
    private Text() {}

    /// The values of an element without padding: text decoded, numbers in decimal, tags as eight hexadecimal
    /// digits. Sequences, bulk values and binary streams have none.
    static List<String> values(Element element, CharacterSets characterSets) {
        if (!(element.value() instanceof Value.Bytes bytes) || bytes.length() == 0) {
            return List.of();
        }
        Vr vr = element.known().vr();
        if (vr.number()) {
            return numbers(vr, bytes);
        }
        if (!vr.text()) {
            return List.of();
        }
        String text = characterSets.decode(bytes.array(), bytes.offset(), bytes.length(), vr);
        if (!vr.multiValuedText()) {
            return List.of(trimEnd(text));
        }
        if (text.indexOf('\\') < 0) {
            return List.of(trim(text, vr));
        }
        List<String> values = new ArrayList<>();
        int start = 0;
        for (int end = text.indexOf('\\'); end >= 0; end = text.indexOf('\\', start)) {
            values.add(trim(text.substring(start, end), vr));
            start = end + 1;
        }
        values.add(trim(text.substring(start), vr));
        return values;
    }

    private static List<String> numbers(Vr vr, Value.Bytes bytes) {
        int unit = vr == Vr.AT ? 4 : vr.unitBytes();
        List<String> values = new ArrayList<>(bytes.length() / unit);
        for (int at = 0; at + unit <= bytes.length(); at += unit) {
            values.add(number(vr, bytes.array(), bytes.offset() + at));
        }
        return values;
    }

    private static String number(Vr vr, byte[] array, int at) {
        return switch (vr) {
            case US -> Integer.toString(LittleEndian.unsignedShort(array, at));
            case SS -> Short.toString((short) LittleEndian.unsignedShort(array, at));
            case UL -> Integer.toUnsignedString(LittleEndian.integer(array, at));
            case SL -> Integer.toString(LittleEndian.integer(array, at));
            case UV -> new BigInteger(Long.toUnsignedString(LittleEndian.longInteger(array, at))).toString();
            case SV -> Long.toString(LittleEndian.longInteger(array, at));
            case FL -> Float.toString(Float.intBitsToFloat(LittleEndian.integer(array, at)));
            case FD -> Double.toString(Double.longBitsToDouble(LittleEndian.longInteger(array, at)));
            case AT ->
                Tags.hex(Tags.of(LittleEndian.unsignedShort(array, at), LittleEndian.unsignedShort(array, at + 2)));
            case AE, AS, CS, DA, DS, DT, IS, LO, LT, OB, OD, OF, OL, OV, OW, PN, SH, SQ, ST, TM, UC, UI, UN, UR, UT ->
                throw new IllegalArgumentException(vr + " holds no binary numbers");
        };
    }

    /// Without leading and trailing spaces and trailing NULs where the representation has no significant spaces
    /// (PS3.5 table 6.2-1).
    private static String trim(String text, Vr vr) {
        String end = trimEnd(text);
        if (vr == Vr.PN) {
            return end;
        }
        int start = 0;
        while (start < end.length() && end.charAt(start) == ' ') {
            start++;
        }
        return end.substring(start);
    }

    private static String trimEnd(String text) {
        int end = text.length();
        while (end > 0 && (text.charAt(end - 1) == ' ' || text.charAt(end - 1) == 0)) {
            end--;
        }
        return text.substring(0, end);
    }
}
