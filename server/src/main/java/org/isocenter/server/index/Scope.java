package org.isocenter.server.index;

import org.isocenter.server.db.Session;
import org.isocenter.server.db.Sql;
import org.jspecify.annotations.Nullable;

/// Which rows there are for somebody: those of a partition, or of these only what a snapshot of a cohort
/// has frozen.
///
/// Within a snapshot there is an instance if it is frozen and is still what it was then: its bytes have the
/// digest that was frozen, or were made of those that had it (V2__other_forms.sql). A series or a study is
/// there if one of its instances is. It is the statements that see to this, so nothing that runs them can
/// forget to ask.
///
/// @param snapshot the key of the snapshot, or null for all
/// @param version the revision as of which studies are looked up, 0 for as they were first, or null for as
///     they are
public record Scope(
        int partition, @Nullable Long snapshot, @Nullable Long version) {

    /// Where the statement of a look-up names its snapshot, so that conditions can refer to it wherever
    /// they stand. To be bound first, and to stand before the other tables.
    static final String SNAPSHOT = "(select ?::bigint as key) as snapshot, ";

    /// The same for a search, which begins with the studies of the snapshot.
    static final String STUDIES = """
            (select distinct snapshot as key, uid collate "default" as study
                from cohort_study where snapshot = ?) as snapshot,
            """;

    /// Whether the row of `instance`, joined with `series` and `study`, is there within the snapshot. A
    /// value and no `exists`, so that the database looks each row up by the key of the frozen ones and does
    /// not join all with all.
    static final String INSTANCE = instance("study.uid");

    /// The same for a search, to be looked at only when the study is known to be one of the snapshot's.
    static final String FOUND = instance("snapshot.study");

    private static String instance(String study) {
        return """
                (select frozen.sha256 = instance.sha256 or exists (select from received_form
                        where received_form.instance = instance.key and received_form.sha256 = frozen.sha256)
                    from cohort_instance frozen
                    where frozen.snapshot = snapshot.key and frozen.study_uid = %s collate "C"
                        and frozen.series_uid = series.uid collate "C"
                        and frozen.instance_uid = instance.uid collate "C")""".formatted(study);
    }

    /// All of a partition.
    public static Scope all(int partition) {
        return new Scope(partition, null, null);
    }

    /// Whether a series has an instance within the snapshot.
    static String series() {
        return "(select true from instance where instance.series = series.key and " + FOUND + " limit 1)";
    }

    /// The condition of a search that a row of a level is there within the snapshot.
    static String condition(Level level) {
        return "study.uid = snapshot.study and "
                + switch (level) {
                    case STUDY ->
                        "(select true from series where series.study = study.key and " + series() + " limit 1)";
                    case SERIES -> series();
                    case INSTANCE -> FOUND;
                };
    }

    /// Begins one of two statements: that for all, or that for a snapshot, which is bound.
    Sql sql(Session session, String all, String within) {
        return snapshot == null ? session.sql(all) : session.sql(within).bind(snapshot);
    }
}
