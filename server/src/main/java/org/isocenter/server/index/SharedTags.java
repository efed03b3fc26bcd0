package org.isocenter.server.index;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.isocenter.server.db.Session;
import org.jspecify.annotations.Nullable;

/// Values of tags that instances of a series have alike, of which one row stands for many instances.
///
/// An instance can name a row if it has all of its values; what it has beyond them stands in its own. Which values the
/// next instance will have alike nobody knows. So a row is made of what instances that were stored one after the other
/// have in common, and a new one of less when an instance comes that has not all of it: after a few instances what
/// differs from one to the next is left out.
///
/// Nothing depends on what is remembered here but which row is chosen: whether an instance has its values is always
/// looked at.
final class SharedTags {
    /// Fewer are not worth a row.
    private static final int VALUES_MIN = 8;

    private static final int REMEMBERED_MAX = 4_096;

    private static final String INSERT = """
            insert into shared_tags (series, partition, tags)
            select series, partition, tags::jsonb
            from unnest(?::bigint[], ?::int[], ?::text[]) as input (series, partition, tags)
            returning key, hash, series""";

    private static final String READ = "select tags::text from shared_tags where key = ?";

    private static final String REMOVE = """
            delete from shared_tags
            where series = any(?::bigint[])
                and not exists (select from series where series.shared = shared_tags.key and series.key = shared_tags.series)
                and not exists (select from instance where instance.shared = shared_tags.key)""";

    /// The values of rows by their hashes, which are the same whatever database they are in.
    private final Cache<Long, Map<Integer, String>> known =
            Caffeine.newBuilder().maximumSize(REMEMBERED_MAX).build();

    /// The values of the last instance of series.
    private final Cache<Series, Map<Integer, String>> last =
            Caffeine.newBuilder().maximumSize(REMEMBERED_MAX).build();

    private record Series(int partition, String uid) {}

    /// A row.
    ///
    /// @param hash of its values
    record Row(long key, long hash) {}

    /// A row whose values are known: by the keys of tags, as in [TagValues].
    record Shared(long key, Map<Integer, String> values) {
        /// Whether an instance with these values has all of the row's.
        boolean within(Map<Integer, String> others) {
            return SharedTags.within(values, others);
        }

        /// What an instance has beyond the values of the row.
        List<String> beyond(Map<Integer, String> others) {
            List<String> beyond = new ArrayList<>(others.size() - values.size());
            others.forEach((tag, value) -> {
                if (!values.containsKey(tag)) {
                    beyond.add(value);
                }
            });
            return beyond;
        }
    }

    /// Instances of a series that are about to be stored.
    ///
    /// @param row that the series names, or null
    /// @param values of the instances, in their order
    record Arriving(
            long series,
            int partition,
            String uid,
            @Nullable Row row,
            List<Map<Integer, String>> values) {}

    /// Chooses the rows whose values the instances of each series may name, and makes those that are not there yet.
    ///
    /// @return by the keys of the series, those that have any
    Map<Long, Shared> choose(Session session, List<Arriving> all) {
        Map<Long, Shared> chosen = new HashMap<>();
        Map<Long, Map<Integer, String>> wanted = new HashMap<>();
        List<Arriving> making = new ArrayList<>();
        for (Arriving one : all) {
            Shared current = one.row == null ? null : new Shared(one.row.key, values(session, one.row));
            Map<Integer, String> better = findBetter(one, current);
            if (better != null) {
                wanted.put(one.series, better);
                making.add(one);
            } else if (current != null) {
                chosen.put(one.series, current);
            }
        }
        if (!making.isEmpty()) {
            session.sql(INSERT)
                    .bindLongs(making.stream().mapToLong(Arriving::series).toArray())
                    .bindInts(making.stream().mapToInt(Arriving::partition).toArray())
                    .bindTexts(making.stream()
                            .map(one -> TagValues.object(Objects.requireNonNull(wanted.get(one.series))
                                    .values()))
                            .toArray(String[]::new))
                    .list(row -> {
                        Map<Integer, String> values = Objects.requireNonNull(wanted.get(row.getLong(3)));
                        known.put(row.getLong(2), values);
                        return chosen.put(row.getLong(3), new Shared(row.getLong(1), values));
                    });
        }
        return chosen;
    }

    /// Removes the rows of series that neither the series nor an instance names. The series are locked.
    static void removeUnnamed(Session session, long[] series) {
        session.sql(REMOVE).bindLongs(series).update();
    }

    private Map<Integer, String> values(Session session, Row row) {
        Map<Integer, String> values = known.getIfPresent(row.hash);
        if (values == null) {
            values = TagValues.members(session.sql(READ).bind(row.key).get(read -> read.getString(1)));
            known.put(row.hash, values);
        }
        return values;
    }

    /// What a new row should hold, or null where there should be none.
    private @Nullable Map<Integer, String> findBetter(Arriving arriving, @Nullable Shared current) {
        List<Map<Integer, String>> sharing = arriving.values.stream()
                .filter(values -> values.size() >= VALUES_MIN)
                .toList();
        if (sharing.isEmpty()) {
            return null;
        }
        Series series = new Series(arriving.partition, arriving.uid);
        Map<Integer, String> former = last.getIfPresent(series);
        last.put(series, sharing.getLast());
        int most = sharing.stream().mapToInt(Map::size).max().getAsInt();
        Map<Integer, String> kept = current == null ? Map.of() : common(current.values, sharing);
        boolean whole = current != null && kept.size() == current.values.size();
        if (whole && 3 * kept.size() >= 2 * most) {
            return null;
        }
        Map<Integer, String> fresh = Map.of();
        if (former != null || sharing.size() > 1) {
            fresh = common(former != null ? former : sharing.getFirst(), sharing);
        }
        if (current != null && 2 * kept.size() >= current.values.size() && 3 * kept.size() >= 2 * fresh.size()) {
            return whole || !worth(kept, most) ? null : kept;
        }
        return worth(fresh, most) ? fresh : null;
    }

    /// Whether values are worth a row, of instances with so many.
    private static boolean worth(Map<Integer, String> values, int most) {
        return values.size() >= VALUES_MIN && 2 * values.size() >= most;
    }

    /// Those of the values that all of the others have too.
    private static Map<Integer, String> common(Map<Integer, String> values, List<Map<Integer, String>> others) {
        Map<Integer, String> common = values;
        for (Map<Integer, String> other : others) {
            if (!within(common, other)) {
                Map<Integer, String> fewer = new HashMap<>(common);
                fewer.entrySet().removeIf(value -> !value.getValue().equals(other.get(value.getKey())));
                common = fewer;
            }
        }
        return common;
    }

    private static boolean within(Map<Integer, String> values, Map<Integer, String> others) {
        for (Map.Entry<Integer, String> value : values.entrySet()) {
            if (!value.getValue().equals(others.get(value.getKey()))) {
                return false;
            }
        }
        return true;
    }
}
