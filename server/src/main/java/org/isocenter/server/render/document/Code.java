package org.isocenter.server.render.document;

import java.util.ArrayList;
import java.util.List;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.jspecify.annotations.Nullable;

/// A coded concept (PS3.3 section 8). What is absent is empty.
///
/// @param value the code, be it short, long or a URN
/// @param scheme who gives the code its meaning, such as `UCUM`
/// @param meaning in words
public record Code(String value, String scheme, String meaning) {

    /// The first code of a sequence, or null.
    public static @Nullable Code find(DataSet dataSet, int sequence) {
        DataSet item = dataSet.findItem(sequence);
        if (item == null) {
            return null;
        }
        String value = Words.find(item, Tag.CodeValue);
        if (value == null) {
            value = Words.find(item, Tag.LongCodeValue);
        }
        if (value == null) {
            value = Words.find(item, Tag.URNCodeValue);
        }
        String scheme = Words.find(item, Tag.CodingSchemeDesignator);
        String meaning = Words.find(item, Tag.CodeMeaning);
        return value == null && meaning == null
                ? null
                : new Code(value == null ? "" : value, scheme == null ? "" : scheme, or(meaning));
    }

    /// The first code of a sequence in words, or null.
    public static @Nullable String findWords(DataSet dataSet, int sequence) {
        Code code = find(dataSet, sequence);
        return code == null ? null : code.words();
    }

    private static String or(@Nullable String text) {
        return text == null ? "" : text;
    }

    public boolean is(String otherValue, String otherScheme) {
        return value.equals(otherValue) && scheme.equals(otherScheme);
    }

    public String words() {
        return meaning.isEmpty() ? value : meaning;
    }

    /// The code itself and its scheme, such as `T-28000, SRT`; empty where the words are all there is.
    public String code() {
        List<String> parts = new ArrayList<>();
        if (!value.isEmpty() && !meaning.isEmpty()) {
            parts.add(value);
        }
        if (!scheme.isEmpty()) {
            parts.add(scheme);
        }
        return String.join(", ", parts);
    }

    /// As a unit behind a number: the symbol where the code is one (UCUM without annotations in braces), or
    /// the meaning, and with it the code of other schemes where it is another. A number without a unit has the
    /// code 1 and gets nothing.
    public String unit() {
        if (is("1", "UCUM")) {
            return "";
        }
        if (value.isEmpty() || meaning.isEmpty() || value.equals(meaning)) {
            return words();
        }
        if (!scheme.equals("UCUM")) {
            return meaning + " (" + value + ")";
        }
        return value.indexOf('{') >= 0 ? words() : value;
    }

    /// Whether the unit is shown by its symbol, which the meaning explains.
    public boolean symbolic() {
        return unit().equals(value) && !meaning.isEmpty() && !value.equals(meaning);
    }
}
