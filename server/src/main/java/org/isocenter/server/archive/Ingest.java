package org.isocenter.server.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Part10;
import org.isocenter.dicom.Part10Reader;
import org.isocenter.dicom.ReadOptions;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.StoreOutcome.Reason;
import org.isocenter.server.blob.BlobRef;
import org.isocenter.server.blob.BlobStore;
import org.isocenter.server.blob.BlobWriter;
import org.isocenter.server.blob.PendingBlob;
import org.isocenter.server.db.Database;
import org.isocenter.server.db.NoPartitionException;
import org.isocenter.server.index.Entry;
import org.isocenter.server.index.Indexed;
import org.isocenter.server.index.StoredBytes;
import org.isocenter.server.index.TagReader;
import org.isocenter.server.index.TagSet;
import org.isocenter.server.index.TagSets;
import org.isocenter.server.index.TagValues;
import org.isocenter.server.telemetry.CrashPoint;
import org.isocenter.server.telemetry.UnavailableException;
import org.jspecify.annotations.Nullable;

/// Takes instances in.
///
/// The bytes of an instance pass by once: whatever the parser reads goes into a blob at the same time. When
/// they have all been seen and found sound, the blob is made durable, then its rows are committed, then the
/// outcome is told; a crash in between leaves at most a blob without rows, which a sweep finds. Reading is
/// one instance after another, as they come; making durable and committing go on side by side with reading
/// the next.
public final class Ingest implements AutoCloseable {
    /// Instances of all requests whose bytes have been read and are not yet committed.
    private static final int IN_FLIGHT_MAX = 256;

    private final BlobStore blobs;
    private final TagsInUse tags;
    private final TagReader reader = new TagReader();
    private final GroupCommit commits;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore inFlight = new Semaphore(IN_FLIGHT_MAX);

    public Ingest(Database database, BlobStore blobs) {
        this.blobs = blobs;
        this.tags = new TagsInUse(database);
        this.commits = new GroupCommit(database, tags, () -> IN_FLIGHT_MAX - inFlight.availablePermits());
    }

    /// Begins to take in the instances of one request.
    ///
    /// @param target what they are stored into
    public Upload begin(StoreTarget target, StoreRules rules) {
        return new Upload(target, rules);
    }

    @Override
    public void close() {
        executor.close();
        commits.close();
    }

    /// The instances of one request. Closing it waits for those that have been added, so that whatever ends
    /// the request, nothing of it happens afterwards.
    public final class Upload implements AutoCloseable {
        private final StoreTarget target;
        private final StoreRules rules;
        private final List<CompletableFuture<StoreOutcome>> outcomes = new ArrayList<>();
        private @Nullable TagSet tagsAtFirst;

        private Upload(StoreTarget target, StoreRules rules) {
            this.target = target;
            this.rules = rules;
        }

        /// Reads one instance to its end. What can be told against it is kept for {@link #finish()}.
        ///
        /// @throws IOException where the source fails; of this instance nothing is stored then
        /// @throws InstanceTooLargeException where it exceeds the limit of an instance
        public void add(InputStream source) throws IOException {
            outcomes.add(take(source, blobs.write(target.storageClass())));
        }

        /// Reads one instance to its end, for those who keep what is told of it themselves. Several threads
        /// may do so at a time.
        ///
        /// @param writer that keeps the bytes
        /// @return what becomes of the instance once that is durable, or the failure of the disk or the
        ///     database
        /// @throws IOException where the source fails; nothing is stored then
        /// @throws InstanceTooLargeException where it exceeds the limit of an instance
        CompletableFuture<StoreOutcome> take(InputStream source, BlobWriter writer) throws IOException {
            CrashPoint.PART_OPENED.pass();
            try (writer) {
                BlobTee tee = new BlobTee(source, writer, rules.limits().instanceBytes());
                Part10 instance;
                try {
                    instance = Part10Reader.read(tee, ReadOptions.DEFAULT.within(rules.limits()));
                } catch (MalformedException malformed) {
                    return CompletableFuture.completedFuture(new StoreOutcome.Refused(
                            null, null, Reason.PROCESSING_FAILURE, String.valueOf(malformed.getMessage())));
                }
                CrashPoint.HEAD_PARSED.pass();
                StoreOutcome.@Nullable Refused refusal = Admission.refuse(instance, rules.study(), rules.strict());
                if (refusal == null && rules.strict()) {
                    refusal = Admission.refuse(instance, tagsNow());
                }
                if (refusal != null) {
                    return CompletableFuture.completedFuture(refusal);
                }
                PendingBlob pending = writer.finish();
                inFlight.acquireUninterruptibly();
                return CompletableFuture.supplyAsync(() -> store(instance, pending), executor)
                        .whenComplete((outcome, failure) -> inFlight.release());
            }
        }

