package org.isocenter.server.cast;

import java.util.List;
import java.util.function.Consumer;
import org.isocenter.dicom.DataSet;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.Follow;
import org.isocenter.server.archive.Retrieve;
import org.isocenter.server.feed.Feed;

/// The archive of this process.
public final class ArchiveSource implements Source {
    private final Follow follow;
    private final Retrieve retrieve;

    public ArchiveSource(Follow follow, Retrieve retrieve) {
        this.follow = follow;
        this.retrieve = retrieve;
    }

    @Override
    public List<Change> changes(long after, int limit) {
        return follow.changes(after, limit).stream().map(ArchiveSource::change).toList();
    }

    private static Change change(Feed.Entry entry) {
        Feed.Change change = entry.change();
        return new Change(
                entry.position(),
                new Study(change.partition(), change.studyUid()),
                change.action() != Feed.Action.CREATE,
                entry.occurred());
    }

    @Override
    public void read(Study study, Consumer<DataSet> instances) {
        Caller caller = new Caller(study.partition());
        retrieve.instances(caller, retrieve.series(caller, study.uid()), true)
                .forEachRemaining(
                        located -> instances.accept(retrieve.head(located).dataSet()));
    }
}
