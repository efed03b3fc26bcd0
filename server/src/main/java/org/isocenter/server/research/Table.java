package org.isocenter.server.research;

import java.io.IOException;
import tools.jackson.databind.JsonNode;

/// A table that is being written, row by row.
interface Table {
    /// The fields of an object that are columns.
    void row(JsonNode row) throws IOException;
}
