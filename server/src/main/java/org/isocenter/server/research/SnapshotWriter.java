package org.isocenter.server.research;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.Cohorts;
import org.isocenter.server.cohort.Cohort;
import org.isocenter.server.cohort.Snapshot;
import org.isocenter.server.http.Accept;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.Refusal;
import org.isocenter.server.http.ResponseBody;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Sends a snapshot, read page by page: its members, its studies or its instances as JSON, as lines of JSON
/// or as a table in one of two formats, or its members as a FHIR Group.
final class SnapshotWriter {
    private static final int PAGE = 1000;
    private static final String FHIR = "application/fhir+json";
    private static final String PARQUET = "application/vnd.apache.parquet";
    private static final List<String> FORMS = List.of("application/json", "application/x-ndjson", "text/csv", PARQUET);

    private static final List<Column> STUDY_COLUMNS = List.of(
            Column.text("studyInstanceUid"),
            Column.text("patient"),
            Column.number("instances"),
            Column.number("bytes"),
            Column.text("sha256"));
    private static final List<Column> INSTANCE_COLUMNS = List.of(
            Column.text("studyInstanceUid"),
            Column.text("seriesInstanceUid"),
            Column.text("sopInstanceUid"),
            Column.number("bytes"),
            Column.text("sha256"));

    private final Cohorts cohorts;
    private final Cohort cohort;
    private final Snapshot snapshot;
    private final ObjectNode head;

    SnapshotWriter(Cohorts cohorts, Cohort cohort, Snapshot snapshot, ObjectNode head) {
        this.cohorts = cohorts;
        this.cohort = cohort;
        this.snapshot = snapshot;
        this.head = head;
    }

    /// What a row is to be written to.
    private interface Sink {
        void row(JsonNode row) throws IOException;
    }

    /// Reads all rows, page by page.
    private interface Rows {
        void forEach(Sink sink) throws IOException;
    }

    void write(Exchange exchange, @Nullable String form) throws IOException {
        switch (form == null ? "members" : form) {
            case "members" -> write(exchange, "members", MemberRows.COLUMNS, this::members);
            case "studies" -> write(exchange, "studies", STUDY_COLUMNS, this::studies);
            case "instances" -> write(exchange, "instances", INSTANCE_COLUMNS, this::instances);
            case "Group" -> group(exchange);
            default -> throw Requests.invalid("form is members, studies, instances or Group");
        }
    }

    private void write(Exchange exchange, String name, List<Column> columns, Rows rows) throws IOException {
        exchange.header("Vary", "Accept");
        switch (negotiate(exchange)) {
            case "application/json" -> {
                try (ResponseBody out = exchange.beginCompressible(200, Requests.JSON)) {
                    // The head without its closing brace, and the rows in it.
                    String text = OutcomeJson.MAPPER.writeValueAsString(head);
                    write(out, text.substring(0, text.length() - 1) + ",\"" + name + "\":[");
                    boolean[] first = {true};
                    rows.forEach(row -> {
                        write(out, (first[0] ? "" : ",") + OutcomeJson.MAPPER.writeValueAsString(row));
                        first[0] = false;
                    });
                    write(out, "]}");
                }
            }
            case "application/x-ndjson" -> {
                try (ResponseBody out = exchange.beginCompressible(200, "application/x-ndjson")) {
                    rows.forEach(row -> write(out, OutcomeJson.MAPPER.writeValueAsString(row) + "\n"));
                }
            }
            case PARQUET -> {
                // It is compressed already.
                try (ResponseBody out = exchange.begin(200, PARQUET, -1)) {
                    ParquetTable table = new ParquetTable(out, columns);
                    write(name, rows, table);
                    table.finish(OutcomeJson.MAPPER.writeValueAsString(head));
                }
            }
            default -> {
                try (ResponseBody out = exchange.beginCompressible(200, "text/csv; charset=utf-8; header=present")) {
                    write(name, rows, new CsvTable(out, columns));
                }
            }
        }
    }

