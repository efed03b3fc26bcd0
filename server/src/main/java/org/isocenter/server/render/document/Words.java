package org.isocenter.server.render.document;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Dates;
import org.isocenter.dicom.PersonName;
import org.isocenter.dicom.SopClasses;
import org.jspecify.annotations.Nullable;

/// Values as people read them. What does not have the form of its representation is given as it stands, for a
/// value that is hidden is worse than one that looks odd.
public final class Words {
    private static final Pattern TIME = Pattern.compile("(\\d\\d)(\\d\\d)?(\\d\\d)?(\\.\\d{1,6})?");
    private static final Pattern MOMENT =
            Pattern.compile("(\\d{4})(\\d\\d)?(\\d\\d)?(?:(\\d\\d)(\\d\\d)?(\\d\\d)?(\\.\\d{1,6})?)?([+-]\\d{4})?");
    private static final int MOMENT_MAXIMUM = 32;

    private Words() {}

    /// The first value of an attribute as it stands, or null where there is none but spaces.
    public static @Nullable String find(DataSet dataSet, int tag) {
        String value = dataSet.findString(tag);
        return value == null || value.isBlank() ? null : value.strip();
    }

    public static @Nullable String findPerson(DataSet dataSet, int tag) {
        String value = find(dataSet, tag);
        return value == null ? null : person(value);
    }

    /// A date and the time that belongs to it, as far as they are there.
    public static @Nullable String findMoment(DataSet dataSet, int date, int time) {
        String day = find(dataSet, date);
        String clock = find(dataSet, time);
        return day == null ? null : clock == null ? date(day) : date(day) + " " + time(clock);
    }

    public static String date(String value) {
        return Dates.findDate(value) instanceof java.time.LocalDate date ? date.toString() : value;
    }

    public static String time(String value) {
        Matcher parts = TIME.matcher(value);
        return value.length() <= MOMENT_MAXIMUM && parts.matches() && Dates.findTime(value) != null
                ? clock(parts, 1)
                : value;
    }

    public static String dateTime(String value) {
        Matcher parts = MOMENT.matcher(value);
        if (value.length() > MOMENT_MAXIMUM || !parts.matches()) {
            return value;
        }
        StringBuilder words = new StringBuilder(parts.group(1));
        for (int i = 2; i <= 3; i++) {
            if (parts.group(i) != null) {
                words.append('-').append(parts.group(i));
            }
        }
        if (parts.group(4) != null) {
            words.append(' ').append(clock(parts, 4));
        }
        return parts.group(8) == null
                ? words.toString()
                : words.append(' ').append(parts.group(8)).toString();
    }

    private static String clock(Matcher parts, int first) {
        if (parts.group(first + 1) == null) {
            return parts.group(first) + " h";
        }
        StringBuilder words = new StringBuilder(parts.group(first)).append(':').append(parts.group(first + 1));
        for (int i = first + 2; i <= first + 3; i++) {
            if (parts.group(i) != null) {
                words.append(i == first + 2 ? ":" : "").append(parts.group(i));
            }
        }
        return words.toString();
    }

    /// A name as it is spoken, with its other spellings in brackets.
    public static String person(String value) {
        PersonName name = PersonName.parse(value);
        List<String> spellings = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            PersonName.Group group = name.group(i);
            List<String> parts = new ArrayList<>();
            // Ideographic names stand family name first.
            String family = group.familyName();
            add(parts, group.prefix());
            add(parts, i == 0 ? group.givenName() : family);
            add(parts, i == 0 ? group.middleName() : group.givenName());
            add(parts, i == 0 ? family : group.middleName());
            String spoken = String.join(" ", parts);
            add(spellings, group.suffix().isEmpty() ? spoken : spoken + ", " + group.suffix());
        }
        return switch (spellings.size()) {
            case 0 -> value;
            case 1 -> spellings.getFirst();
            default -> spellings.getFirst() + " (" + String.join(", ", spellings.subList(1, spellings.size())) + ")";
        };
    }

    private static void add(List<String> parts, String part) {
        if (!part.isEmpty()) {
            parts.add(part);
        }
    }

    public static String sex(String value) {
        return switch (value) {
            case "M" -> "male";
            case "F" -> "female";
            case "O" -> "other";
            default -> value;
        };
    }

    /// What a SOP class is for, such as `CT Image`; its UID where nobody knows it.
    public static String sopClass(String uid) {
        String name = SopClasses.name(uid);
        return name == null ? uid : name.replace(" Storage", "");
    }

    /// Numbers as they are counted: `1-3, 7`, and no more than some of them.
    public static String ranges(List<String> numbers, int maximum) {
        StringBuilder words = new StringBuilder();
        int shown = 0;
        for (int i = 0; i < numbers.size(); shown++) {
            if (shown == maximum) {
                return words.append(" and ")
                        .append(numbers.size() - i)
                        .append(" more")
                        .toString();
            }
            int last = i;
            while (last + 1 < numbers.size() && follows(numbers.get(last), numbers.get(last + 1))) {
                last++;
            }
            words.append(shown == 0 ? "" : ", ").append(numbers.get(i));
            if (last > i) {
                words.append(last == i + 1 ? ", " : "\u2013").append(numbers.get(last));
            }
            i = last + 1;
        }
        return words.toString();
    }

    private static boolean follows(String number, String next) {
        try {
            return Integer.parseInt(number) + 1 == Integer.parseInt(next);
        } catch (NumberFormatException none) {
            return false;
        }
    }

    /// A number without the zeros behind its point.
    public static String number(String value) {
        return value.endsWith(".0") ? value.substring(0, value.length() - 2) : value;
    }

    /// Whether a character shows itself and nothing else. Controls work on terminals, and XML has no place for them
    /// (1.0, section 2.2); embeddings and overrides of the direction of writing make a text look like another one.
    public static boolean isHarmless(char c) {
        boolean control = c < ' ' && c != '\n' && c != '\t' || c >= 0x7F && c < 0xA0;
        boolean direction = c >= 0x202A && c <= 0x202E || c >= 0x2066 && c <= 0x2069;
        return !control && !direction && c != 0xFFFE && c != 0xFFFF;
    }

    /// A text with one kind of line end, and without empty lines at its end.
    public static String lines(String text) {
        return text.replace("\r\n", "\n")
                .replace('\r', '\n')
                .replace('\f', '\n')
                .stripTrailing();
    }
}
