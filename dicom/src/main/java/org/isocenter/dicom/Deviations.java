package org.isocenter.dicom;

import java.util.ArrayList;
import java.util.List;

/// The deviations met while reading. Of each kind the first few are kept; input can be made to have millions.
final class Deviations {
    private static final int KEPT = 16;

    private final List<Deviation> list = new ArrayList<>(0);
    private final int[] counts = new int[Deviation.Kind.values().length];

    /// Whether one more of this kind will be kept, so that its path is worth building. Missing delimiters are
    /// kept all, since nesting bounds them and a writer counts them.
    boolean wants(Deviation.Kind kind) {
        return counts[kind.ordinal()] < KEPT || kind == Deviation.Kind.NO_DELIMITER;
    }

    void add(Deviation.Kind kind, String path, long offset) {
        counts[kind.ordinal()]++;
        list.add(new Deviation(kind, path, offset));
    }

    List<Deviation> list() {
        return list;
    }
}
