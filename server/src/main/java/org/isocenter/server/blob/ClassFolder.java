package org.isocenter.server.blob;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.isocenter.server.telemetry.UnavailableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The folder of a storage class, and the store in it while it is there.
///
/// A disk that is not mounted leaves an empty folder behind, which must not pass for a store with nothing in
/// it, and must not be written into. So the store lies in a folder within, whose name ends with a mark: random
/// digits that are made once, when the class is first used, and remembered elsewhere ([Marks]). That folder is
/// never made again. Where it is not, there is no store, and since every path into it leads through its name, a
/// write that meets an unmounted disk fails instead of landing beside it.
///
/// A store whose folder went away is not gone on with when the folder is back: what it holds open, and the lock by
/// which others know that it lives, may be of a file system that is no more. Writers and readers of it may
/// still be at work and come to the end that the file system gives them, so it is closed with everything else.
final class ClassFolder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClassFolder.class);
    private static final String PREFIX = "isocenter-";

    private final StorageClass storageClass;
    private final FileBlobsOptions options;
    private final Marks marks;
    private final Disk disk = new Disk();
    private final List<FileBlobs> left = new ArrayList<>();
    private volatile @Nullable Path marked;
    private volatile @Nullable FileBlobs open;
    private boolean away;

    ClassFolder(StorageClass storageClass, FileBlobsOptions options, Marks marks) {
        this.storageClass = storageClass;
        this.options = options.withStorageClass(storageClass.name());
        this.marks = marks;
    }

    String name() {
        return storageClass.name();
    }

    /// Whether the class was ever used, as far as this process could find out.
    boolean isUsed() {
        return marked != null;
    }

    /// Calls the store. What fails or is missing because the folder went away meanwhile is said to be away.
    ///
    /// @throws AwayException if the folder is not there
    <T> T call(Function<FileBlobs, T> call) {
        FileBlobs store = require();
        try {
            return call.apply(store);
        } catch (MissingBlobException | UnavailableException failed) {
            require();
            throw failed;
        }
    }

    /// The store.
    ///
    /// @throws AwayException if the folder is not there
    FileBlobs require() {
        FileBlobs store = open;
        Path folder = marked;
        return store != null && folder != null && Files.isDirectory(folder) ? store : look();
    }

    private synchronized FileBlobs look() {
        Path folder = marked;
        try {
            if (folder == null) {
                folder = storageClass.folder().resolve(PREFIX + marks.of(name(), this::begin));
                marked = folder;
            }
            if (!Files.isDirectory(folder)) {
                throw AwayException.storageClass(name());
            }
            FileBlobs store = open == null ? openIn(folder) : open;
            open = store;
            if (away) {
                away = false;
                LOG.info("The folder of storage class {} is there again: {}", name(), folder);
            }
            return store;
        } catch (AwayException gone) {
            leave();
            throw gone;
        }
    }

    private FileBlobs openIn(Path folder) {
        try {
            return FileBlobs.openIn(folder, options, disk);
        } catch (UnavailableException unusable) {
            LOG.debug("The folder of storage class {} cannot be used", name(), unusable);
            throw AwayException.storageClass(name());
        }
    }

    /// Makes the folder in which the store is to lie, within one that is there.
    ///
    /// @return its mark
    private String begin() {
        String mark = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        try {
            Files.createDirectory(storageClass.folder().resolve(PREFIX + mark));
            disk.syncDirectory(storageClass.folder());
        } catch (IOException e) {
            LOG.debug("The folder of storage class {} cannot be used", name(), e);
            throw AwayException.storageClass(name());
        }
        LOG.info("Storage class {} is used for the first time: {}{}", name(), PREFIX, mark);
        return mark;
    }

    private void leave() {
        if (!away) {
            away = true;
            Path folder = marked == null ? storageClass.folder() : marked;
            LOG.warn("The folder of storage class {} is not there or cannot be used: {}", name(), folder);
        }
        if (open != null) {
            left.add(open);
            open = null;
        }
    }

    @Override
    public synchronized void close() {
        if (open != null) {
            left.add(open);
            open = null;
        }
        for (FileBlobs store : left) {
            try {
                store.close();
            } catch (UnavailableException unavailable) {
                LOG.warn("Storage class {} could not be closed in good order", name(), unavailable);
            }
        }
        left.clear();
    }
}
