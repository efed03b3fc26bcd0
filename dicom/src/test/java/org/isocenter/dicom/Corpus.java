package org.isocenter.dicom;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Real files to test with: those in the folder that the system property `corpus` names, or in
/// `shared/corpus` beside the repository.
public final class Corpus {
    private Corpus() {}

    /// All files, in order; the test is skipped where there are none.
    public static List<Path> files() throws IOException {
        Path folder = folder();
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().startsWith("README"))
                    .sorted()
                    .toList();
        }
    }

    /// One file; the test is skipped where there is no corpus.
    public static byte[] bytes(String file) throws IOException {
        return Files.readAllBytes(folder().resolve(file));
    }

    public static Path folder() {
        String named = System.getProperty("corpus");
        Path folder = named == null ? find() : Path.of(named);
        assumeTrue(Files.isDirectory(folder), "no corpus of real files beside the repository");
        return folder;
    }

    private static Path find() {
        Path last = Path.of("shared", "corpus");
        for (Path up = Path.of("").toAbsolutePath(); up != null; up = up.getParent()) {
            Path candidate = up.resolve(last);
            if (Files.isDirectory(candidate)) {
                return candidate;
            }
        }
        return last;
    }
}
