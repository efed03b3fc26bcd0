package org.isocenter.server.render;

import java.util.ArrayList;
import java.util.List;
import org.isocenter.dicom.DataSet;

/// Several numbers in one value.
final class Numbers {
    private Numbers() {}

    /// The finite numbers of a value up to the first that is none, and no more than `max`.
    static List<Double> of(DataSet dataSet, int tag, int max) {
        List<Double> numbers = new ArrayList<>();
        for (String text : dataSet.strings(tag)) {
            double number = parse(text);
            if (numbers.size() == max || !Double.isFinite(number)) {
                break;
            }
            numbers.add(number);
        }
        return numbers;
    }

    /// The number that a text is, or NaN.
    static double parse(String text) {
        try {
            return text.length() > 64 ? Double.NaN : Double.parseDouble(text);
        } catch (NumberFormatException none) {
            return Double.NaN;
        }
    }
}
