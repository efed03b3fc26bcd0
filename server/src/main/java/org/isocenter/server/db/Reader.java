package org.isocenter.server.db;

import org.jspecify.annotations.Nullable;

/// Makes a value of one row of a result.
@FunctionalInterface
public interface Reader<T extends @Nullable Object> {
    T read(Row row);
}
