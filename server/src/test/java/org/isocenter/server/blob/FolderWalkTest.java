package org.isocenter.server.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.isocenter.server.blob.FolderWalk.Found;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FolderWalkTest {
    @TempDir
    private Path root;

    private Folder folder;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = new Folder("f", Files.createDirectories(root.resolve("f")));
    }

    private void write(String path) throws IOException {
        Path file = root.resolve("f").resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, path, StandardCharsets.UTF_8);
    }

    private List<String> walk(String path, @Nullable String after) throws IOException {
        List<String> found = new ArrayList<>();
        FolderWalk walk = folder.walk(path, after);
        for (Found next = walk.next(); next != null; next = walk.next()) {
            found.add(next.path());
        }
        return found;
    }

    @Test
    void filesComeByNameAndDepthFirst() throws IOException {
        for (String path : List.of("b", "a/2", "a/1/z", "a/1/y", "a.dcm", "c/d/e/f", "Z", "é/ü")) {
            write(path);
        }
        Files.createDirectories(root.resolve("f/empty/empty"));
        assertThat(walk("", null)).containsExactly("Z", "a/1/y", "a/1/z", "a/2", "a.dcm", "b", "c/d/e/f", "é/ü");
        assertThat(walk("a", null)).containsExactly("a/1/y", "a/1/z", "a/2");
        assertThat(walk("a", "a/1/z")).containsExactly("a/2");
    }

    @Test
    void aWalkBeginsBehindAnyFileOfAnother() throws IOException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 120; i++) {
            StringBuilder path = new StringBuilder();
            for (int depth = random.nextInt(4); depth >= 0; depth--) {
                path.append((char) ('a' + random.nextInt(5))).append(depth == 0 ? ".f" : "/");
            }
            write(path.toString());
        }
        List<String> all = walk("", null);
        assertThat(new TreeSet<>(all)).as("seed " + seed).hasSize(all.size());
        for (int i = 0; i < all.size(); i++) {
            assertThat(walk("", all.get(i))).as("seed " + seed).isEqualTo(all.subList(i + 1, all.size()));
        }
        for (int i = 0; i < 10; i++) {
            // What it would begin behind need not be there any more.
            int at = random.nextInt(all.size());
            Files.deleteIfExists(root.resolve("f").resolve(all.get(at)));
            List<String> left = walk("", null);
            List<String> behind = all.subList(at + 1, all.size()).stream()
                    .filter(left::contains)
                    .toList();
            assertThat(walk("", all.get(at))).as("seed " + seed).isEqualTo(behind);
        }
    }

    @Test
    void aFolderThatIsGoneSinceIsPassedOver() throws IOException {
        write("a/b/c/1");
        write("a/d");
        write("e");
        Files.delete(root.resolve("f/a/b/c/1"));
        Files.delete(root.resolve("f/a/b/c"));
        Files.delete(root.resolve("f/a/b"));
        assertThat(walk("", "a/b/c/1")).containsExactly("a/d", "e");
    }

    @Test
    void moreNamesThanAreKeptComeInOrder() throws IOException {
        Path large = Files.createDirectories(root.resolve("f/large"));
        int count = 60_000;
        for (int i = 0; i < count; i++) {
            Files.createFile(large.resolve("%06d".formatted((i * 7_919L) % count)));
        }
        List<String> found = walk("", null);
        assertThat(found).hasSize(count).isSorted();
        assertThat(walk("large", "large/055000")).hasSize(4_999);
    }

    @Test
    void i04whatIsNoFileIsTold() throws Exception {
        write("a");
        write("b/c");
        Files.createSymbolicLink(root.resolve("f/link"), Path.of("a"));
        Files.createSymbolicLink(root.resolve("f/round"), Path.of("."));
        new ProcessBuilder("mkfifo", root.resolve("f/pipe").toString()).start().waitFor();
        List<Found> found = new ArrayList<>();
        FolderWalk walk = folder.walk("", null);
        for (Found next = walk.next(); next != null; next = walk.next()) {
            found.add(next);
        }
        assertThat(found)
                .filteredOn(Found.File.class::isInstance)
                .extracting(Found::path)
                .containsExactly("a", "b/c");
        assertThat(found)
                .filteredOn(Found.Other.class::isInstance)
                .extracting(Found::path)
                .containsExactly("link", "pipe", "round");
        assertThatThrownBy(() -> folder.read("pipe")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> folder.read("link")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> folder.read("round/a")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> folder.read("b")).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/etc", "..", "a/..", "../f", "a//b", "a/", ".", "a/.", "a\\b", "\0", "//"})
    void aPathLeadsDownwards(String path) {
        assertThat(Folder.isPath(path)).isFalse();
    }
}
