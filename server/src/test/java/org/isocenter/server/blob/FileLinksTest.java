package org.isocenter.server.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.isocenter.server.telemetry.CrashChild;
import org.isocenter.server.telemetry.CrashPoint;
import org.isocenter.server.telemetry.UnavailableException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Blobs whose bytes lie in files beside the store.
final class FileLinksTest {
    private static final String NAME = "old-archive";

    @TempDir
    private Path root;

    private Path store;
    private Path outside;
    private Folder folder;

    @BeforeEach
    void makeFolders() throws IOException {
        store = root.resolve("store");
        outside = Files.createDirectories(root.resolve("outside"));
        folder = new Folder(NAME, outside);
    }

    private static FileBlobsOptions options(Folder folder) {
        return FileBlobsOptions.defaults()
                .withPackBytes(2_000)
                .withCompactGrace(Duration.ZERO)
                .withFolders(new Folders(List.of(folder)));
    }

    private FileBlobs open() {
        return FileBlobs.open(store, options(folder));
    }

    private byte[] write(String path, int length) throws IOException {
        byte[] bytes = Blobs.bytes(path.hashCode(), length);
        Path file = outside.resolve(path);
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
        return bytes;
    }

    private static BlobRef link(BlobStore store, Folder folder, String path, byte[] bytes) {
        try (BlobWriter writer = store.link(StorageClass.STANDARD, folder, path)) {
            writer.write(bytes, 0, bytes.length);
            return writer.finish().store();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 131_072, 131_073, 700_001})
    void theBytesAreThoseOfTheFileAndAreNotCopied(int length) throws IOException {
        byte[] bytes = write("a/é/IM 1.dcm", length);
        BlobRef ref;
        try (FileBlobs blobs = open()) {
            ref = link(blobs, folder, "a/é/IM 1.dcm", bytes);
            assertThat(ref.lengthBytes()).isEqualTo(length);
            assertThat(ref).isEqualTo(blobs.refer(ref.key()));
        }
        try (FileBlobs blobs = open()) {
            assertThat(blobs.exists(ref.key())).isTrue();
            assertThat(Blobs.read(blobs, ref)).isEqualTo(bytes);
            try (BlobReader reader = blobs.open(ref)) {
                int from = length / 3;
                assertThat(reader.bytes(from, length - from)).isEqualTo(Arrays.copyOfRange(bytes, from, length));
            }
            assertThat(BlobKey.parse(ref.key().toString())).isEqualTo(ref.key());
        }
        try (var files = Files.walk(store)) {
            assertThat(files.filter(Files::isRegularFile))
                    .allMatch(file -> file.toFile().length() < 1_000);
        }
    }

    @Test
    void aDeletedLinkIsGoneAndItsFileStays() throws IOException {
        byte[] bytes = write("one", 5_000);
        try (FileBlobs blobs = open()) {
            BlobRef ref = link(blobs, folder, "one", bytes);
            blobs.delete(ref.key());
            assertThat(blobs.exists(ref.key())).isFalse();
            assertThatThrownBy(() -> blobs.open(ref)).isInstanceOf(MissingBlobException.class);
            blobs.compact(moves -> {});
            blobs.forEach((key, lengthBytes, written, partial) -> {
                throw new AssertionError(key);
            });
        }
        assertThat(outside.resolve("one")).hasBinaryContent(bytes);
    }

    @Test
    void whatIsGivenUpLeavesNothing() throws IOException {
        byte[] bytes = write("one", 5_000);
        try (FileBlobs blobs = open()) {
            try (BlobWriter writer = blobs.link(StorageClass.STANDARD, folder, "one")) {
                writer.write(bytes, 0, 100);
            }
            try (BlobWriter writer = blobs.link(StorageClass.STANDARD, folder, "one")) {
                writer.write(bytes, 0, bytes.length);
                writer.finish().discard();
            }
            blobs.forEach((key, lengthBytes, written, partial) -> {
                throw new AssertionError(key);
            });
        }
    }

