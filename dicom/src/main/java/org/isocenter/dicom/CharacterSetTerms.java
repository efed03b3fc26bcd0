package org.isocenter.dicom;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What the values of (0008,0005) mean (PS3.3 tables C.12-2 to C.12-5), with what is wrong with them.
///
/// @param terms as given
/// @param problems in words
/// @param whole the encoding where no code extensions are used and characters have several bytes
/// @param first the sets of the first term
/// @param others the sets of the other terms
record CharacterSetTerms(
        List<String> terms,
        List<String> problems,
        @Nullable Charset whole,
        List<GraphicSet> first,
        List<GraphicSet> others) {

    /// Longer terms are unknown without a look at them; the standard allows 16.
    static final int MAXIMUM_TERM_LENGTH = 40;
    private static final Pattern REGISTRATION = Pattern.compile("(?:ISO)?(?:IR)?(2022)?(?:IR)?(\\d{1,3})");
    private static final Pattern ISO_8859 = Pattern.compile("(?:ISO)?(?:IR)?8859(\\d{1,2})");
    private static final Pattern LATIN = Pattern.compile("LATIN(\\d)");

    /// One term: an encoding of everything, or sets, or neither where it is unknown.
    private record Term(
            boolean exact, boolean extension, @Nullable Charset whole, List<GraphicSet> sets) {
        private static final Term UNKNOWN = new Term(false, false, null, List.of());

        boolean unknown() {
            return whole == null && sets.isEmpty();
        }

        boolean ascii() {
            return sets.equals(List.of(GraphicSet.ASCII));
        }
    }

    static CharacterSetTerms read(List<String> given) {
        List<String> problems = new ArrayList<>();
        List<Term> terms = new ArrayList<>(given.size());
        for (String text : given) {
            Term term = recognise(text);
            if (!term.exact()) {
                problems.add(
                        "\"" + shorten(text) + "\" is no defined term" + (term.unknown() ? "" : " as it is spelt"));
            }
            terms.add(term);
        }
        Term first = terms.isEmpty() ? recognise("") : terms.getFirst();
        List<Term> others = terms.isEmpty() ? terms : terms.subList(1, terms.size());
        Charset whole = first.whole();
        List<GraphicSet> sets = new ArrayList<>();
        for (Term other : others) {
            if (other.whole() != null && whole == null && (first.unknown() || first.ascii()) && sets.isEmpty()) {
                whole = other.whole();
            }
            sets.addAll(other.sets());
        }
        findMisuse(first, others, whole, problems);
        return new CharacterSetTerms(given, List.copyOf(problems), whole, first.sets(), sets);
    }

    private static void findMisuse(Term first, List<Term> others, @Nullable Charset whole, List<String> problems) {
        if (others.isEmpty()) {
            if (first.extension() && !first.ascii()) {
                problems.add("a set with code extensions stands alone");
            }
            return;
        }
        if (whole != null) {
            problems.add("an encoding without code extensions has other sets beside it");
        } else if (others.stream().anyMatch(other -> !other.extension() && !other.unknown())
                || !first.extension() && !first.unknown() && !first.ascii()) {
            problems.add("a set without code extensions has other sets beside it");
        }
        if (first.sets().stream().anyMatch(set -> set.width == 2)) {
            problems.add("a set of characters of two bytes comes first");
        }
    }

    private static Term recognise(String text) {
        if (text.length() > MAXIMUM_TERM_LENGTH) {
            return Term.UNKNOWN;
        }
        String letters = text.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "");
        return switch (letters) {
            case "" -> text.isBlank() ? new Term(true, true, null, List.of(GraphicSet.ASCII)) : Term.UNKNOWN;
            case "GB18030" -> new Term(text.equals("GB18030"), false, Charset.forName("GB18030"), List.of());
            case "GBK" -> new Term(text.equals("GBK"), false, Charset.forName("GBK"), List.of());
            case "GB2312" -> new Term(false, false, Charset.forName("GBK"), List.of());
            case "UTF8", "UNICODE", "ISO10646" -> new Term(false, false, StandardCharsets.UTF_8, List.of());
            case "ASCII", "USASCII", "ISO646" -> new Term(false, false, null, List.of(GraphicSet.ASCII));
            default -> recogniseNumber(text, letters);
        };
    }

    private static Term recogniseNumber(String text, String letters) {
        Matcher part = ISO_8859.matcher(letters);
        if (part.matches()) {
            return ofRegistration(false, false, registrationOfPart(Integer.parseInt(part.group(1))));
        }
        Matcher latin = LATIN.matcher(letters);
        if (latin.matches()) {
            return ofRegistration(false, false, registrationOfLatin(Integer.parseInt(latin.group(1))));
        }
        Matcher registration = REGISTRATION.matcher(letters);
        if (!registration.matches()) {
            return Term.UNKNOWN;
        }
        int number = Integer.parseInt(registration.group(2));
        boolean extension = registration.group(1) != null;
        String exact = (extension ? "ISO 2022 IR " : "ISO_IR ") + number;
        boolean defined = extension ? number != 192 : !alwaysExtension(number);
        return ofRegistration(text.equals(exact) && defined, extension || alwaysExtension(number), number);
    }

    private static boolean alwaysExtension(int number) {
        return number == 87 || number == 159 || number == 149 || number == 58;
    }

    private static Term ofRegistration(boolean exact, boolean extension, int number) {
        if (number == 192) {
            return new Term(exact, false, StandardCharsets.UTF_8, List.of());
        }
        List<GraphicSet> sets = switch (number) {
            case 6 -> List.of(GraphicSet.ASCII);
            case 13 -> List.of(GraphicSet.JAPANESE_ROMAN, GraphicSet.KATAKANA);
            case 58 -> List.of(GraphicSet.SIMPLIFIED_CHINESE);
            case 87 -> List.of(GraphicSet.KANJI);
            case 100 -> withAscii(GraphicSet.LATIN_1);
            case 101 -> withAscii(GraphicSet.LATIN_2);
            case 109 -> withAscii(GraphicSet.LATIN_3);
            case 110 -> withAscii(GraphicSet.LATIN_4);
            case 126 -> withAscii(GraphicSet.GREEK);
            case 127 -> withAscii(GraphicSet.ARABIC);
            case 138 -> withAscii(GraphicSet.HEBREW);
            case 144 -> withAscii(GraphicSet.CYRILLIC);
            case 148 -> withAscii(GraphicSet.LATIN_5);
            case 149 -> List.of(GraphicSet.KOREAN);
            case 159 -> List.of(GraphicSet.SUPPLEMENTARY_KANJI);
            case 166 -> withAscii(GraphicSet.THAI);
            case 203 -> withAscii(GraphicSet.LATIN_9);
            default -> List.of();
        };
        return sets.isEmpty() ? Term.UNKNOWN : new Term(exact, extension, null, sets);
    }

    private static List<GraphicSet> withAscii(GraphicSet set) {
        return List.of(GraphicSet.ASCII, set);
    }

    /// The ISO-IR number of the right half of a part of ISO 8859, or -1.
    private static int registrationOfPart(int part) {
        return switch (part) {
            case 1 -> 100;
            case 2 -> 101;
            case 3 -> 109;
            case 4 -> 110;
            case 5 -> 144;
            case 6 -> 127;
            case 7 -> 126;
            case 8 -> 138;
            case 9 -> 148;
            case 11 -> 166;
            case 15 -> 203;
            default -> -1;
        };
    }

    private static int registrationOfLatin(int latin) {
        return switch (latin) {
            case 1, 2, 3, 4 -> registrationOfPart(latin);
            case 5 -> 148;
            case 9 -> 203;
            default -> -1;
        };
    }

    private static String shorten(String text) {
        return text.length() <= MAXIMUM_TERM_LENGTH ? text : text.substring(0, MAXIMUM_TERM_LENGTH) + "…";
    }
}
