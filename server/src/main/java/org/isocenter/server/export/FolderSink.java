package org.isocenter.server.export;

import java.io.BufferedOutputStream;
import java.io.File;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.isocenter.server.objects.RefusedException;
import org.isocenter.server.telemetry.RemoteUnavailableException;

/// A folder that the server can write to. A file is written under another name, synced, and renamed, so that
/// whoever looks into the folder meets whole files alone.
final class FolderSink implements ObjectSink {
    private static final int BUFFER_BYTES = 256 << 10;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*");

    /// Below the first folder of a path: what is not whole yet.
    private static final String PARTIAL = ".partial";

    private final String name;
    private final Path root;

    /// Folders with new names that may not be durable yet.
    private final Set<Path> unsynced = new LinkedHashSet<>();

    /// @param name of the destination
    FolderSink(String name, Path root) {
        this.name = name;
        this.root = root.toAbsolutePath().normalize();
    }

    @Override
    public void put(String path, Content content) throws IOException {
        List<String> names = List.of(path.split("/"));
        if (!names.stream().allMatch(one -> NAME.matcher(one).matches())) {
            throw new IllegalArgumentException("no path of an export: " + path);
        }
        Path file = root.resolve(path);
        Path partial = root.resolve(names.getFirst())
                .resolve(PARTIAL)
                .resolve(UUID.randomUUID().toString());
        make(file.resolveSibling(""));
        make(partial.resolveSibling(""));
        boolean whole = false;
        try {
            write(partial, content);
            rename(partial, file);
            whole = true;
        } finally {
            if (!whole) {
                remove(partial);
            }
        }
        noteUnsynced(file.resolveSibling(""));
    }

    private void make(Path folder) {
        try {
            if (!Files.isDirectory(root)) {
                throw new RemoteUnavailableException("the folder of destination " + name + " is not there", null);
            }
            Files.createDirectories(folder);
        } catch (IOException failed) {
            throw failure(failed);
        }
    }

    private void write(Path partial, Content content) throws IOException {
        try (FileChannel channel = open(partial);
                Guarded out = new Guarded(new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES))) {
            content.writeTo(out);
            out.flush();
            sync(channel);
        }
    }

    private FileChannel open(Path partial) {
        try {
            return FileChannel.open(partial, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (IOException failed) {
            throw failure(failed);
        }
    }

    private void sync(FileChannel channel) {
        try {
            channel.force(true);
        } catch (IOException failed) {
            throw failure(failed);
        }
    }

    private void rename(Path from, Path to) {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failed) {
            throw failure(failed);
        }
    }

    private static void remove(Path partial) throws IOException {
        Files.deleteIfExists(partial);
    }

    /// Together with the folders above, which may be new as well.
    private void noteUnsynced(Path folder) {
        synchronized (unsynced) {
            for (Path one = folder; one != null && one.startsWith(root); one = one.getParent()) {
                unsynced.add(one);
            }
        }
    }

    /// Others wait meanwhile: what they have put may be among it.
    @Override
    public void settle() {
        synchronized (unsynced) {
            // Windows has no such call, and its file system journals names itself.
            for (Path folder : File.separatorChar == '/' ? unsynced : Set.<Path>of()) {
                try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                    channel.force(true);
                } catch (IOException failed) {
                    throw failure(failed);
                }
            }
            unsynced.clear();
        }
    }

    @Override
    public void tidy(String folder) {
        Path partial = root.resolve(folder).resolve(PARTIAL);
        if (!Files.isDirectory(partial)) {
            return;
        }
        try (Stream<Path> left = Files.list(partial)) {
            for (Path file : left.toList()) {
                Files.deleteIfExists(file);
            }
            Files.delete(partial);
        } catch (IOException failed) {
            throw failure(failed);
        }
    }

    @Override
    public String address(String path) {
        return path;
    }

    private RuntimeException failure(IOException failed) {
        return failed instanceof AccessDeniedException
                ? new RefusedException("the server may not write to the folder of destination " + name)
                : new RemoteUnavailableException("the folder of destination " + name + " cannot be written to", failed);
    }

    @Override
    public void close() {
        // Nothing is open between two files.
    }

    /// Tells what fails here from what fails in the content.
    private final class Guarded extends FilterOutputStream {
        Guarded(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int one) {
            try {
                out.write(one);
            } catch (IOException failed) {
                throw failure(failed);
            }
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            try {
                out.write(bytes, offset, length);
            } catch (IOException failed) {
                throw failure(failed);
            }
        }

        @Override
        public void flush() {
            try {
                out.flush();
            } catch (IOException failed) {
                throw failure(failed);
            }
        }

        /// The channel is closed by whoever has opened it, when all is synced.
        @Override
        public void close() {
            flush();
        }
    }
}
