package org.isocenter.server.archive;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.isocenter.server.db.Session;
import org.isocenter.server.feed.Feed;
import org.isocenter.server.index.Entry;
import org.isocenter.server.index.Indexed;
import org.isocenter.server.index.RetiredBlobs;
import org.isocenter.server.index.TagRows;
import org.isocenter.server.index.TagSets;
import org.isocenter.server.index.TagValues;
import org.isocenter.server.telemetry.CrashPoint;
import org.isocenter.server.telemetry.UnavailableException;

/// The last part of a transaction that writes instances: what is done under the lock of the feed.
final class Recorded {
    private Recorded() {}

    static Entry read(Entry entry, TagSets sets) {
        return entry.tags().version() == sets.version()
                ? entry
                : entry.with(TagValues.of(
                        sets.in(entry.partition()), Head.decode(entry.head()).dataSet()));
    }

    /// The tags that values were looked for by are not those that there are.
    static final class OldTagsException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        OldTagsException() {
            super("the tags to search by were changed", null, false, false);
        }
    }

    /// Appends to the feed what became of entries, in the transaction that wrote their rows.
    ///
    /// @throws OldTagsException where the entries are to be read again for other tags
    /// @throws Quota.ExceededException where some of the entries are too much for their partitions
    static void append(Session session, List<Entry> entries, List<Indexed> outcomes) {
        List<Feed.Change> changes = new ArrayList<>(entries.size());
        List<String> blobs = new ArrayList<>(entries.size());
        boolean replacing = false;
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            switch (outcomes.get(i)) {
                case Indexed.Added added -> changes.add(change(entry, Feed.Action.CREATE, added.revision()));
                case Indexed.Replaced replaced -> {
                    changes.add(change(entry, Feed.Action.UPDATE, replaced.revision()));
                    replacing = true;
                }
                case Indexed.AlreadyThere there -> {
                    continue;
                }
                case Indexed.Refused refused -> {
                    continue;
                }
                case Indexed.OverQuota over -> {
                    continue;
                }
            }
            blobs.add(entry.bytes().blob());
        }
        if (changes.isEmpty()) {
            return;
        }
        Feed feed = new Feed(session);
        feed.lock();
        TagRows rows = new TagRows(session);
        TagRows.Standing standing = rows.standing();
        noteTagErrors(rows, standing.version(), entries, blobs, replacing);
        if (standing.quotas()) {
            Quota.count(session, entries, outcomes);
        }
        if (new RetiredBlobs(session).anyOf(blobs)) {
            throw new UnavailableException("a blob was swept before its instance could be indexed", null);
        }
        feed.append(changes);
        CrashPoint.FEED_ROWS.pass();
    }

    /// Under the lock of the feed, under which tags are added and removed: whatever is stored before a tag
    /// is added will be looked through, and whatever is stored after has its values.
    ///
    /// @param blobs of the entries that were stored
    private static void noteTagErrors(
            TagRows rows, long version, List<Entry> entries, List<String> blobs, boolean replacing) {
        List<String> faulty = new ArrayList<>();
        List<TagValues.Fault> faults = new ArrayList<>();
        Set<String> stored = new HashSet<>(blobs);
        for (Entry entry : entries) {
            if (entry.tags().version() != version) {
                throw new OldTagsException();
            }
            if (stored.contains(entry.bytes().blob())) {
                for (TagValues.Fault fault : entry.tags().errors()) {
                    faulty.add(entry.bytes().blob());
                    faults.add(fault);
                }
            }
        }
        if (replacing) {
            rows.forgetErrors(blobs);
        }
        if (!faults.isEmpty()) {
            rows.noteErrors(faulty, faults);
        }
    }

    private static Feed.Change change(Entry entry, Feed.Action action, long revision) {
        return new Feed.Change(
                entry.partition(),
                entry.studyUid(),
                entry.seriesUid(),
                entry.instanceUid(),
                action,
                revision,
                entry.modality());
    }
}
