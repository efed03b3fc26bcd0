package org.isocenter.server.index;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;

/// Which values of tags a row is known to hold already, so that they need not be sent with each instance below it.
///
/// Rows are known by a hash of what they hold, which the database tells as it locks them. So what is remembered is true
/// of any row, whoever has changed it, and of any database.
final class HeldTags {
    private static final int REMEMBERED_MAX = 4_096;

    private record Held(long row, String json) {}

    private final Cache<Held, Boolean> held =
            Caffeine.newBuilder().maximumSize(REMEMBERED_MAX).build();

    /// @param row the hash of the values of a row, or null where it has none
    /// @param json values that are among them
    void note(@Nullable Long row, @Nullable String json) {
        if (row != null && json != null) {
            held.put(new Held(row, json), true);
        }
    }

    /// Whether to put these values into that row would change nothing.
    boolean holds(@Nullable Long row, @Nullable String json) {
        return row != null && json != null && held.getIfPresent(new Held(row, json)) != null;
    }
}
