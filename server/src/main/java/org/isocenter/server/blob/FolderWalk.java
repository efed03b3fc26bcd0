package org.isocenter.server.blob;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// The files below a folder, depth first, each folder in the order of its names: an order that is the same
/// each time, so that a walk can begin behind any file that an earlier one gave.
///
/// However many names a folder has, some ten thousand of them are in memory at a time; for the next ones it
/// is listed again. Symbolic links are told and not followed.
public final class FolderWalk {
    private static final int NAMES_MAX = 50_000;
    private static final int DEPTH_MAX = 200;

    /// What stands at a path.
    public sealed interface Found {
        /// Within the folder.
        String path();

        /// A file.
        record File(String path, long lengthBytes) implements Found {}

        /// What is no file, or cannot be looked at.
        record Other(String path, String reason) implements Found {}
    }

    private final Folder folder;
    private final Deque<Level> open = new ArrayDeque<>();

    FolderWalk(Folder folder, String path, Path place, @Nullable String after) throws IOException {
        this.folder = folder;
        String[] steps = after == null
                ? new String[0]
                : after.substring(path.isEmpty() ? 0 : path.length() + 1).split("/", -1);
        Level level = new Level(path, place, steps.length == 0 ? null : steps[0]);
        open.push(level);
        for (int i = 1; i < steps.length; i++) {
            Path inner = level.find(steps[i - 1]);
            if (inner == null || !Files.isDirectory(inner, LinkOption.NOFOLLOW_LINKS)) {
                return;
            }
            level = new Level(level.pathOf(steps[i - 1]), inner, steps[i]);
            open.push(level);
        }
    }

    public Folder folder() {
        return folder;
    }

    /// The next file, or what else there is that a file might have been; null behind the last one.
    public @Nullable Found next() {
        while (!open.isEmpty()) {
            Level level = open.element();
            String name;
            try {
                name = level.next();
            } catch (IOException unlisted) {
                open.pop();
                return new Found.Other(level.path, "cannot be listed");
            }
            if (name == null) {
                open.pop();
                continue;
            }
            Found found = look(level, name);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /// What stands there, or null where it is a folder, which is entered.
    private @Nullable Found look(Level level, String name) {
        String path = level.pathOf(name);
        Path place = level.find(name);
        BasicFileAttributes attributes;
        try {
            if (place == null) {
                throw new NoSuchFileException(path);
            }
            attributes = Files.readAttributes(place, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException gone) {
            return new Found.Other(path, "is gone, or has a name that is not in the character set of the server");
        } catch (IOException unreadable) {
            return new Found.Other(path, "cannot be looked at");
        }
        if (attributes.isRegularFile()) {
            return new Found.File(path, attributes.size());
        }
        if (attributes.isSymbolicLink()) {
            return new Found.Other(path, "is a symbolic link, which is not followed");
        }
        if (!attributes.isDirectory()) {
            return new Found.Other(path, "is neither a file nor a folder");
        }
        if (open.size() == DEPTH_MAX) {
            return new Found.Other(path, "lies too deep");
        }
        try {
            open.push(new Level(path, place, null));
            return null;
        } catch (IOException unlisted) {
            return new Found.Other(path, "cannot be listed");
        }
    }

    /// A folder that is gone through.
    private static final class Level {
        final String path;
        private final Path place;
        private Deque<String> names;
        private boolean more;
        private @Nullable String last;

        /// @param after the name behind which to begin, or null
        Level(String path, Path place, @Nullable String after) throws IOException {
            this.path = path;
            this.place = place;
            this.last = after;
            this.names = list();
        }

        String pathOf(String name) {
            return path.isEmpty() ? name : path + "/" + name;
        }

        @Nullable
        Path find(String name) {
            try {
                return place.resolve(name);
            } catch (InvalidPathException noPath) {
                return null;
            }
        }

        @Nullable
        String next() throws IOException {
            if (names.isEmpty() && more) {
                names = list();
            }
            String name = names.poll();
            if (name != null) {
                last = name;
            }
            return name;
        }

        /// The first of the names behind the last one.
        private Deque<String> list() throws IOException {
            String after = last;
            more = false;
            PriorityQueue<String> first = new PriorityQueue<>(Collections.reverseOrder());
            try (DirectoryStream<Path> all = Files.newDirectoryStream(place)) {
                for (Path one : all) {
                    String name = one.getFileName().toString();
                    if (after == null || name.compareTo(after) > 0) {
                        first.add(name);
                        if (first.size() > NAMES_MAX) {
                            first.remove();
                            more = true;
                        }
                    }
                }
            } catch (DirectoryIteratorException failed) {
                throw failed.getCause();
            }
            String[] sorted = first.toArray(String[]::new);
            Arrays.sort(sorted);
            return new ArrayDeque<>(Arrays.asList(sorted));
        }
    }
}
