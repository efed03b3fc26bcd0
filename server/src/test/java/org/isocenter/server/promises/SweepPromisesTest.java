package org.isocenter.server.promises;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.isocenter.server.archive.Retention;
import org.isocenter.server.archive.Sweep;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SweepPromisesTest {
    private static final int WRITERS = 64;

    @TempDir
    private Path folder;

    @Test
    @DisplayName(
            "D2 a sweep without any grace, racing 64 writers over packs that are compacted, removes no blob in use")
    void aSweepNeverRemovesWhatIsReferenced() throws Exception {
        long seed = Size.seed("D2");
        try (Rig rig = new Rig(folder)) {
            Node[] nodes = {rig.node(Node.NONE_KEPT), rig.node(Node.NONE_KEPT)};
            Node sweeper = rig.node(Node.NONE_KEPT);
            Model model = new Model();
            AtomicInteger writing = new AtomicInteger(WRITERS);
            AtomicInteger answered = new AtomicInteger();
            int operations = Size.of(15, 1500);
            Race.run(WRITERS + 1, runner -> () -> {
                if (runner == WRITERS) {
                    return sweepWhile(writing, sweeper);
                }
                try {
                    SplittableRandom random = new SplittableRandom(seed + runner);
                    for (int i = 0; i < operations; i++) {
                        Node node = nodes[random.nextInt(2)];
                        // Each writer has instances of its own, so that the model knows their order.
                        Content content = Content.of(
                                Content.identity(random.nextInt(3), runner, random.nextInt(6)),
                                random.nextInt(1000),
                                random.nextInt(8) == 0 ? 20_000 : 200 + random.nextInt(4000));
                        boolean told = random.nextInt(4) == 0
                                ? StorePromisesTest.delete(node, content, model)
                                : StorePromisesTest.store(node, List.of(content), model);
                        answered.addAndGet(told ? 1 : 0);
                    }
                } finally {
                    writing.decrementAndGet();
                }
                return 0L;
            });
            String which = "D2, seed " + seed;
            System.out.println(which + ": " + answered + " of " + WRITERS * operations + " answered");
            assertThat(answered).as(which).hasValueGreaterThan(WRITERS * operations / 10);
            sweeper.check(model, which);
            sweeper.checkSwept(which);
            sweeper.check(model, which + ", swept");
        }
    }

    private static long sweepWhile(AtomicInteger writing, Node node) {
        long removed = 0;
        while (writing.get() > 0) {
            removed += node.sweep().removed();
        }
        return removed;
    }

    @Test
    @DisplayName("D2 what is deleted waits for its retention, and moves with its pack meanwhile")
    void retentionIsKept() throws Exception {
        try (Rig rig = new Rig(folder)) {
            Retention day = new Retention(Duration.ofDays(1), Duration.ofDays(1), Duration.ZERO);
            Node node = rig.node(day);
            Model model = new Model();
            for (int i = 0; i < 200; i++) {
                assertThat(StorePromisesTest.store(
                                node, List.of(Content.of(Content.identity(1, 1, i), 1, 2_000)), model))
                        .isTrue();
            }
            for (int i = 0; i < 200; i += 2) {
                StorePromisesTest.delete(node, Content.of(Content.identity(1, 1, i), 1, 0), model);
            }
            Sweep.Report report = node.sweep();
            assertThat(report.removed()).isZero();
            assertThat(report.waiting()).isEqualTo(100);
            node.check(model, "D2 retention");
            assertThat(count(node)).isEqualTo(200);
            node.checkSwept("D2 retention over");
            node.check(model, "D2 retention over");
        }
    }

    private static int count(Node node) {
        int[] count = {0};
        node.blobs().forEach((key, lengthBytes, written, partial) -> count[0]++);
        return count[0];
    }
}
