package org.isocenter.server.research;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Members as rows of a table.
final class MemberRows {
    static final List<Column> COLUMNS = List.of(
            Column.text("patient"),
            Column.text("kind"),
            Column.text("reference"),
            Column.text("date"),
            Column.text("status"),
            Column.text("code"),
            Column.text("text"),
            Column.text("studyInstanceUid"),
            Column.text("accession"),
            Column.text("modalities"),
            Column.flag("archived"),
            Column.text("criterion"),
            Column.text("sex"),
            Column.text("identifier"));

    private MemberRows() {}

    /// A member in several rows: one for the patient, then one for each thing that was found, which
    /// `kind` names.
    static void write(JsonNode member, Table table) throws IOException {
        String patient = member.path("patient").asString("");
        ObjectNode first = row(patient, "patient", member);
        first.set("reference", member.path("patient"));
        first.set("date", member.path("birthDate"));
        first.set("sex", member.path("sex"));
        first.put("identifier", tokens(member.path("identifiers")));
        table.row(first);
        for (JsonNode one : member.path("evidence")) {
            ObjectNode row = row(patient, "evidence", one);
            row.set("criterion", one.path("criterion"));
            table.row(row);
        }
        for (JsonNode one : member.path("medications")) {
            ObjectNode row = row(patient, "medication", one);
            row.set("date", one.path("authored"));
            row.put("code", joined(one.path("codes")));
            table.row(row);
        }
        for (JsonNode one : member.path("studies")) {
            ObjectNode row = row(patient, "study", one);
            row.set("studyInstanceUid", one.path("studyInstanceUid"));
            row.put("accession", tokens(one.path("accessions")));
            row.put("modalities", joined(one.path("modalities")));
            row.set("text", one.path("description"));
            row.set("archived", one.path("archived"));
            table.row(row);
        }
        for (JsonNode one : member.path("reports")) {
            ObjectNode row = row(patient, "report", one);
            row.put("studyInstanceUid", joined(one.path("studies")));
            table.row(row);
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
}
