package org.isocenter.server.index;

import java.util.List;
import org.isocenter.server.db.Session;

/// What a data partition holds under the UIDs of instances alone.
public final class Holdings {
    private static final String BY_UID = "select " + IndexReader.INSTANCE_COLUMNS + """
            , ''::bytea
            from instance
            join series on series.key = instance.series
            join study on study.key = instance.study
            where instance.partition = ? and instance.uid = any(?::text[])""";

    private final Session session;

    public Holdings(Session session) {
        this.session = session;
    }

    /// Every instance with one of these UIDs, of whatever study, without heads.
    public List<Located> of(int partition, List<String> instances) {
        return session.sql(BY_UID)
                .bind(partition)
                .bindTexts(instances.toArray(String[]::new))
                .list(IndexReader::located);
    }
}
