package org.isocenter.server.render.report;

import org.jspecify.annotations.Nullable;

/// A few words, and where they lead.
///
/// @param link null where they lead nowhere
record Reference(String words, @Nullable String link) {
    static Reference to(String words) {
        return new Reference(words, null);
    }
}
