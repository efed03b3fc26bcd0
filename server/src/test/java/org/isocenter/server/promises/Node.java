package org.isocenter.server.promises;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.isocenter.dicom.Limits;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.Delete;
import org.isocenter.server.archive.DeleteOutcome;
import org.isocenter.server.archive.Find;
import org.isocenter.server.archive.Ingest;
import org.isocenter.server.archive.Retention;
import org.isocenter.server.archive.Retrieve;
import org.isocenter.server.archive.StoreOutcome;
import org.isocenter.server.archive.StoreRules;
import org.isocenter.server.archive.StoreTarget;
import org.isocenter.server.archive.Sweep;
import org.isocenter.server.archive.Verify;
import org.isocenter.server.blob.BlobReader;
import org.isocenter.server.blob.BlobStore;
import org.isocenter.server.db.Database;
import org.isocenter.server.feed.Feed;
import org.isocenter.server.index.BlobRows;
import org.isocenter.server.index.Entry.Identity;
import org.isocenter.server.index.IndexSearcher.Page;
import org.isocenter.server.index.Level;
import org.isocenter.server.index.Located;
import org.isocenter.server.index.Match;
import org.isocenter.server.index.Search;

/// The use cases of one server over a database and a blob store, without its doors. Several on the same
/// database and folder are several servers.
record Node(Database database, BlobStore blobs, Ingest ingest, Retention retention) implements AutoCloseable {
    static final Caller CALLER = Caller.anyone();
    static final Retention NONE_KEPT = new Retention(Duration.ZERO, Duration.ZERO, Duration.ZERO);

    static Node open(Database database, BlobStore blobs, Retention retention) {
        return new Node(database, blobs, new Ingest(database, blobs), retention);
    }

    /// Stores one instance as a request of its own.
    StoreOutcome store(Content content, boolean replace) {
        return store(List.of(content), replace).getFirst();
    }

    List<StoreOutcome> store(List<Content> contents, boolean replace) {
        try (Ingest.Upload upload =
                ingest.begin(StoreTarget.of(CALLER), new StoreRules(null, replace, false, Limits.DEFAULT))) {
            for (Content content : contents) {
                upload.add(new ByteArrayInputStream(content.bytes()));
            }
            return upload.finish();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    int delete(Identity identity) {
        DeleteOutcome outcome =
                new Delete(database).delete(CALLER, identity.studyUid(), identity.seriesUid(), identity.instanceUid());
        return outcome instanceof DeleteOutcome.Deleted deleted ? deleted.instances() : 0;
    }

    Sweep.Report sweep() {
        return new Sweep(database, blobs, retention).sweep();
    }

    Retrieve retrieve() {
        return new Retrieve(database, blobs);
    }

    byte[] bytes(Located located) {
        try (BlobReader reader = retrieve().open(located)) {
            return reader.bytes(0, Math.toIntExact(reader.lengthBytes()));
        }
    }

    /// The whole feed.
    List<Feed.Entry> feed() {
        List<Feed.Entry> feed = new ArrayList<>();
        long[] after = {0};
        while (true) {
            Feed.Window window = new Feed.Window(after[0], null, null, 0, 5_000);
            List<Feed.Entry> page = database.query(session -> new Feed(session).read(window));
            if (page.isEmpty()) {
                return feed;
            }
            feed.addAll(page);
            after[0] = feed.getLast().position();
        }
    }

    /// Every instance that a search finds.
    List<Identity> found() {
        List<Identity> found = new ArrayList<>();
        Find find = new Find(database);
        while (true) {
            Page page = find.page(
                    CALLER,
                    new Search(Level.INSTANCE, List.of(), null, new Search.Fields(false, Set.of()), 200, found.size()));
            for (Match match : page.matches()) {
                found.add(new Identity(
                        CALLER.partition(),
                        match.studyUid(),
                        java.util.Objects.requireNonNull(match.seriesUid()),
                        java.util.Objects.requireNonNull(match.instanceUid())));
            }
            if (!page.more()) {
                return found;
            }
        }
    }

    /// Checks all that is there against itself and against the model: what is found can be retrieved, is what
    /// was acknowledged, is counted, and is in the feed.
    void check(Model model, String which) {
        Map<Identity, String> there = new HashMap<>();
        Map<Identity, Long> revisions = new HashMap<>();
        List<Identity> found = found();
        assertThat(found).as(which).doesNotHaveDuplicates();
        for (Identity identity : found) {
            Located located =
                    retrieve().findInstance(CALLER, identity.studyUid(), identity.seriesUid(), identity.instanceUid());
            assertThat(located)
                    .as("%s: %s is found and cannot be located", which, identity)
                    .isNotNull();
            there.put(identity, Content.sha256(bytes(java.util.Objects.requireNonNull(located))));
            revisions.put(identity, located.revision());
        }
        model.settle(there, which);
        Model.checkFeed(feed(), revisions, which);
        List<String> findings = new ArrayList<>();
        Verify.Report report = new Verify(database, blobs, retention).verify(findings::add, checked -> {});
        findings.removeIf(finding -> finding.startsWith("orphan"));
        assertThat(findings).as(which).isEmpty();
        assertThat(report.instances()).as(which).isEqualTo(found.size());
    }

    /// Sweeps with nothing kept, and checks that blobs and rows are one to one.
    void checkSwept(String which) {
        database.transaction(session -> session.sql("update retired_blob set remove = now() where remove > now()")
                .update());
        new Node(database, blobs, ingest, NONE_KEPT).sweep();
        Set<String> stored = new HashSet<>();
        blobs.forEach((key, lengthBytes, written, partial) -> stored.add(key.toString()));
        Set<String> referenced = new HashSet<>();
        for (BlobRows.Kind kind : BlobRows.Kind.values()) {
            long last = 0;
            while (true) {
                long after = last;
                List<BlobRows.BlobRow> page = database.query(session -> new BlobRows(session).page(kind, after, 500));
                if (page.isEmpty()) {
                    break;
                }
                page.forEach(row -> referenced.add(row.bytes().blob()));
                last = page.getLast().key();
            }
        }
        assertThat(stored).as(which).isEqualTo(referenced);
    }

    @Override
    public void close() {
        ingest.close();
    }
}
