package org.isocenter.server.blob;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Files that are there, durably and by their final names, before there is anything to put into them.
///
/// Making a file and making its name durable costs more than writing half a megabyte into it, the more so with many
/// writers, who wait for the journal of the file system one after another. So names are made many at a time, with
/// one sync of their folder, and a blob then costs the sync of its bytes and nothing else. A blank has no bytes, and
/// no row ever names one that has not been filled and synced.
final class Blanks {
    private static final Logger LOG = LoggerFactory.getLogger(Blanks.class);
    private static final int BATCH = 32;

    /// Blanks that have waited longer are given up, before the sweep of another process can take them for remains.
    private static final long FRESH_NANOS = 600_000_000_000L;

    /// A file to be filled by whoever has taken it.
    record Blank(BlobKey key, Path path, FileChannel channel, long madeNanos) {}

    private final String storageClass;
    private final Disk disk;
    private final Drawers drawers;
    private final Deque<Blank> ready = new ArrayDeque<>();
    private final Set<Path> held = ConcurrentHashMap.newKeySet();

    Blanks(String storageClass, Disk disk, Drawers drawers) {
        this.storageClass = storageClass;
        this.disk = disk;
        this.drawers = drawers;
    }

    /// A blank of one's own.
    synchronized Blank take() throws IOException {
        while (true) {
            if (ready.isEmpty()) {
                fill();
            }
            Blank blank = ready.remove();
            if (System.nanoTime() - blank.madeNanos < FRESH_NANOS) {
                return blank;
            }
            discard(blank);
        }
    }

    private void fill() throws IOException {
        List<Blank> made = new ArrayList<>(BATCH);
        boolean durable = false;
        try {
            Set<Drawers.Drawer> folders = new LinkedHashSet<>();
            for (int i = 0; i < BATCH; i++) {
                Drawers.Drawer drawer = drawers.next();
                folders.add(drawer);
                made.add(make(drawer));
            }
            for (Drawers.Drawer folder : folders) {
                folder.names().sync();
            }
            ready.addAll(made);
            durable = true;
        } finally {
            if (!durable) {
                made.forEach(this::discard);
            }
        }
    }

    private Blank make(Drawers.Drawer drawer) throws IOException {
        BlobKey key = BlobKey.newFile(storageClass, drawer.name());
        Path path = drawers.file(key);
        held.add(path);
        try {
            FileChannel channel = disk.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            return new Blank(key, path, channel, System.nanoTime());
        } catch (IOException e) {
            held.remove(path);
            throw e;
        }
    }

    /// Whether a file is a blank or being filled, by this process.
    boolean holds(Path file) {
        return held.contains(file);
    }

    /// The blank has become a blob.
    void filled(Blank blank) {
        held.remove(blank.path);
    }

    /// Removes a blank, and whatever has been put into it. What cannot be removed is left to the sweep.
    void discard(Blank blank) {
        try {
            blank.channel.close();
        } catch (IOException e) {
            LOG.warn("The unfinished blob {} could not be closed: {}", blank.path, e.toString());
        }
        try {
            disk.delete(blank.path);
        } catch (IOException e) {
            LOG.warn("The file {} could not be removed and is left to the sweep: {}", blank.path, e.toString());
        }
        held.remove(blank.path);
    }

    synchronized void close() {
        ready.forEach(this::discard);
        ready.clear();
    }
}
