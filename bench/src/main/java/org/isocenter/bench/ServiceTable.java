package org.isocenter.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.isocenter.bench.Archive.Filling;
import org.isocenter.bench.Archive.Layout;
import org.isocenter.dicom.Dictionary;
import org.isocenter.dicom.Vr;

/// What the API around DICOMweb costs: the feed read by pages, a study as a ZIP, partitions, query tags, the audit
/// trail, webhooks.
///
/// Most figures are ratios: the same is measured without and with what may cost something, in turns, so that
/// what else happens on the machine happens to both.
final class ServiceTable {

    private static final int SENDERS = 16;
    private static final int READERS = 4;
    private static final int PARTITIONS = 100;
    private static final int TAGS = 128;
    private static final int SUBSCRIBERS = 10;
    private static final int PAGE = 200;
    private static final int SEARCHES = 256;
    private static final Layout STUDY = new Layout(1, 50);
    private static final Layout SMALL_STUDY = new Layout(2, 5);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /// A webhook that was not told everything.
    private static final Pattern BEHIND = Pattern.compile("\"behind\":[1-9]");

    /// Attributes that the objects have.
    private static final int[] HELD = {
        0x0018_0022, 0x0018_0050, 0x0018_0060, 0x0018_0090, 0x0018_1000, 0x0018_1020, 0x0008_0012, 0x0018_1100,
        0x0018_1110, 0x0018_1111, 0x0018_1120, 0x0018_1130, 0x0018_1140, 0x0018_1150, 0x0018_1151, 0x0018_1152,
        0x0018_1160, 0x0018_1170, 0x0018_1190, 0x0018_1200, 0x0018_1201, 0x0018_1210, 0x0018_5100, 0x0020_0012,
        0x0020_0032, 0x0020_0037, 0x0020_0052, 0x0020_1040, 0x0020_1041, 0x0028_0002, 0x0028_0004, 0x0028_0030,
        0x0028_0101, 0x0028_0102, 0x0028_0103, 0x0028_1050, 0x0028_1051, 0x0028_1052, 0x0028_1053, 0x0028_1054,
        0x0028_1055, 0x0008_0022, 0x0008_0032
    };

    /// Those of them in which the instances of a series differ. Nobody has them as tags of series, of which each new
    /// instance would be another value.
    private static final Set<Integer> OF_INSTANCES = Set.of(0x0020_0032, 0x0020_1041);

    /// Where those begin that they do not have, and of which kinds these are.
    private static final int FIRST_OTHER = 0x0018_9004;

    private static final Set<Vr> OTHERS = EnumSet.of(Vr.CS, Vr.DS, Vr.LO, Vr.SH);

    /// What stands before the place of each entry of the feed.
    private static final String SEQUENCE = "\"sequence\":";

    /// What may cost a seventh of the rate.
    private static final double ALMOST = 1 / 1.15;

    private final Effort effort;
    private final Path folder;
    private final String heap;
    private final long seed;
    private final Consumer<String> progress;
    private final ObjectTemplate small;
    private final ObjectTemplate large;
    private final Table table = new Table("service", "plain /s", "/s", "ratio", "reach", "met?");

    /// @param folder where the archives keep their data
    ServiceTable(Effort effort, Path folder, String heap, long seed, Consumer<String> progress) {
        this.effort = effort;
        this.folder = folder;
        this.heap = heap;
        this.seed = seed;
        this.progress = progress;
        this.small = ObjectMaker.template(Shape.TEN_KB, seed);
        this.large = ObjectMaker.template(Shape.HALF_MB, seed);
    }

    /// Measures something once, and gives its rate.
    @FunctionalInterface
    private interface Rate {
        double once(Window window) throws IOException, InterruptedException;
    }

    @FunctionalInterface
    private interface Start {
        void of(Isocenter server) throws IOException, InterruptedException;
    }

    @FunctionalInterface
    private interface Section {
        void run(Isocenter server, Archive archive) throws IOException, InterruptedException;
    }

    void measure() throws IOException, InterruptedException {
        progress.accept("service");
        with(this::feed);
        with(this::zip);
        with(this::partitions);
        for (String level : List.of("series", "instance")) {
            beside("%d query tags of %s".formatted(TAGS, level), server -> {
                server.start();
                addTags(server, level);
            });
        }
        beside("audit trail", server -> server.restart("--audit-recording", "always"));
        with(this::webhooks);
    }

    String toMarkdown() {
        return table.toMarkdown()
                + "\nRates are medians over the rounds, of entries, studies, instances or searches; \"plain\" is the same"
                + " without what the row is about, measured in turns with it. Receivers of webhooks run on the same"
                + " machine.\n";
    }

