package org.isocenter.server.blob;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.isocenter.server.telemetry.CrashChild;
import org.isocenter.server.telemetry.CrashPoint;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Halts another process at each point of storing a blob (promises D1 and D2, as far as blobs go).
final class FileBlobsCrashTest {
    private static final FileBlobsOptions OPTIONS =
            FileBlobsOptions.defaults().withPackThresholdBytes(8 << 10).withCompactGrace(java.time.Duration.ZERO);

    @TempDir
    private Path folder;

    /// Stores blobs of two sizes without end, and says so after each.
    static final class Victim {
        private Victim() {}

        public static void main(String[] arguments) {
            try (FileBlobs store = FileBlobs.open(Path.of(arguments[0]), OPTIONS)) {
                for (int n = 0; n < 1_000; n++) {
                    BlobRef ref = Blobs.store(store, Blobs.bytes(n, lengthOf(n)));
                    System.out.println("stored " + n + " " + ref.key());
                }
            }
        }
    }

    private static int lengthOf(int n) {
        return n % 2 == 0 ? 3_000 + n : 30_000 + n;
    }

    @ParameterizedTest
    @EnumSource(names = {"BLOB_HALF", "BLOB_WRITTEN", "BLOB_SYNCED", "BLOB_NAMED"})
    void whatWasStoredBeforeTheHaltIsWholeAndTheRestCanBeSwept(CrashPoint point) throws Exception {
        for (int passes : new int[] {4, 5}) {
            Path here = folder.resolve(point + "-" + passes);
            List<String> told = CrashChild.run(Victim.class, point, passes, here.toString());
            assertThat(told).hasSize(passes);
            checkAndSweep(here, told);
        }
    }

    private static void checkAndSweep(Path here, List<String> told) throws IOException {
        try (FileBlobs store = FileBlobs.open(here, OPTIONS)) {
            Set<BlobKey> named = new HashSet<>();
            for (String line : told) {
                String[] words = line.split(" ");
                int n = Integer.parseInt(words[1]);
                BlobKey key = BlobKey.parse(words[2]);
                named.add(key);
                assertThat(Blobs.read(store, store.refer(key))).isEqualTo(Blobs.bytes(n, lengthOf(n)));
            }
            List<BlobKey> orphans = new ArrayList<>();
            store.forEach((key, lengthBytes, written, partial) -> {
                if (!named.contains(key)) {
                    orphans.add(key);
                    assertThat(partial || lengthBytes == lengthOf(told.size())).isTrue();
                }
            });
            assertThat(orphans).hasSizeLessThanOrEqualTo(1);
            orphans.forEach(store::delete);
            // The pack that the halt left open is given up for another when something in it is deleted.
            store.compact(moves -> moves.forEach(moved -> {
                assertThat(named.remove(moved.from())).isTrue();
                named.add(moved.to());
            }));
            List<BlobKey> left = new ArrayList<>();
            store.forEach((key, lengthBytes, written, partial) -> left.add(key));
            assertThat(left).containsExactlyInAnyOrderElementsOf(named);
        }
        try (var files = Files.walk(here)) {
            assertThat(files.map(Path::toString)).noneMatch(name -> name.endsWith(".part") || name.endsWith(".writer"));
        }
    }
}
