package org.isocenter.server.archive;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.isocenter.server.access.Caller;
import org.isocenter.server.db.Database;
import org.isocenter.server.db.Session;
import org.isocenter.server.feed.Feed;
import org.isocenter.server.index.QueryTag;
import org.isocenter.server.index.QueryTag.Definition;
import org.isocenter.server.index.TagError;
import org.isocenter.server.index.TagRows;
import org.isocenter.server.job.Operation;
import org.isocenter.server.job.Operation.Draft;
import org.isocenter.server.job.OperationRows;
import org.jspecify.annotations.Nullable;

/// Adds, shows, changes and removes the attributes that can be searched by beside those of the standard.
public final class QueryTags {
    /// Where they stand as resources.
    public static final String RESOURCES = "/extendedquerytags/";

    private final Database database;
    private final Semaphore news;
    private final int tagsMax;

    /// @param news gets a permit when an operation was begun
    /// @param tagsMax how many there may be
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
        record Exists(String path) implements Added {}

        /// There would be more than there may be. None was added.
        record TooMany(int max) implements Added {}
    }

    /// Adds tags, all or none.
    ///
    /// @param definitions with paths that differ
    public Added add(Caller caller, List<Definition> definitions) {
        Added added = database.transaction(session -> {
            new Feed(session).lock();
            TagRows rows = new TagRows(session);
            List<QueryTag> there = rows.list(0, Integer.MAX_VALUE);
            for (Definition definition : definitions) {
                String path = definition.pathText();
                if (there.stream().anyMatch(tag -> tag.definition().pathText().equals(path))) {
                    return new Added.Exists(path);
                }
            }
            if (there.size() + definitions.size() > tagsMax) {
                return new Added.TooMany(tagsMax);
            }
            List<Integer> keys = new ArrayList<>();
            definitions.forEach(definition -> keys.add(rows.insert(definition)));
            return new Added.Begun(begin(
                    session,
                    caller,
                    keys,
                    definitions.stream().map(Definition::pathText).toList()));
        });
        if (added instanceof Added.Begun) {
            news.release();
        }
        return added;
    }

    private static Operation begin(Session session, Caller caller, List<Integer> keys, List<String> paths) {
        Draft draft = new Draft(
                Reindex.KIND,
                Reindex.input(keys),
                paths.stream().map(RESOURCES::concat).toList(),
                List.of());
        Operation operation = new OperationRows(session).insert(caller.partition(), draft);
        new TagRows(session).begin(keys, operation.id());
        return operation;
    }

    public List<QueryTag> list(Caller caller, long offset, int limit) {
        return database.query(session -> new TagRows(session).list(offset, limit));
    }

    /// @param path as [Definition#pathText] gives it
    public @Nullable QueryTag find(Caller caller, String path) {
        return database.<@Nullable QueryTag>query(session -> new TagRows(session).find(path));
    }

    /// Permits or forbids searching by a tag.
    ///
    /// @return the tag, or null where there is none
    public @Nullable QueryTag enable(Caller caller, String path, boolean enabled) {
        return database.<@Nullable QueryTag>transaction(session -> {
            TagRows rows = new TagRows(session);
            QueryTag tag = rows.find(path);
            if (tag == null) {
                return null;
            }
            rows.enable(tag.key(), enabled);
            return rows.find(path);
        });
    }

    /// Looks through what is stored once more, and forgets what was found wrong before.
    ///
    /// @return the operation that does it, or null where there is no such tag
    public @Nullable Operation reindex(Caller caller, String path) {
        Operation operation = database.<@Nullable Operation>transaction(session -> {
            TagRows rows = new TagRows(session);
            QueryTag tag = rows.find(path);
            if (tag == null) {
                return null;
            }
            rows.forgetErrors(tag.key());
            rows.enable(tag.key(), true);
            return begin(session, caller, List.of(tag.key()), List.of(path));
        });
        if (operation != null) {
            news.release();
        }
        return operation;
    }

    /// @return whether there was one
    public boolean delete(Caller caller, String path) {
        return database.transaction(session -> {
            new Feed(session).lock();
            TagRows rows = new TagRows(session);
            QueryTag tag = rows.find(path);
            if (tag != null) {
                rows.delete(tag.key());
            }
            return tag != null;
        });
    }

    /// A page of the values that cannot be searched by, those of the newest instances first.
    public List<TagError> errors(Caller caller, QueryTag tag, long offset, int limit) {
        return database.query(session -> new TagRows(session).errors(tag.key(), offset, limit));
    }

    /// The operation that looks through what is stored for a tag, or null where it is forgotten.
    public @Nullable Operation findOperation(Caller caller, UUID id) {
        return database.<@Nullable Operation>query(session -> new OperationRows(session).find(null, id));
    }
}
