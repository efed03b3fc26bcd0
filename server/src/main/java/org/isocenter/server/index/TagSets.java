package org.isocenter.server.index;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The tags that values are looked for by, as they are in each data partition.
///
/// @param version grows with each change of any of them
/// @param ofAll where a partition has no tags of its own
/// @param own where a partition has: its own, and those of all
public record TagSets(long version, TagSet ofAll, Map<Integer, TagSet> own) {
    public TagSets {
        own = Map.copyOf(own);
    }

    static TagSets of(long version, List<QueryTag> tags) {
        List<QueryTag> ofAll = new ArrayList<>();
        Map<Integer, List<QueryTag>> ofPartitions = new HashMap<>();
        for (QueryTag tag : tags) {
            Integer partition = tag.partition();
            (partition == null ? ofAll : ofPartitions.computeIfAbsent(partition, first -> new ArrayList<>())).add(tag);
        }
        Map<Integer, TagSet> own = new HashMap<>();
        ofPartitions.forEach((partition, theirs) -> {
            theirs.addAll(ofAll);
            own.put(partition, TagSet.of(version, theirs));
        });
        return new TagSets(version, TagSet.of(version, ofAll), own);
    }

    /// Those that count for instances of a data partition.
    public TagSet in(int partition) {
        return own.getOrDefault(partition, ofAll);
    }
}
