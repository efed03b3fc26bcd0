package org.isocenter.server.index;

import org.isocenter.server.db.Session;
import org.isocenter.server.db.Sql;
import org.jspecify.annotations.Nullable;

/// Which rows there are for somebody: those of a partition, or of these only what a snapshot of a cohort has frozen.
///
/// Within a snapshot there is an instance if it is frozen and is still what it was then: its bytes have the digest
/// that was frozen, or were made of those that had it (V2__other_forms.sql). A series or a study is there if one of
/// its instances is. It is the statements that see to this, so nothing that runs them can forget to ask.
///
/// @param snapshot the key of the snapshot, or null for all
public record Scope(int partition, @Nullable Long snapshot) {

    /// Where a statement names its snapshot, so that conditions can refer to it wherever they stand. To be bound
    /// first, and to stand before the other tables.
    static final String SNAPSHOT = "(select ?::bigint as key) as snapshot, ";

    /// Whether the row of `instance`, joined with `series` and `study`, is there within the snapshot.
    static final String INSTANCE = """
            exists (select from cohort_instance frozen
                where frozen.snapshot = snapshot.key and frozen.study_uid = study.uid collate "C"
                    and frozen.series_uid = series.uid collate "C" and frozen.instance_uid = instance.uid collate "C"
                    and (frozen.sha256 = instance.sha256 or exists (select from received_form
                        where received_form.instance = instance.key and received_form.sha256 = frozen.sha256)))""";

    /// Whether the study is one of the snapshot's at all: what the database begins with where little else is asked for.
    static final String LISTED = """
            study.uid in (select cohort_study.uid collate "default" from cohort_study
                where cohort_study.snapshot = snapshot.key)""";

    /// All of a partition.
    public static Scope all(int partition) {
        return new Scope(partition, null);
    }

    /// The condition that a row of a level is there within the snapshot.
    static String condition(Level level) {
        return switch (level) {
            case STUDY ->
                LISTED + " and exists (select from instance join series on series.key = instance.series"
                        + " where instance.study = study.key and " + INSTANCE + ")";
            case SERIES ->
                LISTED + " and exists (select from instance where instance.series = series.key and " + INSTANCE + ")";
            case INSTANCE -> LISTED + " and " + INSTANCE;
        };
    }

    /// Begins one of two statements: that for all, or that for a snapshot, which is bound.
    Sql sql(Session session, String all, String within) {
        return snapshot == null ? session.sql(all) : session.sql(within).bind(snapshot);
    }
}
