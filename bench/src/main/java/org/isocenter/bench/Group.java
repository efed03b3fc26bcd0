package org.isocenter.bench;

import java.io.IOException;
import java.util.List;

/// Rows that share what is stored in the servers under test.
sealed interface Group permits StoreRows, RetrieveRows, RenderRows, MetadataRows, SearchRows, HugeRows {

    String title();

    /// The rows in the order of the table.
    List<Row> rows();

    /// Measures every row with every server. The servers are running, and empty unless somebody else runs
    /// them.
    void run(Bench bench, List<Archive> archives) throws IOException, InterruptedException;
}
