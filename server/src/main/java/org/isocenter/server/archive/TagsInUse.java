package org.isocenter.server.archive;

import org.isocenter.server.db.Database;
import org.isocenter.server.index.TagRows;
import org.isocenter.server.index.TagSets;
import org.jspecify.annotations.Nullable;

/// The tags that values are looked for by, as this process knows them. Whoever stores finds out in time
/// when they are not those that there are.
final class TagsInUse {
    private final Database database;
    private volatile @Nullable TagSets known;

    TagsInUse(Database database) {
        this.database = database;
    }

    TagSets get() {
        TagSets sets = known;
        return sets == null ? read() : sets;
    }

    /// Reads them again.
    TagSets read() {
        TagSets sets = database.query(session -> new TagRows(session).sets());
        known = sets;
        return sets;
    }
}
