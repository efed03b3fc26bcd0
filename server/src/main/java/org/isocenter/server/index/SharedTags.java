package org.isocenter.server.index;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
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

    private static final String EXTEND = """
            insert into shared_tags (series, partition, tags)
            select key, partition, coalesce((select tags from shared_tags where key = ?), '{}') || ?::jsonb
            from series where key = ?
            returning key""";

    /// What an instance shares it has no longer of its own.
    private static final String ADD = """
            update instance set
                shared = coalesce(input.shared, instance.shared),
                tags = case when instance.tags is null then input.own::jsonb
                    else nullif(instance.tags - string_to_array(input.names, ',') || coalesce(input.own, '{}')::jsonb, '{}') end
            from unnest(?::bigint[], ?::bigint[], ?::text[], ?::text[]) as input (key, shared, names, own)
            where instance.key = input.key""";

    /// For instances that turn out to have other values than those that they shared.
    private static final String PART = """
            update instance set
                shared = null,
                tags = coalesce((select tags from shared_tags where key = instance.shared), '{}')
                    || coalesce(instance.tags, '{}') || input.tags::jsonb
            from unnest(?::bigint[], ?::text[]) as input (key, tags)
            where instance.key = input.key""";

    private static final String READ = "select tags::text from shared_tags where key = ?";

    private static final String REMOVE = """
            delete from shared_tags
            where series = any(?::bigint[])
                and not exists (select from series where series.shared = shared_tags.key and series.key = shared_tags.series)
                and not exists (select from instance where instance.shared = shared_tags.key)""";

    /// The values of rows by their hashes, which are the same whatever database they are in.
    private static final Cache<Long, Map<Integer, String>> KNOWN =
            Caffeine.newBuilder().maximumSize(REMEMBERED_MAX).build();

    /// The values of the last instance of series.
    private static final Cache<Series, Map<Integer, String>> LAST =
            Caffeine.newBuilder().maximumSize(REMEMBERED_MAX).build();

    private SharedTags() {}

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
    static Map<Long, Shared> choose(Session session, List<Arriving> all) {
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
                        KNOWN.put(row.getLong(2), values);
                        return chosen.put(row.getLong(3), new Shared(row.getLong(1), values));
                    });
        }
        return chosen;
    }

    /// Values of further tags of an instance that is stored.
    ///
    /// @param row that the instance names, or null
    record Further(long instance, long series, @Nullable Row row, Map<Integer, String> values) {}

    /// Gives instances, which are locked, values of further tags, or values anew. What those that share a row
    /// have alike they share then as well.
    static void add(Session session, List<Further> all) {
        Map<Sharing, Map<Further, Map<Integer, String>>> groups = new LinkedHashMap<>();
        List<Further> parting = new ArrayList<>();
        for (Further one : all) {
            Map<Integer, String> shared = one.row == null ? Map.of() : values(session, one.row);
            Map<Integer, String> beyond = new LinkedHashMap<>(one.values);
            beyond.keySet().removeAll(shared.keySet());
            Map<Integer, String> again = new HashMap<>(one.values);
            again.keySet().removeAll(beyond.keySet());
            if (!within(again, shared)) {
                parting.add(one);
            } else if (!beyond.isEmpty()) {
                groups.computeIfAbsent(new Sharing(one.series, one.row), first -> new LinkedHashMap<>())
                        .put(one, beyond);
            }
        }
        List<Addition> additions = new ArrayList<>();
        groups.forEach((sharing, group) -> additions.addAll(additions(session, sharing, group)));
        if (!additions.isEmpty()) {
            session.sql(ADD)
                    .bindLongs(additions.stream().mapToLong(Addition::instance).toArray())
                    .bindLongs(additions.stream().map(Addition::shared).toArray(Long[]::new))
                    .bindTexts(additions.stream().map(Addition::names).toArray(String[]::new))
                    .bindTexts(additions.stream().map(Addition::own).toArray(String[]::new))
                    .update();
        }
        if (!parting.isEmpty()) {
            session.sql(PART)
                    .bindLongs(parting.stream().mapToLong(Further::instance).toArray())
                    .bindTexts(parting.stream()
                            .map(one -> TagValues.object(one.values.values()))
                            .toArray(String[]::new))
                    .update();
        }
        removeUnnamed(
                session,
                all.stream()
                        .filter(one -> one.row != null)
                        .mapToLong(Further::series)
                        .distinct()
                        .toArray());
    }

    /// Instances of a series that name the same row, or none.
    private record Sharing(long series, @Nullable Row row) {}

    /// What becomes of instances that get values which their row does not have.
    private static List<Addition> additions(
            Session session, Sharing sharing, Map<Further, Map<Integer, String>> group) {
        List<Map<Integer, String>> values = List.copyOf(group.values());
        Map<Integer, String> common = values.size() == 1 ? Map.of() : common(values.getFirst(), values);
        Shared extended;
        if (worth(common, values.stream().mapToInt(Map::size).max().orElse(0))) {
            long key = session.sql(EXTEND)
                    .bind(sharing.row == null ? null : sharing.row.key)
                    .bind(TagValues.object(common.values()))
                    .bind(sharing.series)
                    .get(row -> row.getLong(1));
            extended = new Shared(key, common);
        } else {
            extended = null;
        }
        List<Addition> additions = new ArrayList<>();
        group.forEach((one, further) -> additions.add(new Addition(
                one.instance,
                extended == null ? null : extended.key,
                names(further.keySet()),
                TagValues.object(extended == null ? further.values() : extended.beyond(further)))));
        return additions;
    }

    /// @param shared the row that is named now, or null where it stays
    /// @param names under which values of its own are not kept
    /// @param own values beyond those that are shared, or null
    private record Addition(
            long instance,
            @Nullable Long shared,
            String names,
            @Nullable String own) {}

    /// The names that values of tags may have.
    private static String names(Collection<Integer> tags) {
        return tags.stream().map(tag -> tag + "," + tag + "b").collect(Collectors.joining(","));
    }

    /// Removes the rows of series that neither the series nor an instance names. No row is named again that its
    /// series has left.
    static void removeUnnamed(Session session, long[] series) {
        session.sql(REMOVE).bindLongs(series).update();
    }

    private static Map<Integer, String> values(Session session, Row row) {
        Map<Integer, String> values = KNOWN.getIfPresent(row.hash);
        if (values == null) {
            values = TagValues.members(session.sql(READ).bind(row.key).get(read -> read.getString(1)));
            KNOWN.put(row.hash, values);
        }
        return values;
    }

    /// What a new row should hold, or null where there should be none.
    private static @Nullable Map<Integer, String> findBetter(Arriving arriving, @Nullable Shared current) {
        List<Map<Integer, String>> sharing = arriving.values.stream()
                .filter(values -> values.size() >= VALUES_MIN)
                .toList();
        if (sharing.isEmpty()) {
            return null;
        }
        Series series = new Series(arriving.partition, arriving.uid);
        Map<Integer, String> former = LAST.getIfPresent(series);
        LAST.put(series, sharing.getLast());
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
