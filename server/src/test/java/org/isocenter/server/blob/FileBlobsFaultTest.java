package org.isocenter.server.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.isocenter.server.telemetry.UnavailableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The file store on a disk that fails (promises D7 and D8).
final class FileBlobsFaultTest {
    private static final FileBlobsOptions OPTIONS =
            FileBlobsOptions.defaults().withPackThresholdBytes(8 << 10).withCompactGrace(Duration.ZERO);

    @TempDir
    private Path folder;

    private final Map<BlobRef, byte[]> kept = new HashMap<>();
    private final Set<BlobKey> perhapsDeleted = new HashSet<>();

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whicheverChangeFailsWhatWasStoredStaysAndTheStoreRecovers(boolean forGood) throws IOException {
        boolean failed = true;
        for (int change = 1; failed; change++) {
            kept.clear();
            perhapsDeleted.clear();
            Path here = folder.resolve(forGood + "-" + change);
            Files.createDirectories(here);
            FailingDisk disk = new FailingDisk();
            try (FileBlobs store = FileBlobs.open(here, OPTIONS, disk)) {
                disk.failAt(change, forGood);
                scenario(store);
                failed = disk.hasFailed();
                disk.heal();
                check(store);
                keep(store, 100);
                keep(store, 20_000);
                check(store);
                store.probe(StorageClass.STANDARD);
            }
            try (FileBlobs again = FileBlobs.open(here, OPTIONS)) {
                check(again);
                sweep(again);
                check(again);
            }
            assertThat(namesIn(here)).noneMatch(name -> name.endsWith(".part") || name.endsWith(".writer"));
            assertThat(change).isLessThan(500);
        }
    }

    private void scenario(FileBlobs store) {
        for (int length : new int[] {10, 5_000, 20_000, 300_000, 10}) {
            attempt(() -> keep(store, length));
        }
        for (BlobRef ref :
                kept.keySet().stream().filter(ref -> ref.lengthBytes() != 5_000).toList()) {
            perhapsDeleted.add(ref.key());
            attempt(() -> store.delete(ref.key()));
        }
        attempt(() -> keep(store, 3_000));
        attempt(() -> store.compact(this::move));
        attempt(() -> store.probe(StorageClass.STANDARD));
    }

    private static void attempt(Runnable work) {
        try {
            work.run();
        } catch (UnavailableException e) {
            assertThat(e).hasMessageNotContaining("null");
        }
    }

    private void keep(FileBlobs store, int length) {
        byte[] bytes = Blobs.bytes(length, length);
        kept.put(Blobs.store(store, bytes), bytes);
    }

    private void move(Iterable<Moved> moves) {
        for (Moved moved : moves) {
            for (BlobRef ref : Set.copyOf(kept.keySet())) {
                if (ref.key().equals(moved.from())) {
                    byte[] bytes = kept.remove(ref);
                    kept.put(Blobs.moved(ref, moved.to()), bytes);
                }
            }
        }
    }

    private void check(FileBlobs store) {
        kept.forEach((ref, bytes) -> {
            if (!perhapsDeleted.contains(ref.key()) || store.exists(ref.key())) {
                assertThat(Blobs.read(store, ref)).isEqualTo(bytes);
            }
        });
    }

    private void sweep(FileBlobs store) {
        Set<BlobKey> named = new HashSet<>();
        kept.keySet().forEach(ref -> named.add(ref.key()));
        store.forEach((key, lengthBytes, written, partial) -> {
            if (!named.contains(key)) {
                store.delete(key);
            }
        });
        store.compact(this::move);
        Set<BlobKey> left = new HashSet<>();
        store.forEach((key, lengthBytes, written, partial) -> left.add(key));
        assertThat(kept.keySet().stream().map(BlobRef::key)).containsAll(left);
    }

    private static Set<String> namesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return new HashSet<>(
                    files.map(file -> file.getFileName().toString()).toList());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 5_000, 300_000})
    void aFullDiskRefusesEveryWriterServesReadersAndRecovers(int length) throws Exception {
        FailingDisk disk = new FailingDisk();
        try (FileBlobs store = FileBlobs.open(folder, OPTIONS, disk);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            keep(store, length);
            disk.full = true;
            var writers = IntStream.range(0, 32)
                    .mapToObj(n -> threads.submit(() -> Blobs.store(store, Blobs.bytes(n, length))))
                    .toList();
            for (Future<BlobRef> writer : writers) {
                assertThatThrownBy(writer::get).hasCauseInstanceOf(UnavailableException.class);
            }
            assertThatThrownBy(() -> store.probe(StorageClass.STANDARD))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("No space left");
            check(store);
            disk.heal();
            keep(store, length + 1);
            store.probe(StorageClass.STANDARD);
            check(store);
            Set<BlobKey> listed = new HashSet<>();
            store.forEach((key, lengthBytes, written, partial) -> listed.add(key));
            assertThat(listed).hasSameSizeAs(kept.keySet());
        }
        assertThat(namesIn(folder)).noneMatch(name -> name.endsWith(".part"));
    }

    @Test
    void interruptedWritersSpoilNothingForTheOthers() throws Exception {
        Map<BlobRef, byte[]> stored = new ConcurrentHashMap<>();
        try (FileBlobs store = FileBlobs.open(folder, OPTIONS)) {
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var writers = IntStream.range(0, 200)
                        .mapToObj(n -> threads.submit(() -> {
                            byte[] bytes = Blobs.bytes(n, 1_000 + n);
                            PendingBlob pending = Blobs.finish(store, bytes);
                            if (n % 3 == 0) {
                                Thread.currentThread().interrupt();
                            }
                            stored.put(pending.store(), bytes);
                            assertThat(Thread.interrupted()).isEqualTo(n % 3 == 0);
                        }))
                        .toList();
                for (Future<?> writer : writers) {
                    writer.get();
                }
            }
            stored.forEach((ref, bytes) -> assertThat(Blobs.read(store, ref)).isEqualTo(bytes));
        }
    }
}
