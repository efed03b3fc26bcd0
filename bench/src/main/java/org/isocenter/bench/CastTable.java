package org.isocenter.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isocenter.bench.FhirRecord.Told;

/// The cast: an archive with its embedded database, and a FHIR server that takes everything at once and keeps
/// nothing, on the same machine as all the rest of the measurement.
///
/// A rate is that of the second half of the transactions which tell of a study: in the first, the code is
/// compiled. Nothing counts before every study was told of with all of its instances.
final class CastTable {

    /// Small ones: the cast reads the heads, of which they have as much as large ones.
    private static final Shape SHAPE = Shape.TWO_KB;

    private static final String SMALL_HEAP = "256m";
    private static final String QUIET = "5s";
    private static final double QUIET_SECONDS = 5;
    private static final int PARTS = 10;
    private static final Archive.Layout ARRIVING = new Archive.Layout(2, 100);
    private static final Archive.Layout ONE = new Archive.Layout(1, 1);
    private static final Archive.Layout FEW = new Archive.Layout(2, 5);
    private static final Archive.Layout MANY = new Archive.Layout(2, 50);
    private static final double GOAL_PER_SECOND = 500;
    private static final double GOAL_LAG_SECONDS = 5;
    private static final Duration PATIENCE = Duration.ofMinutes(15);

    /// A collection of garbage as the virtual machine writes it: the heap before, after, and its size.
    private static final Pattern COLLECTION = Pattern.compile("Pause .*?(\\d+)M->(\\d+)M\\((\\d+)M\\)");

    /// How much a run measures.
    ///
    /// @param studies that are cast for each row of rates; fewer of those with more than ten instances
    /// @param entries of the feeds to catch up with
    /// @param arriving studies while which the lag is measured, one every 600 ms
    record Sizes(long studies, List<Long> entries, int arriving) {
        static Sizes of(Effort effort) {
            if (effort == Effort.SMOKE) {
                return new Sizes(40, List.of(1_000L), 5);
            }
            return effort.wide()
                    ? new Sizes(20_000, List.of(100_000L, 1_000_000L), 300)
                    : new Sizes(10_000, List.of(100_000L), 100);
        }

        Sizes withEntries(List<Long> numbers) {
            return new Sizes(studies, numbers, arriving);
        }
    }

    private final Sizes sizes;
    private final Path folder;
    private final String heap;
    private final Consumer<String> progress;
    private final ObjectTemplate template;
    private final Table table = new Table(
            "cast",
            "studies/s",
            "instances/s",
            "lag p50 s",
            "lag p99 s",
            "CPU-s/1000 studies",
            "heap MB",
            "reach",
            "met?");

    /// @param folder where the archives keep their data
    CastTable(Sizes sizes, Path folder, String heap, long seed, Consumer<String> progress) {
        this.sizes = sizes;
        this.folder = folder;
        this.heap = heap;
        this.progress = progress;
        this.template = ObjectMaker.template(SHAPE, seed);
    }

    void measure() throws IOException, InterruptedException {
        progress.accept("cast");
        for (Archive.Layout layout : List.of(ONE, FEW, MANY)) {
            try (FhirRecord record = FhirRecord.empty()) {
                String title = "studies of " + layout.instancesPerStudy();
                rate(title, record, layout, instances(layout), heap, layout.equals(MANY) ? 0 : GOAL_PER_SECOND);
            }
        }
        for (long entries : sizes.entries) {
            try (FhirRecord record = FhirRecord.empty()) {
                String title = "catching up with %s entries, studies of %d, heap of %s"
                        .formatted(Table.number(entries), FEW.instancesPerStudy(), SMALL_HEAP);
                rate(title, record, FEW, entries, SMALL_HEAP, 0);
            }
        }
        try (FhirRecord record = FhirRecord.empty()) {
            lag("", record);
        }
        Path arguments = Hapi.find();
        if (arguments == null) {
            progress.accept("  no HAPI: ./mvnw -pl fhir-server package builds it");
            return;
        }
        try (Hapi hapi = Hapi.start(arguments, folder.resolve("hapi.log"));
                FhirRecord record = FhirRecord.before(hapi.uri())) {
            rate("HAPI R4: studies of " + FEW.instancesPerStudy(), record, FEW, instances(FEW) / 20, heap, 0);
            record.forget();
            lag("HAPI R4: ", record);
        }
    }

