package org.isocenter.server.blob;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FileBlobsTest {
    private static final FileBlobsOptions OPTIONS =
            FileBlobsOptions.defaults().withCompactGrace(Duration.ZERO).withPackThresholdBytes(200_000);

    @TempDir
    private Path folder;

    private List<Path> files(String suffix) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().endsWith(suffix))
                    .toList();
        }
    }

    private static List<BlobKey> list(BlobStore store) {
        List<BlobKey> keys = new ArrayList<>();
        store.forEach((key, lengthBytes, written, partial) -> keys.add(key));
        return keys;
    }

    @ParameterizedTest
    @ValueSource(ints = {150_000, 525_000})
    void aFlippedBitInAnyChunkIsNeverServed(int length) throws IOException {
        byte[] bytes = Blobs.bytes(1, length);
        try (FileBlobs store = FileBlobs.open(folder, OPTIONS)) {
            BlobRef ref = Blobs.store(store, bytes);
            Path file = length > 200_000
                    ? files("").stream()
                            .filter(f ->
                                    f.toString().contains("files") && f.toFile().length() == length)
                            .findFirst()
                            .orElseThrow()
                    : files(".pack").getFirst();
            byte[] good = Files.readAllBytes(file);
            int base = length > 200_000 ? 0 : ref.key().packOffset() + PackFormat.headerBytes(length);
            for (int chunk = 0; chunk < BlobRef.chunks(length); chunk++) {
                int first = chunk * BlobRef.CHUNK_BYTES;
                int last = Math.min(length, first + BlobRef.CHUNK_BYTES) - 1;
                for (int at : new int[] {first, (first + last) / 2, last}) {
                    byte[] bad = good.clone();
                    bad[base + at] ^= (byte) (1 << (at & 7));
                    Files.write(file, bad);
                    assertCorrupt(store, ref, bytes, chunk);
                }
            }
            Files.write(file, good);
            assertThat(Blobs.read(store, ref)).isEqualTo(bytes);
        }
    }

    private static void assertCorrupt(BlobStore store, BlobRef ref, byte[] bytes, int chunk) {
        int first = chunk * BlobRef.CHUNK_BYTES;
        try (BlobReader reader = store.open(ref)) {
            ByteArrayOutputStream served = new ByteArrayOutputStream();
            assertThatThrownBy(() -> reader.transfer(0, bytes.length, slice -> {
                        byte[] part = new byte[slice.remaining()];
                        slice.get(part);
                        served.writeBytes(part);
                    }))
                    .isInstanceOfSatisfying(CorruptBlobException.class, e -> {
                        assertThat(e.chunk()).isEqualTo(chunk);
                        assertThat(e.key()).isEqualTo(ref.key());
                    });
            assertThat(served.toByteArray()).isEqualTo(Arrays.copyOf(bytes, first));
            assertThatThrownBy(() -> reader.bytes(first + 5, 1)).isInstanceOf(CorruptBlobException.class);
            assertThatThrownBy(() -> {
                        try (var stream = reader.stream(first + 5, 1)) {
                            stream.read();
                        }
                    })
                    .isInstanceOf(CorruptBlobException.class);
            assertThat(reader.bytes(0, first)).isEqualTo(Arrays.copyOf(bytes, first));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {150_000, 525_000})
    void aCutFileIsCorruptAndNotMissing(int length) throws IOException {
        try (FileBlobs store = FileBlobs.open(folder, OPTIONS)) {
            BlobRef ref = Blobs.store(store, Blobs.bytes(1, length));
            for (Path file : files("")) {
                if (!file.toString().endsWith(".writer")) {
                    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 100_000));
                }
            }
            assertThatThrownBy(() -> Blobs.read(store, ref)).isInstanceOf(CorruptBlobException.class);
        }
    }

    /// Promise D12 for packs: whatever becomes of the unsynced end of a pack, what was synced before stays.
    @Test
    void howeverTheEndOfAPackIsTornEarlierEntriesStayAndTornOnesAreInvisible() throws IOException {
        List<BlobRef> refs = new ArrayList<>();
        FailingDisk disk = new FailingDisk();
        FileBlobs store = FileBlobs.open(folder.resolve("first"), OPTIONS, disk);
        for (int length : new int[] {20, 0, 33, 40}) {
            refs.add(Blobs.store(store, Blobs.bytes(length, length)));
        }
        Path pack = files(".pack").getFirst();
        byte[] whole = Files.readAllBytes(pack);
        store.close();
        int tornFrom = refs.get(2).key().packOffset();
        Path torn = Files.createDirectories(folder.resolve("second/packs")).resolve(pack.getFileName());
        for (int at = tornFrom; at < whole.length; at++) {
            byte[] zeroed = whole.clone();
            Arrays.fill(zeroed, at, whole.length, (byte) 0);
            byte[] flipped = whole.clone();
            flipped[at] ^= 0x10;
            for (byte[] bytes : List.of(Arrays.copyOf(whole, at), zeroed, flipped)) {
                Files.write(torn, bytes);
                checkTorn(refs, bytes, whole);
            }
        }
    }

    private void checkTorn(List<BlobRef> refs, byte[] bytes, byte[] whole) throws IOException {
        try (FileBlobs again = FileBlobs.open(folder.resolve("second"), OPTIONS)) {
            List<BlobKey> expected = new ArrayList<>();
            for (BlobRef ref : refs) {
                int from = ref.key().packOffset();
                int to = from + PackFormat.entryBytes((int) ref.lengthBytes());
                int padding = to - from - PackFormat.headerBytes((int) ref.lengthBytes()) - (int) ref.lengthBytes();
                if (to <= bytes.length && Arrays.equals(bytes, from, to - padding, whole, from, to - padding)) {
                    expected.add(ref.key());
                    assertThat(Blobs.read(again, ref)).hasSize((int) ref.lengthBytes());
                }
            }
            assertThat(expected).hasSizeGreaterThanOrEqualTo(2);
            assertThat(list(again)).containsExactlyElementsOf(expected);
            for (BlobKey key : expected) {
                assertThat(again.exists(key)).isTrue();
            }
        }
    }

    @Test
    void sixtyFourWritersAtOnceLoseNothing() throws Exception {
        long seed = System.nanoTime();
        System.out.println("writers by seed " + seed);
        Map<BlobRef, byte[]> stored = new ConcurrentHashMap<>();
        FileBlobsOptions options = OPTIONS.withPackThresholdBytes(32_768).withPackBytes(1 << 20);
        try (FileBlobs store = FileBlobs.open(folder, options);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<? extends Future<?>> writers = IntStream.range(0, 64)
                    .mapToObj(n -> threads.submit(() -> {
                        Random random = new Random(seed + n);
                        for (int i = 0; i < 10; i++) {
                            int around = new int[] {0, 5_000, 32_768, 131_072, 262_144}[random.nextInt(5)];
                            byte[] bytes = Blobs.bytes(random.nextLong(), Math.max(0, around + random.nextInt(-3, 4)));
                            stored.put(Blobs.store(store, bytes), bytes);
                        }
                    }))
                    .toList();
            for (Future<?> writer : writers) {
                writer.get();
            }
        }
        assertThat(stored).hasSize(640);
        try (FileBlobs again = FileBlobs.open(folder, options)) {
            stored.forEach((ref, bytes) -> assertThat(Blobs.read(again, ref)).isEqualTo(bytes));
            assertThat(list(again))
                    .containsExactlyInAnyOrderElementsOf(
                            stored.keySet().stream().map(BlobRef::key).toList());
        }
    }

    @Test
    void anotherStoreOnTheSameFolderSeesBlobsAndDeletions() {
        try (FileBlobs one = FileBlobs.open(folder, OPTIONS);
                FileBlobs other = FileBlobs.open(folder, OPTIONS)) {
            for (int length : new int[] {1_000, 525_000}) {
                BlobRef ref = Blobs.store(one, Blobs.bytes(1, length));
                assertThat(Blobs.read(other, ref)).isEqualTo(Blobs.bytes(1, length));
                other.delete(ref.key());
                assertThatThrownBy(() -> one.open(ref)).isInstanceOf(MissingBlobException.class);
            }
            BlobRef kept = Blobs.store(one, Blobs.bytes(2, 1_000));
            assertThat(other.compact(moves -> {}).packsRemoved()).isZero();
            BlobRef next = Blobs.store(one, Blobs.bytes(3, 1_000));
            assertThat(Blobs.read(other, kept)).isEqualTo(Blobs.bytes(2, 1_000));
            assertThat(Blobs.read(other, next)).isEqualTo(Blobs.bytes(3, 1_000));
        }
    }

    @Test
    void deletionsOutliveTheProcessAndATornTombstone() throws IOException {
        List<BlobRef> refs = new ArrayList<>();
        try (FileBlobs store = FileBlobs.open(folder, OPTIONS)) {
            for (int i = 0; i < 4; i++) {
                refs.add(Blobs.store(store, Blobs.bytes(i, 100)));
            }
            store.delete(refs.get(0).key());
        }
        Path log = files(".dead").getFirst();
        byte[] record = Files.readAllBytes(log);
        Files.write(log, concat(record, Arrays.copyOf(record, 7)));
        try (FileBlobs store = FileBlobs.open(folder, OPTIONS)) {
            store.delete(refs.get(1).key());
            assertThat(list(store))
                    .containsExactly(refs.get(2).key(), refs.get(3).key());
        }
        try (FileBlobs store = FileBlobs.open(folder, OPTIONS)) {
            assertThat(list(store))
                    .containsExactly(refs.get(2).key(), refs.get(3).key());
        }
    }

    private static byte[] concat(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    @Test
    void compactingMovesTheLivingOutOfMostlyDeadPacksAndRemovesThem() throws IOException {
        try (FileBlobs store = FileBlobs.open(folder, OPTIONS.withPackBytes(20_000))) {
            Map<BlobKey, BlobRef> rows = new HashMap<>();
            List<BlobRef> refs = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                refs.add(Blobs.store(store, Blobs.bytes(i, 1_000)));
            }
            for (int i = 0; i < 40; i++) {
                if (i % 10 == 0 || i > 36) {
                    rows.put(refs.get(i).key(), refs.get(i));
                } else {
                    store.delete(refs.get(i).key());
                }
            }
            CompactReport report = store.compact(moves -> {
                for (Moved moved : moves) {
                    assertThat(store.exists(moved.from())).isTrue();
                    rows.put(moved.to(), Blobs.moved(rows.remove(moved.from()), moved.to()));
                }
            });
            assertThat(report.packsRemoved()).isEqualTo(2);
            assertThat(report.blobsMoved()).isEqualTo(4);
            assertThat(report.bytesFreed()).isPositive();
            assertThat(list(store)).containsExactlyInAnyOrderElementsOf(rows.keySet());
            for (BlobRef row : rows.values()) {
                assertThat(Blobs.read(store, row)).hasSize(1_000);
                assertThat(store.refer(row.key())).isEqualTo(row);
            }
            rows.keySet().forEach(store::delete);
        }
        try (FileBlobs store = FileBlobs.open(folder, OPTIONS)) {
            store.compact(moves -> {});
            assertThat(files("")).allMatch(file -> file.endsWith("turn.lock"));
        }
    }

    @Test
    void aYoungPackIsLeftAlone() throws IOException {
        try (FileBlobs store = FileBlobs.open(folder, OPTIONS)) {
            store.delete(Blobs.store(store, new byte[10]).key());
        }
        FileBlobsOptions patient = OPTIONS.withCompactGrace(Duration.ofMinutes(10));
        Instant now = Files.getLastModifiedTime(files(".pack").getFirst()).toInstant();
        try (FileBlobs store = FileBlobs.open(folder, patient.withClock(() -> now.plus(Duration.ofMinutes(9))))) {
            assertThat(store.compact(moves -> {}).packsRemoved()).isZero();
        }
        try (FileBlobs store = FileBlobs.open(folder, patient.withClock(() -> now.plus(Duration.ofMinutes(11))))) {
            assertThat(store.compact(moves -> {}).packsRemoved()).isEqualTo(1);
        }
    }

    @Test
    void aDamagedPackIsKeptAndItsReadableBlobsStayReadable() throws IOException {
        List<BlobRef> refs = new ArrayList<>();
        try (FileBlobs store = FileBlobs.open(folder, OPTIONS)) {
            for (int i = 0; i < 10; i++) {
                refs.add(Blobs.store(store, Blobs.bytes(i, 100)));
            }
            for (int i = 1; i < 9; i++) {
                store.delete(refs.get(i).key());
            }
        }
        Path pack = files(".pack").getFirst();
        byte[] bytes = Files.readAllBytes(pack);
        bytes[refs.get(0).key().packOffset() + 20] ^= 1;
        Files.write(pack, bytes);
        try (FileBlobs store = FileBlobs.open(folder, OPTIONS)) {
            assertThat(store.compact(moves -> {})).isEqualTo(new CompactReport(0, 0, 0, 1));
            assertThat(Blobs.read(store, refs.get(0))).isEqualTo(Blobs.bytes(0, 100));
            assertThat(list(store)).containsExactly(refs.get(9).key());
        }
    }

    @Test
    void aRelocationThatFailsLeavesTheOldPlaceReadable() {
        FileBlobsOptions options = OPTIONS.withPackBytes(2_000);
        try (FileBlobs store = FileBlobs.open(folder, options)) {
            BlobRef kept = Blobs.store(store, Blobs.bytes(1, 100));
            store.delete(Blobs.store(store, Blobs.bytes(2, 1_500)).key());
            Blobs.store(store, Blobs.bytes(3, 1_500));
            assertThatThrownBy(() -> store.compact(moves -> {
                        throw new IllegalStateException("the database is away");
                    }))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(Blobs.read(store, kept)).isEqualTo(Blobs.bytes(1, 100));
        }
    }

    @Test
    void purgingLeavesNothingOfWhatWasDeletedWhoeverStillWritesThePack() throws IOException {
        FileBlobsOptions options = OPTIONS.withCompactGrace(Duration.ofHours(1));
        List<BlobRef> refs = new ArrayList<>();
        try (FileBlobs writer = FileBlobs.open(folder, options);
                FileBlobs other = FileBlobs.open(folder, options)) {
            for (int i = 0; i < 10; i++) {
                refs.add(Blobs.store(writer, Blobs.bytes(i, 1_000)));
            }
            other.delete(refs.get(3).key());
            writer.delete(refs.get(7).key());
            assertThat(holds(3)).isTrue();

            other.purge();

            assertThat(holds(3)).isFalse();
            assertThat(holds(7)).isFalse();
            refs.add(Blobs.store(writer, Blobs.bytes(10, 1_000)));
            writer.purge();
        }
        try (FileBlobs store = FileBlobs.open(folder, options)) {
            for (int i = 0; i < refs.size(); i++) {
                if (i != 3 && i != 7) {
                    assertThat(Blobs.read(store, refs.get(i))).isEqualTo(Blobs.bytes(i, 1_000));
                }
            }
            assertThat(list(store)).hasSize(9);
        }
        // A pack that was never sealed is gone through by its whole entries, of which the overwritten are.
        Path pack = files(".pack").getFirst();
        byte[] bytes = Files.readAllBytes(pack);
        Files.write(pack, Arrays.copyOf(bytes, bytes.length - PackFormat.SEAL_BYTES));
        try (FileBlobs store = FileBlobs.open(folder, OPTIONS)) {
            CompactReport report = store.compact(moves -> {});
            assertThat(report.packsDamaged()).isZero();
            assertThat(report.packsRemoved()).isEqualTo(1);
            assertThat(report.blobsMoved()).isEqualTo(9);
        }
    }

    /// Whether a file of the store has the first bytes of a blob.
    private boolean holds(long seed) throws IOException {
        String wanted = new String(Blobs.bytes(seed, 1_000), 0, 64, StandardCharsets.ISO_8859_1);
        for (Path pack : files(".pack")) {
            if (new String(Files.readAllBytes(pack), StandardCharsets.ISO_8859_1).contains(wanted)) {
                return true;
            }
        }
        return false;
    }

    @Test
    void whatIsDeletedAndOverwrittenWhileItIsReadIsMissingAndNotCorrupt() {
        List<BlobRef> refs = new ArrayList<>();
        try (FileBlobs store = FileBlobs.open(folder, OPTIONS)) {
            for (int i = 0; i < 10; i++) {
                refs.add(Blobs.store(store, Blobs.bytes(i, 100)));
            }
        }
        try (FileBlobs store = FileBlobs.open(folder, OPTIONS);
                BlobReader reader = store.open(refs.get(3))) {
            store.delete(refs.get(3).key());
            assertThat(reader.bytes(0, 100)).isEqualTo(Blobs.bytes(3, 100));
            store.compact(moves -> {});
            assertThatThrownBy(() -> reader.bytes(0, 100)).isInstanceOf(MissingBlobException.class);
        }
    }

    @Test
    void compactingRacesReadersWritersAndDeleters() throws Exception {
        long seed = System.nanoTime();
        System.out.println("race by seed " + seed);
        Map<Integer, BlobRef> rows = new ConcurrentHashMap<>();
        Map<BlobKey, Integer> byKey = new ConcurrentHashMap<>();
        ConcurrentLinkedQueue<Integer> numbers = new ConcurrentLinkedQueue<>();
        AtomicBoolean done = new AtomicBoolean();
        try (FileBlobs store = FileBlobs.open(folder, OPTIONS.withPackBytes(64_000));
                // Not virtual ones: those that never wait would keep the others from a turn on few cores.
                var threads = Executors.newCachedThreadPool()) {
            List<Future<?>> running = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                int from = t * 1_000;
                running.add(threads.submit(() -> {
                    Random random = new Random(seed + from);
                    for (int n = from; n < from + 150; n++) {
                        synchronized (rows) {
                            BlobRef ref = Blobs.store(store, Blobs.bytes(n, 500 + n % 700));
                            rows.put(n, ref);
                            byKey.put(ref.key(), n);
                        }
                        numbers.add(n);
                        Integer victim = random.nextInt(4) > 0 ? numbers.poll() : null;
                        if (victim != null) {
                            synchronized (rows) {
                                BlobRef gone = requireNonNull(rows.remove(victim));
                                byKey.remove(gone.key());
                                store.delete(gone.key());
                            }
                        }
                    }
                }));
            }
            Future<?> compactor = threads.submit(() -> {
                int moved = 0;
                while (!done.get()) {
                    moved += compactAndRepoint(store, rows, byKey);
                }
                return moved;
            });
            Future<?> reader = threads.submit(() -> {
                while (!done.get()) {
                    rows.keySet().forEach(n -> readLikeAnIndex(store, rows, n));
                }
            });
            for (Future<?> writer : running) {
                writer.get();
            }
            done.set(true);
            compactor.get();
            reader.get();
            compactAndRepoint(store, rows, byKey);
            rows.forEach((n, ref) -> assertThat(Blobs.read(store, ref)).isEqualTo(Blobs.bytes(n, 500 + n % 700)));
            assertThat(list(store))
                    .containsExactlyInAnyOrderElementsOf(
                            rows.values().stream().map(BlobRef::key).toList());
        }
    }

    /// Stands for the index: rows are committed under one lock, so no grace is needed.
    private static int compactAndRepoint(FileBlobs store, Map<Integer, BlobRef> rows, Map<BlobKey, Integer> byKey) {
        synchronized (rows) {
            return store.compact(moves -> {
                        for (Moved moved : moves) {
                            Integer n = byKey.remove(moved.from());
                            byKey.put(moved.to(), n);
                            rows.put(n, Blobs.moved(rows.get(n), moved.to()));
                        }
                    })
                    .blobsMoved();
        }
    }

    private static void readLikeAnIndex(FileBlobs store, Map<Integer, BlobRef> rows, int n) {
        BlobRef ref = rows.get(n);
        while (ref != null) {
            try {
                assertThat(Blobs.read(store, ref)).isEqualTo(Blobs.bytes(n, 500 + n % 700));
                return;
            } catch (MissingBlobException e) {
                ref = rows.get(n);
            }
        }
    }
}
