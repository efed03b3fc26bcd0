package org.isocenter.server.cast;

import java.util.List;
import java.util.function.Consumer;
import org.isocenter.dicom.DataSet;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.Follow;
import org.isocenter.server.archive.Retrieve;
import org.isocenter.server.feed.Feed;

/// The archive of this process: the data partition of a caller, since a FHIR server knows a study by its UID
/// alone.
public final class ArchiveSource implements Source {
    private final Caller caller;
    private final Follow follow;
    private final Retrieve retrieve;

    public ArchiveSource(Caller caller, Follow follow, Retrieve retrieve) {
        this.caller = caller;
        this.follow = follow;
        this.retrieve = retrieve;
    }

    @Override
    public List<Change> changes(long after, int limit) {
        return follow.changes(after, limit).stream().map(this::change).toList();
    }

    private Change change(Feed.Entry entry) {
        Feed.Change change = entry.change();
        return new Change(
                entry.position(),
                change.partition() == caller.partition() ? new Study(change.partition(), change.studyUid()) : null,
                change.action() != Feed.Action.CREATE,
                entry.occurred());
    }

    @Override
    public void read(Study study, Consumer<DataSet> instances) {
        retrieve.instances(caller, retrieve.series(caller, study.uid()), true)
                .forEachRemaining(
                        located -> instances.accept(retrieve.head(located).dataSet()));
    }
}
