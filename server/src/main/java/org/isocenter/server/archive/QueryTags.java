package org.isocenter.server.archive;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.isocenter.server.access.Caller;
import org.isocenter.server.db.Database;
import org.isocenter.server.db.Session;
import org.isocenter.server.db.Work;
import org.isocenter.server.feed.Feed;
import org.isocenter.server.index.PartitionRows;
import org.isocenter.server.index.QueryTag;
import org.isocenter.server.index.QueryTag.Definition;
import org.isocenter.server.index.QueryTag.Reach;
import org.isocenter.server.index.TagError;
import org.isocenter.server.index.TagRows;
import org.isocenter.server.job.Operation;
import org.isocenter.server.job.Operation.Draft;
import org.isocenter.server.job.OperationRows;
import org.jspecify.annotations.Nullable;

/// Adds, shows, changes and removes the attributes that can be searched by beside those of the standard.
///
/// A tag is of all data partitions or of one. Who works with the reach of all sees and changes those of all;
/// who works in a partition sees these and its own, and changes its own. No path is of all and of a partition
/// as well, so in each partition an attribute is one tag.
public final class QueryTags {
    /// Where they stand as resources.
    public static final String RESOURCES = "/extendedquerytags/";

    private final Database database;
    private final Semaphore news;
    private final int tagsMax;

    /// @param news gets a permit when an operation was begun
    /// @param tagsMax how many may count in a data partition
    public QueryTags(Database database, Semaphore news, int tagsMax) {
        this.database = database;
        this.news = news;
        this.tagsMax = tagsMax;
    }

    /// What became of adding tags.
    public sealed interface Added {
        /// They are added, and an operation looks through what is stored.
        record Begun(Operation operation) implements Added {}

        /// One of them is there already. None was added.
        ///
        /// @param partition the name of the data partition whose it is, or null where it is of all
        record Exists(String path, @Nullable String partition) implements Added {}

        /// In a data partition there would be more than there may be. None was added.
        record TooMany(int max) implements Added {}
    }

    /// Adds tags, all or none.
    ///
    /// @param definitions with paths that differ
    public Added add(Caller caller, Reach reach, List<Definition> definitions) {
        Integer partition = partition(caller, reach);
        Added added = transaction(partition, session -> {
            new Feed(session).lock();
            TagRows rows = new TagRows(session);
            List<QueryTag> there = rows.every().stream()
                    .filter(tag -> partition == null || tag.partition() == null || partition.equals(tag.partition()))
                    .toList();
            for (Definition definition : definitions) {
                String path = definition.pathText();
                for (QueryTag tag : there) {
                    if (tag.definition().pathText().equals(path)) {
                        return new Added.Exists(path, findName(session, tag.partition()));
                    }
                }
            }
            if (most(there) + definitions.size() > tagsMax) {
                return new Added.TooMany(tagsMax);
            }
            List<Integer> keys = new ArrayList<>();
            definitions.forEach(definition -> keys.add(rows.insert(partition, definition)));
            return new Added.Begun(begin(
                    session,
                    caller,
                    partition,
                    keys,
                    definitions.stream().map(Definition::pathText).toList()));
        });
        if (added instanceof Added.Begun) {
            news.release();
        }
        return added;
    }

    /// How many of the tags count in the data partition in which most do.
    private static long most(List<QueryTag> tags) {
        Map<Reach, List<QueryTag>> byReach = tags.stream().collect(Collectors.groupingBy(QueryTag::reach));
        long own = byReach.getOrDefault(Reach.PARTITION, List.of()).stream()
                .collect(Collectors.groupingBy(tag -> Objects.requireNonNull(tag.partition()), Collectors.counting()))
                .values()
                .stream()
                .max(Long::compare)
                .orElse(0L);
        return byReach.getOrDefault(Reach.ALL, List.of()).size() + own;
    }

