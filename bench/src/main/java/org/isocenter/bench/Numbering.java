package org.isocenter.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// Hands out instances that do not exist yet. A numbering belongs to one sender, which fills one study after
/// the other as a scanner does; the counter of studies is shared by all senders to the same server.
final class Numbering {

    private final AtomicLong studies;
    private final long seed;
    private final int seriesPerStudy;
    private final int instancesPerSeries;
    private long study;
    private int next;

    Numbering(AtomicLong studies, long seed, int seriesPerStudy, int instancesPerSeries) {
        this.studies = studies;
        this.seed = seed;
        this.seriesPerStudy = seriesPerStudy;
        this.instancesPerSeries = instancesPerSeries;
        this.study = studies.getAndIncrement();
    }

    Identity next() {
        if (next == seriesPerStudy * instancesPerSeries) {
            next = 0;
            study = studies.getAndIncrement();
        }
        Identity identity = new Identity(seed, study, next / instancesPerSeries, next % instancesPerSeries);
        next++;
        return identity;
    }

    List<Identity> next(int count) {
        List<Identity> identities = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            identities.add(next());
        }
        return identities;
    }
}
