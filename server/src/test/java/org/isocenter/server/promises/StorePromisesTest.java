package org.isocenter.server.promises;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.isocenter.server.archive.StoreOutcome;
import org.isocenter.server.db.CutProxy;
import org.isocenter.server.db.TestPostgres;
import org.isocenter.server.telemetry.UnavailableException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StorePromisesTest {
    private static final int WRITERS = 64;

    @TempDir
    private Path folder;

    @Test
    @DisplayName("D4 the same bytes from 64 writers on two nodes are one instance and one entry of the feed")
    void sameBytesInParallelAreOneInstance() throws Exception {
        try (Rig rig = new Rig(folder)) {
            Node[] nodes = {rig.node(Rig.LONG_KEPT), rig.node(Rig.LONG_KEPT)};
            Model model = new Model();
            int rounds = Size.of(8, 1600);
            for (int round = 0; round < rounds; round++) {
                Content content = Content.of(Content.identity(1, 1, round), 0, round % 2 == 0 ? 500 : 20_000);
                List<StoreOutcome> outcomes =
                        Race.run(WRITERS, writer -> () -> nodes[writer % 2].store(content, false));
                assertThat(outcomes)
                        .filteredOn(StoreOutcome.Stored.class::isInstance)
                        .hasSize(1);
                assertThat(outcomes)
                        .filteredOn(StoreOutcome.AlreadyStored.class::isInstance)
                        .hasSize(WRITERS - 1);
                model.stored(content);
            }
            nodes[0].check(model, "D4");
            assertThat(nodes[0].feed()).hasSize(rounds);
            nodes[0].checkSwept("D4");
        }
    }

    @Test
    @DisplayName("D5 of 64 contents for the same UIDs one wins, is what is served, and the losers are told 45070")
    void oneOfManyContentsWins() throws Exception {
        try (Rig rig = new Rig(folder)) {
            Node[] nodes = {rig.node(Rig.LONG_KEPT), rig.node(Rig.LONG_KEPT)};
            Model model = new Model();
            int rounds = Size.of(8, 1600);
            for (int round = 0; round < rounds; round++) {
                int instance = round;
                List<Content> contents = new ArrayList<>();
                for (int writer = 0; writer < WRITERS; writer++) {
                    contents.add(
                            Content.of(Content.identity(2, instance % 3, instance), writer, 400 * (1 + writer % 40)));
                }
                List<StoreOutcome> outcomes =
                        Race.run(WRITERS, writer -> () -> nodes[writer % 2].store(contents.get(writer), false));
                int winners = 0;
                for (int writer = 0; writer < WRITERS; writer++) {
                    switch (outcomes.get(writer)) {
                        case StoreOutcome.Stored stored -> {
                            winners++;
                            assertThat(stored.replaced()).isFalse();
                            model.stored(contents.get(writer));
                        }
                        case StoreOutcome.Refused refused ->
                            assertThat(refused.reason().code()).isEqualTo(45070);
                        case StoreOutcome.AlreadyStored never ->
                            throw new AssertionError("other bytes were called the same: " + never);
                    }
                }
                assertThat(winners).isEqualTo(1);
            }
            nodes[1].check(model, "D5");
            nodes[1].checkSwept("D5");
        }
    }

    @Test
    @DisplayName("D5 of 64 contents that each may replace the others, one is left and the feed tells of each in turn")
    void replacementsFollowOneAnother() throws Exception {
        try (Rig rig = new Rig(folder)) {
            Node[] nodes = {rig.node(Rig.LONG_KEPT), rig.node(Rig.LONG_KEPT)};
            Model model = new Model();
            for (int round = 0; round < Size.of(3, 300); round++) {
                int instance = round;
                Race.run(WRITERS, writer -> () -> {
                    Content content = Content.of(Content.identity(3, 1, instance), writer, 300 * (1 + writer % 40));
                    model.perhapsStored(content);
                    return nodes[writer % 2].store(content, true);
                });
            }
            nodes[0].check(model, "D5 replacing");
            nodes[0].checkSwept("D5 replacing");
            nodes[0].check(model, "D5 replacing, swept");
        }
    }

    @Test
    @DisplayName("D3 whatever becomes of the link at a COMMIT, no instance is doubled and no success is false")
    void cutsAtCommitsAreSurvived() throws Exception {
        long seed = Size.seed("D3");
        SplittableRandom random = new SplittableRandom(seed);
        try (Rig rig = new Rig(folder)) {
            CutProxy proxy = rig.closing(new CutProxy(TestPostgres.port()));
            Node witness = rig.node(Rig.LONG_KEPT);
            Node node = rig.closing(Node.open(rig.database(proxy.options(rig.options)), rig.blobs(), Rig.LONG_KEPT));
            Model model = new Model();
            int told = 0;
            int rounds = Size.of(150, 10_000);
            CutProxy.Cut[] cuts = {
                CutProxy.Cut.NEVER, CutProxy.Cut.BEFORE_COMMIT, CutProxy.Cut.WITH_COMMIT, CutProxy.Cut.AFTER_COMMIT
            };
            for (int round = 0; round < rounds; round++) {
                proxy.cutNext(cuts[random.nextInt(cuts.length)]);
                List<Content> contents = new ArrayList<>();
                for (int i = 0; i < 1 + random.nextInt(3); i++) {
                    contents.add(Content.of(
                            Content.identity(random.nextInt(3), 1, random.nextInt(rounds)), random.nextInt(4), 600));
                }
                if (random.nextInt(5) == 0) {
                    delete(node, contents.getFirst(), model);
                } else {
                    told += store(node, contents, model) ? 1 : 0;
                }
            }
            proxy.cutNext(CutProxy.Cut.NEVER);
            String which = "D3, seed " + seed;
            assertThat(proxy.cuts()).as(which).isGreaterThan(rounds / 4);
            assertThat(told).as(which).isGreaterThan(rounds / 4);
            witness.check(model, which);
            witness.checkSwept(which);
            assertThat(store(node, List.of(Content.of(Content.identity(9, 9, 9), 9, 99)), model))
                    .as(which)
                    .isTrue();
        }
    }

    /// Stores in place of what is there.
    ///
    /// @return whether there was an answer
    static boolean store(Node node, List<Content> contents, Model model) {
        contents.forEach(model::perhapsStored);
        try {
            List<StoreOutcome> outcomes = node.store(contents, true);
            // Of two contents of one instance in one request, either may be the last.
            for (Content content : contents) {
                if (contents.stream()
                                .filter(c -> c.identity().equals(content.identity()))
                                .count()
                        == 1) {
                    model.stored(content);
                }
            }
            assertThat(outcomes).hasSameSizeAs(contents);
            return true;
        } catch (UnavailableException unknown) {
            return false;
        }
    }

    static boolean delete(Node node, Content content, Model model) {
        model.perhapsDeleted(content.identity());
        try {
            int deleted = node.delete(content.identity());
            assertThat(deleted).isBetween(0, 1);
            model.deleted(content.identity());
            return true;
        } catch (UnavailableException unknown) {
            return false;
        }
    }
}
