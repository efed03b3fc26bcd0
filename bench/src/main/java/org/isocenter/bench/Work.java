package org.isocenter.bench;

import java.io.IOException;

/// What one client of a closed loop does again and again.
@FunctionalInterface
interface Work {

    /// One exchange with the server.
    Done once(WireClient client) throws IOException;

    /// How many items an exchange moved, and what was wrong with it ("" for nothing).
    record Done(int items, long bytes, String wrong) {

        static Done of(int items, long bytes) {
            return new Done(items, bytes, "");
        }

        static Done wrong(String what) {
            return new Done(0, 0, what);
        }
    }

    /// Makes the work of each client; clients are numbered from 0.
    @FunctionalInterface
    interface Maker {
        Work forClient(int client);
    }
}
