package org.isocenter.server.archive;

import org.isocenter.server.access.Caller;
import org.jspecify.annotations.Nullable;

/// The data partition of a name, which is looked up once, and again where it was removed meanwhile.
final class NamedTarget implements StoreTarget {
    private final Partitions partitions;
    private final String name;
    private volatile @Nullable Caller known;

    NamedTarget(Partitions partitions, String name) {
        this.partitions = partitions;
        this.name = name;
    }

    @Override
    public @Nullable Caller find() {
        Caller one = known;
        if (one == null) {
            one = partitions.find(Caller.anyone(), name);
            known = one;
        }
        return one;
    }

    @Override
    public Caller open() {
        Caller one = known;
        if (one == null) {
            one = partitions.open(Caller.anyone(), name);
            known = one;
        }
        return one;
    }

    @Override
    public Caller reopen(Caller gone) {
        if (gone.equals(known)) {
            known = null;
        }
        return open();
    }
}
