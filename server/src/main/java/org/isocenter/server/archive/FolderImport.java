package org.isocenter.server.archive;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.isocenter.dicom.Limits;
import org.isocenter.server.access.Caller;
import org.isocenter.server.blob.BlobStore;
import org.isocenter.server.blob.Folder;
import org.isocenter.server.blob.FolderWalk;
import org.isocenter.server.blob.Folders;
import org.isocenter.server.job.Job;
import org.isocenter.server.job.Operation;
import org.isocenter.server.job.Step;
import org.isocenter.server.telemetry.UnavailableException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Takes in the files of a folder, in the order of a [FolderWalk], each as if it had been sent to be stored.
///
/// A step is an [ImportRound] of some hundred files. What it has taken in is durable before the step is
/// noted, so when a step is done twice its files are told to be there already. The checkpoint names the
/// last of them, and has what became of all so far. How many there are is counted beside the first steps.
public final class FolderImport implements Job {
    /// Walks that are kept for the next step of their operation.
    private static final int COURSES_MAX = 16;

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Ingest ingest;
    private final BlobStore blobs;
    private final Folders folders;
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

    /// @param folders that may be read
    /// @param replace whether other bytes under UIDs that are stored take their place
    public FolderImport(
            Ingest ingest, BlobStore blobs, Folders folders, Partitions partitions, boolean replace, Limits limits) {
        this.ingest = ingest;
        this.blobs = blobs;
        this.folders = folders;
        this.partitions = partitions;
        this.replace = replace;
        this.limits = limits;
    }

    /// How far an import is.
    ///
    /// @param last the last of the files that are done, or null
    /// @param bytes of the files that were stored
    record Tally(
            @Nullable String last,
            long stored,
            long alreadyStored,
            long refused,
            long notDicom,
            long mediaDirectories,
            long bytes) {
        static final Tally NOTHING = new Tally(null, 0, 0, 0, 0, 0, 0);

        static Tally parse(String json) {
            JsonNode tally = MAPPER.readTree(json);
            return new Tally(
                    tally.get("last").asString(),
                    tally.get("stored").asLong(),
                    tally.get("alreadyStored").asLong(),
                    tally.get("refused").asLong(),
                    tally.get("notDicom").asLong(),
                    tally.get("mediaDirectories").asLong(),
                    tally.get("bytes").asLong());
        }

        /// @param last null where it does not matter any more
        String json(@Nullable String last) {
            var json = MAPPER.createObjectNode()
                    .put("stored", stored)
                    .put("alreadyStored", alreadyStored)
                    .put("refused", refused)
                    .put("notDicom", notDicom)
                    .put("mediaDirectories", mediaDirectories)
                    .put("bytes", bytes);
            return MAPPER.writeValueAsString(last == null ? json : json.put("last", last));
        }
    }

    @Override
    public Step next(Operation operation) {
        Import.Order order = Import.Order.parse(operation.input());
        Folder folder = folders.find(order.folder());
        if (folder == null) {
            return new Step.Failed("no folder of the name " + order.folder() + " may be read here: see import.folders");
        }
        String checkpoint = operation.checkpoint();
        Tally tally = checkpoint == null ? Tally.NOTHING : Tally.parse(checkpoint);
        Course course = resume(operation, folder, order.path(), tally.last);
        boolean goesOn = false;
        try (Ingest.Upload upload =
                ingest.begin(caller(order), new StoreRules(null, replace, order.strict(), limits))) {
            ImportRound round = new ImportRound(course.walk, upload, blobs, order.inPlace());
            if (!round.run()) {
                return new Step.Succeeded(tally.json(null), Step.Effect.NONE);
            }
            Tally now = round.addTo(tally);
            course.last = now.last;
            courses.put(operation.id(), course);
            goesOn = true;
            long done = operation.done() + round.size();
            long total = Math.max(operation.total(), course.total());
            return new Step.More(
                    now.json(now.last), done, total == 0 ? 0 : Math.max(total, done), round.errors(), Step.Effect.NONE);
        } finally {
            if (!goesOn) {
                course.leave();
            }
        }
    }

    private Supplier<Caller> caller(Import.Order order) {
        String partition = order.partition();
        return partition == null ? Caller::anyone : () -> partitions.open(Caller.anyone(), partition);
    }

    /// The walk as the step before has left it, or another that begins where that ended.
    private Course resume(Operation operation, Folder folder, String path, @Nullable String last) {
        Course kept = courses.asMap().remove(operation.id());
        if (kept != null && last != null && last.equals(kept.last)) {
            return kept;
        }
        if (kept != null) {
            kept.leave();
        }
        try {
            return new Course(folder.walk(path, last), operation.total() == 0 ? folder.walk(path, null) : null);
        } catch (IOException notThere) {
            throw new UnavailableException("a folder that is imported cannot be listed", notThere);
        }
    }

    /// A walk, and beside it another that counts.
    private static final class Course {
        final FolderWalk walk;
        private final AtomicLong counted = new AtomicLong();
        private final @Nullable Thread census;

        @Nullable
        String last;

        /// @param counting null where the number of files is known
        Course(FolderWalk walk, @Nullable FolderWalk counting) {
            this.walk = walk;
            this.census =
                    counting == null ? null : Thread.ofVirtual().name("census").start(() -> count(counting));
        }

        private void count(FolderWalk counting) {
            long files = 0;
            while (counting.next() != null) {
                if (Thread.currentThread().isInterrupted()) {
                    return;
                }
                files++;
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
