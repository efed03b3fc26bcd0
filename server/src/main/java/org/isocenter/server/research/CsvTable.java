package org.isocenter.server.research;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// Writes rows as comma-separated values (RFC 4180), with the names of the columns first.
final class CsvTable implements Table {
    private final OutputStream out;
    private final List<Column> columns;

    CsvTable(OutputStream out, List<Column> columns) throws IOException {
        this.out = out;
        this.columns = columns;
        line(columns.stream().map(Column::name).toList());
    }

    @Override
    public void row(JsonNode row) throws IOException {
        List<String> cells = new ArrayList<>();
        for (Column column : columns) {
            cells.add(row.path(column.name()).asString(""));
        }
        line(cells);
    }

    private void line(List<String> cells) throws IOException {
        String line = cells.stream().map(CsvTable::quoted).collect(Collectors.joining(",")) + "\r\n";
        out.write(line.getBytes(StandardCharsets.UTF_8));
    }

    private static String quoted(String cell) {
        boolean plain = cell.chars().noneMatch(c -> c == '"' || c == ',' || c == '\n' || c == '\r');
        return plain ? cell : '"' + cell.replace("\"", "\"\"") + '"';
    }
}
