package org.isocenter.server.index;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The tags that values of an instance are looked for by.
///
/// @param version of the [TagSets] that it is one of
/// @param byLevel the tags of each level; levels without tags are missing
public record TagSet(long version, Map<Level, List<QueryTag>> byLevel) {
    public static TagSet of(long version, List<QueryTag> tags) {
        return new TagSet(
                version,
                tags.stream()
                        .collect(Collectors.groupingBy(
                                tag -> tag.definition().owner().level(),
                                () -> new EnumMap<>(Level.class),
                                Collectors.toUnmodifiableList())));
    }

    /// The tag with this key, which there must be.
    public QueryTag get(int key) {
        return byLevel.values().stream()
                .flatMap(List::stream)
                .filter(tag -> tag.key() == key)
                .findFirst()
                .orElseThrow();
    }

    public boolean isEmpty() {
        return byLevel.isEmpty();
    }
}
