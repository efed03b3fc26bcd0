package org.isocenter.server.archive;

import org.isocenter.server.access.Caller;
import org.isocenter.server.index.Scope;

/// What a caller may see, in the words of the index.
final class Grant {
    private Grant() {}

    static Scope of(Caller caller) {
        return new Scope(caller.partition(), caller.snapshot(), caller.version());
    }
}