    private long instances(Archive.Layout layout) {
        return sizes.studies * Math.min(10, layout.instancesPerStudy());
    }

    private void rate(
            String title, FhirRecord record, Archive.Layout layout, long instances, String heapSize, double goal)
            throws IOException, InterruptedException {
        Figures figures = cast(record, layout, instances, heapSize);
        table.add(
                title,
                Table.number(figures.studiesPerSecond),
                Table.number(figures.studiesPerSecond * layout.instancesPerStudy()),
                "–",
                "–",
                Table.number(figures.cpuPerThousand),
                Table.number(figures.heap),
                goal == 0 ? "–" : "≥ " + Table.number(goal) + " studies/s",
                goal == 0 ? "–" : figures.studiesPerSecond >= goal ? "yes" : "**no**");
    }

    /// @param heap the largest that was left after a collection of garbage, in megabytes
    private record Figures(double studiesPerSecond, double cpuPerThousand, double heap) {}

    /// Has an archive cast what it stored before, from the beginning of its feed.
    private Figures cast(FhirRecord record, Archive.Layout layout, long instances, String heapSize)
            throws IOException, InterruptedException {
        Isocenter server = new Isocenter(folder, heapSize, true);
        try {
            server.restart();
            long begun = System.nanoTime();
            new Archive(server, template.seed()).fill(template, layout, instances);
            progress.accept("  %d instances stored in %.1f s".formatted(instances, seconds(System.nanoTime() - begun)));
            long studies = layout.studies(instances);
            server.restart(flags(record.uri()));
            await("half of the studies", () -> record.transactions() >= studies / 2);
            long first = record.transactions();
            double cpu = server.cpuSeconds();
            long start = System.nanoTime();
            await(
                    "all studies",
                    () -> record.transactions() >= studies && isTold(record, studies, layout.instancesPerStudy()));
            double seconds = seconds(System.nanoTime() - start);
            long counted = record.transactions() - first;
            Figures figures = new Figures(
                    counted / seconds, (server.cpuSeconds() - cpu) * 1000 / counted, largestHeap(server.collections()));
            progress.accept("  studies of %d: %s/s, %s CPU-s per 1000, %s bytes each, %d transactions for %d studies"
                    .formatted(
                            layout.instancesPerStudy(),
                            Table.number(figures.studiesPerSecond),
                            Table.number(figures.cpuPerThousand),
                            Table.number((double) record.bytes() / record.transactions()),
                            record.transactions(),
                            studies));
            return figures;
        } finally {
            server.end(false);
        }
    }

    private static String[] flags(URI record) {
        return new String[] {
            "--cast-fhir-url", record.toString(), "--cast-patient-system", "urn:oid:1.2.3", "--cast-quiet", QUIET
        };
    }

    private static boolean isTold(FhirRecord record, long studies, int instances) {
        Map<String, Told> told = record.studies();
        return told.size() == studies && told.values().stream().allMatch(one -> one.instances() == instances);
    }

