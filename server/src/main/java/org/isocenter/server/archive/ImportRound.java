package org.isocenter.server.archive;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.isocenter.server.archive.ImportJob.Tally;
import org.isocenter.server.archive.Ingest.InstanceTooLargeException;
import org.isocenter.server.blob.BlobWriter;
import org.isocenter.server.blob.FolderWalk.Found;
import org.isocenter.server.objects.RefusedException;
import org.isocenter.server.telemetry.RemoteUnavailableException;
import org.isocenter.server.telemetry.UnavailableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/// The next files of a walk, read by a few threads at a time.
final class ImportRound {
    private static final Logger LOG = LoggerFactory.getLogger(ImportRound.class);

    private static final int FILES_MAX = 500;
    private static final long NANOS_MAX = 1_000_000_000L;
    private static final int READERS = 4;

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /// What became of a file.
    private sealed interface Fate {
        record Stored() implements Fate {}

        record AlreadyStored() implements Fate {}

        record Refused(String reason) implements Fate {}

        record NotDicom() implements Fate {}

        record MediaDirectory() implements Fate {}
    }

    /// @param page of the listing that it was in, or null
    private record Turn(Found found, @Nullable String page, CompletableFuture<Fate> fate) {}

    private final ImportWalk walk;
    private final Ingest.Upload upload;
    private final Function<String, BlobWriter> writers;
    private final List<Turn> turns = new ArrayList<>();
    private final long begun = System.nanoTime();
    private boolean over;
    private @Nullable RuntimeException unlisted;

    /// @param writers what keeps the file at a path
    ImportRound(ImportWalk walk, Ingest.Upload upload, Function<String, BlobWriter> writers) {
        this.walk = walk;
        this.upload = upload;
        this.writers = writers;
    }

    /// Takes files in and waits until that is durable.
    ///
    /// @return whether there were any
    /// @throws UnavailableException where the disk, the database or the source fails
    /// @throws RefusedException where the source is not for this server to read
    boolean run() {
        try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < READERS; i++) {
                readers.execute(this::read);
            }
        }
        RuntimeException failure = unlisted;
        for (Turn turn : turns) {
            try {
                turn.fate.join();
            } catch (CompletionException failed) {
                failure = failed.getCause() instanceof RuntimeException cause ? cause : failed;
            }
        }
        if (failure != null) {
            throw failure;
        }
        return !turns.isEmpty();
    }

    private void read() {
        for (Turn turn = next(); turn != null; turn = next()) {
            try {
                Turn mine = turn;
                switch (mine.found) {
                    case Found.Other other -> mine.fate.complete(new Fate.Refused(other.reason()));
                    case Found.File file ->
                        fate(file).whenComplete((fate, failure) -> {
                            if (failure == null) {
                                mine.fate.complete(fate);
                            } else {
                                mine.fate.completeExceptionally(failure);
                            }
                        });
                }
            } catch (RuntimeException | Error failure) {
                end();
                turn.fate.completeExceptionally(failure);
            }
        }
    }

    private synchronized @Nullable Turn next() {
        boolean full = turns.size() == FILES_MAX || (!turns.isEmpty() && System.nanoTime() - begun > NANOS_MAX);
        Found found = null;
        try {
            found = over || full ? null : walk.next();
        } catch (RuntimeException failure) {
            unlisted = failure;
        }
        if (found == null) {
            over = true;
            return null;
        }
        Turn turn = new Turn(found, walk.page(), new CompletableFuture<>());
        turns.add(turn);
        return turn;
    }

    private synchronized void end() {
        over = true;
    }

    private CompletableFuture<Fate> fate(Found.File file) {
        try (InputStream source = walk.read(file)) {
            byte[] head = source.readNBytes(FileHead.LENGTH_BYTES);
            return switch (FileHead.of(head).kind()) {
                case INSTANCE -> {
                    InputStream whole = new SequenceInputStream(new ByteArrayInputStream(head), source);
                    yield upload.take(whole, writers.apply(file.path())).handle(ImportRound::fate);
                }
                case DIRECTORY -> CompletableFuture.completedFuture(new Fate.MediaDirectory());
                case ZIP, OTHER -> CompletableFuture.completedFuture(new Fate.NotDicom());
            };
        } catch (InstanceTooLargeException tooLarge) {
            return CompletableFuture.completedFuture(new Fate.Refused(String.valueOf(tooLarge.getMessage())));
        } catch (RefusedException refused) {
            return CompletableFuture.completedFuture(new Fate.Refused("cannot be read: " + refused.getMessage()));
        } catch (RemoteUnavailableException unavailable) {
            walk.requireSource();
            return CompletableFuture.completedFuture(new Fate.Refused("cannot be read: " + unavailable.getMessage()));
        } catch (IOException unreadable) {
            walk.requireSource();
            return CompletableFuture.completedFuture(new Fate.Refused("cannot be read"));
        }
    }

    private static Fate fate(@Nullable StoreOutcome outcome, @Nullable Throwable failure) {
        if (outcome == null) {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            if (cause instanceof UnavailableException unavailable) {
                throw unavailable;
            }
            LOG.error("an instance could not be imported", cause);
            return new Fate.Refused("a fault in the server; the log has more");
        }
        return switch (outcome) {
            case StoreOutcome.Stored stored -> new Fate.Stored();
            case StoreOutcome.AlreadyStored there -> new Fate.AlreadyStored();
            case StoreOutcome.Refused refused -> new Fate.Refused(refused.detail());
        };
    }

    /// How many files it has taken.
    int size() {
        return turns.size();
    }

    /// What was refused and why, as JSON.
    List<String> errors() {
        List<String> errors = new ArrayList<>();
        for (Turn turn : turns) {
            if (turn.fate.join() instanceof Fate.Refused refused) {
                errors.add(MAPPER.writeValueAsString(
                        MAPPER.createObjectNode().put("path", turn.found.path()).put("reason", refused.reason)));
            }
        }
        return errors;
    }

    /// How far the import is after this round.
    Tally addTo(Tally before) {
        long bytes = 0;
        for (Turn turn : turns) {
            if (turn.found instanceof Found.File file && turn.fate.join() instanceof Fate.Stored) {
                bytes += file.lengthBytes();
            }
        }
        return new Tally(
                turns.getLast().found.path(),
                turns.getLast().page,
                before.stored() + count(Fate.Stored.class),
                before.alreadyStored() + count(Fate.AlreadyStored.class),
                before.refused() + count(Fate.Refused.class),
                before.notDicom() + count(Fate.NotDicom.class),
                before.mediaDirectories() + count(Fate.MediaDirectory.class),
                before.bytes() + bytes);
    }

    private long count(Class<? extends Fate> kind) {
        return turns.stream().filter(turn -> kind.isInstance(turn.fate.join())).count();
    }
}
