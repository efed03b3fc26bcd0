package org.isocenter.server.archive;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.isocenter.server.blob.AwayException;
import org.isocenter.server.blob.BlobKey;
import org.isocenter.server.blob.BlobStore;
import org.isocenter.server.blob.Moved;
import org.isocenter.server.db.Database;
import org.isocenter.server.feed.Feed;
import org.isocenter.server.index.BlobRows;
import org.isocenter.server.index.RetiredBlobs;
import org.isocenter.server.index.Versions;
import org.isocenter.server.telemetry.CrashPoint;

/// Removes the bytes that nothing refers to: of deleted and replaced instances when their retention is over,
/// and of writes that never got a row. Storage classes that are away are left alone. Safe beside a server that is
/// storing.
public final class Sweep {
    private static final int PAGE = 500;

    private final Database database;
    private final BlobStore blobs;
    private final Retention retention;

    public Sweep(Database database, BlobStore blobs, Retention retention) {
        this.database = database;
        this.blobs = blobs;
        this.retention = retention;
    }

    /// What a sweep did.
    ///
    /// @param orphans blobs found without a row
    /// @param removed blobs removed from the store
    /// @param waiting deleted instances whose retention is not over, and blobs on their way out
    public record Report(long orphans, long removed, long waiting) {}

    public Report sweep() {
        long orphans = condemnOrphans();
        CrashPoint.SWEEP_LISTED.pass();
        forgetVersions();
        long removed = removeDue();
        CrashPoint.SWEEP_ALL_REMOVED.pass();
        blobs.compact(this::relocate);
        long waiting =
                database.query(session -> new RetiredBlobs(session).count() + new Versions(session).countDeleted());
        return new Report(orphans, removed, waiting);
    }

    /// Retires old blobs that no row refers to.
    private long condemnOrphans() {
        Instant young = Instant.now().minus(retention.orphan());
        List<String> page = new ArrayList<>();
        long[] orphans = {0};
        blobs.forEach((key, lengthBytes, written, partial) -> {
            if (written.isBefore(young)) {
                page.add(key.toString());
                if (page.size() == PAGE) {
                    orphans[0] += condemn(page);
                    page.clear();
                }
            }
        });
        return orphans[0] + condemn(page);
    }

    private int condemn(List<String> page) {
        List<String> unreferenced =
                page.isEmpty() ? page : database.query(session -> new BlobRows(session).unreferenced(page));
        if (unreferenced.isEmpty()) {
            return 0;
        }
        return database.transaction(session -> {
            new Feed(session).lock();
            return new RetiredBlobs(session).retireUnreferenced(unreferenced, true);
        });
    }

    /// Forgets former versions whose time is over, and retires the blobs that were theirs alone.
    private void forgetVersions() {
        boolean old =
                database.query(session -> new Versions(session).anyOld(retention.deleted(), retention.replaced()));
        int forgotten = old ? PAGE : 0;
        while (forgotten == PAGE) {
            forgotten = database.transaction(session -> {
                new Feed(session).lock();
                List<String> released = new Versions(session).forget(retention.deleted(), retention.replaced(), PAGE);
                new RetiredBlobs(session).retireUnreferenced(released, false);
                return released.size();
            });
        }
    }

    private long removeDue() {
        long removed = 0;
        String last = "";
        while (true) {
            String after = last;
            List<String> due = database.query(session -> new RetiredBlobs(session).due(after, PAGE));
            if (due.isEmpty()) {
                return removed;
            }
            List<String> gone = new ArrayList<>(due.size());
            for (String blob : due) {
                if (remove(blob)) {
                    gone.add(blob);
                    CrashPoint.SWEEP_ONE_REMOVED.pass();
                }
            }
            database.transaction(session -> {
                new RetiredBlobs(session).gone(gone);
                return gone.size();
            });
            removed += gone.size();
            last = due.getLast();
        }
    }

    /// Removes a blob, unless its class is away: then it waits until that is there again.
    private boolean remove(String blob) {
        try {
            blobs.delete(BlobKey.parse(blob));
            return true;
        } catch (AwayException away) {
            return false;
        }
    }

    /// Points rows at blobs that were moved. A writer that has stored a blob under its old key and is yet to
    /// add its row is told that it came too late.
    private void relocate(List<Moved> moves) {
        List<String> from = moves.stream().map(move -> move.from().toString()).toList();
        List<String> to = moves.stream().map(move -> move.to().toString()).toList();
        database.transaction(session -> {
            new Feed(session).lock();
            new BlobRows(session).move(from, to);
            new RetiredBlobs(session).moved(from);
            return from.size();
        });
    }
}