        /// The tags that there were when the first instance of the request came: one that is added later counts
        /// from the next request on. A data partition that is not there has no tags of its own.
        private TagSet tagsNow() {
            TagSet set = tagsAtFirst;
            if (set == null) {
                Caller storing = target.find();
                TagSets sets = tags.read();
                set = storing == null ? sets.ofAll() : sets.in(storing.partition());
                tagsAtFirst = set;
            }
            return set;
        }

        /// Waits for all instances.
        ///
        /// @return what became of each, in the order in which they were added
        /// @throws UnavailableException where the outcome of one is that the disk or the database failed; the
        ///     others may have been stored, and sending all of them again does no harm
        public List<StoreOutcome> finish() {
            List<StoreOutcome> all = new ArrayList<>(outcomes.size());
            RuntimeException failure = null;
            for (CompletableFuture<StoreOutcome> outcome : outcomes) {
                try {
                    all.add(outcome.join());
                } catch (CompletionException failed) {
                    failure = failed.getCause() instanceof RuntimeException cause ? cause : failed;
                }
            }
            if (failure != null) {
                throw failure;
            }
            return all;
        }

        @Override
        public void close() {
            for (CompletableFuture<StoreOutcome> outcome : outcomes) {
                outcome.handle((told, failure) -> told).join();
            }
        }

        private StoreOutcome store(Part10 instance, PendingBlob pending) {
            DataSet dataSet = instance.dataSet();
            byte[] head = new Head(dataSet, instance.dataSetOffset()).encode();
            BlobRef ref = pending.store();
            Caller storing = target.open();
            Entry entry = Entry.of(
                            storing.partition(),
                            dataSet,
                            instance.transferSyntax().uid(),
                            new StoredBytes(ref.key().toString(), ref.lengthBytes(), ref.sha256(), ref.chunkCrc32c()),
                            head,
                            rules.replace())
                    .with(values(storing, dataSet));
            Indexed indexed;
            try {
                indexed = indexed(entry);
            } catch (NoPartitionException gone) {
                // The partition was removed meanwhile: this instance makes it anew.
                Caller anew = target.reopen(storing);
                entry = entry.in(anew.partition(), values(anew, dataSet));
                indexed = indexed(entry);
            }
            List<String> warnings = Admission.warnings(instance);
            return switch (indexed) {
                case Indexed.Added added ->
                    new StoreOutcome.Stored(entry.identity(), entry.sopClassUid(), warnings, false);
                case Indexed.Replaced replaced ->
                    new StoreOutcome.Stored(entry.identity(), entry.sopClassUid(), warnings, true);
                case Indexed.AlreadyThere there -> {
                    blobs.delete(ref.key());
                    yield new StoreOutcome.AlreadyStored(entry.identity(), entry.sopClassUid(), warnings);
                }
                case Indexed.OverQuota over -> {
                    blobs.delete(ref.key());
                    yield new StoreOutcome.Refused(
                            entry.sopClassUid(), entry.instanceUid(), Reason.OUT_OF_RESOURCES, Quota.EXCEEDED);
                }
                case Indexed.Refused refused -> {
                    blobs.delete(ref.key());
                    yield new StoreOutcome.Refused(
                            entry.sopClassUid(),
                            entry.instanceUid(),
                            Reason.ALREADY_EXISTS,
                            "an instance with these UIDs and other bytes is stored");
                }
            };
        }

        private TagValues values(Caller storing, DataSet dataSet) {
            return reader.read(tags.get().in(storing.partition()), dataSet);
        }

        private Indexed indexed(Entry entry) {
            try {
                return commits.commit(entry).join();
            } catch (CompletionException failed) {
                throw failed.getCause() instanceof RuntimeException cause ? cause : failed;
            }
        }
    }

    /// An instance that exceeds the limit of an instance.
    public static final class InstanceTooLargeException extends IOException {
        private static final long serialVersionUID = 1L;

        InstanceTooLargeException(long limitBytes) {
            super("an instance may have no more than " + limitBytes + " bytes");
        }
    }

    /// Gives a reader the bytes of a source, and writes what it has read into a blob.
    private static final class BlobTee extends InputStream {
        private final InputStream source;
        private final BlobWriter blob;
        private final long limitBytes;
        private final byte[] single = new byte[1];
        private boolean begun;

        BlobTee(InputStream source, BlobWriter blob, long limitBytes) {
            this.source = source;
            this.blob = blob;
            this.limitBytes = limitBytes;
        }

        @Override
        public int read() throws IOException {
            return read(single, 0, 1) < 0 ? -1 : single[0] & 0xFF;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int count = source.read(buffer, offset, length);
            if (count > 0) {
                if (!begun) {
                    begun = true;
                    CrashPoint.FIRST_BYTE.pass();
                }
                blob.write(buffer, offset, count);
                if (blob.lengthBytes() > limitBytes) {
                    throw new InstanceTooLargeException(limitBytes);
                }
            }
            return count;
        }
    }
}
