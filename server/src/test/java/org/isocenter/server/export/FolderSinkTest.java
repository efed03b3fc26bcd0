package org.isocenter.server.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.isocenter.server.telemetry.RemoteUnavailableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FolderSinkTest {
    @TempDir
    private Path root;

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void aFileTakesThePlaceOfTheOneBeforeWhenItIsWhole() throws IOException {
        try (FolderSink sink = new FolderSink("nas", root)) {
            sink.put("1/results/a.dcm", out -> out.write(new byte[] {1, 2, 3}));
            sink.put("1/results/a.dcm", out -> {
                out.write(4);
                out.close();
            });
            assertThatThrownBy(() -> sink.put("1/results/a.dcm", out -> {
                        out.write(new byte[1 << 20]);
                        throw new IOException("no more");
                    }))
                    .isInstanceOf(IOException.class)
                    .hasMessage("no more");
            sink.settle();
        }
        assertThat(Files.readAllBytes(root.resolve("1/results/a.dcm"))).containsExactly(4);
        assertThat(files()).containsExactly("1/results/a.dcm");
    }

    @Test
    void whatDeadAttemptsHaveLeftIsTakenAway() throws IOException {
        Path left = Files.createDirectories(root.resolve("1/.partial")).resolve("0b1c");
        Files.write(left, new byte[] {1});
        try (FolderSink sink = new FolderSink("nas", root)) {
            sink.put("2/results/a.dcm", out -> out.write(2));
            sink.put("1/results/a.dcm", out -> out.write(1));
            sink.tidy("1");
            sink.tidy("1");
            sink.settle();
        }
        assertThat(files()).containsExactly("1/results/a.dcm", "2/results/a.dcm");
        assertThat(root.resolve("1/.partial")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "../a", "a/../b", "/a", "a//b", "a/.partial/b", "a/b\u0000", "a\\..\\b", "a/ b"})
    void pathsThatLeadElsewhereAreNoneOfAnExport(String path) throws IOException {
        try (FolderSink sink = new FolderSink("nas", root)) {
            assertThatThrownBy(() -> sink.put(path, out -> out.write(1))).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void aFolderThatIsNotThereIsNotMade() {
        Path gone = root.resolve("gone");
        try (FolderSink sink = new FolderSink("nas", gone)) {
            assertThatThrownBy(() -> sink.put("1/a", out -> out.write(1)))
                    .isInstanceOf(RemoteUnavailableException.class)
                    .hasMessageContaining("nas");
        }
        assertThat(gone).doesNotExist();
    }
}
