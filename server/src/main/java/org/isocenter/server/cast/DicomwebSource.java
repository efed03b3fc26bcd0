package org.isocenter.server.cast;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.JsonReader;
import org.isocenter.dicom.Limits;
import org.isocenter.dicom.MalformedException;
import org.isocenter.server.fhir.Credentials;
import org.isocenter.server.fhir.FhirRefusedException;
import org.isocenter.server.fhir.FhirUnavailableException;
import org.isocenter.server.telemetry.UnavailableException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// An archive elsewhere, by its change feed and its DICOMweb metadata.
///
/// Where it does not answer, answers that it cannot now, or answers something that is none of what was
/// asked for, every method throws [UnavailableException]: the same request may succeed later. A study of
/// which the archive says that it cannot give it makes `read` throw [UnfitException].
public final class DicomwebSource implements Source, AutoCloseable {
    /// The most that the feed gives at once.
    private static final int PAGE = 200;

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration FEED_TIMEOUT_MAX = Duration.ofSeconds(30);
    private static final long FEED_MAX_BYTES = 16L << 20;
    private static final long ASK_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /// A study may have many instances; each is held to the bounds of its own.
    private static final Limits LIMITS = new Limits(
            Limits.DEFAULT.nesting(),
            Limits.DEFAULT.elements(),
            1_000_000,
            Limits.DEFAULT.valueInMemoryBytes(),
            Limits.DEFAULT.fragments(),
            Limits.DEFAULT.inflateRatio(),
            Limits.DEFAULT.inflateFreeBytes(),
            16L << 30,
            Limits.DEFAULT.jsonDepth());

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /// The data partition of a root that names none.
    private static final String DEFAULT_PARTITION = "Microsoft.Default";

    private static final Pattern PARTITION = Pattern.compile("(.+)/partitions/([A-Za-z0-9._-]{1,64})");

    private final URI root;

    /// The root without a data partition, where the feed of all of them is.
    private final String feedRoot;

    private final String partition;
    private final Credentials credentials;
    private final Duration timeout;
    private final HttpClient http;
    private final ScheduledThreadPoolExecutor watch;
    private long nothingAfter = -1;
    private long nothingAt;

