package org.isocenter.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.isocenter.server.export.StowAnswer;
import org.jspecify.annotations.Nullable;

/// Sends instances to a DICOMweb server by STOW-RS, several requests at a time.
///
/// Storing is idempotent, so whatever fails on the way is simply sent again after a pause. A file the server
/// refuses is noted and the rest goes on; a request refused as a whole is taken apart and sent file by file,
/// so that each refusal is known by its file. Only a server that is not there, or does not want to talk to
/// us, ends the upload.
final class Uploader implements AutoCloseable {

    /// How to send.
    ///
    /// @param parallel requests under way at the same time
    /// @param perRequestFiles most files in one request
    /// @param retries how often a request is sent again when the server is busy or the connection breaks
    /// @param pause before the first repetition; doubled for each further one
    record Options(int parallel, int perRequestFiles, int retries, Duration pause) {}

    private static final long PER_REQUEST_BYTES = 16L << 20;
    private static final int MAX_ANSWER_BYTES = 64 << 20;
    private static final int MAX_REASON_BYTES = 4096;
    private static final Duration MAX_PAUSE = Duration.ofSeconds(30);
    private static final String ALREADY_STORED_HEADER = "Isocenter-Already-Stored";

    private final URI studies;
    private final Function<URI, HttpRequest.Builder> requests;
    private final Options options;
    private final UploadTally tally;
    private final UploadProgress progress;
    private final HttpClient client;
    private final Semaphore permits;
    private final AtomicReference<@Nullable String> ended = new AtomicReference<>();
    private List<Upload> gathered = new ArrayList<>();
    private long gatheredBytes;

