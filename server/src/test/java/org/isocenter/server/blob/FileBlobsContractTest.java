package org.isocenter.server.blob;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;

final class FileBlobsContractTest extends BlobStoreContract {
    @TempDir
    private Path folder;

    @Override
    protected BlobStore openStore() {
        return FileBlobs.open(folder, FileBlobsOptions.defaults().withCompactGrace(Duration.ZERO));
    }
}
