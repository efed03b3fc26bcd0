package org.isocenter.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Holds the pages to the repository.
class DocsTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*]\\(([^)\\s]+)\\)");
    private static final Pattern FENCE = Pattern.compile("(?ms)^```.*?^```$");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.*?) *$");
    private static final Pattern PROBLEM = Pattern.compile("new (?:Refusal|Problem)\\(\\s*(\\d{3}),\\s*\"([a-z-]+)\"");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z-]+)` \\| (\\d{3}) \\|");

    @Test
    void everyRelativeLinkLeadsSomewhere() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path page : pages()) {
            String text = FENCE.matcher(Files.readString(page)).replaceAll("");
            LINK.matcher(text)
                    .results()
                    .map(link -> link.group(1))
                    .filter(target -> !target.matches("[a-z]+:.*"))
                    .filter(target -> !leads(page, target))
                    .forEach(target -> broken.add(ROOT.relativize(page) + " -> " + target));
        }

        assertThat(broken).isEmpty();
    }

    @Test
    void everyProblemHasItsRowAndEveryRowItsProblem() throws IOException {
        TreeMap<String, String> thrown = new TreeMap<>();
        try (Stream<Path> sources = Files.walk(ROOT.resolve("server/src/main/java"))) {
            for (Path source :
                    sources.filter(file -> file.toString().endsWith(".java")).toList()) {
                PROBLEM.matcher(Files.readString(source))
                        .results()
                        .forEach(problem -> thrown.put(problem.group(2), problem.group(1)));
            }
        }
        TreeMap<String, String> told = new TreeMap<>();
        ROW.matcher(Files.readString(ROOT.resolve("docs/reference/problems.md")))
                .results()
                .forEach(row -> told.put(row.group(1), row.group(2)));

        assertThat(thrown).hasSizeGreaterThan(20);
        assertThat(told).isEqualTo(thrown);
    }

    @Test
    void everyVersionOfTheChangelogHasItsBins() throws IOException {
        String changelog = Files.readString(ROOT.resolve("CHANGELOG.md"));
        List<String> versions = List.of(changelog.split("(?m)^## "));

        assertThat(versions).hasSizeGreaterThan(1);
        assertThat(versions.subList(1, versions.size()))
                .allSatisfy(version ->
                        assertThat(version).containsSubsequence("### Safety", "### Features", "### Internals"));
    }

    private static boolean leads(Path page, String target) {
        int hash = target.indexOf('#');
        String path = hash < 0 ? target : target.substring(0, hash);
        Path file = path.isEmpty() ? page : page.resolveSibling(path).normalize();
        if (!file.startsWith(ROOT) || !Files.exists(file)) {
            return false;
        }
        return hash < 0 || headings(file).contains(target.substring(hash + 1));
    }

    /// The anchors of a page, as its headings are turned into them.
    private static Set<String> headings(Path page) {
        try {
            return HEADING.matcher(FENCE.matcher(Files.readString(page)).replaceAll(""))
                    .results()
                    .map(DocsTest::anchor)
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String anchor(MatchResult heading) {
        return heading.group(1)
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .filter(file -> Stream.of("target", ".git", "node_modules")
                            .noneMatch(folder -> ROOT.relativize(file).startsWith(folder)
                                    || file.toString().contains("/" + folder + "/")))
                    .toList();
        }
    }
}
