package org.isocenter.server.index;

import java.util.List;
import org.isocenter.server.db.Row;
import org.isocenter.server.db.Session;
import org.jspecify.annotations.Nullable;

/// Rows from the side of their blobs: for checking, sweeping and moving.
public final class BlobRows {
    private static final String PAGE = """
            select key, blob, blob_bytes, sha256, crc32c from instance where key > ? order by key limit ?""";

    private static final String ONE = "select key, blob, blob_bytes, sha256, crc32c from instance where key = ?";

    private static final String PAGE_OF_KEPT = """
            select instance, blob, blob_bytes, sha256, crc32c from kept_form
            where instance > ? order by instance limit ?""";

    private static final String ONE_KEPT =
            "select instance, blob, blob_bytes, sha256, crc32c from kept_form where instance = ?";

    private static final String PAGE_OF_FORMER =
            "select key, blob, blob_bytes, sha256, crc32c from version where key > ? order by key limit ?";

    private static final String ONE_FORMER = "select key, blob, blob_bytes, sha256, crc32c from version where key = ?";

    private static final String UNREFERENCED = """
            select blob from unnest(?::text[]) as input (blob)
            where not exists (select from instance where instance.blob = input.blob)
                and not exists (select from kept_form where kept_form.blob = input.blob)
                and not exists (select from version where version.blob = input.blob)
                and not exists (select from retired_blob where retired_blob.blob = input.blob)""";

    private static final String MOVE = """
            update instance set blob = input.target
            from unnest(?::text[], ?::text[]) as input (source, target)
            where instance.blob = input.source""";

    private static final String MOVE_KEPT = """
            update kept_form set blob = input.target
            from unnest(?::text[], ?::text[]) as input (source, target)
            where kept_form.blob = input.source""";

    private static final String MOVE_FORMER = """
            update version set blob = input.target
            from unnest(?::text[], ?::text[]) as input (source, target)
            where version.blob = input.source""";

    private static final String MOVE_RETIRED = """
            update retired_blob set blob = input.target
            from unnest(?::text[], ?::text[]) as input (source, target)
            where retired_blob.blob = input.source""";

    private static final String MISCOUNTED = """
            select 'study row ' || study.key from study
            where study.instances <> (select count(*) from instance where instance.study = study.key)
                or study.series <> (select count(*) from series where series.study = study.key)
            union all
            select 'series row ' || series.key from series
            where series.instances <> (select count(*) from instance where instance.series = series.key)
            limit ?""";

    /// The row of an instance.
    public record BlobRow(long key, StoredBytes bytes) {}

    /// Which blobs: those that are stored of instances, those that are kept beside them in another form, or
    /// those of former versions.
    public enum Kind {
        STORED(PAGE, ONE),
        KEPT(PAGE_OF_KEPT, ONE_KEPT),
        FORMER(PAGE_OF_FORMER, ONE_FORMER);

        private final String page;
        private final String one;

        Kind(String page, String one) {
            this.page = page;
            this.one = one;
        }
    }

    private final Session session;

    public BlobRows(Session session) {
        this.session = session;
    }

    /// A page of all rows by key.
    public List<BlobRow> page(Kind kind, long after, int limit) {
        return session.sql(kind.page).bind(after).bind(limit).list(BlobRows::row);
    }

    public @Nullable BlobRow find(Kind kind, long key) {
        return session.sql(kind.one).bind(key).findFirst(BlobRows::row);
    }

    /// Those of the blobs that have no row and are not retired either.
    public List<String> unreferenced(List<String> blobs) {
        return session.sql(UNREFERENCED).bindTexts(blobs.toArray(String[]::new)).list(row -> row.getString(1));
    }

    /// Points rows at the new keys of blobs that have been moved.
    public void move(List<String> from, List<String> to) {
        for (String text : List.of(MOVE, MOVE_KEPT, MOVE_FORMER, MOVE_RETIRED)) {
            session.sql(text)
                    .bindTexts(from.toArray(String[]::new))
                    .bindTexts(to.toArray(String[]::new))
                    .update();
        }
    }

    /// Studies and series whose counts are not what is there.
    public List<String> miscounted(int limit) {
        return session.sql(MISCOUNTED).bind(limit).list(row -> row.getString(1));
    }

    private static BlobRow row(Row row) {
        return new BlobRow(
                row.getLong(1), new StoredBytes(row.getString(2), row.getLong(3), row.getBytes(4), row.getBytes(5)));
    }
}
