package org.isocenter.dicom;

import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rules that values have to keep by their representation (PS3.5 table 6.2-1): lengths, characters,
/// forms.
///
/// Readers take values as they are; this tells which of them another reader may stumble over. Padding does
/// not count: spaces at either end where they are not significant, and NULs at the end.
public final class ValueRules {
    private static final int LONG_TEXT_CHARACTERS = 10_240;
    private static final int SHORT_TEXT_CHARACTERS = 1024;

    private ValueRules() {}

    /// A value that breaks a rule.
    ///
    /// @param path the tag path, such as `(0040,0275)[2].(0040,0007)`
    /// @param reason in words that do not hold the value
    public record Violation(String path, String reason) {}

    /// A data set on the way down, and where it stands.
    private record Place(Iterator<Element> elements, DataSet dataSet, String path) {}

    /// The first violation of each element of a data set and of its items.
    ///
    /// @param max no more are looked for
    public static List<Violation> check(DataSet dataSet, int max) {
        List<Violation> violations = new ArrayList<>();
        Deque<Place> open = new ArrayDeque<>();
        open.push(new Place(dataSet.iterator(), dataSet, ""));
        while (!open.isEmpty() && violations.size() < max) {
            Place place = open.element();
            if (!place.elements.hasNext()) {
                open.pop();
                continue;
            }
            Element element = place.elements.next();
            if (element.value() instanceof Value.Items items) {
                for (int i = items.items().size() - 1; i >= 0; i--) {
                    DataSet item = items.items().get(i).dataSet();
                    String path = place.path + Tags.format(element.tag()) + "[" + (i + 1) + "].";
                    open.push(new Place(item.iterator(), item, path));
                }
            } else if (element.value() instanceof Value.Bytes bytes && bytes.length() > 0) {
                String reason = reason(element.vr(), bytes, place.dataSet.characterSets());
                if (reason != null) {
                    violations.add(new Violation(place.path + Tags.format(element.tag()), reason));
                }
            }
        }
        return violations;
    }

    /// What is wrong with the value of an element, in words that do not hold it; null where nothing is, or
    /// where the value is not in memory.
    ///
    /// @param characterSets of the data set that the element stands in
    public static @Nullable String findViolation(Element element, CharacterSets characterSets) {
        return element.value() instanceof Value.Bytes bytes && bytes.length() > 0
                ? reason(element.vr(), bytes, characterSets)
                : null;
    }

    private static @Nullable String reason(Vr vr, Value.Bytes bytes, CharacterSets characterSets) {
        if (vr.number()) {
            int unit = vr == Vr.AT ? 4 : vr.unitBytes();
            return bytes.length() % unit == 0 ? null : "length is no multiple of " + unit + " bytes";
        }
        if (!vr.text()) {
            return null;
        }
        if (vr.localText()) {
            return localTextReason(vr, bytes, characterSets);
        }
        String text = new String(bytes.array(), bytes.offset(), bytes.length(), StandardCharsets.ISO_8859_1);
        return vr.multiValuedText() ? valuesReason(vr, text) : textReason(vr, trim(text));
    }

    private static @Nullable String localTextReason(Vr vr, Value.Bytes bytes, CharacterSets characterSets) {
        if (!characterSets.faithful(bytes.array(), bytes.offset(), bytes.length(), vr)) {
            return "bytes do not fit the specific character set";
        }
        String text = characterSets.decode(bytes.array(), bytes.offset(), bytes.length(), vr);
        return vr.multiValuedText() ? valuesReason(vr, text) : textReason(vr, trim(text));
    }

    private static @Nullable String valuesReason(Vr vr, String text) {
        int start = 0;
        while (true) {
            int end = text.indexOf('\\', start);
            String value = trim(text.substring(start, end < 0 ? text.length() : end));
            String reason = value.isEmpty() ? null : textReason(vr, value);
            if (reason != null || end < 0) {
                return reason;
            }
            start = end + 1;
        }
    }