    /// Studies arrive at a steady pace, each in requests of some instances; how long after the last answer the
    /// record has all of it.
    private void lag(String prefix, FhirRecord record) throws IOException, InterruptedException {
        Isocenter server = new Isocenter(folder, heap, true);
        try {
            server.restart(flags(record.uri()));
            Archive archive = new Archive(server, template.seed());
            archive.heat(template, Duration.ofSeconds(2));
            Map<String, Long> stored = arrive(server);
            await("all studies", () -> stored.keySet().stream().allMatch(uid -> isWhole(record, uid)));
            double[] lags = stored.entrySet().stream()
                    .mapToDouble(one -> seconds(told(record, one.getKey()).nanoTime() - one.getValue()) - QUIET_SECONDS)
                    .sorted()
                    .toArray();
            double p99 = lags[(int) Math.ceil(lags.length * 0.99) - 1];
            progress.accept("  lag beyond %s: %s to %s s"
                    .formatted(QUIET, Table.number(lags[0]), Table.number(lags[lags.length - 1])));
            table.add(
                    "%s100 studies of %d a minute; lag beyond %s of quiet"
                            .formatted(prefix, ARRIVING.instancesPerStudy(), QUIET),
                    "–",
                    "–",
                    Table.number(lags[lags.length / 2]),
                    Table.number(p99),
                    "–",
                    Table.number(largestHeap(server.collections())),
                    "p99 ≤ " + Table.number(GOAL_LAG_SECONDS) + " s",
                    p99 <= GOAL_LAG_SECONDS ? "yes" : "**no**");
        } finally {
            server.end(false);
        }
    }

    /// Stores a study every 600 ms; when each was stored whole.
    private Map<String, Long> arrive(Isocenter server) throws IOException, InterruptedException {
        Map<String, Long> stored = new ConcurrentHashMap<>();
        List<Future<?>> senders = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int number = 0; number < sizes.arriving; number++) {
                long study = 1_000_000L + number;
                senders.add(threads.submit(() -> {
                    stored.put(new Identity(template.seed(), study, 0, 0).studyUid(), send(server, study));
                    return null;
                }));
                Thread.sleep(600);
            }
            for (Future<?> sender : senders) {
                sender.get();
            }
        } catch (ExecutionException failed) {
            throw new IOException("a study could not be stored", failed.getCause());
        }
        return stored;
    }

    private long send(Isocenter server, long study) throws IOException {
        StowRequest request = new StowRequest(template, PARTS, server.address(), server.root() + "/studies");
        try (WireClient client = new WireClient(server.address())) {
            List<Identity> next = new ArrayList<>();
            for (int number = 0; number < ARRIVING.instancesPerStudy(); number++) {
                int series = number / ARRIVING.instancesPerSeries();
                next.add(new Identity(template.seed(), study, series, number % ARRIVING.instancesPerSeries()));
                if (next.size() == PARTS) {
                    WireAnswer answer = client.exchange(request.with(next));
                    if (!answer.ok()) {
                        throw new IOException("store answered " + answer.status());
                    }
                    next.clear();
                }
            }
        }
        return System.nanoTime();
    }

    private static boolean isWhole(FhirRecord record, String uid) {
        return told(record, uid).instances() == ARRIVING.instancesPerStudy();
    }

    private static Told told(FhirRecord record, String uid) {
        return record.studies().getOrDefault(uid, new Told(0, 0));
    }

    private static void await(String what, BooleanSupplier done) throws IOException, InterruptedException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (!done.getAsBoolean()) {
            if (System.nanoTime() - until > 0) {
                throw new IOException(what + " were not cast in " + PATIENCE.toMinutes() + " minutes");
            }
            Thread.sleep(20);
        }
    }

    private static double largestHeap(Path collections) throws IOException {
        double largest = 0;
        for (String line : Files.readAllLines(collections)) {
            Matcher collection = COLLECTION.matcher(line);
            if (collection.find()) {
                largest = Math.max(largest, Integer.parseInt(collection.group(2)));
            }
        }
        return largest;
    }

    private static double seconds(long nanoseconds) {
        return nanoseconds / 1e9;
    }

    String toMarkdown() {
        return table.toMarkdown()
                + "\nThe FHIR server is one that answers at once and keeps nothing, or HAPI's where it says so. Rates are of studies cast for the"
                + " first time from the beginning of the feed. Lag is the time from the answer to the last store of a"
                + " study until all of it was told, less the quiet period. Heap is the most that any collection of"
                + " garbage left; CPU is that of the archive with its database.\n";
    }
}