    private void with(Section section) throws IOException, InterruptedException {
        Isocenter server = new Isocenter(folder, heap);
        try {
            server.start();
            Archive archive = new Archive(server, seed);
            archive.heat(small, effort.heating());
            section.run(server, archive);
        } finally {
            server.end(false);
        }
    }

    // ---- rows

    private void compare(String title, double least, Rate plain, Rate other) throws IOException, InterruptedException {
        Samples before = new Samples();
        Samples after = new Samples();
        for (int round = 0; round < effort.rounds(); round++) {
            boolean plainFirst = round % 2 == 0;
            double first = (plainFirst ? plain : other).once(effort.window(round));
            double second = (plainFirst ? other : plain).once(effort.window(round));
            before.add(plainFirst ? first : second);
            after.add(plainFirst ? second : first);
            progress.accept("  %d/%d %s: %s and %s/s"
                    .formatted(
                            round + 1,
                            effort.rounds(),
                            title,
                            Table.number(plainFirst ? first : second),
                            Table.number(plainFirst ? second : first)));
        }
        double ratio = after.median() / before.median();
        table.add(
                title,
                Table.number(before.median()),
                Table.number(after.median()),
                Table.number(ratio) + "x",
                "≥ " + Table.number(least) + "x",
                ratio >= least ? "yes" : "**no**");
    }

    private void alone(String title, double least, Rate rate) throws IOException, InterruptedException {
        Samples samples = new Samples();
        for (int round = 0; round < effort.rounds(); round++) {
            samples.add(rate.once(effort.window(round)));
        }
        progress.accept("  %s: %s/s".formatted(title, Table.number(samples.median())));
        table.add(
                title,
                "–",
                Table.number(samples.median()),
                "–",
                least == 0 ? "–" : "≥ " + Table.number(least) + "/s",
                least == 0 ? "–" : samples.median() >= least ? "yes" : "**no**");
    }

    private static double rate(Measurement measured) throws IOException {
        if (measured.failures() > 0) {
            throw new IOException(measured.firstFailure());
        }
        return measured.perSecond();
    }

    // ---- what is measured

    private void feed(Isocenter server, Archive archive) throws IOException, InterruptedException {
        archive.fill(small, STUDY, 6_000);
        for (String metadata : List.of("false", "true")) {
            alone(
                    "feed, pages of %d, 1 client%s".formatted(PAGE, metadata.equals("true") ? ", with metadata" : ""),
                    metadata.equals("true") ? 0 : 20_000,
                    window -> rate(Load.run(server, 1, window, _ -> reading(server, metadata))));
        }
    }

    /// Reads the feed from its beginning, and again.
    private static Work reading(Isocenter server, String metadata) {
        AtomicLong after = new AtomicLong();
        return client -> {
            WireAnswer page = client.fetch(WireClient.get(
                    server.address(),
                    "/v2/changefeed?limit=%d&includeMetadata=%s&after=%d".formatted(PAGE, metadata, after.get()),
                    Archive.JSON));
            String text = page.text();
            int entries = 0;
            int last = 0;
            for (int at = text.indexOf(SEQUENCE); at >= 0; at = text.indexOf(SEQUENCE, last)) {
                entries++;
                last = at + SEQUENCE.length();
            }
            after.set(entries == PAGE ? number(text, last) : 0);
            return page.ok()
                    ? Work.Done.of(entries, page.bodyBytes())
                    : Work.Done.wrong("the feed answered " + page.status());
        };
    }

    /// The number whose digits begin there.
    private static long number(String text, int at) {
        int end = at;
        while (end < text.length() && Character.isDigit(text.charAt(end))) {
            end++;
        }
        return Long.parseLong(text, at, end, 10);
    }

    private void zip(Isocenter server, Archive archive) throws IOException, InterruptedException {
        Filling filling = archive.fill(large, STUDY, (long) effort.retrieveStudies() * STUDY.instancesPerStudy());
        compare(
                "study of 50 x 525 kB as a ZIP, %d clients".formatted(READERS),
                0.7,
                window -> retrieve(archive, filling, window, Archive.INSTANCE),
                window -> retrieve(archive, filling, window, "application/zip; transfer-syntax=*"));
    }