    private enum Change {
        BIT,
        LONGER,
        SHORTER,
        REMOVED,
        FOLDER_REMOVED,
        SYMBOLIC_LINK,
        SYMBOLIC_LINK_ABOVE,
        FOLDER_INSTEAD
    }

    @ParameterizedTest
    @EnumSource
    void aFileThatHasChangedIsMissingAndNoWrongByteIsServed(Change change) throws IOException {
        byte[] bytes = write("deep/one", 300_000);
        Path file = outside.resolve("deep/one");
        try (FileBlobs blobs = open()) {
            BlobRef ref = link(blobs, folder, "deep/one", bytes);
            switch (change) {
                case BIT -> {
                    byte[] bad = bytes.clone();
                    bad[140_000] ^= 4;
                    Files.write(file, bad);
                }
                case LONGER -> Files.write(file, Arrays.copyOf(bytes, 300_001));
                case SHORTER -> Files.write(file, Arrays.copyOf(bytes, 299_999));
                case REMOVED -> Files.delete(file);
                case FOLDER_REMOVED -> {
                    Files.delete(file);
                    Files.delete(file.getParent());
                }
                case SYMBOLIC_LINK -> {
                    Files.move(file, root.resolve("elsewhere"));
                    Files.createSymbolicLink(file, root.resolve("elsewhere"));
                }
                case SYMBOLIC_LINK_ABOVE -> {
                    Files.move(outside.resolve("deep"), root.resolve("deep"));
                    Files.createSymbolicLink(outside.resolve("deep"), root.resolve("deep"));
                }
                case FOLDER_INSTEAD -> {
                    Files.delete(file);
                    Files.createDirectory(file);
                }
            }
            List<byte[]> served = new ArrayList<>();
            assertThatThrownBy(() -> {
                        try (BlobReader reader = blobs.open(ref)) {
                            reader.transfer(0, ref.lengthBytes(), slice -> {
                                byte[] copy = new byte[slice.remaining()];
                                slice.get(copy);
                                served.add(copy);
                            });
                        }
                    })
                    .isInstanceOf(MissingBlobException.class);
            assertThat(served).hasSize(change == Change.BIT ? 1 : 0);
            served.forEach(chunk -> assertThat(chunk).isEqualTo(Arrays.copyOf(bytes, BlobRef.CHUNK_BYTES)));
        }
    }

    @Test
    void aFolderThatIsNotThereIsWaitedFor() throws IOException {
        byte[] bytes = write("one", 5_000);
        try (FileBlobs blobs = open()) {
            BlobRef ref = link(blobs, folder, "one", bytes);
            Files.move(outside, root.resolve("unmounted"));
            assertThatThrownBy(() -> blobs.open(ref)).isInstanceOf(UnavailableException.class);
            assertThat(blobs.exists(ref.key())).isTrue();
            Files.move(root.resolve("unmounted"), outside);
            assertThat(Blobs.read(blobs, ref)).isEqualTo(bytes);
            try (FileBlobs other = FileBlobs.open(store, FileBlobsOptions.defaults())) {
                assertThatThrownBy(() -> other.open(ref))
                        .isInstanceOf(UnavailableException.class)
                        .hasMessageContaining(NAME);
            }
        }
    }

