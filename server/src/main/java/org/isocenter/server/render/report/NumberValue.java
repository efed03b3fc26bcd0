package org.isocenter.server.render.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.isocenter.server.render.document.Code;
import org.isocenter.server.render.document.Words;
import org.jspecify.annotations.Nullable;

/// The value of a NUM item (PS3.3 C.18.1): a number with its unit, or why there is none.
///
/// @param value as it was written, never rounded; empty where there is none
/// @param qualifier such as `Not a number` or `Value out of range`; empty where there is none
record NumberValue(String value, @Nullable Code unit, String qualifier) {

    static NumberValue of(DataSet item) {
        DataSet measured = Objects.requireNonNullElseGet(item.findItem(Tag.MeasuredValueSequence), DataSet::new);
        String qualifier = Code.findWords(item, Tag.NumericValueQualifierCodeSequence);
        return new NumberValue(
                value(measured),
                Code.find(measured, Tag.MeasurementUnitsCodeSequence),
                qualifier == null ? "" : qualifier);
    }

    /// The decimal text, or else what stands for it more exactly (PS3.3 table C.18.1-1).
    private static String value(DataSet measured) {
        List<String> decimal = measured.strings(Tag.NumericValue).stream()
                .filter(value -> !value.isBlank())
                .toList();
        if (!decimal.isEmpty()) {
            return String.join(", ", decimal);
        }
        List<String> floating = measured.strings(Tag.FloatingPointValue);
        if (!floating.isEmpty()) {
            return Words.number(floating.getFirst());
        }
        String numerator = measured.findString(Tag.RationalNumeratorValue);
        String denominator = measured.findString(Tag.RationalDenominatorValue);
        return numerator == null || denominator == null ? "" : numerator + "/" + denominator;
    }

    String unitWords() {
        return unit == null ? "" : unit.unit();
    }

    /// All of it, such as `3 cm` or `no value (Not a number)`.
    String words() {
        List<String> parts = new ArrayList<>();
        parts.add(value.isEmpty() ? "no value" : value);
        if (!value.isEmpty() && !unitWords().isEmpty()) {
            parts.add(unitWords());
        }
        if (!qualifier.isEmpty()) {
            parts.add("(" + qualifier + ")");
        }
        return String.join(" ", parts);
    }
}
