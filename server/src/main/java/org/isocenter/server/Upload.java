package org.isocenter.server;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// One instance to send. Its bytes can be opened as often as it takes to get them through.
///
/// @param name the file, or the ZIP and the entry in it
/// @param sizeBytes the length it is expected to have
/// @param sopInstanceUid what the server will call it, or null when the first bytes do not say
record Upload(String name, long sizeBytes, @Nullable String sopInstanceUid, Content content) {

    @FunctionalInterface
    interface Content {
        InputStream open() throws IOException;
    }
}
