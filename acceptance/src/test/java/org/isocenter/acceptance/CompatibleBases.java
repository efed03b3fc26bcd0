package org.isocenter.acceptance;

import java.util.stream.Stream;
import org.junit.jupiter.api.Named;

/// The bases under which a client of the compatible API finds everything. Each test of the suite
/// `Compatible…Test` is a behaviour that the end-to-end tests of that API show; where ours is another on
/// purpose, docs/reference/compatibility.md says why.
final class CompatibleBases {
    private static final Named<Dicomweb> V1 = Named.of("/v1", Archive.get().v1());
    private static final Named<Dicomweb> V2 = Named.of("/v2", Archive.get().v2());
    private static final Named<Dicomweb> PARTITION = Named.of("/v2/partitions/NAME", partition());

    private CompatibleBases() {}

    static Stream<Named<Dicomweb>> all() {
        return Stream.of(V1, V2, PARTITION);
    }

    /// Where a bad value is warned of and not refused.
    static Stream<Named<Dicomweb>> lenient() {
        return Stream.of(V2, PARTITION);
    }

    /// What stands beside the partitions.
    static Stream<Named<Dicomweb>> versions() {
        return Stream.of(V1, V2);
    }

    /// A partition of this run, made by the first instance that is stored in it.
    private static Dicomweb partition() {
        Dicomweb partition = Archive.partition(Archive.get().v2(), "compatible-" + Draft.uid());
        partition.store(Draft.ct().bytes()).assertStatus(200);
        return partition;
    }
}
