package org.isocenter.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.isocenter.server.cast.Ledger;
import org.isocenter.server.cast.Source.Study;
import org.isocenter.server.telemetry.CrashPoint;
import org.isocenter.server.telemetry.UnavailableException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// How far the cast of one archive has got, in a file of its own.
///
/// The file is JSON and is replaced as a whole: written beside, forced, renamed, and the folder forced, so
/// that there is the old state or the new one after a halt at any moment. A lock beside it belongs to the
/// process that casts. Studies to be tried again come from a third file, which anybody may leave there
/// while the process runs.
final class FileLedger implements Ledger, AutoCloseable {
    private static final String STATE = ".json";
    private static final String LOCK = ".lock";
    private static final String RETRY = ".retry";
    private static final int DETAIL_MAX_CHARS = 4_000;

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /// A study that was given up.
    ///
    /// @param status of the answer that refused it, or 0
    record Failure(
            String studyUid,
            Instant firstFailed,
            Instant lastFailed,
            int attempts,
            int status,
            String reason,
            @Nullable String detail) {}

    /// What the file says.
    record State(
            String archive,
            String fhir,
            long position,
            long studies,
            double rate,
            @Nullable String problem,
            List<Failure> failures,
            List<String> requests) {}

    private final Path file;
    private final Path retry;
    private final FileChannel lock;
    private final Clock clock;
    private final Map<String, Failure> failures = new LinkedHashMap<>();
    private final Set<String> requests = new LinkedHashSet<>();
    private volatile State state;

    private FileLedger(Path file, FileChannel lock, State state, Clock clock) {
        this.file = file;
        this.retry = beside(file, RETRY);
        this.lock = lock;
        this.state = state;
        this.clock = clock;
        state.failures().forEach(failure -> failures.put(failure.studyUid(), failure));
        requests.addAll(state.requests());
    }

    /// Opens the ledger of an archive, or begins one.
    ///
    /// @throws IOException if another process has it, or it is about another FHIR server
    static FileLedger open(Path folder, URI archive, URI fhir, Clock clock) throws IOException {
        Files.createDirectories(folder);
        Path file = folder.resolve(name(archive) + STATE);
        FileChannel lock = lock(beside(file, LOCK));
        try {
            State state = Files.exists(file)
                    ? read(file)
                    : new State(archive.toString(), fhir.toString(), 0, 0, 0, null, List.of(), List.of());
            if (!state.archive().equals(archive.toString()) || !state.fhir().equals(fhir.toString())) {
                throw new IOException("%s is about %s and %s; give another folder with --state"
                        .formatted(file, state.archive(), state.fhir()));
            }
            return new FileLedger(file, lock, withoutProblem(state), clock);
        } catch (IOException unusable) {
            lock.close();
            throw unusable;
        }
    }

    /// What was wrong when the last process ended says nothing about now.
    private static State withoutProblem(State state) {
        return new State(
                state.archive(),
                state.fhir(),
                state.position(),
                state.studies(),
                0,
                null,
                state.failures(),
                state.requests());
    }

