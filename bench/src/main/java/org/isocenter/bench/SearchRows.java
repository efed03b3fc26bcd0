package org.isocenter.bench;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Searching for studies among more and more of them. One patient for each study of ten instances, and as
/// many studies a day at every scale, so that what a search finds does not grow with the archive.
final class SearchRows implements Group {

    private static final int CLIENTS = 4;
    private static final Archive.Layout STUDY = new Archive.Layout(2, 5);
    private static final int REQUESTS = 256;

    /// From here on, filling a peer would take longer than all else together.
    private static final long PEER_LIMIT = 100_000;

    private static final long COMPARED_SCALE = 10_000;
    private static final long LARGE_SCALE = 1_000_000;

    /// A kind of search.
    ///
    /// @param timesPeer how many times as fast as the peer it has to be at the compared scale; 0 for no such
    ///     target
    /// @param most the median to keep at a million instances, in milliseconds
    private record Query(String title, double timesPeer, double most, Function<Identity, String> parameters) {

        /// Searches by name use Latin names without accents, which every server compares alike.
        boolean suits(Identity identity) {
            return !title.startsWith("name")
                    || PatientNames.family(identity.study()).chars().allMatch(letter -> letter < 128);
        }

        /// Whether the peer knows this kind of search at all.
        boolean knownToPeer() {
            return !title.endsWith("fuzzy");
        }

        /// Whether the answer must name the very study the search was made from. A page need not hold it where more
        /// studies than fit into it are younger, or sound alike.
        boolean findsItsStudy() {
            return !title.startsWith("first page") && !title.endsWith("fuzzy");
        }
    }

    private static final List<Query> QUERIES = List.of(
            new Query("study UID", 5, 5, identity -> "StudyInstanceUID=" + identity.studyUid()),
            new Query("patient", 5, 5, identity -> "PatientID=" + identity.patientId()),
            new Query("accession", 5, 5, identity -> "AccessionNumber=" + identity.accessionNumber()),
            new Query("date, one week", 5, 5, identity -> "StudyDate=" + week(identity)),
            new Query(
                    "date and modality",
                    5,
                    5,
                    identity -> "StudyDate=" + week(identity) + "&ModalitiesInStudy=" + identity.modality()),
            new Query("first page of 50", 20, 5, identity -> "limit=50"),
            new Query("name with wildcard", 0, 30, identity -> "limit=50&PatientName=" + family(identity) + "*"),
            new Query("name, fuzzy", 0, 30, identity -> "limit=50&fuzzymatching=true&PatientName=" + family(identity)));

    private final List<Long> scales;
    private final Map<Long, List<Row>> rows = new LinkedHashMap<>();

    /// @param scales numbers of instances, rising
    SearchRows(List<Long> scales) {
        this.scales = scales.stream().sorted().distinct().toList();
        for (long scale : this.scales) {
            List<Row> ofScale = new ArrayList<>();
            for (int i = 0; i < QUERIES.size(); i++) {
                List<Row> compared = rows.get(COMPARED_SCALE);
                ofScale.add(row(QUERIES.get(i), scale, compared == null ? null : compared.get(i)));
            }
            rows.put(scale, ofScale);
        }
    }

    private static Row row(Query query, long scale, @Nullable Row compared) {
        List<Target> targets = new ArrayList<>();
        if (scale == COMPARED_SCALE && query.timesPeer() > 0) {
            targets.add(Target.timesPeer(query.timesPeer()));
        }
        if (scale > COMPARED_SCALE && scale < LARGE_SCALE && compared != null && query.timesPeer() > 0) {
            targets.add(Target.flat(1.2, compared));
        }
        if (scale >= LARGE_SCALE) {
            targets.add(Target.median(query.most()));
            if (query.timesPeer() > 0) {
                targets.add(Target.p99(30));
            }
        }
        return new Row(
                "search %s, %,d instances, %s".formatted(query.title(), scale, Clients.title(CLIENTS)),
                targets.toArray(Target[]::new));
    }

    private static String week(Identity identity) {
        LocalDate first = identity.day().minusDays(3);
        return first.format(DateTimeFormatter.BASIC_ISO_DATE) + "-"
                + first.plusDays(6).format(DateTimeFormatter.BASIC_ISO_DATE);
    }

