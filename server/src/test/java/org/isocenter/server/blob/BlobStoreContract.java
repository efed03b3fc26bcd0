package org.isocenter.server.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What holds for every store.
public abstract class BlobStoreContract {
    private BlobStore store;

    protected abstract BlobStore openStore();

    @BeforeEach
    void open() {
        store = openStore();
    }

    @AfterEach
    void close() {
        store.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 10_000, 131_071, 131_072, 131_073, 262_143, 262_144, 262_145, 525_000, 1_048_576})
    void aStoredBlobIsReadBackBitExactInEveryWay(int length) throws IOException {
        byte[] bytes = Blobs.bytes(length, length);
        BlobRef ref = Blobs.store(store, bytes);

        assertThat(ref.lengthBytes()).isEqualTo(length);
        try (BlobReader reader = store.open(ref);
                InputStream stream = reader.stream(0, length)) {
            assertThat(reader.lengthBytes()).isEqualTo(length);
            assertThat(reader.bytes(0, length)).isEqualTo(bytes);
            assertThat(stream.readAllBytes()).isEqualTo(bytes);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            reader.transfer(0, length, slice -> copy(slice, out));
            assertThat(out.toByteArray()).isEqualTo(bytes);
        }
    }

    private static void copy(ByteBuffer from, ByteArrayOutputStream to) {
        byte[] bytes = new byte[from.remaining()];
        from.get(bytes);
        to.writeBytes(bytes);
    }

    @Test
    void anyRangeIsReadBackAndNoneOutside() throws IOException {
        byte[] bytes = Blobs.bytes(1, 500_000);
        long seed = System.nanoTime();
        System.out.println("ranges by seed " + seed);
        Random random = new Random(seed);
        for (int length : new int[] {100, 200_000, 500_000}) {
            byte[] blob = java.util.Arrays.copyOf(bytes, length);
            try (BlobReader reader = store.open(Blobs.store(store, blob))) {
                for (int i = 0; i < 50; i++) {
                    int from = random.nextInt(length + 1);
                    int to = from + random.nextInt(length - from + 1);
                    byte[] expected = java.util.Arrays.copyOfRange(blob, from, to);
                    assertThat(reader.bytes(from, to - from)).isEqualTo(expected);
                    try (InputStream stream = reader.stream(from, to - from)) {
                        assertThat(stream.readAllBytes()).isEqualTo(expected);
                    }
                }
                assertThatThrownBy(() -> reader.bytes(length, 1)).isInstanceOf(IndexOutOfBoundsException.class);
                assertThatThrownBy(() -> reader.transfer(-1, 1, slice -> {}))
                        .isInstanceOf(IndexOutOfBoundsException.class);
                assertThatThrownBy(() -> reader.stream(1, Long.MAX_VALUE))
                        .isInstanceOf(IndexOutOfBoundsException.class);
            }
        }
    }

    @Test
    void aReferenceCarriesTheDigestsOfTheBytes() throws Exception {
        byte[] bytes = Blobs.bytes(2, 300_000);
        BlobRef ref = Blobs.store(store, bytes);

        assertThat(ref.sha256()).isEqualTo(MessageDigest.getInstance("SHA-256").digest(bytes));
        ByteBuffer crcs = ByteBuffer.wrap(ref.chunkCrc32c());
        for (int at = 0; at < bytes.length; at += BlobRef.CHUNK_BYTES) {
            CRC32C crc = new CRC32C();
            crc.update(bytes, at, Math.min(BlobRef.CHUNK_BYTES, bytes.length - at));
            assertThat(crcs.getInt()).isEqualTo((int) crc.getValue());
        }
        assertThat(crcs.hasRemaining()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5_000, 525_000})
    void aReferenceCanBeFormedAnewFromTheKey(int length) {
        BlobRef ref = Blobs.store(store, Blobs.bytes(3, length));

        assertThat(store.refer(BlobKey.parse(ref.key().toString()))).isEqualTo(ref);
    }

    @ParameterizedTest
    @ValueSource(ints = {5_000, 525_000})
    void aDeletedBlobIsGoneAndDeletingItAgainChangesNothing(int length) {
        BlobRef ref = Blobs.store(store, Blobs.bytes(4, length));
        BlobRef other = Blobs.store(store, Blobs.bytes(5, length));
        assertThat(store.exists(ref.key())).isTrue();

        store.delete(ref.key());
        store.delete(ref.key());

        assertThat(store.exists(ref.key())).isFalse();
        assertThatThrownBy(() -> store.open(ref)).isInstanceOf(MissingBlobException.class);
        assertThatThrownBy(() -> store.refer(ref.key())).isInstanceOf(MissingBlobException.class);
        assertThat(list()).containsOnlyKeys(other.key());
        assertThat(Blobs.read(store, other)).isEqualTo(Blobs.bytes(5, length));
    }

    @Test
    void keysThatWereNeverStoredAreMissingAndDeletingThemIsAllowed() {
        for (String text : List.of("f" + "0".repeat(32), "p" + "0".repeat(24) + "00000020" + "00000001")) {
            BlobKey key = BlobKey.parse(text);
            BlobRef ref = new BlobRef(key, 1, new byte[32], new byte[4]);
            assertThat(store.exists(key)).isFalse();
            store.delete(key);
            assertThatThrownBy(() -> store.open(ref)).isInstanceOf(MissingBlobException.class);
        }
        assertThat(list()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {5_000, 525_000})
    void aReaderThatIsOpenGoesOnAfterTheBlobIsDeleted(int length) {
        BlobRef ref = Blobs.store(store, Blobs.bytes(6, length));
        try (BlobReader reader = store.open(ref)) {
            store.delete(ref.key());
            assertThat(reader.bytes(0, length)).isEqualTo(Blobs.bytes(6, length));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5_000, 525_000})
    void whatIsNotStoredIsNeverVisible(int length) {
        byte[] bytes = Blobs.bytes(7, length);
        try (BlobWriter writer = store.write(store.classes().getLast())) {
            writer.write(bytes, 0, length);
        }
        Blobs.finish(store, bytes).discard();
        try (BlobWriter writer = store.write(store.classes().getLast())) {
            writer.write(bytes, 0, length);
            assertThat(list()).isEmpty();
            PendingBlob pending = writer.finish();
            assertThat(list()).isEmpty();
            pending.store();
            assertThat(list()).hasSize(1);
            pending.discard();
        }
        assertThat(list()).hasSize(1);
    }

    @Test
    void everyBlobIsListedWithItsLength() {
        Map<BlobKey, Long> expected = new HashMap<>();
        for (int length : new int[] {0, 1, 300, 10_000, 10_000, 262_144, 262_145, 600_000}) {
            BlobRef ref = Blobs.store(store, Blobs.bytes(length, length));
            expected.put(ref.key(), ref.lengthBytes());
        }
        assertThat(list()).isEqualTo(expected);
    }

    @Test
    void compactingWithNothingToGainKeepsEverything() {
        BlobRef small = Blobs.store(store, Blobs.bytes(8, 5_000));
        BlobRef large = Blobs.store(store, Blobs.bytes(9, 525_000));
        List<Moved> moves = new ArrayList<>();

        store.compact(moves::addAll);

        assertThat(moves).isEmpty();
        assertThat(list()).containsOnlyKeys(small.key(), large.key());
    }

    @Test
    void misuseIsRefused() {
        byte[] bytes = new byte[10];
        BlobWriter writer = store.write(store.classes().getLast());
        assertThatThrownBy(() -> writer.write(bytes, 5, 6)).isInstanceOf(IndexOutOfBoundsException.class);
        PendingBlob pending = writer.finish();
        assertThatThrownBy(() -> writer.write(bytes, 0, 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(writer::finish).isInstanceOf(IllegalStateException.class);
        pending.store();
        assertThatThrownBy(pending::store).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aHealthyStorePassesTheProbeAndKeepsNothingOfIt() {
        store.probe(store.classes().getLast());
        assertThat(list()).isEmpty();
    }

    private Map<BlobKey, Long> list() {
        Map<BlobKey, Long> lengths = new HashMap<>();
        store.forEach((key, lengthBytes, written, partial) -> {
            assertThat(partial).isFalse();
            assertThat(lengths.put(key, lengthBytes)).isNull();
        });
        return lengths;
    }
}
