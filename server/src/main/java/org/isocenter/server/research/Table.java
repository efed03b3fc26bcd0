package org.isocenter.server.research;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes rows as comma-separated values (RFC 4180), with the names of the columns first.
final class Table {
    private final OutputStream out;
    private final List<String> columns;

    Table(OutputStream out, List<String> columns) throws IOException {
        this.out = out;
        this.columns = columns;
        line(columns);
    }

    /// The fields of an object that are columns.
    void row(JsonNode row) throws IOException {
        List<String> cells = new ArrayList<>();
        for (String column : columns) {
            cells.add(row.path(column).asString(""));
        }
        line(cells);
    }

    /// A member in several rows: one for the patient, then one for each thing that was found, which
    /// `kind` names.
    void member(JsonNode member) throws IOException {
        String patient = member.path("patient").asString("");
        ObjectNode first = row(patient, "patient", member);
        first.set("reference", member.path("patient"));
        first.set("date", member.path("birthDate"));
        first.set("sex", member.path("sex"));
        first.put("identifier", tokens(member.path("identifiers")));
        row(first);
        for (JsonNode one : member.path("evidence")) {
            ObjectNode row = row(patient, "evidence", one);
            row.set("criterion", one.path("criterion"));
            row(row);
        }
        for (JsonNode one : member.path("medications")) {
            ObjectNode row = row(patient, "medication", one);
            row.set("date", one.path("authored"));
            row.put("code", joined(one.path("codes")));
            row(row);
        }
        for (JsonNode one : member.path("studies")) {
            ObjectNode row = row(patient, "study", one);
            row.set("studyInstanceUid", one.path("studyInstanceUid"));
            row.put("accession", tokens(one.path("accessions")));
            row.put("modalities", joined(one.path("modalities")));
            row.set("text", one.path("description"));
            row.set("archived", one.path("archived"));
            row(row);
        }
        for (JsonNode one : member.path("reports")) {
            ObjectNode row = row(patient, "report", one);
            row.put("studyInstanceUid", joined(one.path("studies")));
            row(row);
        }
    }

    private static ObjectNode row(String patient, String kind, JsonNode from) {
        ObjectNode row = OutcomeJson.MAPPER.createObjectNode();
        row.put("patient", patient).put("kind", kind);
        for (String field : List.of("reference", "date", "status", "text")) {
            row.set(field, from.path(field));
        }
        return row;
    }

    private static String joined(JsonNode list) {
        return list.valueStream().map(one -> one.asString("")).collect(Collectors.joining(" "));
    }

    private static String tokens(JsonNode identifiers) {
        return identifiers
                .valueStream()
                .map(one -> one.has("system")
                        ? one.path("system").asString("") + "|"
                                + one.path("value").asString("")
                        : one.path("value").asString(""))
                .collect(Collectors.joining(" "));
    }

    private void line(List<String> cells) throws IOException {
        String line = cells.stream().map(Table::quoted).collect(Collectors.joining(",")) + "\r\n";
        out.write(line.getBytes(StandardCharsets.UTF_8));
    }

    private static String quoted(String cell) {
        boolean plain = cell.chars().noneMatch(c -> c == '"' || c == ',' || c == '\n' || c == '\r');
        return plain ? cell : '"' + cell.replace("\"", "\"\"") + '"';
    }
}