    private static String family(Identity identity) {
        return URLEncoder.encode(PatientNames.family(identity.study()), StandardCharsets.UTF_8);
    }

    @Override
    public String title() {
        return "search";
    }

    @Override
    public List<Row> rows() {
        return rows.values().stream().flatMap(List::stream).toList();
    }

    @Override
    public void run(Bench bench, List<Archive> archives) throws IOException, InterruptedException {
        ObjectTemplate template = ObjectMaker.template(Shape.TWO_KB, bench.seed());
        long stored = 0;
        List<Archive> filled = archives;
        for (long scale : scales) {
            List<Archive> taking = filled.stream()
                    .filter(archive -> scale <= PEER_LIMIT || archive.subject().side() == Subject.Side.ISOCENTER)
                    .toList();
            for (Archive archive : taking) {
                long start = System.nanoTime();
                archive.fill(template, STUDY, scale - stored);
                double seconds = (System.nanoTime() - start) / 1e9;
                bench.say(
                        "  %s filled to %,d instances, %s/s",
                        archive.subject().name(), scale, Table.number((scale - stored) / seconds));
            }
            stored = scale;
            List<Row> measured = rows.getOrDefault(scale, List.of());
            measure(bench, taking, new Archive.Filling(bench.seed(), 0, STUDY, scale), measured);
            if (!bench.effort().wide()) {
                filled = taking.stream()
                        .filter(archive -> leads(archive.subject(), measured))
                        .toList();
            }
        }
    }

    /// Whether no other variant of the same server was faster in more of the rows: filling one that was takes
    /// minutes and changes nothing.
    private static boolean leads(Subject subject, List<Row> rows) {
        Map<String, Integer> wins = new HashMap<>();
        rows.forEach(row -> wins.merge(row.variant(subject.side()), 1, Integer::sum));
        wins.remove("");
        int own = wins.getOrDefault(subject.name(), 0);
        return wins.values().stream().allMatch(others -> others <= own);
    }

    private static void measure(Bench bench, List<Archive> archives, Archive.Filling filling, List<Row> rows)
            throws IOException, InterruptedException {
        for (int round = 0; round < bench.effort().rounds(); round++) {
            for (int i = 0; i < QUERIES.size(); i++) {
                Query query = QUERIES.get(i);
                int from = round;
                Window window = bench.effort().window(round).withMaxBytes(Long.MAX_VALUE);
                List<Archive> asked = archives.stream()
                        .filter(archive ->
                                query.knownToPeer() || archive.subject().side() == Subject.Side.ISOCENTER)
                        .toList();
                bench.measure(round, rows.get(i), asked, archive -> search(archive, query, filling, from, window));
            }
        }
    }

    private static Measurement search(Archive archive, Query query, Archive.Filling filling, int round, Window window)
            throws InterruptedException {
        List<Identity> wanted = new ArrayList<>();
        List<ByteBuffer> requests = new ArrayList<>();
        for (long i = (long) round * REQUESTS; requests.size() < REQUESTS; i++) {
            Identity identity = filling.spread(i);
            if (query.suits(identity)) {
                wanted.add(identity);
                requests.add(archive.request("/studies?" + query.parameters().apply(identity), Archive.JSON));
            }
        }
        AtomicLong turn = new AtomicLong();
        return Load.run(archive.subject(), CLIENTS, window, client -> wire -> {
            long number = turn.getAndIncrement();
            int which = (int) (number % REQUESTS);
            // Some answers are looked into; reading all would measure the driver.
            if (number % 64 == 0) {
                return looked(wire.fetch(requests.get(which).duplicate()), query, wanted.get(which));
            }
            WireAnswer answer = wire.exchange(requests.get(which).duplicate());
            return answer.ok() && answer.bodyBytes() > 2
                    ? Work.Done.of(1, answer.bodyBytes())
                    : Work.Done.wrong(
                            "search answered %d with %d bytes".formatted(answer.status(), answer.bodyBytes()));
        });
    }

    private static Work.Done looked(WireAnswer answer, Query query, Identity wanted) {
        if (!answer.ok()) {
            return Work.Done.wrong("search answered " + answer.status());
        }
        return !query.findsItsStudy() || answer.text().contains(wanted.studyUid())
                ? Work.Done.of(1, answer.bodyBytes())
                : Work.Done.wrong("the study searched for is not in the answer");
    }
}
