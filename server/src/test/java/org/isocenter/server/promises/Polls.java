package org.isocenter.server.promises;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.Assertions;

/// Waits for what must become true, asking again and again and never longer than a bound.
final class Polls {
    private Polls() {}

    /// @return how long it took
    static Duration until(String what, Duration bound, Callable<Boolean> holds) throws Exception {
        long begun = System.nanoTime();
        while (!holds.call()) {
            if (System.nanoTime() - begun > bound.toNanos()) {
                Assertions.fail("not within " + bound + ": " + what);
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
        return Duration.ofNanos(System.nanoTime() - begun);
    }
}
