package org.isocenter.server.api;

import java.util.concurrent.TimeUnit;

/// Lets so many pass in each second and counts the others.
final class Pacer {
    private final int perSecond;
    private long second = Long.MIN_VALUE;
    private int passed;
    private long held;

    Pacer(int perSecond) {
        this.perSecond = perSecond;
    }

    /// @return how many were held since the last one that passed; -1 where this one is held as well
    synchronized long pass() {
        long now = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime());
        if (now != second) {
            second = now;
            passed = 0;
        }
        if (passed == perSecond) {
            held++;
            return -1;
        }
        passed++;
        long before = held;
        held = 0;
        return before;
    }
}