    private static Operation begin(
            Session session, Caller caller, @Nullable Integer partition, List<Integer> keys, List<String> paths) {
        String name = findName(session, partition);
        String resources = name == null ? RESOURCES : "/partitions/" + name + RESOURCES;
        Draft draft = new Draft(
                Reindex.KIND,
                Reindex.input(keys),
                paths.stream().map(resources::concat).toList(),
                List.of());
        Operation operation = new OperationRows(session).insert(caller.partition(), draft);
        new TagRows(session).begin(keys, operation.id());
        return operation;
    }

    /// A page of the tags that count, oldest first.
    public List<QueryTag> list(Caller caller, Reach reach, long offset, int limit) {
        Integer partition = partition(caller, reach);
        return query(partition, session -> new TagRows(session).list(partition, offset, limit));
    }

    /// The tag that counts, or null where there is none.
    ///
    /// @param path as [Definition#pathText] gives it
    public @Nullable QueryTag find(Caller caller, Reach reach, String path) {
        Integer partition = partition(caller, reach);
        return this.<@Nullable QueryTag>query(partition, session -> new TagRows(session).find(partition, path));
    }

    /// Permits or forbids searching by a tag.
    ///
    /// @return the tag, or null where there is none of this reach
    public @Nullable QueryTag enable(Caller caller, Reach reach, String path, boolean enabled) {
        Integer partition = partition(caller, reach);
        return this.<@Nullable QueryTag>transaction(partition, session -> {
            TagRows rows = new TagRows(session);
            QueryTag tag = findOwn(rows, partition, path);
            if (tag == null) {
                return null;
            }
            rows.enable(tag.key(), enabled);
            return rows.find(partition, path);
        });
    }

    /// Looks through what is stored once more, and forgets what was found wrong before.
    ///
    /// @return the operation that does it, or null where there is no such tag of this reach
    public @Nullable Operation reindex(Caller caller, Reach reach, String path) {
        Integer partition = partition(caller, reach);
        Operation operation = this.<@Nullable Operation>transaction(partition, session -> {
            TagRows rows = new TagRows(session);
            QueryTag tag = findOwn(rows, partition, path);
            if (tag == null) {
                return null;
            }
            rows.forgetErrors(tag.key());
            rows.enable(tag.key(), true);
            return begin(session, caller, partition, List.of(tag.key()), List.of(path));
        });
        if (operation != null) {
            news.release();
        }
        return operation;
    }

    /// @return whether there was one of this reach
    public boolean delete(Caller caller, Reach reach, String path) {
        Integer partition = partition(caller, reach);
        return transaction(partition, session -> {
            new Feed(session).lock();
            TagRows rows = new TagRows(session);
            QueryTag tag = findOwn(rows, partition, path);
            if (tag != null) {
                rows.delete(tag.key());
            }
            return tag != null;
        });
    }

    /// A page of the values that cannot be searched by, those of the newest instances first: of all, or of
    /// the caller's data partition.
    public List<TagError> errors(Caller caller, Reach reach, QueryTag tag, long offset, int limit) {
        Integer partition = partition(caller, reach);
        return query(partition, session -> new TagRows(session).errors(tag.key(), partition, offset, limit));
    }

    /// The operation that looks through what is stored for a tag, or null where it is forgotten.
    public @Nullable Operation findOperation(Caller caller, UUID id) {
        return database.<@Nullable Operation>query(session -> new OperationRows(session).find(null, id));
    }

    private static @Nullable Integer partition(Caller caller, Reach reach) {
        return reach == Reach.ALL ? null : (Integer) caller.partition();
    }

    /// The tag of a path that somebody may change.
    private static @Nullable QueryTag findOwn(TagRows rows, @Nullable Integer partition, String path) {
        QueryTag tag = rows.find(partition, path);
        return tag == null || !Objects.equals(tag.partition(), partition) ? null : tag;
    }

    private static @Nullable String findName(Session session, @Nullable Integer partition) {
        return partition == null ? null : new PartitionRows(session).name(partition);
    }

    private <T extends @Nullable Object> T transaction(@Nullable Integer partition, Work<T> work) {
        return partition == null ? database.transaction(work) : database.transaction(partition, work);
    }

    private <T extends @Nullable Object> T query(@Nullable Integer partition, Work<T> work) {
        return partition == null ? database.query(work) : database.query(partition, work);
    }
}
