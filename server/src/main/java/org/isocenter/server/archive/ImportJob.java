package org.isocenter.server.archive;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.isocenter.dicom.Limits;
import org.isocenter.server.blob.BlobStore;
import org.isocenter.server.blob.BlobWriter;
import org.isocenter.server.blob.Folder;
import org.isocenter.server.job.Job;
import org.isocenter.server.job.Operation;
import org.isocenter.server.job.Step;
import org.isocenter.server.objects.Bucket;
import org.isocenter.server.objects.RefusedException;
import org.isocenter.server.telemetry.UnavailableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Takes in the files of a folder or the objects of a bucket, in the order of an [ImportWalk], each as if
/// it had been sent to be stored.
///
/// A step is an [ImportRound] of some hundred files. What it has taken in is durable before the step is
/// noted, so when a step is done twice its files are told to be there already. The checkpoint names the
/// last of them, and has what became of all so far. How many there are is counted beside the first steps.
public final class ImportJob implements Job {
    /// Walks that are kept for the next step of their operation.
    private static final int COURSES_MAX = 16;

    private static final Logger LOG = LoggerFactory.getLogger(ImportJob.class);
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Ingest ingest;
    private final BlobStore blobs;
    private final Sources sources;
    private final Partitions partitions;
    private final boolean replace;
    private final Limits limits;
    private final Cache<UUID, Course> courses = Caffeine.newBuilder()
            .maximumSize(COURSES_MAX)
            .expireAfterWrite(Duration.ofMinutes(10))
            .evictionListener((@Nullable UUID id, @Nullable Course course, RemovalCause cause) -> {
                if (course != null) {
                    course.leave();
                }
            })
            .build();

    /// @param sources that may be read
    /// @param replace whether other bytes under UIDs that are stored take their place
    public ImportJob(
            Ingest ingest, BlobStore blobs, Sources sources, Partitions partitions, boolean replace, Limits limits) {
        this.ingest = ingest;
        this.blobs = blobs;
        this.sources = sources;
        this.partitions = partitions;
        this.replace = replace;
        this.limits = limits;
    }

    /// How far an import is.
    ///
    /// @param last the last of the files that are done, or null
    /// @param page of the listing that it was in, or null
    /// @param bytes of the files that were stored
    record Tally(
            @Nullable String last,
            @Nullable String page,
            long stored,
            long alreadyStored,
            long refused,
            long notDicom,
            long mediaDirectories,
            long bytes) {
        static final Tally NOTHING = new Tally(null, null, 0, 0, 0, 0, 0, 0);

        static Tally parse(String json) {
            JsonNode tally = MAPPER.readTree(json);
            return new Tally(
                    tally.get("last").asString(),
                    tally.path("page").asStringOpt().orElse(null),
                    tally.get("stored").asLong(),
                    tally.get("alreadyStored").asLong(),
                    tally.get("refused").asLong(),
                    tally.get("notDicom").asLong(),
                    tally.get("mediaDirectories").asLong(),
                    tally.get("bytes").asLong());
        }

        /// How far it is, and where that was.
        String checkpoint() {
            ObjectNode json = counts().put("last", last);
            return MAPPER.writeValueAsString(page == null ? json : json.put("page", page));
        }

        /// What has become of all.
        String results() {
            return MAPPER.writeValueAsString(counts());
        }

        private ObjectNode counts() {
            return MAPPER.createObjectNode()
                    .put("stored", stored)
                    .put("alreadyStored", alreadyStored)
                    .put("refused", refused)
                    .put("notDicom", notDicom)
                    .put("mediaDirectories", mediaDirectories)
                    .put("bytes", bytes);
        }
    }

    /// What an order is about: where the files are, and what keeps them.
    private interface Work {
        /// @param after the file behind which to begin, or null
        ImportWalk walk(@Nullable String page, @Nullable String after);

        /// @param storageClass that what keeps the file is to be of
        BlobWriter writer(String storageClass, String path);
    }

