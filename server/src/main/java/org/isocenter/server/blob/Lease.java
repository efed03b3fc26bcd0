package org.isocenter.server.blob;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/// The sign that somebody who writes to the store is alive: a file named after the writer, which the writer
/// keeps locked. The operating system drops the lock when the process ends, however it ends, so no clock is
/// needed to tell a slow writer from a dead one.
///
/// The file gets its name only once it is locked; one that is found unlocked has therefore no owner any more.
final class Lease implements AutoCloseable {
    private static final String SUFFIX = ".writer";

    /// The writers inside this process. Its own locks cannot be asked for: trying and closing would drop them.
    private static final Set<String> HERE = ConcurrentHashMap.newKeySet();

    private final String writer;
    private final Path file;
    private final FileChannel channel;

    private Lease(String writer, Path file, FileChannel channel) {
        this.writer = writer;
        this.file = file;
        this.channel = channel;
    }

    /// Becomes a writer with a name of its own: 16 hexadecimal digits.
    static Lease take(Disk disk, Path folder) throws IOException {
        String writer = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        Path file = folder.resolve(writer + SUFFIX);
        Path unlocked = folder.resolve(writer + SUFFIX + ".new");
        HERE.add(writer);
        FileChannel channel = null;
        boolean taken = false;
        try {
            channel = disk.open(unlocked, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            if (channel.tryLock() == null) {
                throw new IOException("a file made this moment is locked by another process: " + unlocked);
            }
            disk.rename(unlocked, file);
            taken = true;
            return new Lease(writer, file, channel);
        } finally {
            if (!taken) {
                HERE.remove(writer);
                Files.deleteIfExists(unlocked);
                if (channel != null) {
                    channel.close();
                }
            }
        }
    }

    String writer() {
        return writer;
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
        channel.close();
        HERE.remove(writer);
    }

    /// Tells living writers from dead ones. Each is asked once, so an instance serves one pass over the store.
    static final class Roll {
        private final Path folder;
        private final Map<String, Boolean> known = new HashMap<>();

        Roll(Path folder) {
            this.folder = folder;
        }

        boolean isAlive(String writer) throws IOException {
            Boolean alive = known.get(writer);
            if (alive == null) {
                alive = HERE.contains(writer) || isLocked(folder.resolve(writer + SUFFIX));
                known.put(writer, alive);
            }
            return alive;
        }

        /// Removes the files of writers that are gone.
        void clean() throws IOException {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
                for (Path file : files) {
                    String name = file.getFileName().toString();
                    if (!isAlive(name.substring(0, name.length() - SUFFIX.length()))) {
                        Files.deleteIfExists(file);
                    }
                }
            }
        }

        private static boolean isLocked(Path file) throws IOException {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                    FileLock lock = channel.tryLock()) {
                return lock == null;
            } catch (NoSuchFileException e) {
                return false;
            } catch (OverlappingFileLockException | ClosedChannelException e) {
                return true;
            }
        }
    }
}
