package org.isocenter.server.export;

import java.io.IOException;
import java.io.OutputStream;

/// The bytes of a file, made while they are written.
@FunctionalInterface
public interface Content {
    /// Writes all of them. May be asked to more than once.
    ///
    /// @param out whose own failures are never an [IOException]
    /// @throws IOException where they cannot be made
    void writeTo(OutputStream out) throws IOException;
}
