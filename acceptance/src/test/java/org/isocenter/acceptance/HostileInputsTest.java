package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Holds the page of hostile inputs to the tests, whose names carry the numbers of its rows.
class HostileInputsTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path PAGE = ROOT.resolve("docs/reference/hostile-inputs.md");

    /// The kinds of rows, and how many there are of each.
    private static final Map<String, Integer> ROWS = Map.ofEntries(
            Map.entry("P", 31),
            Map.entry("V", 13),
            Map.entry("X", 19),
            Map.entry("M", 13),
            Map.entry("H", 20),
            Map.entry("Q", 9),
            Map.entry("U", 9),
            Map.entry("B", 6),
            Map.entry("K", 4),
            Map.entry("J", 5),
            Map.entry("I", 6),
            Map.entry("N", 18),
            Map.entry("T", 2),
            Map.entry("E", 5),
            Map.entry("R", 4));

    private static final Pattern ROW = Pattern.compile("(?m)^\\| ([A-Z]\\d\\d) \\|.*\\|.*\\| (.*) \\|$");
    private static final Pattern TEST = Pattern.compile("`(\\w+Test)`");
    /// A name of a parameter, or of a method.
    private static final Pattern NAME = Pattern.compile("\"([A-Z]\\d\\d) |void ([a-z]\\d\\d)[A-Za-z]");

    /// The tests of each row, by its number.
    private static Map<String, Set<String>> told(Map<String, String> page) {
        Map<String, Set<String>> tests = new TreeMap<>();
        page.forEach((row, cell) -> tests.put(
                row,
                TEST.matcher(cell)
                        .results()
                        .map(test -> test.group(1))
                        .collect(Collectors.toCollection(TreeSet::new))));
        return tests;
    }

    private static Map<String, String> page() throws IOException {
        Map<String, String> rows = new LinkedHashMap<>();
        for (MatchResult row : ROW.matcher(Files.readString(PAGE)).results().toList()) {
            assertThat(rows.put(row.group(1), row.group(2)))
                    .as("a second row " + row.group(1))
                    .isNull();
        }
        return rows;
    }

    /// The rows that a test names, by the name of its class.
    private static Map<String, Set<String>> named(String folder) throws IOException {
        Map<String, Set<String>> named = new TreeMap<>();
        try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith("Test.java")).toList()) {
                Set<String> rows = NAME.matcher(Files.readString(file))
                        .results()
                        .map(name -> name.group(1) == null ? name.group(2).toUpperCase(Locale.ROOT) : name.group(1))
                        .filter(row -> ROWS.containsKey(row.substring(0, 1)))
                        .collect(Collectors.toCollection(TreeSet::new));
                if (!rows.isEmpty()) {
                    named.put(file.getFileName().toString().replace(".java", ""), rows);
                }
            }
        }
        return named;
    }

    @Test
    void everyRowIsThereOnceWithTestsOrTheReasonForNone() throws IOException {
        Map<String, String> page = page();
        List<String> expected = new ArrayList<>();
        ROWS.forEach((kind, count) -> {
            for (int i = 1; i <= count; i++) {
                expected.add("%s%02d".formatted(kind, i));
            }
        });
        assertThat(page.keySet()).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(page)
                .allSatisfy((row, cell) ->
                        assertThat(TEST.matcher(cell).find()).as(row).isNotEqualTo(cell.startsWith("not yet: ")));
    }

    @Test
    void everyTestOfARowNamesTheRow() throws IOException {
        Map<String, Set<String>> named = new TreeMap<>();
        for (String module : List.of("acceptance", "dicom", "server")) {
            named.putAll(named(module + "/src/test/java"));
        }
        told(page())
                .forEach((row, tests) -> assertThat(tests)
                        .as(row)
                        .allSatisfy(test -> assertThat(named.getOrDefault(test, Set.of()))
                                .as(test)
                                .contains(row)));
    }

    @Test
    void everyTestThatNamesARowIsToldThere() throws IOException {
        Map<String, Set<String>> told = told(page());
        Map<String, Set<String>> named = named("acceptance/src/test/java");
        assertThat(named).hasSizeGreaterThan(8);
        named.forEach((test, rows) -> assertThat(rows)
                .as(test)
                .allSatisfy(row ->
                        assertThat(told.getOrDefault(row, Set.of())).as(row).contains(test)));
    }
}
