package org.isocenter.server.index;

import java.util.List;
import org.isocenter.server.db.Session;
import org.jspecify.annotations.Nullable;

/// The rows of the storage classes that were ever used beside `standard`.
public final class StorageClassRows {
    private static final String HOLDS = """
            select exists (select from instance where blob like ?)
                or exists (select from version where blob like ?)
                or exists (select from kept_form where blob like ?)""";

    private final Session session;

    public StorageClassRows(Session session) {
        this.session = session;
    }

    /// The mark of a class, or null where it was never used.
    public @Nullable String findMark(String name) {
        return session.sql("select mark from storage_class where name = ?")
                .bind(name)
                .findFirst(row -> row.getString(1));
    }

    /// Keeps everybody else from adding a class until the transaction ends.
    public void lock() {
        session.sql("lock table storage_class in share row exclusive mode").update();
    }

    public void add(String name, String mark) {
        session.sql("insert into storage_class (name, mark) values (?, ?)")
                .bind(name)
                .bind(mark)
                .update();
    }

    public List<String> names() {
        return session.sql("select name from storage_class order by name").list(row -> row.getString(1));
    }

    /// Whether rows have blobs of a class. Where the database does not order text by its bytes, and there are
    /// none, this reads all rows.
    public boolean holds(String name) {
        String keys = name + ":%";
        return session.sql(HOLDS).bind(keys).bind(keys).bind(keys).get(row -> row.getBoolean(1));
    }
}
