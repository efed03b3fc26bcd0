package org.isocenter.server.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import org.isocenter.server.telemetry.UnavailableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FaultyBlobsTest extends BlobStoreContract {
    @TempDir
    private Path folder;

    @Override
    protected BlobStore openStore() {
        return new FaultyBlobs(
                FileBlobs.open(folder, FileBlobsOptions.defaults().withCompactGrace(Duration.ZERO)));
    }

    @Test
    void theChosenCallFailsOnceAndTheNextOneDoesNot() {
        try (FaultyBlobs store = (FaultyBlobs) openStore()) {
            for (FaultyBlobs.Fault fault : FaultyBlobs.Fault.values()) {
                store.failOnce(FaultyBlobs.Operation.STORE, fault, 2);
                Blobs.store(store, new byte[10]);
                assertThat(store.hasFailed()).isFalse();
                assertThatThrownBy(() -> Blobs.store(store, new byte[10])).isInstanceOf(UnavailableException.class);
                assertThat(store.hasFailed()).isTrue();
                Blobs.store(store, new byte[10]);
            }
        }
    }

    @Test
    void aLostAnswerHasHadItsEffect() {
        try (FaultyBlobs store = (FaultyBlobs) openStore()) {
            BlobRef ref = Blobs.store(store, new byte[10]);
            store.failForGood(FaultyBlobs.Operation.DELETE, FaultyBlobs.Fault.LOSE_ANSWER, 1);
            assertThatThrownBy(() -> store.delete(ref.key())).isInstanceOf(UnavailableException.class);
            assertThatThrownBy(() -> store.delete(ref.key())).isInstanceOf(UnavailableException.class);
            assertThat(store.exists(ref.key())).isFalse();
            store.heal();
            store.delete(ref.key());
        }
    }
}
