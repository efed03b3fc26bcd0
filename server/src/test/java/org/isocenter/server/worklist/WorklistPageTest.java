package org.isocenter.server.worklist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Holds the tables of the page to those of the code.
class WorklistPageTest {
    private static final Path PAGE = Path.of("../docs/reference/worklist.md");

    @Test
    void theTableOfStatesIsThatOfTheCode() throws IOException {
        List<List<String>> told = table("| Event |");

        List<List<String>> coded = new ArrayList<>();
        for (WorkitemEvent event : WorkitemEvent.values()) {
            List<String> row =
                    new ArrayList<>(List.of(event.text(), event.verdict(null).text()));
            for (WorkitemState state : WorkitemState.values()) {
                row.add(event.verdict(state).text());
            }
            coded.add(row);
        }
        assertThat(told).isEqualTo(coded);
    }

    @Test
    void theTableOfAttributesIsThatOfTheCode() throws IOException {
        assertThat(table("| Attribute |"))
                .isEqualTo(Requirements.TABLE
                        .lines()
                        .map(line -> {
                            List<String> cells = new ArrayList<>(Arrays.asList(line.split(" ")));
                            cells.set(0, "`" + cells.getFirst() + "`");
                            return cells;
                        })
                        .toList());
    }

    /// The rows of the table whose head begins so.
    private static List<List<String>> table(String head) throws IOException {
        List<String> lines = Files.readAllLines(PAGE);
        int first = 0;
        while (!lines.get(first).startsWith(head)) {
            first++;
        }
        List<List<String>> rows = new ArrayList<>();
        for (String line : lines.subList(first + 2, lines.size())) {
            if (!line.startsWith("| ")) {
                break;
            }
            rows.add(Arrays.stream(line.substring(2, line.length() - 2).split(" \\| "))
                    .map(String::strip)
                    .toList());
        }
        return rows;
    }
}
