package org.isocenter.server.archive;

import org.isocenter.server.db.Database;
import org.isocenter.server.index.TagRows;
import org.isocenter.server.index.TagSet;

/// The tags that values are looked for by, as this process knows them. Whoever stores finds out in time
/// when they are not those that there are.
final class TagsInUse {
    private final Database database;
    private volatile TagSet known = TagSet.UNKNOWN;

    TagsInUse(Database database) {
        this.database = database;
    }

    TagSet get() {
        TagSet set = known;
        return set == TagSet.UNKNOWN ? read() : set;
    }

    /// Reads them again.
    TagSet read() {
        TagSet set = database.query(session -> new TagRows(session).set());
        known = set;
        return set;
    }
}
