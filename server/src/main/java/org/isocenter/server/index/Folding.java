package org.isocenter.server.index;

import java.text.Normalizer;
import java.util.Locale;

/// Text in the form in which it is compared: case, accents, width and outer spaces do not count.
///
/// Folding is compatibility decomposition (NFKD), removal of the marks that it set free, lower case of the
/// root locale, and composition (NFC) of what is left, so that syllables of Hangul are whole again. Control
/// characters become spaces. The index and the queries are folded alike.
public final class Folding {
    /// Longer text is compared by its beginning.
    public static final int CHARACTERS_MAX = 256;

    private Folding() {}

    public static String fold(String text) {
        String cut = text.length() > CHARACTERS_MAX ? text.substring(0, CHARACTERS_MAX) : text;
        return plain(cut) ? foldPlain(cut) : foldAny(cut);
    }

    private static boolean plain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~') {
                return false;
            }
        }
        return true;
    }

    private static String foldPlain(String text) {
        return text.strip().toLowerCase(Locale.ROOT);
    }

    private static String foldAny(String text) {
        String decomposed = Normalizer.normalize(text, Normalizer.Form.NFKD);
        StringBuilder kept = new StringBuilder(decomposed.length());
        decomposed.codePoints().forEach(c -> {
            int type = Character.getType(c);
            if (type == Character.CONTROL || type == Character.SURROGATE) {
                kept.append(' ');
            } else if (type != Character.NON_SPACING_MARK || !accent(c)) {
                kept.appendCodePoint(c);
            }
        });
        return Normalizer.normalize(kept.toString().strip().toLowerCase(Locale.ROOT), Normalizer.Form.NFC);
    }

    /// Whether a mark is an accent on a letter of Latin, Greek or Cyrillic, a Hebrew or an Arabic point:
    /// those are left out in writing. The marks of other scripts are vowels, and part of the name.
    private static boolean accent(int mark) {
        return mark >= 0x0300 && mark <= 0x036F || mark >= 0x0591 && mark <= 0x05C7 || mark >= 0x064B && mark <= 0x0652;
    }

    /// A person name (PS3.5 6.2.1.1) in the form in which it is compared: each of its groups folded, without
    /// the delimiters of components that are empty at its end, on a line of its own, with a line feed before
    /// and after.
    public static String foldName(String name) {
        StringBuilder folded = new StringBuilder("\n");
        for (String group : name.split("=", 3)) {
            String text = trimComponents(fold(group));
            if (!text.isEmpty()) {
                folded.append(text).append('\n');
            }
        }
        return folded.toString();
    }

    /// The group without the spaces around its components and without the empty components at its end.
    static String trimComponents(String group) {
        StringBuilder trimmed = new StringBuilder(group.length());
        int carets = 0;
        for (String component : group.split("\\^", -1)) {
            String text = component.strip();
            if (!text.isEmpty()) {
                trimmed.repeat('^', carets).append(text);
                carets = 0;
            }
            carets++;
        }
        return trimmed.toString();
    }
}
