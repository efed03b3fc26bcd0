package org.isocenter.server.promises;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.isocenter.server.archive.Changes;
import org.isocenter.server.db.CutProxy;
import org.isocenter.server.db.Database;
import org.isocenter.server.db.TestPostgres;
import org.isocenter.server.feed.Feed;
import org.isocenter.server.index.Entry.Identity;
import org.isocenter.server.index.Located;
import org.isocenter.server.index.State;
import org.isocenter.server.telemetry.UnavailableException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FeedPromisesTest {
    private static final int WRITERS = 64;
    private static final int READERS = 8;

    @TempDir
    private Path folder;

    @Test
    @DisplayName("F1 readers of the feed skip nothing and repeat nothing while 64 writers of three nodes are held up"
            + " and cut off")
    void readersMissNothingOfThreeNodes() throws Exception {
        long seed = Size.seed("F1");
        try (Rig rig = new Rig(folder)) {
            CutProxy proxy = rig.closing(new CutProxy(TestPostgres.port()));
            Node[] nodes = {
                rig.node(Rig.LONG_KEPT),
                rig.node(Rig.LONG_KEPT),
                rig.closing(Node.open(rig.database(proxy.options(rig.options)), rig.blobs(), Rig.LONG_KEPT))
            };
            Model model = new Model();
            AtomicInteger writing = new AtomicInteger(WRITERS);
            int operations = Size.of(12, 1500);
            CutProxy.Cut[] cuts = {CutProxy.Cut.BEFORE_COMMIT, CutProxy.Cut.WITH_COMMIT, CutProxy.Cut.AFTER_COMMIT};
            List<List<Long>> read = Race.run(WRITERS + READERS, runner -> () -> {
                if (runner >= WRITERS) {
                    return follow(nodes[runner % 2].database(), writing);
                }
                try {
                    SplittableRandom random = new SplittableRandom(seed + runner);
                    for (int i = 0; i < operations; i++) {
                        if (random.nextInt(20) == 0) {
                            proxy.cutNext(cuts[random.nextInt(cuts.length)]);
                        }
                        Content content = Content.of(
                                Content.identity(random.nextInt(4), runner, random.nextInt(8)),
                                random.nextInt(1000),
                                300);
                        Node node = nodes[random.nextInt(3)];
                        if (random.nextInt(4) == 0) {
                            StorePromisesTest.delete(node, content, model);
                        } else {
                            StorePromisesTest.store(node, List.of(content), model);
                        }
                    }
                } finally {
                    writing.decrementAndGet();
                }
                return List.of();
            });
            proxy.cutNext(CutProxy.Cut.NEVER);
            String which = "F1, seed " + seed;
            List<Long> feed = nodes[0].feed().stream().map(Feed.Entry::position).toList();
            for (List<Long> reader : read.subList(WRITERS, WRITERS + READERS)) {
                assertThat(reader).as(which).isEqualTo(feed);
            }
            assertThat(proxy.cuts()).as(which).isPositive();
            nodes[0].check(model, which);
        }
    }

    @Test
    @DisplayName("F1 entries appear in the order of their positions though transactions wait and roll back at random")
    void positionsAppearInOrder() throws Exception {
        long seed = Size.seed("F1 transactions");
        try (Rig rig = new Rig(folder)) {
            Database[] databases = {rig.database(), rig.database()};
            AtomicInteger writing = new AtomicInteger(WRITERS);
            Set<String> acknowledged = ConcurrentHashMap.newKeySet();
            int operations = Size.of(15, 3000);
            List<List<Long>> read = Race.run(WRITERS + READERS, runner -> () -> {
                if (runner >= WRITERS) {
                    return follow(databases[runner % 2], writing);
                }
                try {
                    SplittableRandom random = new SplittableRandom(seed + runner);
                    for (int i = 0; i < operations; i++) {
                        append(databases[random.nextInt(2)], runner + "." + i, random, acknowledged);
                    }
                } finally {
                    writing.decrementAndGet();
                }
                return List.of();
            });
            List<Feed.Entry> feed = databases[0].query(
                    session -> new Feed(session).read(new Feed.Window(0, null, null, 0, Integer.MAX_VALUE)));
            String which = "F1, seed " + seed;
            List<Long> positions = feed.stream().map(Feed.Entry::position).toList();
            for (List<Long> reader : read.subList(WRITERS, WRITERS + READERS)) {
                assertThat(reader).as(which).isEqualTo(positions);
            }
            assertThat(feed.stream().map(e -> e.change().instanceUid()))
                    .as(which)
                    .doesNotHaveDuplicates()
                    .containsAll(acknowledged);
            assertThat(acknowledged).as(which).hasSizeGreaterThan(WRITERS * operations / 3);
        }
    }

    /// A transaction that takes its time before, between and after its entries, and sometimes rolls back.
    private static void append(Database database, String name, SplittableRandom random, Set<String> acknowledged) {
        try {
            database.transaction(session -> {
                dawdle(random);
                Feed feed = new Feed(session);
                feed.lock();
                for (int i = 0; i < 1 + random.nextInt(3); i++) {
                    feed.append(List.of(
                            new Feed.Change(1, "1", "2", name + "." + random.nextLong(), Feed.Action.CREATE, 1)));
                    dawdle(random);
                }
                if (random.nextInt(6) == 0) {
                    throw new UnavailableException("rolls back on purpose", null);
                }
                feed.append(List.of(new Feed.Change(1, "1", "2", name, Feed.Action.CREATE, 1)));
                return true;
            });
            acknowledged.add(name);
        } catch (UnavailableException rolledBack) {
            // Not acknowledged, and not in the feed.
        }
    }

    private static void dawdle(SplittableRandom random) {
        if (random.nextInt(4) == 0) {
            LockSupport.parkNanos(random.nextLong(Duration.ofMillis(2).toNanos()));
        }
    }

    /// Reads on from where it was until the writers have finished and nothing is left.
    private static List<Long> follow(Database database, AtomicInteger writing) {
        Changes changes = new Changes(database);
        List<Long> positions = new ArrayList<>();
        while (true) {
            boolean last = writing.get() == 0;
            long after = positions.isEmpty() ? 0 : positions.getLast();
            List<Changes.Change> page;
            try {
                page = changes.read(Node.CALLER, new Feed.Window(after, null, null, 0, 50), false);
            } catch (UnavailableException busy) {
                continue;
            }
            page.forEach(change -> positions.add(change.entry().position()));
            if (last && page.isEmpty()) {
                return positions;
            }
        }
    }

    @Test
    @DisplayName("F4 going through a series page by page while writers add and delete skips and doubles nothing that"
            + " stays")
    void pagesAreStable() throws Exception {
        long seed = Size.seed("F4");
        try (Rig rig = new Rig(folder)) {
            Node node = rig.node(Rig.LONG_KEPT);
            List<Content> staying = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                staying.add(Content.of(Content.identity(1, 1, i), 0, 100));
                node.store(Content.of(Content.identity(1, 1, 10_000 + i), 0, 100), false);
                node.store(staying.getLast(), false);
            }
            Set<Identity> kept = new HashSet<>();
            staying.forEach(content -> kept.add(content.identity()));
            AtomicInteger reading = new AtomicInteger(4);
            int passes = Size.of(5, 500);
            Race.run(8, runner -> () -> {
                SplittableRandom random = new SplittableRandom(seed + runner);
                if (runner < 4) {
                    while (reading.get() > 0) {
                        Content content = Content.of(Content.identity(1, 1, 10_000 + random.nextInt(1_000)), 0, 100);
                        if (random.nextBoolean()) {
                            node.delete(content.identity());
                        } else {
                            node.store(content, false);
                        }
                    }
                    return 0;
                }
                try {
                    for (int pass = 0; pass < passes; pass++) {
                        goThrough(node, kept, "F4, seed " + seed);
                    }
                } finally {
                    reading.decrementAndGet();
                }
                return 0;
            });
        }
    }

    private static void goThrough(Node node, Set<Identity> kept, String which) {
        List<State> series =
                node.retrieve().series(Node.CALLER, Content.identity(1, 1, 0).studyUid());
        Map<Long, Identity> seen = new HashMap<>();
        Iterator<Located> instances = node.retrieve().instances(Node.CALLER, series, false);
        while (instances.hasNext()) {
            Located located = instances.next();
            assertThat(seen.put(located.key(), located.identity())).as(which).isNull();
        }
        assertThat(seen.values()).as(which).containsAll(kept);
    }
}
