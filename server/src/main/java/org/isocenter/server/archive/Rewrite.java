package org.isocenter.server.archive;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Part10;
import org.isocenter.dicom.Part10Writer;
import org.isocenter.dicom.TransferSyntax;
import org.isocenter.server.access.Caller;
import org.isocenter.server.blob.BlobReader;
import org.isocenter.server.blob.BlobRef;
import org.isocenter.server.blob.BlobStore;
import org.isocenter.server.blob.BlobWriter;
import org.isocenter.server.blob.CorruptBlobException;
import org.isocenter.server.blob.MissingBlobException;
import org.isocenter.server.db.Database;
import org.isocenter.server.db.Session;
import org.isocenter.server.index.Entry;
import org.isocenter.server.index.Entry.Identity;
import org.isocenter.server.index.IndexWriter;
import org.isocenter.server.index.Indexed;
import org.isocenter.server.index.Located;
import org.isocenter.server.index.StoredBytes;
import org.isocenter.server.index.TagReader;
import org.isocenter.server.index.TagSet;
import org.isocenter.server.index.Versions.Cause;
import org.isocenter.server.telemetry.CrashPoint;
import org.isocenter.server.telemetry.UnavailableException;
import org.jspecify.annotations.Nullable;

/// Writes instances of a study anew, and puts them into the place of what they were, all at one moment.
///
/// What is written anew is a file of its own: the data set as it is to be, and the bulk values copied from
/// the stored one. It is durable, and has been read back, before any row tells of it. A crash, or somebody
/// who changes the study meanwhile, leaves blobs without rows, which a sweep removes, and the study is
/// looked at again.
final class Rewrite {
    /// Instances that are being written at a time.
    private static final int IN_FLIGHT_MAX = 16;

    private final Database database;
    private final BlobStore blobs;
    private final Retrieve retrieve;
    private final TagsInUse tags;
    private final TagReader reader = new TagReader();

    Rewrite(Database database, BlobStore blobs) {
        this.database = database;
        this.blobs = blobs;
        this.retrieve = new Retrieve(database, blobs);
        this.tags = new TagsInUse(database);
    }

    /// An instance that cannot be written anew, and why.
    record Failure(Identity instance, String message) {}

    /// Some instances of a study cannot be written anew, so none is.
    static final class FailedException extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient List<Failure> failures;

        FailedException(List<Failure> failures) {
            super(failures.size() + " instances cannot be written anew");
            this.failures = List.copyOf(failures);
        }

