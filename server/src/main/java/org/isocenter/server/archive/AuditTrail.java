package org.isocenter.server.archive;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.isocenter.server.access.Caller;
import org.isocenter.server.audit.Act;
import org.isocenter.server.audit.AuditRecord;
import org.isocenter.server.audit.AuditRecord.Phase;
import org.isocenter.server.audit.AuditRows;
import org.isocenter.server.audit.AuditRows.End;
import org.isocenter.server.audit.AuditRows.Filter;
import org.isocenter.server.audit.AuditRows.Tip;
import org.isocenter.server.audit.Link;
import org.isocenter.server.db.Database;
import org.isocenter.server.db.Session;
import org.isocenter.server.job.Operation;
import org.isocenter.server.telemetry.UnavailableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The audit trail.
///
/// What many requests do is written in few transactions, one after the other: one thread takes whatever
/// records wait, adds them, and tells those who wait for it.
///
/// That an act begins is committed without waiting for the disk. This is enough, since what the act then does
/// is committed later, to the same database, whose log has one order: if the change is on the disk, so is the
/// record.
public final class AuditTrail implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditTrail.class);

    private static final int RECORDS_MAX = 512;
    private static final int PAGE = 1_000;
    /// After so long without work the thread looks whether it is to stop.
    private static final int IDLE_MILLISECONDS = 100;
    /// Of a value's hash, so much that no two values of an archive are taken for each other.
    private static final int HASH_BYTES = 10;

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private record Waiting(AuditRecord record, CompletableFuture<@Nullable Void> written) {}

    private final Database database;
    private final SecretKeySpec key;
    private final BlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();
    private final Thread thread;
    private volatile boolean closed;

    /// Where the thread has seen the trail end last; null where it does not know.
    private @Nullable Tip tip;

    public AuditTrail(Database database) {
        this.database = database;
        byte[] secret = database.query(session -> new AuditRows(session).key());
        this.key = new SecretKeySpec(secret, "HmacSHA256");
        this.thread = Thread.ofPlatform().name("audit").start(this::run);
    }

    /// Adds a record. When this returns, it is there: one of an act that is answered durably, one of an act that
    /// begins at the latest when anything later is.
    ///
    /// @throws UnavailableException where it is not known to be there
    public void add(AuditRecord record) {
        CompletableFuture<@Nullable Void> written = submit(record);
        try {
            written.get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted before the audit trail was written", interrupted);
        } catch (ExecutionException failed) {
            throw new UnavailableException("the audit trail cannot be written", failed.getCause());
        }
    }

    /// Adds a record when there is time for it.
    public void addLater(AuditRecord record) {
        submit(record);
    }

    private CompletableFuture<@Nullable Void> submit(AuditRecord record) {
        Waiting waiting = new Waiting(record, new CompletableFuture<>());
        queue.add(waiting);
        if (closed && queue.remove(waiting)) {
            waiting.written.completeExceptionally(new UnavailableException("the server is stopping", null));
        }
        return waiting.written;
    }

    private void run() {
        while (!closed || !queue.isEmpty()) {
            try {
                Waiting first = queue.poll(IDLE_MILLISECONDS, TimeUnit.MILLISECONDS);
                if (first != null) {
                    List<Waiting> group = new ArrayList<>(List.of(first));
                    queue.drainTo(group, RECORDS_MAX - 1);
                    write(group);
                }
            } catch (InterruptedException notFromHere) {
                LOG.warn("the thread of the audit trail was interrupted and goes on", notFromHere);
            }
        }
    }

    private void write(List<Waiting> group) {
        boolean durable = group.stream().anyMatch(waiting -> waiting.record.phase() != Phase.BEGAN);
        Tip believed = tip;
        tip = null;
        try {
            tip = database.transaction(session -> new AuditRows(session)
                    .append(group.stream().map(Waiting::record).toList(), durable, believed));
        } catch (RuntimeException | Error failure) {
            // An error as well: without this thread nothing would ever be answered again.
            if (!(failure instanceof UnavailableException)) {
                LOG.error("the audit trail could not be written", failure);
            }
            group.forEach(waiting -> waiting.written.completeExceptionally(failure));
            return;
        }
        group.forEach(waiting -> waiting.written.complete(null));
    }

    /// Adds, in the transaction in which an operation ends, that it did. Who asked for it is told by the record of
    /// that.
    ///
    /// @param studies that it was to change
    public static void ended(Session session, Operation operation, List<String> studies) {
        String id = operation.id().toString().replace("-", "");
        ObjectNode details = MAPPER.createObjectNode();
        details.putArray("operation").add(id);
        details.put("type", operation.kind());
        details.put("outcome", operation.state().name().toLowerCase(Locale.ROOT));
        details.put("done", operation.done());
        details.put("errors", operation.errors());
        new AuditRows(session)
                .append(
                        List.of(new AuditRecord(
                                Instant.now(),
                                Phase.ENDED,
                                operation.id(),
                                Act.END_OPERATION.text(),
                                operation.partitionName(),
                                null,
                                null,
                                "",
                                "",
                                "/operations/" + id,
                                null,
                                studies,
                                details.toString())),
                        true,
                        null);
    }

    /// A text that stands for a value: always the same for the same value, and for nobody without the key a way
    /// back to it.
    public String hash(String value) {
        try {
            Mac mac = Mac.getInstance(key.getAlgorithm());
            mac.init(key);
            byte[] hash = mac.doFinal(value.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, HASH_BYTES);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// Records of the whole server.
    public List<Link> read(Filter filter, int limit) {
        return database.query(session -> new AuditRows(session).read(filter, limit));
    }

    /// Records of acts in the caller's data partition.
    public List<Link> read(Caller caller, Filter filter, int limit) {
        return database.query(caller.partition(), session -> new AuditRows(session).read(filter, limit));
    }

    /// What was found of the trail.
    ///
    /// @param records how many there are
    /// @param end where it ends
    /// @param faults how many records are not what they were when they were added, or are not there
    public record Verdict(long records, End end, long faults) {}

    /// Looks whether every record is there, in its place, and what it was.
    ///
    /// @param anchor the digest that a record had when somebody wrote it down elsewhere, or null
    /// @param fault gets what is wrong
    public static Verdict verify(Database database, @Nullable Anchor anchor, Consumer<String> fault) {
        End end = database.query(session -> new AuditRows(session).end());
        long[] faults = new long[1];
        Consumer<String> noted = text -> {
            faults[0]++;
            fault.accept(text);
        };
        long number = end.before();
        byte[] digest = end.beforeDigest();
        long records = 0;
        while (number < end.number()) {
            long after = number;
            List<Link> page = database.query(session -> new AuditRows(session).read(Filter.after(after), PAGE));
            for (Link link : page) {
                if (link.number() > end.number()) {
                    break;
                }
                if (link.number() != number + 1) {
                    if (!isForgotten(database, number + 1)) {
                        noted.accept(gap(number + 1, link.number() - 1));
                    }
                } else if (!link.follows(digest)) {
                    noted.accept("record " + link.number() + " is not what it was");
                }
                records++;
                number = link.number();
                digest = link.digest();
                if (anchor != null && anchor.number == number && !Arrays.equals(anchor.digest, digest)) {
                    noted.accept("record " + number + " has another digest than was written down");
                }
            }
            if (page.isEmpty()) {
                noted.accept(gap(number + 1, end.number()));
                break;
            }
        }
        if (records > 0 && number == end.number() && !Arrays.equals(digest, end.digest())) {
            noted.accept("the trail does not end with the digest that it should");
        }
        if (anchor != null && (anchor.number > end.number() || anchor.number <= end.before())) {
            noted.accept("record " + anchor.number + ", which was written down, is not there");
        }
        return new Verdict(records, end, faults[0]);
    }

    /// Whether a record was forgotten while the trail is being looked at.
    private static boolean isForgotten(Database database, long number) {
        return number <= database.query(session -> new AuditRows(session).end()).before();
    }

    private static String gap(long first, long last) {
        return first == last
                ? "record " + first + " is not there"
                : "records " + first + " to " + last + " are not there";
    }

    /// The number and the digest of a record.
    public record Anchor(long number, byte[] digest) {
        /// The anchor that a text such as `17:6f…` names, or null.
        public static @Nullable Anchor find(String text) {
            int colon = text.indexOf(':');
            try {
                byte[] digest = HexFormat.of().parseHex(text.substring(colon + 1));
                long number = Long.parseLong(text.substring(0, Math.max(0, colon)));
                return digest.length == 32 && number > 0 ? new Anchor(number, digest) : null;
            } catch (IllegalArgumentException notOne) {
                return null;
            }
        }

        public String text() {
            return number + ":" + HexFormat.of().formatHex(digest);
        }
    }

    /// Where the trail ends.
    public Anchor end() {
        End end = database.query(session -> new AuditRows(session).end());
        return new Anchor(end.number(), end.digest());
    }

    /// Forgets records that are older than they have to be, as far as they are the beginning of the trail.
    ///
    /// @return how many
    public long forget(Duration age) {
        Instant time = Instant.now().minus(age);
        long forgotten = 0;
        while (true) {
            long before =
                    database.query(session -> new AuditRows(session).end()).before();
            List<Link> old = database.query(session -> new AuditRows(session).read(Filter.after(before), PAGE)).stream()
                    .takeWhile(link -> link.record().occurred().isBefore(time))
                    .toList();
            if (old.isEmpty()) {
                return forgotten;
            }
            forgotten += database.transaction(
                    session -> new AuditRows(session).forget(old.getLast().number()));
        }
    }

    /// Writes what waits, then stops.
    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        for (Waiting left = queue.poll(); left != null; left = queue.poll()) {
            left.written.completeExceptionally(new UnavailableException("the server is stopping", null));
        }
    }
}