    private static void write(String name, Rows rows, Table table) throws IOException {
        rows.forEach(name.equals("members") ? row -> MemberRows.write(row, table) : table::row);
    }

    private static String negotiate(Exchange exchange) {
        Accept accept = Accept.parse(exchange.headers("Accept"));
        String best = "";
        double quality = 0;
        for (String type : FORMS) {
            String[] both = type.split("/", 2);
            if (accept.quality(both[0], both[1]) > quality) {
                best = type;
                quality = accept.quality(both[0], both[1]);
            }
        }
        if (best.isEmpty()) {
            throw new Refusal(
                    406,
                    "not-acceptable",
                    "a snapshot is given as application/json, application/x-ndjson, text/csv or " + PARQUET);
        }
        return best;
    }

    private void members(Sink sink) throws IOException {
        int read = 0;
        List<Snapshot.Member> page;
        do {
            page = cohorts.members(Caller.anyone(), snapshot, read, PAGE);
            for (Snapshot.Member member : page) {
                sink.row(OutcomeJson.MAPPER.readTree(member.content()));
            }
            read += page.size();
        } while (page.size() == PAGE);
    }

    private void studies(Sink sink) throws IOException {
        Snapshot.Study last = null;
        List<Snapshot.Study> page;
        do {
            page = cohorts.studies(Caller.anyone(), snapshot, last, PAGE);
            for (Snapshot.Study study : page) {
                ObjectNode row = OutcomeJson.MAPPER.createObjectNode();
                row.put("studyInstanceUid", study.uid()).put("patient", study.patient());
                row.put("instances", study.instances()).put("bytes", study.lengthBytes());
                if (study.sha256() != null) {
                    row.put("sha256", HexFormat.of().formatHex(study.sha256()));
                }
                sink.row(row);
                last = study;
            }
        } while (page.size() == PAGE);
    }

    private void instances(Sink sink) throws IOException {
        Snapshot.Instance last = null;
        List<Snapshot.Instance> page;
        do {
            page = cohorts.instances(Caller.anyone(), snapshot, last, PAGE);
            for (Snapshot.Instance instance : page) {
                ObjectNode row = OutcomeJson.MAPPER.createObjectNode();
                row.put("studyInstanceUid", instance.studyUid());
                row.put("seriesInstanceUid", instance.seriesUid());
                row.put("sopInstanceUid", instance.instanceUid());
                row.put("bytes", instance.lengthBytes());
                row.put("sha256", HexFormat.of().formatHex(instance.sha256()));
                sink.row(row);
                last = instance;
            }
        } while (page.size() == PAGE);
    }

    /// A Group of persons by name (hl7.org/fhir/R4/group.html).
    private void group(Exchange exchange) throws IOException {
        Accept accept = Accept.parse(exchange.headers("Accept"));
        if (accept.quality("application", "fhir+json") == 0 && accept.quality("application", "json") == 0) {
            throw new Refusal(406, "not-acceptable", "a Group is given as " + FHIR);
        }
        ObjectNode group = OutcomeJson.MAPPER.createObjectNode();
        group.put("resourceType", "Group");
        group.putArray("identifier")
                .addObject()
                .put("system", exchange.baseUrl() + "/cohorts/" + cohort.id() + "/snapshots")
                .put("value", Integer.toString(snapshot.number()));
        group.put("type", "person").put("actual", true);
        group.put("name", cohort.name());
        String text = OutcomeJson.MAPPER.writeValueAsString(group);
        int members = head.path("counts").path("patients").asInt(0);
        try (ResponseBody out = exchange.beginCompressible(200, FHIR)) {
            write(out, text.substring(0, text.length() - 1) + ",\"quantity\":" + members);
            boolean[] first = {true};
            members(member -> {
                String reference = OutcomeJson.MAPPER.writeValueAsString(member.path("patient"));
                write(out, (first[0] ? ",\"member\":[" : ",") + "{\"entity\":{\"reference\":" + reference + "}}");
                first[0] = false;
            });
            write(out, first[0] ? "}" : "]}");
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
