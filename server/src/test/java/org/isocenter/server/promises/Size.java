package org.isocenter.server.promises;

import java.util.concurrent.ThreadLocalRandom;

/// How large the tests are, and which random numbers they draw: those of a change, or with `-Dpromises=nightly`
/// those of a night. `-Dpromises.seed=N` runs them with the random numbers of an earlier run.
final class Size {
    static final boolean NIGHTLY = "nightly".equals(System.getProperty("promises"));

    private Size() {}

    static int of(int change, int nightly) {
        return NIGHTLY ? nightly : change;
    }

    /// How many kills of servers at work a test wants: two, in a night a hundred, or as `-Dpromises.kills=N` says.
    static int kills() {
        return Integer.getInteger("promises.kills", of(2, 100));
    }

    /// The seed of a test, which is printed.
    static long seed(String promise) {
        String given = System.getProperty("promises.seed");
        long seed = given == null ? ThreadLocalRandom.current().nextLong() : Long.parseLong(given);
        System.out.println(promise + ": -Dpromises.seed=" + seed);
        return seed;
    }
}
