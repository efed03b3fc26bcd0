package org.isocenter.server.dicomweb;

import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.Tags;
import org.isocenter.dicom.Value;
import org.jspecify.annotations.Nullable;

/// The place of a value in a data set as the links of metadata name it: the tag, or, within sequences, tags
/// and item numbers from 0 by turns, such as `54000100.0.54001010`.
final class BulkPath {
    private static final int STEPS_MAX = 2 * 64 + 1;

    private BulkPath() {}

    /// The form in which a path stands in a URL.
    static String of(String path) {
        return path.replace('/', '.');
    }

    /// The value at a path, or null where there is none.
    static @Nullable Value find(DataSet dataSet, String path) {
        String[] steps = path.split("\\.", -1);
        if (steps.length > STEPS_MAX) {
            return null;
        }
        DataSet at = dataSet;
        for (int i = 0; ; i += 2) {
            int tag = Tags.parse(steps[i]);
            Element element = tag == -1 ? null : at.find(tag);
            if (element == null || i == steps.length - 1) {
                return element == null ? null : element.value();
            }
            DataSet item = item(element.value(), steps[i + 1]);
            if (item == null || i + 2 == steps.length) {
                return null;
            }
            at = item;
        }
    }

    private static @Nullable DataSet item(Value value, String number) {
        if (!(value instanceof Value.Items items) || !number.matches("[0-9]{1,6}")) {
            return null;
        }
        int index = Integer.parseInt(number);
        return index < items.items().size() ? items.items().get(index).dataSet() : null;
    }
}
