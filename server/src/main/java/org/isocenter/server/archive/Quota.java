package org.isocenter.server.archive;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.isocenter.server.db.Database;
import org.isocenter.server.db.Session;
import org.isocenter.server.index.Entry;
import org.isocenter.server.index.Entry.Identity;
import org.isocenter.server.index.Indexed;
import org.isocenter.server.index.QuotaRows;
import org.isocenter.server.index.QuotaRows.Change;
import org.isocenter.server.index.QuotaRows.Room;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Holds partitions to what they may hold: the bytes and instances that are there, without what was deleted
/// or replaced.
final class Quota {
    /// What is told of what does not fit.
    static final String EXCEEDED = "the data partition would hold more than its quota";

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Quota() {}

    /// Entries that are too much for their partitions. Ends the transaction.
    static final class ExceededException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient Set<Identity> tooMuch;

        ExceededException(Set<Identity> tooMuch) {
            super(EXCEEDED, null, false, false);
            this.tooMuch = tooMuch;
        }

        /// Those that do not fit, when the others are stored in their order; at least one.
        Set<Identity> tooMuch() {
            return tooMuch;
        }
    }

    /// Counts entries whose rows this transaction has written. The lock of the feed is held.
    ///
    /// @throws ExceededException where they are too much
    static void count(Session session, List<Entry> entries, List<Indexed> outcomes) {
        Map<Integer, Change> changes = new HashMap<>();
        for (int i = 0; i < entries.size(); i++) {
            Change one = change(entries.get(i), outcomes.get(i));
            changes.merge(entries.get(i).partition(), one, (sum, more) -> sum.plus(more.bytes(), more.instances()));
        }
        Set<Identity> tooMuch = new HashSet<>();
        for (Room left : new QuotaRows(session).count(changes)) {
            Change all = changes.getOrDefault(left.partition(), Change.NONE);
            if (!left.allows(all)) {
                Room before = left.after(new Change(-all.bytes(), -all.instances()));
                tooMuch.addAll(tooMuch(before, entries, outcomes));
            }
        }
        if (!tooMuch.isEmpty()) {
            throw new ExceededException(tooMuch);
        }
    }

    private static Set<Identity> tooMuch(Room before, List<Entry> entries, List<Indexed> outcomes) {
        Set<Identity> tooMuch = new HashSet<>();
        Room room = before;
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            if (entry.partition() == before.partition()) {
                Change change = change(entry, outcomes.get(i));
                Room after = room.after(change);
                if (after.allows(change)) {
                    room = after;
                } else {
                    tooMuch.add(entry.identity());
                }
            }
        }
        return tooMuch;
    }

    private static Change change(Entry entry, Indexed outcome) {
        return switch (outcome) {
            case Indexed.Added added -> new Change(entry.bytes().lengthBytes(), 1);
            case Indexed.Replaced replaced -> new Change(entry.bytes().lengthBytes() - replaced.formerBytes(), 0);
            case Indexed.AlreadyThere there -> Change.NONE;
            case Indexed.Refused refused -> Change.NONE;
            case Indexed.OverQuota over -> Change.NONE;
        };
    }

    /// Whether a partition may hold so much more as it stands now.
    static boolean allows(Database database, int partition, long bytes, long instances) {
        Room room = database.<@Nullable Room>query(partition, session -> new QuotaRows(session).findRoom(partition));
        Change change = new Change(bytes, instances);
        return room == null || room.after(change).allows(change);
    }

    /// What is told of a study that would be too long.
    static String error(String study) {
        return MAPPER.createObjectNode()
                .put("study", study)
                .put("error", EXCEEDED)
                .toString();
    }
}
