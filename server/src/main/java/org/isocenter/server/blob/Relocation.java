package org.isocenter.server.blob;

import java.util.List;

/// Told by [BlobStore#compact] where blobs have gone.
@FunctionalInterface
public interface Relocation {
    /// Makes whatever names a `from` key name its `to` key, durably, before it returns. Both keys are
    /// readable during the call. A `from` key that nothing names needs nothing: its copy is an orphan which
    /// the sweep will find. If this throws, the blobs stay at their old place as well, and the compaction
    /// ends with the same exception.
    void move(List<Moved> moves);
}