        List<Failure> failures() {
            return failures;
        }
    }

    /// What a study is to be, with everything that it needs durable.
    ///
    /// @param before the blobs of all instances by the keys of their rows when they were looked at
    /// @param all instances as they are to be, oldest first
    /// @param changed which of them differ from what they were
    /// @param moreBytes how much longer all that changes is than it was
    record Prepared(
            int partition,
            String study,
            Map<Long, String> before,
            List<Entry> all,
            Set<Identity> changed,
            long moreBytes) {

        /// Puts the study into its place.
        ///
        /// @throws UnavailableException where it is no longer what was looked at, so that this has to be done
        ///     again
        void put(Session session, Cause cause) {
            IndexWriter writer = new IndexWriter(session, cause);
            if (!writer.lock(partition, study).equals(before)) {
                throw new UnavailableException("a study was changed while it was written anew", null);
            }
            List<Entry> entries = all.stream()
                    .filter(entry -> changed.contains(entry.identity()))
                    .toList();
            List<Indexed> outcomes = writer.rewrite(all, changed);
            try {
                Recorded.append(session, entries, outcomes);
            } catch (Quota.ExceededException exceeded) {
                throw new UnavailableException("a partition was filled while a study was written anew", exceeded);
            } catch (Recorded.OldTagsException old) {
                throw new UnavailableException(
                        "the tags to search by were changed while a study was written anew", old);
            }
        }
    }

    /// What becomes of one instance, or was found of it already.
    private record Planned(long key, Identity identity, long bytes, boolean changed, CompletableFuture<Entry> entry) {}

    /// Writes those instances of a study anew that an edit changes.
    ///
    /// @param meant which instances the edit is for
    /// @return null where the edit changes nothing, or there is no such study
    @Nullable
    Prepared prepare(Caller caller, String study, Predicate<Identity> meant, Edit edit) throws FailedException {
        TagSet set = tags(caller);
        String storageClass = Partitions.storageClass(database, caller.partition());
        Semaphore inFlight = new Semaphore(IN_FLIGHT_MAX);
        List<Planned> plan = new ArrayList<>();
        List<Failure> failures = new ArrayList<>();
        Map<Long, String> before = new HashMap<>();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Iterator<Located> instances = retrieve.instances(caller, retrieve.series(caller, study), true);
            while (instances.hasNext()) {
                Located located = instances.next();
                before.put(located.key(), located.bytes().blob());
                Head head = retrieve.head(located);
                try {
                    DataSet changed = meant.test(located.identity()) ? edit.apply(head.dataSet()) : null;
                    if (changed == null) {
                        plan.add(planned(located, CompletableFuture.completedFuture(entry(located, head, set)), false));
                    } else {
                        inFlight.acquireUninterruptibly();
                        CompletableFuture<Entry> entry = CompletableFuture.supplyAsync(
                                        () -> written(located, head, changed, storageClass, set), executor)
                                .whenComplete((written, failure) -> inFlight.release());
                        plan.add(planned(located, entry, true));
                    }
                } catch (MalformedException cannot) {
                    failures.add(new Failure(located.identity(), String.valueOf(cannot.getMessage())));
                }
            }
        }
        return prepared(caller.partition(), study, before, plan, failures);
    }

    private static Planned planned(Located located, CompletableFuture<Entry> entry, boolean changed) {
        return new Planned(located.key(), located.identity(), located.bytes().lengthBytes(), changed, entry);
    }

    private static @Nullable Prepared prepared(
            int partition, String study, Map<Long, String> before, List<Planned> plan, List<Failure> failures)
            throws FailedException {
        plan.sort(Comparator.comparingLong(Planned::key));
        List<Entry> all = new ArrayList<>(plan.size());
        Set<Identity> changed = new HashSet<>();
        long moreBytes = 0;
        for (Planned one : plan) {
            try {
                Entry entry = one.entry.join();
                all.add(entry);
                moreBytes += entry.bytes().lengthBytes() - one.bytes;
                if (one.changed) {
                    changed.add(one.identity);
                }
            } catch (CompletionException failed) {
                switch (failed.getCause()) {
                    case UnwritableException unwritable ->
                        failures.add(new Failure(one.identity, String.valueOf(unwritable.getMessage())));
                    case RuntimeException failure -> throw failure;
                    case null, default -> throw failed;
                }
            }
        }
        if (!failures.isEmpty()) {
            throw new FailedException(failures);
        }
        return changed.isEmpty() ? null : new Prepared(partition, study, before, all, changed, moreBytes);
    }

    /// An instance as it is.
    Entry entry(Located located, Head head, TagSet set) {
        return entry(located, head, located.bytes(), located.head(), set);
    }

    /// The tags that values are looked for by where somebody works.
    TagSet tags(Caller caller) {
        return tags.read().in(caller.partition());
    }

    private Entry entry(Located located, Head head, StoredBytes bytes, byte[] encoded, TagSet set) {
        return Entry.of(located.identity().partition(), head.dataSet(), located.transferSyntax(), bytes, encoded, true)
                .with(reader.read(set, head.dataSet()));
    }

    /// An instance that cannot be written anew, from a task.
    private static final class UnwritableException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnwritableException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    private Entry written(Located located, Head head, DataSet changed, String storageClass, TagSet set) {
        try {
            BlobRef ref = write(located, head, changed, storageClass);
            CrashPoint.REWRITTEN_STORED.pass();
            try (BlobReader blob = blobs.open(ref)) {
                Head written = Head.of(blob);
                StoredBytes bytes =
                        new StoredBytes(ref.key().toString(), ref.lengthBytes(), ref.sha256(), ref.chunkCrc32c());
                return entry(located, written, bytes, written.encode(), set);
            }
        } catch (MissingBlobException missing) {
            throw new UnwritableException("its bytes are gone", missing);
        } catch (CorruptBlobException corrupt) {
            throw new UnwritableException("its bytes are not those that were stored", corrupt);
        } catch (MalformedException | IllegalArgumentException broken) {
            throw new UnwritableException("it cannot be written with these values", broken);
        } catch (IOException failed) {
            throw new UnavailableException("an instance could not be written anew", failed);
        }
    }

    private BlobRef write(Located located, Head head, DataSet changed, String storageClass)
            throws IOException, MalformedException {
        TransferSyntax syntax = TransferSyntax.find(located.transferSyntax());
        if (syntax == null) {
            throw new MalformedException("the transfer syntax is not known");
        }
        try (BlobReader stored = retrieve.open(located);
                ForwardBulk bulk = new ForwardBulk(head, syntax, stored);
                BlobWriter writer = blobs.write(storageClass)) {
            Part10Writer.write(Part10.of(changed, syntax), bulk, new BlobOutput(writer));
            return writer.finish().store();
        }
    }
}