    private double retrieve(Archive archive, Filling filling, Window window, String accept)
            throws IOException, InterruptedException {
        List<ByteBuffer> requests = IntStream.range(0, effort.retrieveStudies())
                .mapToObj(study -> archive.request(
                        "/studies/"
                                + filling.get((long) study * STUDY.instancesPerStudy())
                                        .studyUid(),
                        accept))
                .toList();
        return rate(asking(
                archive.subject(),
                READERS,
                window.withMaxBytes(Long.MAX_VALUE),
                requests,
                large.fileBytes() * STUDY.instancesPerStudy()));
    }

    private static Measurement asking(
            Subject subject, int clients, Window window, List<ByteBuffer> requests, long leastBytes)
            throws InterruptedException {
        AtomicLong turn = new AtomicLong();
        return Load.run(subject, clients, window, _ -> wire -> {
            int which = (int) (turn.getAndIncrement() % requests.size());
            WireAnswer answer = wire.exchange(requests.get(which).duplicate());
            return answer.ok() && answer.bodyBytes() >= leastBytes
                    ? Work.Done.of(1, answer.bodyBytes())
                    : Work.Done.wrong("answered %d with %d bytes".formatted(answer.status(), answer.bodyBytes()));
        });
    }

    private void partitions(Isocenter server, Archive alone) throws IOException, InterruptedException {
        List<Archive> one = Collections.nCopies(PARTITIONS, alone);
        List<Archive> many = IntStream.range(0, PARTITIONS)
                .mapToObj(number -> new Archive(server, seed, server.root() + "/partitions/ward-" + number))
                .toList();
        for (Archive archive : many) {
            archive.fill(small, SMALL_STUDY, 3L * SMALL_STUDY.instancesPerStudy());
        }
        compare(
                "store 10 kB, 1 per request, %d clients, %d partitions".formatted(SENDERS, PARTITIONS),
                ALMOST,
                window -> store(server, one, window),
                window -> store(server, many, window));
        for (String query : List.of("PatientID", "StudyDate")) {
            Function<Identity, String> parameters = identity -> query.equals("PatientID")
                    ? "PatientID=" + identity.patientId()
                    : "limit=3&StudyDate=" + identity.date();
            compare(
                    "search by %s, %d clients, %d partitions".formatted(query, READERS, PARTITIONS),
                    ALMOST,
                    window -> search(one, parameters, window),
                    window -> search(many, parameters, window));
        }
    }

    /// As many studies are under way, whichever archives it are, so that nothing but the partitions differs.
    private double store(Isocenter server, List<Archive> archives, Window window)
            throws IOException, InterruptedException {
        return rate(Load.run(server, SENDERS, window, client -> {
            List<Work> works =
                    archives.stream().map(archive -> archive.storing(small, 1)).toList();
            AtomicLong turn = new AtomicLong(client);
            return wire ->
                    works.get((int) (turn.getAndIncrement() % works.size())).once(wire);
        }));
    }

    private double search(List<Archive> archives, Function<Identity, String> parameters, Window window)
            throws IOException, InterruptedException {
        return search(archives, i -> new Identity(seed, i / archives.size(), 0, 0), parameters, window);
    }

    /// @param studies that are there, by numbers
    private static double search(
            List<Archive> archives, IntFunction<Identity> studies, Function<Identity, String> parameters, Window window)
            throws IOException, InterruptedException {
        List<ByteBuffer> requests = IntStream.range(0, SEARCHES)
                .mapToObj(i -> archives.get(i % archives.size())
                        .request("/studies?" + parameters.apply(studies.apply(i)), Archive.JSON))
                .toList();
        return rate(asking(archives.getFirst().subject(), READERS, window, requests, 3));
    }

    /// Stores and searches at a server as it is and at one that has something.
    ///
    /// @param what it has
    /// @param start makes it have that
    private void beside(String what, Start start) throws IOException, InterruptedException {
        Isocenter plain = new Isocenter(folder, heap);
        Isocenter other = new Isocenter(folder, heap);
        try {
            plain.start();
            start.of(other);
            Archive without = new Archive(plain, seed);
            Archive with = new Archive(other, seed);
            without.heat(small, effort.heating());
            with.heat(small, effort.heating());
            for (int parts : List.of(1, 100)) {
                compare(
                        "store 10 kB, %d per request, %d clients, %s".formatted(parts, SENDERS, what),
                        ALMOST,
                        window -> rate(without.store(small, parts, SENDERS, window)),
                        window -> rate(with.store(small, parts, SENDERS, window)));
            }
            long instances = (long) SEARCHES * SMALL_STUDY.instancesPerStudy();
            Filling ofPlain = without.fill(small, SMALL_STUDY, instances);
            Filling ofOther = with.fill(small, SMALL_STUDY, instances);
            Function<Identity, String> byPatient = identity -> "PatientID=" + identity.patientId();
            compare(
                    "search by PatientID, %d clients, %s".formatted(READERS, what),
                    ALMOST,
                    window -> search(List.of(without), study(ofPlain), byPatient, window),
                    window -> search(List.of(with), study(ofOther), byPatient, window));
        } finally {
            plain.end(false);
            other.end(false);
        }
    }