    private @Nullable Work find(Import.Order order) {
        Folder folder = sources.folders().find(order.source());
        if (folder != null) {
            return new Work() {
                @Override
                public ImportWalk walk(@Nullable String page, @Nullable String after) {
                    return ImportWalk.of(folder, order.path(), after);
                }

                @Override
                public BlobWriter writer(String storageClass, String path) {
                    return order.inPlace() ? blobs.link(storageClass, folder, path) : blobs.write(storageClass);
                }
            };
        }
        Bucket bucket = sources.buckets().get(order.source());
        if (bucket == null || order.inPlace()) {
            return null;
        }
        return new Work() {
            @Override
            public ImportWalk walk(@Nullable String page, @Nullable String after) {
                return ImportWalk.of(bucket, order.path(), page, after);
            }

            @Override
            public BlobWriter writer(String storageClass, String path) {
                return blobs.write(storageClass);
            }
        };
    }

    @Override
    public Step next(Operation operation) {
        Import.Order order = Import.Order.parse(operation.input());
        Work work = find(order);
        if (work == null) {
            return new Step.Failed("nothing of the name " + order.source() + " may be read here: see import.sources");
        }
        try {
            return next(operation, order, work);
        } catch (RefusedException refused) {
            return new Step.Failed(String.valueOf(refused.getMessage()));
        }
    }

    private Step next(Operation operation, Import.Order order, Work work) {
        String checkpoint = operation.checkpoint();
        Tally tally = checkpoint == null ? Tally.NOTHING : Tally.parse(checkpoint);
        Course course = resume(operation, work, tally);
        boolean goesOn = false;
        StoreTarget target = partitions.target(order.partition());
        try (Ingest.Upload upload = ingest.begin(target, new StoreRules(null, replace, order.strict(), limits))) {
            ImportRound round = new ImportRound(course.walk, upload, path -> work.writer(target.storageClass(), path));
            if (!round.run()) {
                return new Step.Succeeded(tally.results(), Step.Effect.NONE);
            }
            Tally now = round.addTo(tally);
            course.last = now.last;
            courses.put(operation.id(), course);
            goesOn = true;
            long done = operation.done() + round.size();
            long total = Math.max(operation.total(), course.total());
            return new Step.More(
                    now.checkpoint(), done, total == 0 ? 0 : Math.max(total, done), round.errors(), Step.Effect.NONE);
        } finally {
            if (!goesOn) {
                course.leave();
            }
        }
    }

    /// The walk as the step before has left it, or another that begins where that ended.
    private Course resume(Operation operation, Work work, Tally tally) {
        Course kept = courses.asMap().remove(operation.id());
        if (kept != null && tally.last != null && tally.last.equals(kept.last)) {
            return kept;
        }
        if (kept != null) {
            kept.leave();
        }
        return new Course(work.walk(tally.page, tally.last), operation.total() == 0 ? work.walk(null, null) : null);
    }

    /// A walk, and beside it another that counts.
    private static final class Course {
        final ImportWalk walk;
        private final AtomicLong counted = new AtomicLong();
        private final @Nullable Thread census;

        @Nullable
        String last;

        /// @param counting null where the number of files is known
        Course(ImportWalk walk, @Nullable ImportWalk counting) {
            this.walk = walk;
            this.census =
                    counting == null ? null : Thread.ofVirtual().name("census").start(() -> count(counting));
        }

        private void count(ImportWalk counting) {
            long files = 0;
            try {
                while (counting.next() != null) {
                    if (Thread.currentThread().isInterrupted()) {
                        return;
                    }
                    files++;
                }
            } catch (UnavailableException | RefusedException uncounted) {
                // Whoever goes through the files meets it too, and tells it.
                LOG.debug("files that are imported could not be counted", uncounted);
                return;
            }
            counted.set(files);
        }

        /// How many files there are; 0 while nobody knows.
        long total() {
            return counted.get();
        }

        void leave() {
            if (census != null) {
                census.interrupt();
            }
        }
    }
}