    private static @Nullable String textReason(Vr vr, String value) {
        return switch (vr) {
            case AE -> longer(value, 16);
            case AS -> ageString(value) ? null : "is no age";
            case CS -> value.length() > 16 || !codeString(value) ? "is no code string" : null;
            case DA -> Dates.findDate(value) == null ? "is no date" : null;
            case TM -> Dates.findTime(value) == null ? "is no time" : null;
            case DT -> Dates.findDateTime(value, ZoneOffset.UTC) == null ? "is no date and time" : null;
            case DS -> decimalReason(value);
            case IS -> value.length() > 12 || !number(value, false) ? "is no integer string" : null;
            case UI -> Uids.readable(value) ? null : "is no UID";
            case SH -> line(value, 16);
            case LO -> line(value, 64);
            case PN -> nameReason(value);
            case ST -> longer(value, SHORT_TEXT_CHARACTERS);
            case LT -> longer(value, LONG_TEXT_CHARACTERS);
            case UC, UR, UT -> null;
            case AT, FD, FL, OB, OD, OF, OL, OV, OW, SL, SQ, SS, SV, UL, UN, US, UV ->
                throw new IllegalArgumentException(vr + " is no text");
        };
    }

    /// The form of a decimal string allows exponents that take it beyond every number of 64 bits.
    private static @Nullable String decimalReason(String value) {
        if (value.length() > 16 || !number(value, true)) {
            return "is no decimal string";
        }
        return Double.isInfinite(Double.parseDouble(value)) ? "is too large for a number" : null;
    }

    private static @Nullable String nameReason(String value) {
        String[] groups = value.split("=", -1);
        if (groups.length > 3) {
            return "has more than three component groups";
        }
        for (String group : groups) {
            if (group.codePointCount(0, group.length()) > 64) {
                return "has a component group of more than 64 characters";
            }
            if (group.chars().filter(c -> c == '^').count() > 4) {
                return "has more than five components";
            }
        }
        return line(value, 3 * 64 + 2);
    }

    private static @Nullable String line(String value, int max) {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) < ' ' || value.charAt(i) == 0x7F) {
                return "holds control characters";
            }
        }
        return longer(value, max);
    }

    private static @Nullable String longer(String value, int max) {
        return value.length() > max && value.codePointCount(0, value.length()) > max
                ? "has more than " + max + " characters"
                : null;
    }

    private static boolean ageString(String value) {
        return value.length() == 4
                && digit(value.charAt(0))
                && digit(value.charAt(1))
                && digit(value.charAt(2))
                && "DWMY".indexOf(value.charAt(3)) >= 0;
    }

    private static boolean codeString(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (!(c >= 'A' && c <= 'Z' || digit(c) || c == ' ' || c == '_')) {
                return false;
            }
        }
        return true;
    }

    /// Digits with a sign; for decimal strings also a point and an exponent.
    private static boolean number(String value, boolean decimal) {
        int at = value.charAt(0) == '+' || value.charAt(0) == '-' ? 1 : 0;
        int digits = 0;
        boolean point = false;
        for (; at < value.length(); at++) {
            char c = value.charAt(at);
            if (digit(c)) {
                digits++;
            } else if (decimal && c == '.' && !point) {
                point = true;
            } else {
                break;
            }
        }
        if (digits == 0 || at == value.length()) {
            return digits > 0;
        }
        return decimal
                && (value.charAt(at) == 'e' || value.charAt(at) == 'E')
                && at + 1 < value.length()
                && number(value.substring(at + 1), false);
    }

    private static boolean digit(char c) {
        return c >= '0' && c <= '9';
    }

    private static String trim(String value) {
        int end = value.length();
        while (end > 0 && (value.charAt(end - 1) == ' ' || value.charAt(end - 1) == 0)) {
            end--;
        }
        int start = 0;
        while (start < end && value.charAt(start) == ' ') {
            start++;
        }
        return value.substring(start, end);
    }
}