    @Test
    void onlyFoldersOfTheStoreAreLinkedTo() {
        try (FileBlobs blobs = open()) {
            assertThatThrownBy(() -> blobs.link(StorageClass.STANDARD, new Folder("other", root), "store"))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> blobs.link(StorageClass.STANDARD, new Folder(NAME, root), "store"))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void linksThatAreMovedByACompactionLeadToTheSameFiles() throws IOException {
        Map<BlobKey, BlobRef> alive = new HashMap<>();
        Map<BlobKey, byte[]> contents = new HashMap<>();
        try (FileBlobs blobs = open()) {
            for (int n = 0; n < 40; n++) {
                byte[] bytes = write("files/" + n, 100 + n);
                BlobRef ref = n % 5 == 1 ? Blobs.store(blobs, bytes) : link(blobs, folder, "files/" + n, bytes);
                if (n % 3 == 0) {
                    alive.put(ref.key(), ref);
                    contents.put(ref.key(), bytes);
                } else {
                    blobs.delete(ref.key());
                }
            }
            CompactReport report = blobs.compact(moves -> moves.forEach(moved -> {
                BlobRef ref = alive.remove(moved.from());
                assertThat(moved.to().isLink()).isEqualTo(moved.from().isLink());
                alive.put(moved.to(), Blobs.moved(ref, moved.to()));
                contents.put(moved.to(), contents.get(moved.from()));
            }));
            assertThat(report.blobsMoved()).isPositive();
            Set<BlobKey> listed = new HashSet<>();
            blobs.forEach((key, lengthBytes, written, partial) -> listed.add(key));
            assertThat(listed).isEqualTo(alive.keySet());
            alive.forEach((key, ref) -> assertThat(Blobs.read(blobs, ref)).isEqualTo(contents.get(key)));
        }
        try (var files = Files.list(outside.resolve("files"))) {
            assertThat(files).hasSize(40);
        }
    }

    @Test
    void aLinkThatHasRottenIsCorrupt() throws IOException {
        byte[] bytes = write("one", 5_000);
        try (FileBlobs blobs = open()) {
            BlobRef ref = link(blobs, folder, "one", bytes);
            Path pack = store.resolve("packs").resolve(ref.key().pack() + ".pack");
            byte[] good = Files.readAllBytes(pack);
            for (int at = ref.key().packOffset(); at < good.length; at++) {
                byte[] bad = good.clone();
                bad[at] ^= 1;
                Files.write(pack, bad);
                try {
                    assertThat(Blobs.read(blobs, ref))
                            .as("padding alone is of no account")
                            .isEqualTo(bytes);
                    assertThat(at).isGreaterThanOrEqualTo(good.length - 8);
                } catch (MissingBlobException | CorruptBlobException told) {
                    assertThat(told).isNotNull();
                }
            }
        }
    }

    /// Stores links without end, and says so after each.
    static final class Victim {
        private Victim() {}

        public static void main(String[] arguments) throws IOException {
            Folder folder = new Folder(NAME, Path.of(arguments[1]));
            byte[] bytes = Files.readAllBytes(Path.of(arguments[1], "one"));
            try (FileBlobs store = FileBlobs.open(Path.of(arguments[0]), options(folder))) {
                for (int n = 0; n < 1_000; n++) {
                    System.out.println(
                            "stored " + link(store, folder, "one", bytes).key());
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"BLOB_HALF", "BLOB_WRITTEN", "BLOB_SYNCED", "BLOB_NAMED"})
    void linksOfBeforeAHaltAreWholeAndTheRestCanBeSwept(CrashPoint point) throws Exception {
        byte[] bytes = write("one", 150_000);
        List<String> told = CrashChild.run(Victim.class, point, 5, store.toString(), outside.toString());
        assertThat(told).hasSize(5);
        try (FileBlobs blobs = open()) {
            Set<BlobKey> named = new HashSet<>();
            for (String line : told) {
                BlobKey key = BlobKey.parse(line.split(" ", -1)[1]);
                named.add(key);
                assertThat(Blobs.read(blobs, blobs.refer(key))).isEqualTo(bytes);
            }
            List<BlobKey> orphans = new ArrayList<>();
            blobs.forEach((key, lengthBytes, written, partial) -> {
                if (!named.contains(key)) {
                    orphans.add(key);
                }
            });
            assertThat(orphans).hasSizeLessThanOrEqualTo(1);
            orphans.forEach(blobs::delete);
        }
        assertThat(outside.resolve("one")).hasBinaryContent(bytes);
    }
}
