package org.isocenter.server.archive;

import java.util.Map;
import org.isocenter.server.blob.Folders;
import org.isocenter.server.objects.Bucket;

/// What files may be imported from, open for as long as the server runs.
///
/// @param buckets by their names
public record Sources(Folders folders, Map<String, Bucket> buckets) implements AutoCloseable {
    @Override
    public void close() {
        buckets.values().forEach(Bucket::close);
    }
}
