package org.isocenter.server.blob;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// The folders of blobs that have a file of their own: 65,536 in two levels, so that none grows large. All
/// blobs of a while go into the same drawer, chosen by chance, because names in one folder are made durable
/// by one sync.
final class Drawers {
    private static final int BLOBS_PER_TURN = 1024;

    /// One folder of blobs.
    ///
    /// @param name its four digits
    record Drawer(String name, Path folder, SharedSync names) {}

    private final Disk disk;
    private final Path root;
    private @Nullable Drawer current;
    private int turnsLeft;

    Drawers(Disk disk, Path root) {
        this.disk = disk;
        this.root = root;
    }

    /// The drawer to put the next blob into. It exists durably.
    synchronized Drawer next() throws IOException {
        Drawer drawer = current;
        if (drawer == null || turnsLeft == 0) {
            drawer = pull(HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong(), 4));
            current = drawer;
            turnsLeft = BLOBS_PER_TURN;
        }
        turnsLeft--;
        return drawer;
    }

    private Drawer pull(String name) throws IOException {
        Path half = root.resolve(name.substring(0, 2));
        Path folder = half.resolve(name.substring(2));
        Uninterrupted.run(() -> {
            disk.createDirectory(half);
            disk.createDirectory(folder);
            disk.syncDirectory(half);
            disk.syncDirectory(root);
        });
        return new Drawer(name, folder, new SharedSync(() -> disk.syncDirectory(folder)));
    }

    Path folder(BlobKey key) {
        String name = key.fileName();
        return root.resolve(name.substring(0, 2)).resolve(name.substring(2, 4));
    }

    Path file(BlobKey key) {
        return folder(key).resolve(key.fileName());
    }
}
