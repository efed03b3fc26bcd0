package org.isocenter.server.export;

import java.io.IOException;

/// A destination that keeps files by their paths.
///
/// Every method throws [org.isocenter.server.objects.RefusedException] where the destination does not want
/// what it is given, now or later, and [org.isocenter.server.telemetry.UnavailableException] where the same
/// may succeed later.
public non-sealed interface ObjectSink extends Sink {
    /// Puts a file whole in its place, or leaves the place as it is. One that is there is replaced.
    ///
    /// @param path names parted by slashes, none of which came from outside unchecked
    /// @throws IOException that the content throws
    void put(String path, Content content) throws IOException;

    /// Returns when everything that was put is durable.
    default void settle() {}

    /// Takes away what attempts that came to nothing have left below a folder.
    default void tidy(String folder) {}

    /// Where a file is found, for people and programs that know the destination.
    String address(String path);
}
