package org.isocenter.dicom;

import org.jspecify.annotations.Nullable;

/// All values from one to another, both included: what a value of limited precision covers, or what a query
/// asks for.
///
/// @param first null where the span has no beginning
/// @param last null where the span has no end
public record Span<T extends Comparable<? super T>>(
        @Nullable T first, @Nullable T last) {

    public boolean contains(T value) {
        return (first == null || value.compareTo(first) >= 0) && (last == null || value.compareTo(last) <= 0);
    }
}
