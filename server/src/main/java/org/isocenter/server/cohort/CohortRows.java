package org.isocenter.server.cohort;

import java.util.List;
import java.util.UUID;
import org.isocenter.server.db.Row;
import org.isocenter.server.db.Session;
import org.jspecify.annotations.Nullable;

/// Reads and writes definitions. Cohorts of another partition do not exist here.
public final class CohortRows {
    private static final String SELECT = "select id, name, definition, created, changed from cohort ";

    private final Session session;

    public CohortRows(Session session) {
        this.session = session;
    }

    public Cohort insert(int partition, UUID id, String name, String definition) {
        return session.sql("""
                        insert into cohort (partition, id, name, definition) values (?, ?, ?, ?)
                        returning id, name, definition, created, changed""")
                .bind(partition)
                .bind(id)
                .bind(name)
                .bind(definition)
                .get(CohortRows::cohort);
    }

    /// A page of cohorts, oldest first.
    public List<Cohort> list(int partition, int offset, int limit) {
        return session.sql(SELECT + "where partition = ? order by key offset ? limit ?")
                .bind(partition)
                .bind(offset)
                .bind(limit)
                .list(CohortRows::cohort);
    }

    public @Nullable Cohort find(int partition, UUID id) {
        return session.sql(SELECT + "where partition = ? and id = ?")
                .bind(partition)
                .bind(id)
                .findFirst(CohortRows::cohort);
    }

    /// Puts another definition in its place; null where there is no such cohort.
    public @Nullable Cohort replace(int partition, UUID id, String name, String definition) {
        return session.sql("""
                        update cohort set name = ?, definition = ?, changed = now() where partition = ? and id = ?
                        returning id, name, definition, created, changed""")
                .bind(name)
                .bind(definition)
                .bind(partition)
                .bind(id)
                .findFirst(CohortRows::cohort);
    }

    /// Removes a cohort and all its snapshots.
    ///
    /// @return whether there was one
    public boolean delete(int partition, UUID id) {
        return session.sql("delete from cohort where partition = ? and id = ?")
                        .bind(partition)
                        .bind(id)
                        .update()
                > 0;
    }

    private static Cohort cohort(Row row) {
        return new Cohort(row.getUuid(1), row.getString(2), row.getString(3), row.getInstant(4), row.getInstant(5));
    }
}