    /// @param base the DICOMweb root of the server, such as `http://127.0.0.1:8080/dicom-web`
    /// @param requests how requests begin
    Uploader(
            URI base,
            Function<URI, HttpRequest.Builder> requests,
            Options options,
            UploadTally tally,
            UploadProgress progress) {
        this.studies = URI.create(base.toString().replaceFirst("/+$", "") + "/studies");
        this.requests = requests;
        this.options = options;
        this.tally = tally;
        this.progress = progress;
        this.permits = new Semaphore(options.parallel());
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(10))
                .build();
    }

    /// Sends an instance, together with others. Waits while enough requests are under way.
    ///
    /// @return false when the upload has ended early and nothing more is wanted
    boolean send(Upload upload) {
        boolean full =
                gathered.size() >= options.perRequestFiles() || gatheredBytes + upload.sizeBytes() > PER_REQUEST_BYTES;
        if (full) {
            sendGathered();
        }
        gathered.add(upload);
        gatheredBytes += upload.sizeBytes();
        return ended.get() == null;
    }

    /// Sends what is left and waits until everything is answered.
    ///
    /// @return why the upload ended early, or null when every file has had its answer
    @Nullable
    String finish() {
        sendGathered();
        permits.acquireUninterruptibly(options.parallel());
        permits.release(options.parallel());
        return ended.get();
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private void sendGathered() {
        if (gathered.isEmpty()) {
            return;
        }
        List<Upload> batch = gathered;
        gathered = new ArrayList<>();
        gatheredBytes = 0;
        permits.acquireUninterruptibly();
        Thread.ofVirtual().name("upload").start(() -> {
            try {
                deliver(batch);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                end("interrupted");
            } catch (RuntimeException e) {
                end("unexpected: " + e);
            } finally {
                permits.release();
            }
        });
    }

    /// Requests still to be made for one batch; a refused batch becomes one request per file.
    private void deliver(List<Upload> batch) throws InterruptedException {
        Deque<List<Upload>> requests = new ArrayDeque<>(List.of(batch));
        while (!requests.isEmpty() && ended.get() == null) {
            List<Upload> request = requests.pop();
            String refusal = findRefusal(request);
            if (refusal == null) {
                continue;
            }
            if (request.size() == 1) {
                tally.refuse(request.getFirst().name(), refusal);
            } else {
                for (Upload upload : request.reversed()) {
                    requests.push(List.of(upload));
                }
            }
        }
    }

    /// How one request went.
    private sealed interface Outcome {
        /// Every file has its answer in the tally.
        record Answered() implements Outcome {}

        /// The server does not want the request as it is.
        record Refused(String reason) implements Outcome {}

        /// It may go better later.
        record Busy(String reason, Duration pause) implements Outcome {}

        /// A file could not be read; the server has not seen the request whole.
        record Unreadable(Upload upload, String reason) implements Outcome {}

        /// No request to this address will ever succeed.
        record Hopeless(String reason) implements Outcome {}
    }

    /// Makes one request until it is answered.
    ///
    /// @return why the request was refused as a whole, or null when its files are accounted for
    private @Nullable String findRefusal(List<Upload> request) throws InterruptedException {
        List<Upload> uploads = new ArrayList<>(request);
        int retried = 0;
        while (!uploads.isEmpty() && ended.get() == null) {
            switch (attempt(uploads, retried)) {
                case Outcome.Answered answered -> {
                    return null;
                }
                case Outcome.Refused refused -> {
                    return refused.reason();
                }
                case Outcome.Unreadable unreadable -> {
                    tally.refuse(unreadable.upload().name(), unreadable.reason());
                    uploads.remove(unreadable.upload());
                }
                case Outcome.Hopeless hopeless -> end(hopeless.reason());
                case Outcome.Busy busy -> {
                    if (retried++ < options.retries()) {
                        Thread.sleep(busy.pause());
                    } else if (isReachable()) {
                        return busy.reason();
                    } else {
                        end("%s does not answer: %s".formatted(studies, busy.reason()));
                    }
                }
            }
        }
        return null;
    }

    private Outcome attempt(List<Upload> uploads, int retried) throws InterruptedException {
        String boundary = "isocenter-" + UUID.randomUUID();
        long sizeBytes = uploads.stream().mapToLong(Upload::sizeBytes).sum();
        UploadBody body = new UploadBody(uploads, boundary, progress);
        HttpRequest request = requests.apply(studies)
                .header("Content-Type", "multipart/related; type=\"application/dicom\"; boundary=" + boundary)
                .header("Accept", "application/dicom+json")
                .timeout(Duration.ofMinutes(5).plusSeconds(sizeBytes / 100_000))
                .POST(HttpRequest.BodyPublishers.ofInputStream(() -> body))
                .build();
        Outcome outcome;
        try (body) {
            HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream in = response.body()) {
                outcome = judge(response, in, uploads, retried);
            }
        } catch (IOException e) {
            Upload unreadable = body.findUnreadable();
            outcome = unreadable == null
                    ? new Outcome.Busy(describe(e), pause(retried))
                    : new Outcome.Unreadable(unreadable, "cannot be read: " + describe(e));
        }
        if (!(outcome instanceof Outcome.Answered)) {
            body.takeBack();
        }
        return outcome;
    }

    private Outcome judge(HttpResponse<InputStream> response, InputStream in, List<Upload> uploads, int retried)
            throws IOException {
        int status = response.statusCode();
        boolean dicom = response.headers().firstValue("Content-Type").orElse("").contains("dicom+json");
        if (dicom && (status == 200 || status == 202 || status == 409)) {
            account(StowAnswer.read(new BoundedStream(in, MAX_ANSWER_BYTES, "the answer is too long")), uploads);
            tally.alreadyThere(
                    response.headers().firstValueAsLong(ALREADY_STORED_HEADER).orElse(0));
            return new Outcome.Answered();
        }
        String words = Problem.wordsOf(in.readNBytes(MAX_REASON_BYTES));
        String reason = "HTTP " + status + (words.isEmpty() ? "" : ": " + words);
        return switch (status) {
            case 401, 403, 404, 405, 410 -> new Outcome.Hopeless("%s answers %s".formatted(studies, reason));
            case 408, 425, 429, 502, 503, 504 -> new Outcome.Busy(reason, pause(response, retried));
            default -> new Outcome.Refused(reason);
        };
    }

    /// Gives each file its answer: by instance where both sides name it, and what is left in the order it was
    /// sent.
    private void account(StowAnswer answer, List<Upload> uploads) {
        Map<String, Deque<Upload>> byUid = new HashMap<>();
        List<Upload> open = new ArrayList<>(uploads);
        for (Upload upload : uploads) {
            if (upload.sopInstanceUid() != null) {
                byUid.computeIfAbsent(upload.sopInstanceUid(), uid -> new ArrayDeque<>())
                        .add(upload);
            }
        }
        List<StowAnswer.Item> unmatchedStored = new ArrayList<>();
        List<StowAnswer.Item> unmatchedFailed = new ArrayList<>();
        for (StowAnswer.Item item : answer.stored()) {
            Upload upload = findUpload(byUid, item);
            if (upload == null) {
                unmatchedStored.add(item);
            } else {
                open.remove(upload);
                noteStored(upload, item);
            }
        }
        for (StowAnswer.Item item : answer.failed()) {
            Upload upload = findUpload(byUid, item);
            if (upload == null) {
                unmatchedFailed.add(item);
            } else {
                open.remove(upload);
                tally.refuse(upload.name(), item.explain());
            }
        }
        Deque<Upload> rest = new ArrayDeque<>(open);
        for (StowAnswer.Item item : unmatchedStored) {
            if (!rest.isEmpty()) {
                noteStored(rest.remove(), item);
            }
        }
        for (StowAnswer.Item item : unmatchedFailed) {
            if (!rest.isEmpty()) {
                tally.refuse(rest.remove().name(), item.explain());
            }
        }
        for (Upload upload : rest) {
            tally.refuse(upload.name(), "the server's answer does not mention this file");
        }
    }

    private static @Nullable Upload findUpload(Map<String, Deque<Upload>> byUid, StowAnswer.Item item) {
        Deque<Upload> uploads = item.sopInstanceUid() == null ? null : byUid.get(item.sopInstanceUid());
        return uploads == null ? null : uploads.poll();
    }

    private void noteStored(Upload upload, StowAnswer.Item item) {
        tally.store(upload);
        if (item.reason() != 0) {
            tally.warn(item.explain());
        }
    }

    private boolean isReachable() throws InterruptedException {
        HttpRequest request = requests.apply(studies.resolve("/"))
                .timeout(Duration.ofSeconds(10))
                .build();
        try {
            client.send(request, HttpResponse.BodyHandlers.discarding());
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void end(String reason) {
        ended.compareAndSet(null, UploadTally.printable(reason));
    }

    private Duration pause(int retried) {
        Duration pause = options.pause().multipliedBy(1L << Math.min(retried, 10));
        return pause.compareTo(MAX_PAUSE) < 0 ? pause : MAX_PAUSE;
    }

    /// What the server asks for, within reason, or our own pause.
    private Duration pause(HttpResponse<?> response, int retried) {
        String wanted = response.headers().firstValue("Retry-After").orElse("");
        if (!wanted.matches("\\d{1,6}")) {
            return pause(retried);
        }
        Duration pause = Duration.ofSeconds(Long.parseLong(wanted));
        return pause.compareTo(MAX_PAUSE) < 0 ? pause : MAX_PAUSE;
    }

    /// The words of the innermost cause that has any; the HTTP client wraps what others have said.
    private static String describe(IOException e) {
        String words = e instanceof ConnectException
                ? "no connection"
                : e.getClass().getSimpleName().replace("Exception", "");
        Throwable cause = e;
        for (int depth = 0; cause != null && depth < 8; depth++) {
            words = cause.getMessage() == null ? words : cause.getMessage();
            cause = cause.getCause();
        }
        return words;
    }
}
