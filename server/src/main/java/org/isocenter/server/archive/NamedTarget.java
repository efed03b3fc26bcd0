package org.isocenter.server.archive;

import org.isocenter.server.access.Caller;
import org.isocenter.server.index.PartitionRows.Partition;
import org.jspecify.annotations.Nullable;

/// The data partition of a name, which is looked up once, and again where it was removed meanwhile.
final class NamedTarget implements StoreTarget {
    private final Partitions partitions;
    private final String name;
    private volatile @Nullable Partition known;

    NamedTarget(Partitions partitions, String name) {
        this.partitions = partitions;
        this.name = name;
    }

    @Override
    public String storageClass() {
        Partition one = look();
        return Partitions.orStandard(one == null ? null : one.settings().storageClass());
    }

    @Override
    public @Nullable Caller find() {
        Partition one = look();
        return one == null ? null : new Caller(one.key());
    }

    private @Nullable Partition look() {
        Partition one = known;
        if (one == null) {
            one = partitions.look(name);
            known = one;
        }
        return one;
    }

    @Override
    public Caller open() {
        Partition one = look();
        if (one == null) {
            one = partitions.openPartition(Caller.anyone(), name);
            known = one;
        }
        return new Caller(one.key());
    }

    @Override
    public Caller reopen(Caller gone) {
        Partition one = known;
        if (one != null && one.key() == gone.partition()) {
            one = partitions.openPartition(Caller.anyone(), name);
            known = one;
            return new Caller(one.key());
        }
        return open();
    }
}
