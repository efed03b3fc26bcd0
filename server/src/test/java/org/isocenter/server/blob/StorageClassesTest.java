package org.isocenter.server.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.isocenter.server.telemetry.UnavailableException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Blobs of several classes, whose folders come and go.
final class StorageClassesTest {
    private static final String CHEAP = "cheap";
    private static final String OLD = "old";

    @TempDir
    private Path root;

    private Path cheap;
    private Path old;
    private final Map<String, String> marks = new ConcurrentHashMap<>();

    @BeforeEach
    void makeFolders() throws IOException {
        cheap = Files.createDirectory(root.resolve("cheap-disks"));
        old = Files.createDirectory(root.resolve("old-disks"));
    }

    private StorageClasses open() {
        return open(List.of(new StorageClass(CHEAP, cheap), new StorageClass(OLD, old)));
    }

    private StorageClasses open(List<StorageClass> classes) {
        return StorageClasses.open(
                root.resolve("blobs"),
                classes,
                (name, first) -> marks.computeIfAbsent(name, none -> first.get()),
                FileBlobsOptions.defaults().withPackBytes(20_000).withCompactGrace(Duration.ZERO));
    }

    private static BlobRef store(BlobStore store, String storageClass, byte[] bytes) {
        try (BlobWriter writer = store.write(storageClass)) {
            writer.write(bytes, 0, bytes.length);
            return writer.finish().store();
        }
    }

    private static Set<BlobKey> list(BlobStore store) {
        Set<BlobKey> keys = new HashSet<>();
        store.forEach((key, lengthBytes, written, partial) -> keys.add(key));
        return keys;
    }

