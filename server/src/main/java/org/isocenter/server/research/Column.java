package org.isocenter.server.research;

/// A column of a table.
///
/// @param name also of the field of a row that stands in it
record Column(String name, Kind kind) {
    /// What stands in a column, where anything does.
    enum Kind {
        TEXT,
        /// A whole number.
        NUMBER,
        /// True or false.
        FLAG
    }

    static Column text(String name) {
        return new Column(name, Kind.TEXT);
    }

    static Column number(String name) {
        return new Column(name, Kind.NUMBER);
    }

    static Column flag(String name) {
        return new Column(name, Kind.FLAG);
    }
}