    private static IntFunction<Identity> study(Filling filling) {
        return number -> filling.get((long) number * SMALL_STUDY.instancesPerStudy());
    }

    /// Asks for what the objects have, and for as much again and more that they do not have.
    private static void addTags(Isocenter server, String level) throws IOException, InterruptedException {
        Set<Integer> tags = new LinkedHashSet<>();
        Arrays.stream(HELD).forEach(tags::add);
        if (!level.equals("instance")) {
            tags.removeAll(OF_INSTANCES);
        }
        for (int tag = FIRST_OTHER; tags.size() < TAGS; tag++) {
            Dictionary.Attribute attribute = Dictionary.find(tag);
            if (attribute != null
                    && !attribute.retired()
                    && OTHERS.contains(attribute.vrs().getFirst())) {
                tags.add(tag);
            }
        }
        String json = tags.stream()
                .map(tag -> "{\"path\":\"%08X\",\"level\":\"%s\"}".formatted(tag, level))
                .collect(Collectors.joining(",", "[", "]"));
        WireAnswer answer = send(server.address(), "POST", "/v2/extendedquerytags", json);
        if (answer.status() != 202) {
            throw new IOException("query tags were answered with " + answer.status() + ": " + answer.text());
        }
        await("query tags", () -> {
            String list = send(server.address(), "GET", "/v2/extendedquerytags?limit=200", "")
                    .text();
            return list.contains("\"ready\"") && !list.contains("\"adding\"");
        });
    }

    private void webhooks(Isocenter server, Archive archive) throws IOException, InterruptedException {
        try (EventSink sink = new EventSink()) {
            server.restart("--push-allowed-hosts", sink.authority());
            archive.heat(small, effort.heating());
            Samples lags = new Samples();
            compare(
                    "store 10 kB, 1 per request, %d clients, %d webhooks".formatted(SENDERS, SUBSCRIBERS),
                    ALMOST,
                    window -> {
                        each(server, "DELETE", _ -> "");
                        return rate(archive.store(small, 1, SENDERS, window));
                    },
                    window -> {
                        each(server, "PUT", number -> "{\"url\":\"" + sink.uri(number) + "\",\"batchSize\":100}");
                        await("the subscribers", () -> isToldAll(server));
                        long before = sink.events();
                        Measurement stored = archive.store(small, 1, SENDERS, window);
                        long start = System.nanoTime();
                        await("the events", () -> isToldAll(server));
                        lags.add((System.nanoTime() - start) / 1e9);
                        if (sink.events() - before < stored.items() * SUBSCRIBERS) {
                            throw new IOException("%d events of %d instances came to %d receivers"
                                    .formatted(sink.events() - before, stored.items(), SUBSCRIBERS));
                        }
                        return rate(stored);
                    });
            table.add(
                    "seconds until all %d receivers have all, after the last store".formatted(SUBSCRIBERS),
                    "–",
                    Table.number(lags.median()),
                    "–",
                    "≤ 2",
                    lags.median() <= 2 ? "yes" : "**no**");
        }
    }

    private static void each(Isocenter server, String method, IntFunction<String> body) throws IOException {
        for (int number = 0; number < SUBSCRIBERS; number++) {
            send(server.address(), method, "/webhooks/receiver-" + number, body.apply(number));
        }
    }

    private static boolean isToldAll(Isocenter server) throws IOException {
        return !BEHIND.matcher(send(server.address(), "GET", "/webhooks", "").text())
                .find();
    }

    // ---- requests

    private static WireAnswer send(InetSocketAddress address, String method, String path, String body)
            throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String head = method + " " + path + " HTTP/1.1\r\nHost: " + WireClient.host(address)
                + "\r\nContent-Type: application/json\r\nContent-Length: " + bytes.length + "\r\n\r\n";
        try (WireClient client = new WireClient(address)) {
            return client.fetch(WireClient.direct(head.getBytes(StandardCharsets.US_ASCII)), WireClient.direct(bytes));
        }
    }

    @FunctionalInterface
    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void await(String what, Condition condition) throws IOException, InterruptedException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() - until > 0) {
                throw new IOException(what + " were not through in " + PATIENCE.toMinutes() + " minutes");
            }
            Thread.sleep(20);
        }
    }
}
