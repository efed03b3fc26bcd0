package org.isocenter.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileWalkTest {

    @TempDir
    Path folder;

    @Test
    void numbersInNamesAreOrderedByTheirValue() throws IOException {
        for (String name : List.of("IM10", "IM9", "IM009a", "IM1", "A2B10", "A2B9")) {
            Files.createFile(folder.resolve(name));
        }

        assertThat(walk(folder)).containsExactly("A2B9", "A2B10", "IM1", "IM9", "IM009a", "IM10");
    }

    @Test
    void linksInACircleEnd() throws IOException {
        Path inner = Files.createDirectories(folder.resolve("a/b"));
        Files.createFile(inner.resolve("file"));
        Files.createSymbolicLink(inner.resolve("up"), folder);
        Files.createSymbolicLink(folder.resolve("z"), inner);

        assertThat(walk(folder)).containsExactly("file");
    }

    @Test
    void deepFoldersAreWalkedToTheirEnd() throws IOException {
        Path deep = folder;
        for (int i = 0; i < 300; i++) {
            deep = deep.resolve("d");
        }
        Files.createDirectories(deep);
        Files.createFile(deep.resolve("file"));

        assertThat(walk(folder)).containsExactly("file");
    }

    private static List<String> walk(Path folder) {
        List<String> names = new ArrayList<>();
        FileWalk walk = new FileWalk(List.of(folder), (unreadable, e) -> {
            throw new AssertionError(e);
        });
        walk.forEachRemaining(path -> names.add(path.toFile().getName()));
        return names;
    }
}
