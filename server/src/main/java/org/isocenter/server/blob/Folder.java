package org.isocenter.server.blob;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// A folder beside the store: what is below it can be read, and is never written.
///
/// A path within it is a text of names parted by `/`, none of which leads upwards. Whatever is opened lies
/// below the folder indeed: where a symbolic link stands on the way to it, it is not opened.
public final class Folder {
    private final String name;
    private final Path root;

    public Folder(String name, Path root) {
        this.name = name;
        this.root = root;
    }

    public String name() {
        return name;
    }

    /// Whether a text is a path within some folder; the empty text is the folder itself.
    public static boolean isPath(String path) {
        if (path.isEmpty()) {
            return true;
        }
        for (String step : path.split("/", -1)) {
            if (step.isEmpty() || step.equals(".") || step.equals("..") || step.indexOf('\\') >= 0 || !isName(step)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isName(String step) {
        try {
            Path one = Path.of(step);
            return !one.isAbsolute()
                    && one.getNameCount() == 1
                    && one.toString().equals(step);
        } catch (InvalidPathException noPath) {
            return false;
        }
    }

    /// Whether there is a folder at this path within, and no symbolic link on the way to it.
    public boolean holds(String path) {
        try {
            return Files.isDirectory(locate(path), LinkOption.NOFOLLOW_LINKS);
        } catch (IOException notThere) {
            return false;
        }
    }

    /// Goes through all files below a path.
    ///
    /// @param after behind which of them to begin, as the walk gave it, or null for the first
    /// @throws IOException if the folder at the path cannot be listed
    public FolderWalk walk(String path, @Nullable String after) throws IOException {
        return new FolderWalk(this, path, locate(path), after);
    }

    /// The bytes of a file, from its beginning.
    ///
    /// @throws NoSuchFileException if there is no regular file at this path
    public InputStream read(String path) throws IOException {
        return Channels.newInputStream(open(path));
    }

    /// Opens a file for reading.
    ///
    /// @throws NoSuchFileException if there is no regular file at this path
    FileChannel open(String path) throws IOException {
        Path file = locate(path);
        // Opening a pipe would wait for somebody who writes into it.
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new NoSuchFileException(path, null, "is no regular file");
        }
        return FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    }

    private Path locate(String path) throws IOException {
        Path real = root.toRealPath();
        if (path.isEmpty()) {
            return real;
        }
        Path file;
        try {
            file = real.resolve(path);
        } catch (InvalidPathException noPath) {
            throw new NoSuchFileException(path, null, "is no path");
        }
        if (!file.toRealPath().equals(file)) {
            throw new NoSuchFileException(path, null, "a symbolic link leads there");
        }
        return file;
    }
}
