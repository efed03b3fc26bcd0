package org.isocenter.server.index;

/// A level of the study root information model (PS3.4 C.6.2).
public enum Level {
    STUDY,
    SERIES,
    INSTANCE;

    /// The name of the level's table.
    String table() {
        return switch (this) {
            case STUDY -> "study";
            case SERIES -> "series";
            case INSTANCE -> "instance";
        };
    }

    /// Whether attributes of the other level are known at this one: those of its own and of the levels above.
    public boolean knows(Level other) {
        return other.compareTo(this) <= 0;
    }
}