    private static long bytesBelow(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5_000, 525_000})
    void theBytesAreInTheFolderOfTheirClassAndTheKeySaysSo(int length) throws IOException {
        byte[] bytes = Blobs.bytes(1, length);
        BlobRef ref;
        BlobRef plain;
        try (StorageClasses store = open()) {
            assertThat(store.classes()).containsExactly(StorageClass.STANDARD, CHEAP, OLD);
            plain = store(store, StorageClass.STANDARD, bytes);
            long before = bytesBelow(root.resolve("blobs"));
            ref = store(store, CHEAP, bytes);
            assertThat(bytesBelow(root.resolve("blobs"))).isEqualTo(before);
            assertThat(bytesBelow(cheap)).isGreaterThanOrEqualTo(length);
            assertThat(bytesBelow(old)).isZero();
        }
        assertThat(ref.key().toString()).startsWith("cheap:");
        assertThat(plain.key().toString()).doesNotContain(":");
        try (StorageClasses store = open()) {
            assertThat(Blobs.read(store, ref)).isEqualTo(bytes);
            assertThat(store.refer(BlobKey.parse(ref.key().toString()))).isEqualTo(ref);
            assertThat(list(store)).containsExactlyInAnyOrder(ref.key(), plain.key());
            store.delete(ref.key());
            assertThat(list(store)).containsExactly(plain.key());
        }
    }

    /// Why the folder of a class is not there.
    private enum Cause {
        GONE,
        NOT_MOUNTED,
        ANOTHER_CLASS
    }

    private void take(Cause cause) throws IOException {
        Files.move(cheap, root.resolve("elsewhere"));
        switch (cause) {
            case GONE -> {}
            case NOT_MOUNTED -> Files.createDirectory(cheap);
            case ANOTHER_CLASS -> Files.createSymbolicLink(cheap, old);
        }
    }

    private void giveBack() throws IOException {
        Files.deleteIfExists(cheap);
        Files.move(root.resolve("elsewhere"), cheap);
    }

    @ParameterizedTest
    @EnumSource
    void aFolderThatIsNotThereIsNeverTakenForAnEmptyStore(Cause cause) throws IOException {
        byte[] bytes = Blobs.bytes(2, 5_000);
        byte[] large = Blobs.bytes(3, 525_000);
        try (StorageClasses store = open()) {
            BlobRef small = store(store, CHEAP, bytes);
            BlobRef file = store(store, CHEAP, large);
            BlobRef other = store(store, OLD, bytes);
            BlobWriter begun = store.write(CHEAP);
            begun.write(bytes, 0, 100);

            take(cause);

            for (BlobRef ref : List.of(small, file)) {
                assertThatThrownBy(() -> store.open(ref)).isInstanceOf(AwayException.class);
                assertThatThrownBy(() -> store.refer(ref.key())).isInstanceOf(AwayException.class);
                assertThatThrownBy(() -> store.exists(ref.key())).isInstanceOf(AwayException.class);
                assertThatThrownBy(() -> store.delete(ref.key())).isInstanceOf(AwayException.class);
            }
            assertThatThrownBy(() -> store.write(CHEAP)).isInstanceOf(AwayException.class);
            assertThatThrownBy(() -> store.probe(CHEAP)).isInstanceOf(AwayException.class);
            assertThatThrownBy(store::purge).isInstanceOf(AwayException.class);
            assertThat(list(store)).containsExactly(other.key());
            store.compact(moves -> {});
            BlobRef meanwhile = store(store, StorageClass.STANDARD, bytes);
            store.probe(StorageClass.STANDARD);
            if (cause == Cause.NOT_MOUNTED) {
                assertThat(cheap).isEmptyDirectory();
            }

            giveBack();

            assertThat(Blobs.read(store, small)).isEqualTo(bytes);
            assertThat(Blobs.read(store, file)).isEqualTo(large);
            try (begun) {
                try {
                    BlobRef late = begun.finish().store();
                    assertThat(Blobs.read(store, late)).hasSize(100);
                    store.delete(late.key());
                } catch (UnavailableException told) {
                    assertThat(told).isNotNull();
                }
            }
            BlobRef again = store(store, CHEAP, bytes);
            assertThat(list(store))
                    .containsExactlyInAnyOrder(small.key(), file.key(), other.key(), meanwhile.key(), again.key());
            store.purge();
        }
    }

    @Test
    void aStoreThatIsOpenedWhileAFolderIsAwayServesTheOthers() throws IOException {
        BlobRef ref;
        try (StorageClasses store = open()) {
            ref = store(store, CHEAP, Blobs.bytes(4, 5_000));
        }
        take(Cause.NOT_MOUNTED);
        try (StorageClasses store = open()) {
            assertThatThrownBy(() -> store.open(ref)).isInstanceOf(AwayException.class);
            store(store, OLD, new byte[10]);
            giveBack();
            assertThat(Blobs.read(store, ref)).isEqualTo(Blobs.bytes(4, 5_000));
        }
    }

    @Test
    void aClassThatWasNeverUsedWaitsForItsFolderAndTheFolderIsNeverMade() throws IOException {
        Files.delete(old);
        try (StorageClasses store = open()) {
            assertThatThrownBy(() -> store.write(OLD)).isInstanceOf(AwayException.class);
            assertThat(old).doesNotExist();
            assertThat(marks).containsOnlyKeys(CHEAP);
            store.purge();
            Files.createDirectory(old);
            byte[] bytes = Blobs.bytes(5, 10);
            assertThat(Blobs.read(store, store(store, OLD, bytes))).isEqualTo(bytes);
        }
    }

    @Test
    void aClassThatTheSettingsDoNotNameAnyMoreIsAway() {
        BlobRef ref;
        try (StorageClasses store = open()) {
            ref = store(store, CHEAP, Blobs.bytes(6, 5_000));
        }
        try (StorageClasses store = open(List.of())) {
            assertThatThrownBy(() -> store.open(ref)).isInstanceOf(AwayException.class);
            assertThatThrownBy(() -> store.delete(ref.key())).isInstanceOf(AwayException.class);
            assertThatThrownBy(() -> store.write(CHEAP)).isInstanceOf(AwayException.class);
            assertThat(list(store)).isEmpty();
            store.purge();
        }
    }

    @Test
    void twoStoresUseTheSameFoldersAtATime() {
        try (StorageClasses one = open();
                StorageClasses other = open()) {
            BlobRef ref = store(one, CHEAP, Blobs.bytes(7, 5_000));
            BlobRef file = store(other, CHEAP, Blobs.bytes(8, 525_000));
            assertThat(Blobs.read(other, ref)).isEqualTo(Blobs.bytes(7, 5_000));
            assertThat(Blobs.read(one, file)).isEqualTo(Blobs.bytes(8, 525_000));
            assertThat(list(one)).isEqualTo(list(other)).hasSize(2);
        }
    }

    @Test
    void whatIsMovedStaysInItsClass() {
        Map<BlobKey, BlobRef> alive = new HashMap<>();
        Map<BlobKey, byte[]> contents = new HashMap<>();
        try (StorageClasses store = open()) {
            List<BlobKey> dead = new ArrayList<>();
            for (int n = 0; n < 60; n++) {
                byte[] bytes = Blobs.bytes(n, 1_000 + n);
                BlobRef ref = store(store, store.classes().get(n % 3), bytes);
                if (n < 3 || n % 10 == 7) {
                    alive.put(ref.key(), ref);
                    contents.put(ref.key(), bytes);
                } else {
                    dead.add(ref.key());
                }
            }
            dead.forEach(store::delete);
            CompactReport report = store.compact(moves -> moves.forEach(moved -> {
                assertThat(moved.to().storageClass()).isEqualTo(moved.from().storageClass());
                alive.put(moved.to(), Blobs.moved(alive.remove(moved.from()), moved.to()));
                contents.put(moved.to(), contents.get(moved.from()));
            }));
            assertThat(report.blobsMoved()).isPositive();
            assertThat(list(store)).isEqualTo(alive.keySet());
            alive.forEach((key, ref) -> assertThat(Blobs.read(store, ref)).isEqualTo(contents.get(key)));
        }
    }

    @Test
    void aTextNamesClassesOrNone() {
        assertThat(StorageClass.find(List.of("cheap=/mnt/disks", "a-2 = /x=y")))
                .containsExactly(
                        new StorageClass("cheap", Path.of("/mnt/disks").toAbsolutePath()),
                        new StorageClass("a-2", Path.of("/x=y").toAbsolutePath()));
        for (String text : List.of("", "cheap", "cheap=", "=/x", "standard=/x", "Cheap=/x", "a:b=/x", "a/b=/x")) {
            assertThat(StorageClass.find(List.of(text))).as(text).isNull();
        }
        assertThat(StorageClass.find(List.of("a".repeat(33) + "=/x"))).isNull();
        assertThat(StorageClass.find(List.of("a=/x", "a=/y"))).isNull();
    }
}
