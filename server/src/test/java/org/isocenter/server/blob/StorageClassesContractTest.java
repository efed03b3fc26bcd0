package org.isocenter.server.blob;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/// The contract for a class beside `standard`.
final class StorageClassesContractTest extends BlobStoreContract {
    @TempDir
    private Path folder;

    @Override
    protected BlobStore openStore() {
        Path cheap = folder.resolve("cheap");
        try {
            Files.createDirectories(cheap);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return StorageClasses.open(
                folder.resolve("blobs"),
                List.of(new StorageClass("cheap", cheap)),
                (name, first) -> first.get(),
                FileBlobsOptions.defaults().withCompactGrace(Duration.ZERO));
    }
}
