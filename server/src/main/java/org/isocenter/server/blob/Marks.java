package org.isocenter.server.blob;

import java.util.function.Supplier;

/// Remembers by which mark the folder of a storage class is known, for all who use the archive.
@FunctionalInterface
public interface Marks {
    /// The mark of a class. Of one that has none yet it is what `first` gives, which is remembered durably
    /// before this returns; of those who ask at the same time, on any machine, one is asked to give it.
    ///
    /// @throws org.isocenter.server.telemetry.UnavailableException if it cannot be found out or remembered, and
    ///     whatever `first` throws
    String of(String storageClass, Supplier<String> first);
}
