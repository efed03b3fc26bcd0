package org.isocenter.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The files under some paths, folder by folder, in the order a person would list them: `IM9` before `IM10`.
///
/// Symbolic links are followed, and no folder is entered twice, so that links in a circle do no harm.
final class FileWalk implements Iterator<Path> {

    private final Deque<Iterator<Path>> open = new ArrayDeque<>();
    private final Set<Path> entered = new HashSet<>();
    private final BiConsumer<Path, IOException> unreadable;
    private @Nullable Path upcoming;

    /// @param unreadable told of every folder that cannot be listed
    FileWalk(List<Path> paths, BiConsumer<Path, IOException> unreadable) {
        open.push(paths.iterator());
        this.unreadable = unreadable;
    }

    @Override
    public boolean hasNext() {
        while (upcoming == null && !open.isEmpty()) {
            Iterator<Path> folder = open.element();
            if (!folder.hasNext()) {
                open.pop();
                continue;
            }
            Path path = folder.next();
            if (Files.isDirectory(path)) {
                enter(path);
            } else if (Files.isRegularFile(path)) {
                upcoming = path;
            }
        }
        return upcoming != null;
    }

    @Override
    public Path next() {
        if (!hasNext() || upcoming == null) {
            throw new NoSuchElementException();
        }
        Path path = upcoming;
        upcoming = null;
        return path;
    }

    private void enter(Path folder) {
        try {
            if (!entered.add(folder.toRealPath())) {
                return;
            }
            try (Stream<Path> listing = Files.list(folder)) {
                List<Path> children = new ArrayList<>(listing.toList());
                children.sort((a, b) -> compareNaturally(nameOf(a), nameOf(b)));
                open.push(children.iterator());
            }
        } catch (IOException e) {
            unreadable.accept(folder, e);
        }
    }

    private static String nameOf(Path path) {
        Path name = path.getFileName();
        return name == null ? "" : name.toString();
    }

    /// Compares runs of digits by their value and everything else letter by letter.
    static int compareNaturally(String a, String b) {
        int i = 0;
        int j = 0;
        while (i < a.length() && j < b.length()) {
            if (isDigit(a.charAt(i)) && isDigit(b.charAt(j))) {
                int endA = endOfDigits(a, i);
                int endB = endOfDigits(b, j);
                int order = compareNumbers(a.substring(i, endA), b.substring(j, endB));
                if (order != 0) {
                    return order;
                }
                i = endA;
                j = endB;
            } else {
                int order = Character.compare(a.charAt(i), b.charAt(j));
                if (order != 0) {
                    return order;
                }
                i++;
                j++;
            }
        }
        int order = Integer.compare(a.length() - i, b.length() - j);
        return order != 0 ? order : a.compareTo(b);
    }

    private static int compareNumbers(String a, String b) {
        String trimmedA = a.replaceFirst("^0+", "");
        String trimmedB = b.replaceFirst("^0+", "");
        return trimmedA.length() != trimmedB.length()
                ? Integer.compare(trimmedA.length(), trimmedB.length())
                : trimmedA.compareTo(trimmedB);
    }

    private static int endOfDigits(String text, int start) {
        int end = start;
        while (end < text.length() && isDigit(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
