package org.isocenter.server.push;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.isocenter.server.db.Row;
import org.isocenter.server.db.Session;
import org.isocenter.server.push.Event.Kind;

/// Reads the feed and the studies that came to rest as one order of events. Like the feed alone: whoever has
/// read a position has read, or could have read, everything up to it.
final class EventRows {
    private static final Kind[] KINDS = Kind.values();

    private static final String EVENTS = """
            select event.position, partition.name, event.kind, event.study_uid, event.series_uid, event.instance_uid,
                event.modalities, event.series, event.instances, event.occurred
            from (
                (select position, partition, action as kind, study_uid, series_uid, instance_uid,
                    array_remove(array[modality], null) as modalities, 0 as series, 0 as instances, occurred
                from feed where %1$s)
                union all
                (select position, partition, 3, study_uid, null, null, modalities, series, instances, occurred
                from study_stable where %1$s)
            ) as event
            join partition on partition.key = event.partition
            order by event.position""";

    private static final String AFTER = EVENTS.formatted("position > ? order by position limit ?") + " limit ?";

    private static final String AT = EVENTS.formatted("position = any(?::bigint[])");

    private static final String LATEST = """
            select greatest((select max(position) from feed), (select max(position) from study_stable), 0)""";

    private final Session session;

    EventRows(Session session) {
        this.session = session;
    }

    /// The next events behind a position.
    List<Event> after(long position, int limit) {
        return session.sql(AFTER)
                .bind(position)
                .bind(limit)
                .bind(position)
                .bind(limit)
                .bind(limit)
                .list(EventRows::event);
    }

    /// The events that have these positions, by position.
    List<Event> at(long[] positions) {
        return session.sql(AT).bindLongs(positions).bindLongs(positions).list(EventRows::event);
    }

    /// The highest position, or 0 where nothing has happened yet.
    long latest() {
        return session.sql(LATEST).get(row -> row.getLong(1));
    }

    private static Event event(Row row) {
        return new Event(
                row.getLong(1),
                KINDS[row.getInt(3)],
                row.getString(2),
                row.getString(4),
                row.findString(5),
                row.findString(6),
                Arrays.stream(row.getTexts(7)).map(Objects::requireNonNull).toList(),
                row.getInt(8),
                row.getInt(9),
                row.getInstant(10));
    }
}