    private static FileChannel lock(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException ours) {
            lock = null;
        }
        if (lock == null) {
            channel.close();
            throw new IOException("another process casts by " + file);
        }
        return channel;
    }

    /// The states in a folder, whoever works on them.
    static List<State> all(Path folder) throws IOException {
        List<State> states = new ArrayList<>();
        for (Path file : files(folder)) {
            states.add(read(file));
        }
        return states;
    }

    private static List<Path> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException(folder + " is no folder");
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(file -> file.toString().endsWith(STATE))
                    .sorted()
                    .toList();
        }
    }

    /// Asks for all that was given up to be tried again, by the process that casts or by the next one.
    ///
    /// @return how many studies
    static int retryAll(Path folder) throws IOException {
        int asked = 0;
        for (Path file : files(folder)) {
            List<String> studies =
                    read(file).failures().stream().map(Failure::studyUid).toList();
            if (!studies.isEmpty()) {
                replace(beside(file, RETRY), String.join("\n", studies).getBytes(StandardCharsets.UTF_8));
                asked += studies.size();
            }
        }
        return asked;
    }

    private static Path beside(Path file, String ending) {
        String name = Objects.requireNonNull(file.getFileName()).toString();
        return file.resolveSibling(name.substring(0, name.length() - STATE.length()) + ending);
    }

    /// A name that people can read and no two archives share.
    private static String name(URI archive) {
        String readable = archive.toString()
                .toLowerCase(Locale.ROOT)
                .replaceFirst("^https?://", "")
                .replaceAll("[^a-z0-9]+", "-");
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(archive.toString().getBytes(StandardCharsets.UTF_8));
            return readable.substring(0, Math.min(60, readable.length())) + "-"
                    + HexFormat.of().formatHex(digest, 0, 4);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// What was last noted.
    State state() {
        return state;
    }

    /// Whether nobody waits for a study to be tried again.
    boolean isWithoutRequests() {
        return !Files.exists(retry) && state.requests().isEmpty();
    }

    @Override
    public long begin() {
        return state.position();
    }

    @Override
    public boolean hold() {
        return true;
    }

    @Override
    public void release() {}

    @Override
    public void save(Progress progress) {
        if (!progress.done().isEmpty()) {
            CrashPoint.CAST_UNSAVED.pass();
        }
        progress.done().forEach(study -> forget(study.uid()));
        progress.givenUp().forEach(this::keep);
        State next = new State(
                state.archive(),
                state.fhir(),
                progress.position(),
                state.studies() + progress.done().size(),
                progress.rate(),
                progress.problem(),
                List.copyOf(failures.values()),
                List.copyOf(requests));
        boolean news = next.position() != state.position()
                || !progress.done().isEmpty()
                || !progress.givenUp().isEmpty()
                || !Objects.equals(next.problem(), state.problem());
        if (news) {
            write(next);
        }
        state = next;
    }

    private void forget(String studyUid) {
        failures.remove(studyUid);
        requests.remove(studyUid);
    }

    private void keep(GivenUp one) {
        Instant now = clock.instant();
        Failure before = failures.remove(one.study().uid());
        requests.remove(one.study().uid());
        String detail = one.detail();
        failures.put(
                one.study().uid(),
                new Failure(
                        one.study().uid(),
                        before == null ? now : before.firstFailed(),
                        now,
                        one.attempts() + (before == null ? 0 : before.attempts()),
                        one.status(),
                        shortened(one.reason()),
                        detail == null ? null : shortened(detail)));
    }

    private static String shortened(String text) {
        return text.length() <= DETAIL_MAX_CHARS ? text : text.substring(0, DETAIL_MAX_CHARS) + "…";
    }

    @Override
    public List<Study> requests(int limit) {
        try {
            if (Files.exists(retry)) {
                Files.readAllLines(retry).stream().filter(failures::containsKey).forEach(requests::add);
                state = new State(
                        state.archive(),
                        state.fhir(),
                        state.position(),
                        state.studies(),
                        state.rate(),
                        state.problem(),
                        state.failures(),
                        List.copyOf(requests));
                write(state);
                Files.delete(retry);
            }
        } catch (IOException unreadable) {
            throw new UnavailableException(retry + ": " + unreadable, unreadable);
        }
        return requests.stream().limit(limit).map(uid -> new Study(0, uid)).toList();
    }

    private static State read(Path file) throws IOException {
        try {
            JsonNode json = MAPPER.readTree(Files.readAllBytes(file));
            List<Failure> failures = new ArrayList<>();
            for (JsonNode one : json.required("failures")) {
                failures.add(new Failure(
                        one.required("studyInstanceUid").asString(),
                        Instant.parse(one.required("firstFailed").asString()),
                        Instant.parse(one.required("lastFailed").asString()),
                        one.required("attempts").asInt(),
                        one.required("status").asInt(),
                        one.required("reason").asString(),
                        text(one.path("detail"))));
            }
            List<String> requests = new ArrayList<>();
            json.required("requests").forEach(one -> requests.add(one.asString()));
            return new State(
                    json.required("archive").asString(),
                    json.required("fhir").asString(),
                    json.required("position").asLong(),
                    json.required("studies").asLong(),
                    json.required("studiesPerSecond").asDouble(),
                    text(json.path("problem")),
                    failures,
                    requests);
        } catch (JacksonException | DateTimeException notOurs) {
            throw new IOException(file + " is not the state of a cast: " + notOurs.getMessage(), notOurs);
        }
    }

    private static @Nullable String text(JsonNode node) {
        return node.isString() ? node.asString() : null;
    }

    private void write(State next) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("archive", next.archive());
        json.put("fhir", next.fhir());
        json.put("position", next.position());
        json.put("studies", next.studies());
        json.put("studiesPerSecond", Math.round(next.rate() * 100) / 100.0);
        json.put("problem", next.problem());
        json.put("saved", clock.instant().toString());
        ArrayNode list = json.putArray("failures");
        for (Failure failure : next.failures()) {
            ObjectNode one = list.addObject();
            one.put("studyInstanceUid", failure.studyUid());
            one.put("firstFailed", failure.firstFailed().toString());
            one.put("lastFailed", failure.lastFailed().toString());
            one.put("attempts", failure.attempts());
            one.put("status", failure.status());
            one.put("reason", failure.reason());
            one.put("detail", failure.detail());
        }
        ArrayNode requested = json.putArray("requests");
        next.requests().forEach(requested::add);
        try {
            replace(file, MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(json));
        } catch (IOException unwritable) {
            throw new UnavailableException(file + ": " + unwritable, unwritable);
        }
    }

    /// Puts bytes in the place of a file, durably and at once.
    private static void replace(Path file, byte[] bytes) throws IOException {
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel channel = FileChannel.open(
                beside, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                channel.write(left);
            }
            channel.force(true);
        }
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel folder =
                FileChannel.open(Objects.requireNonNull(file.toAbsolutePath().getParent()))) {
            folder.force(true);
        }
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
