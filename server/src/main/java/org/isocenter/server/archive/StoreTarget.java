package org.isocenter.server.archive;

import org.isocenter.server.access.Caller;
import org.isocenter.server.blob.StorageClass;
import org.jspecify.annotations.Nullable;

/// What a request stores into: a data partition, which need not be there before the first instance of the
/// request is about to be committed. Threads may share one.
public interface StoreTarget {

    /// The data partition of somebody who is known to work in it, and the class `standard` for blobs.
    static StoreTarget of(Caller caller) {
        return new StoreTarget() {
            @Override
            public String storageClass() {
                return StorageClass.STANDARD;
            }

            @Override
            public Caller find() {
                return caller;
            }

            @Override
            public Caller open() {
                return caller;
            }

            @Override
            public Caller reopen(Caller gone) {
                return caller;
            }
        };
    }

    /// The class that new blobs are written to. A partition that is not there yet has `standard`.
    String storageClass();

    /// Who works in the partition, or null where nothing has made it yet.
    @Nullable
    Caller find();

    /// Who works in the partition, which is made where it is not there.
    Caller open();

    /// Who works in the partition, which is made anew.
    ///
    /// @param gone who worked in it before it was removed
    Caller reopen(Caller gone);
}
