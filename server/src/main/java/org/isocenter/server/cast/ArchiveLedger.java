package org.isocenter.server.cast;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.isocenter.server.archive.Follow;
import org.isocenter.server.cast.Source.Study;
import org.isocenter.server.feed.Followers.Request;

/// Keeps beside the feed of this process's archive how far a cast has got.
public final class ArchiveLedger implements Ledger {
    private static final Duration TERM = Duration.ofSeconds(15);

    private final Follow follow;
    private final String holder = UUID.randomUUID().toString();

    public ArchiveLedger(Follow follow) {
        this.follow = follow;
    }

    @Override
    public long begin() {
        return follow.begin();
    }

    @Override
    public boolean hold() {
        return follow.hold(holder, TERM);
    }

    @Override
    public void release() {
        follow.release(holder);
    }

    @Override
    public void save(Progress progress) {
        follow.save(new Follow.Progress(
                progress.position(),
                progress.done().stream().map(ArchiveLedger::request).toList(),
                progress.givenUp().stream()
                        .map(one -> new Follow.GivenUp(
                                request(one.study()), one.attempts(), one.status(), one.reason(), one.detail()))
                        .toList(),
                progress.rate(),
                progress.problem()));
    }

    @Override
    public List<Study> requests(int limit) {
        return follow.requests(limit).stream()
                .map(request -> new Study(request.partition(), request.studyUid()))
                .toList();
    }

    private static Request request(Study study) {
        return new Request(study.partition(), study.uid());
    }
}