    /// @param root of DICOMweb, such as `https://pacs.example.org/dicom-web`
    /// @param timeout for an answer, and for the next piece of a long one
    /// @param tls with keys and trust of its own, or null for those of Java
    public DicomwebSource(URI root, Credentials credentials, Duration timeout, @Nullable SSLContext tls) {
        this.root = root;
        Matcher matcher = PARTITION.matcher(root.toString());
        this.feedRoot = matcher.matches() ? matcher.group(1) : root.toString();
        this.partition = matcher.matches() ? matcher.group(2) : DEFAULT_PARTITION;
        this.credentials = credentials;
        this.timeout = timeout;
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_TIMEOUT);
        this.http = (tls == null ? builder : builder.sslContext(tls)).build();
        this.watch = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("cast-watch").daemon().factory());
        watch.setRemoveOnCancelPolicy(true);
    }

    @Override
    public List<Change> changes(long after, int limit) {
        long now = System.nanoTime();
        if (after == nothingAfter && now - nothingAt < ASK_INTERVAL_NANOS) {
            return List.of();
        }
        List<Change> changes = new ArrayList<>();
        long position = after;
        while (changes.size() < limit) {
            int wanted = Math.min(PAGE, limit - changes.size());
            JsonNode page = feed("changefeed?after=" + position + "&limit=" + wanted + "&includeMetadata=false");
            if (!page.isArray() || page.size() > wanted) {
                throw notAFeed(null);
            }
            for (JsonNode entry : page) {
                Change change = change(entry, position);
                changes.add(change);
                position = change.position();
            }
            if (page.size() < wanted) {
                break;
            }
        }
        if (changes.isEmpty()) {
            nothingAfter = after;
            nothingAt = now;
        }
        return changes;
    }

    /// The position of the newest change, or 0 where there was none yet.
    public long latest() {
        JsonNode latest = feed("changefeed/latest?includeMetadata=false");
        return latest.isMissingNode() ? 0 : change(latest, 0).position();
    }

    private Change change(JsonNode entry, long after) {
        long position = entry.path("sequence").asLong(0);
        String study = entry.path("studyInstanceUid").asString("");
        if (position <= after || !study.matches("[0-9.]{1,64}")) {
            throw notAFeed(null);
        }
        try {
            return new Change(
                    position,
                    entry.path("partitionName").asString(partition).equals(partition) ? new Study(0, study) : null,
                    !entry.path("action").asString("").equalsIgnoreCase("Create"),
                    OffsetDateTime.parse(entry.path("timestamp").asString("")).toInstant());
        } catch (DateTimeException notATime) {
            throw notAFeed(notATime);
        }
    }

    private JsonNode feed(String path) {
        Duration patience = timeout.compareTo(FEED_TIMEOUT_MAX) < 0 ? timeout : FEED_TIMEOUT_MAX;
        HttpResponse<byte[]> response = send(
                feedRoot + "/" + path,
                "application/json",
                patience,
                BodyHandlers.limiting(BodyHandlers.ofByteArray(), FEED_MAX_BYTES));
        if (response.statusCode() == 204) {
            return MAPPER.missingNode();
        }
        if (response.statusCode() != 200) {
            throw new UnavailableException(answered(response.request(), response.statusCode()), null);
        }
        try {
            return MAPPER.readTree(response.body());
        } catch (JacksonException notJson) {
            throw notAFeed(notJson);
        }
    }

    private UnavailableException notAFeed(@Nullable Exception cause) {
        return new UnavailableException(feedRoot + "/changefeed answers something else than a change feed", cause);
    }

    @Override
    public void read(Study study, Consumer<DataSet> instances) {
        HttpResponse<InputStream> response = send(
                root + "/studies/" + study.uid() + "/metadata",
                "application/dicom+json",
                timeout,
                BodyHandlers.ofInputStream());
        HttpRequest request = response.request();
        int status = response.statusCode();
        try (PatientStream body = new PatientStream(response.body())) {
            if (status == 404 || status == 410 || status == 204) {
                return;
            }
            if (status != 200) {
                throw failure(request, status);
            }
            readAll(request, body, instances);
        } catch (IOException broken) {
            throw new UnavailableException(describe(request, broken), broken);
        }
    }

    private void readAll(HttpRequest request, PatientStream body, Consumer<DataSet> instances) throws IOException {
        try {
            JsonReader.forEach(body, LIMITS, instances);
        } catch (MalformedException malformed) {
            if (body.gaveUp) {
                throw new IOException("nothing came for " + timeout.toSeconds() + " s", malformed);
            }
            throw new UnfitException(describe(request, malformed));
        }
    }

    /// What another status means to a study: a failure that may pass, or one of this study.
    private static RuntimeException failure(HttpRequest request, int status) {
        boolean passes = status == 401
                || status == 403
                || status == 408
                || status == 429
                || status >= 502
                || status / 100 != 4 && status != 500;
        String message = answered(request, status);
        return passes ? new UnavailableException(message, null) : new UnfitException(message);
    }

    /// Asks, and once more with another token where the first is not taken.
    private <T> HttpResponse<T> send(
            String url, String accept, Duration patience, HttpResponse.BodyHandler<T> handler) {
        HttpRequest request = request(url, accept, patience);
        HttpResponse<T> response = await(request, patience, http.sendAsync(request, handler));
        if (response.statusCode() != 401 || !credentials.renew()) {
            return response;
        }
        if (response.body() instanceof InputStream body) {
            try (body) {
                body.skip(FEED_MAX_BYTES);
            } catch (IOException broken) {
                throw new UnavailableException(describe(request, broken), broken);
            }
        }
        HttpRequest again = request(url, accept, patience);
        return await(again, patience, http.sendAsync(again, handler));
    }

    private HttpRequest request(String url, String accept, Duration patience) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url)).timeout(patience).header("Accept", accept);
        try {
            String authorization = credentials.authorization();
            return (authorization == null ? request : request.header("Authorization", authorization)).build();
        } catch (FhirUnavailableException | FhirRefusedException none) {
            // A refusal of a token is mended at the token server: nothing is wrong with what is asked for.
            throw new UnavailableException(root + ": " + none.getMessage(), none);
        }
    }

    private <T> HttpResponse<T> await(
            HttpRequest request, Duration patience, CompletableFuture<HttpResponse<T>> exchange) {
        try {
            return exchange.get(patience.toMillis() + CONNECT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause();
            if (cause instanceof IOException) {
                throw new UnavailableException(describe(request, cause), cause);
            }
            throw new IllegalStateException(request.uri().toString(), cause);
        } catch (TimeoutException late) {
            exchange.cancel(true);
            throw new UnavailableException(request.uri() + ": no answer in " + patience.toSeconds() + " s", late);
        } catch (InterruptedException interrupted) {
            exchange.cancel(true);
            Thread.currentThread().interrupt();
            throw new UnavailableException(request.uri() + ": interrupted", interrupted);
        }
    }

    private static String answered(HttpRequest request, int status) {
        return request.uri() + " answers " + status;
    }

    private static String describe(HttpRequest request, Throwable cause) {
        String message = cause.getMessage();
        return request.uri() + ": " + (message == null ? cause.getClass().getSimpleName() : message);
    }

    @Override
    public void close() {
        watch.shutdownNow();
        http.shutdownNow();
        http.close();
    }

    /// A body of which the next piece may take as long as an answer, and no longer.
    private final class PatientStream extends FilterInputStream {
        private final Future<?> watching;
        private volatile long waitingSince = System.nanoTime();
        private volatile boolean waiting;
        private volatile boolean gaveUp;

        PatientStream(InputStream in) {
            super(in);
            long interval = Math.max(1, timeout.toMillis() / 4);
            this.watching = watch.scheduleWithFixedDelay(this::look, interval, interval, TimeUnit.MILLISECONDS);
        }

        private void look() {
            if (waiting && System.nanoTime() - waitingSince > timeout.toNanos()) {
                gaveUp = true;
                try {
                    in.close();
                } catch (IOException closed) {
                    // Whoever reads meets it as well.
                    watching.cancel(false);
                }
            }
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            waitingSince = System.nanoTime();
            waiting = true;
            try {
                return super.read(bytes, offset, length);
            } finally {
                waiting = false;
            }
        }

        @Override
        public void close() throws IOException {
            watching.cancel(false);
            super.close();
        }
    }
}
