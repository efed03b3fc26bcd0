package org.isocenter.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/// What is stored in one server under test: it gives out new instances, stores them, and checks that they are
/// there.
final class Archive {

    static final String INSTANCE = "multipart/related; type=\"application/dicom\"; transfer-syntax=*";
    static final String FRAME = "multipart/related; type=\"application/octet-stream\"";
    static final String JSON = "application/dicom+json";

    private static final int SAMPLE_EVERY = 50;
    /// A request of this size warms up within itself what there is to warm up.
    private static final long LONG_REQUEST_BYTES = 10_000_000;

    private static final int FILLERS = 4;
    private static final int FILL_ATTEMPTS = 30;

    private final Subject subject;
    private final long seed;
    private final String root;
    private final AtomicLong studies = new AtomicLong();
    private final Queue<Identity> stored = new ConcurrentLinkedQueue<>();

    Archive(Subject subject, long seed) {
        this(subject, seed, subject.root());
    }

    /// @param root another DICOMweb root of the server than its usual one
    Archive(Subject subject, long seed, String root) {
        this.subject = subject;
        this.seed = seed;
        this.root = root;
    }

    Subject subject() {
        return subject;
    }

    /// Stores new instances without end; one sender's studies have two series of fifty.
    Work storing(ObjectTemplate template, int parts) {
        StowRequest request = request(template, parts);
        Numbering numbering = new Numbering(studies, seed, 2, 50);
        AtomicLong sent = new AtomicLong();
        return client -> {
            List<Identity> identities = numbering.next(parts);
            WireAnswer answer = client.exchange(request.with(identities));
            if (!answer.ok()) {
                return Work.Done.wrong("store answered " + answer.status());
            }
            if (sent.getAndIncrement() % SAMPLE_EVERY == 0) {
                stored.add(identities.getLast());
            }
            return Work.Done.of(parts, request.fileBytes());
        };
    }

    /// Measures storing, and counts what was said to be stored but cannot be retrieved as failed.
    Measurement store(ObjectTemplate template, int parts, int clients, Window window) throws InterruptedException {
        stored.clear();
        boolean isLong = parts * template.fileBytes() > LONG_REQUEST_BYTES;
        Window here = isLong ? new Window(Duration.ZERO, window.measured(), window.maxBytes()) : window;
        Measurement measured = Load.run(subject, clients, here, client -> storing(template, parts));
        String missing = "";
        int missed = 0;
        try (WireClient client = new WireClient(subject.address())) {
            for (Identity identity : stored.stream().limit(20).toList()) {
                WireAnswer answer = client.exchange(request(identity.path(), INSTANCE));
                if (!answer.ok() || answer.bodyBytes() < template.fileBytes()) {
                    missed++;
                    missing = "a stored instance was answered with %d, %d bytes"
                            .formatted(answer.status(), answer.bodyBytes());
                }
            }
        } catch (IOException failure) {
            missed++;
            missing = "a stored instance was not retrieved: " + failure;
        }
        return missed == 0
                ? measured
                : new Measurement(
                        measured.perSecond(),
                        measured.bytesPerSecond(),
                        measured.p50Milliseconds(),
                        measured.p99Milliseconds(),
                        measured.cpuSecondsPerThousand(),
                        measured.driverCpuShare(),
                        measured.items(),
                        measured.failures() + missed,
                        missing);
    }

    /// Keeps the server busy with small stores for a while, so that what is measured next meets compiled code.
    void heat(ObjectTemplate template, Duration duration) throws InterruptedException {
        Window window = new Window(Duration.ZERO, duration, Long.MAX_VALUE);
        Load.run(subject, FILLERS, window, client -> storing(template, client % 2 == 0 ? 1 : 10));
    }

    /// Stores whole studies, and returns the instances in their order.
    Filling fill(ObjectTemplate template, Layout layout, long count) throws IOException, InterruptedException {
        Filling filling = new Filling(seed, studies.getAndAdd(layout.studies(count)), layout, count);
        int parts =
                (int) Math.min(count, template.fileBytes() > 5_000_000 ? 1 : template.fileBytes() > 100_000 ? 10 : 100);
        AtomicLong next = new AtomicLong();
        List<Future<?>> fillers = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(FILLERS)) {
            for (int i = 0; i < FILLERS; i++) {
                fillers.add(threads.submit(() -> {
                    fill(template, filling, parts, next);
                    return null;
                }));
            }
            for (Future<?> filler : fillers) {
                filler.get();
            }
        } catch (ExecutionException failure) {
            throw new IOException("could not fill " + subject.name(), failure.getCause());
        }
        return filling;
    }

    private void fill(ObjectTemplate template, Filling filling, int parts, AtomicLong next)
            throws IOException, InterruptedException {
        try (WireClient client = new WireClient(subject.address())) {
            StowRequest whole = request(template, parts);
            while (true) {
                long first = next.getAndAdd(parts);
                int here = (int) Math.min(parts, filling.count() - first);
                if (here <= 0) {
                    return;
                }
                StowRequest request = here == parts ? whole : request(template, here);
                List<Identity> identities = new ArrayList<>(here);
                for (int i = 0; i < here; i++) {
                    identities.add(filling.get(first + i));
                }
                fillOnce(client, request, identities);
            }
        }
    }

    /// Busy servers may refuse now and then; filling insists.
    private void fillOnce(WireClient client, StowRequest request, List<Identity> identities)
            throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            WireAnswer answer = client.exchange(request.with(identities));
            if (answer.ok()) {
                return;
            }
            if (attempt == FILL_ATTEMPTS) {
                throw new IOException("store answered " + answer.status());
            }
            Thread.sleep(10L * attempt);
        }
    }

    /// A GET request for a path below the DICOMweb root.
    ByteBuffer request(String path, String accept) {
        return WireClient.get(subject.address(), root + path, accept);
    }

    private StowRequest request(ObjectTemplate template, int parts) {
        return new StowRequest(template, parts, subject.address(), root + "/studies");
    }

    /// How instances spread over studies.
    record Layout(int seriesPerStudy, int instancesPerSeries) {

        int instancesPerStudy() {
            return seriesPerStudy * instancesPerSeries;
        }

        long studies(long instances) {
            return (instances + instancesPerStudy() - 1) / instancesPerStudy();
        }
    }

    /// Instances that were stored, by their number.
    record Filling(long seed, long firstStudy, Layout layout, long count) {

        Identity get(long number) {
            int within = (int) (number % layout.instancesPerStudy());
            return new Identity(
                    seed,
                    firstStudy + number / layout.instancesPerStudy(),
                    within / layout.instancesPerSeries(),
                    within % layout.instancesPerSeries());
        }

        /// Any instance, spread evenly by a stride that meets them all.
        Identity spread(long turn) {
            return get(Math.floorMod(turn * 2_147_483_647L, count));
        }

        List<Identity> all() {
            List<Identity> all = new ArrayList<>((int) count);
            for (long i = 0; i < count; i++) {
                all.add(get(i));
            }
            return all;
        }
    }
}
