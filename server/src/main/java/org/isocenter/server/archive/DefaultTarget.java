package org.isocenter.server.archive;

import org.isocenter.server.access.Caller;

/// The default data partition, which is always there.
final class DefaultTarget implements StoreTarget {
    private final Partitions partitions;

    DefaultTarget(Partitions partitions) {
        this.partitions = partitions;
    }

    @Override
    public String storageClass() {
        return partitions.storageClassOfDefault();
    }

    @Override
    public Caller find() {
        return Caller.anyone();
    }

    @Override
    public Caller open() {
        return Caller.anyone();
    }

    @Override
    public Caller reopen(Caller gone) {
        return Caller.anyone();
    }
}
