package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The audit trail: what is done leaves a record with the right act, URI, status and UIDs, on every base and within a
/// data partition.
class CompatibleAuditTest {
    private static final String JSON = "application/json";
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private static TestIssuer issuer;
    private static Archive archive;

    @TempDir
    private static Path exports;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() throws IOException, JOSEException {
        issuer = new TestIssuer();
        archive = issuer.archive(
                "globalReader=read,globalAdmin=*,auditor=audit.read,ward=audit.read+search@ward-7",
                "--export-destinations",
                "there=folder:" + exports);
    }

    @AfterAll
    static void stop() {
        if (archive != null) {
            archive.close();
        }
        issuer.close();
    }

    /// Something to do, and what the trail is to tell of it.
    ///
    /// @param studies UIDs that the record names
    private record Deed(
            String act,
            String method,
            String path,
            @Nullable String type,
            byte[] body,
            int status,
            List<String> studies) {
        static Deed get(String act, String path, String... studies) {
            return new Deed(act, "GET", path, null, new byte[0], 200, List.of(studies));
        }

        static Deed json(String act, String method, String path, String body, int status, String... studies) {
            return new Deed(act, method, path, JSON, body.getBytes(StandardCharsets.UTF_8), status, List.of(studies));
        }

        static Deed dicomJson(String act, String method, String path, DataSet body, int status) {
            return new Deed(act, method, path, Dicomweb.JSON, Workitems.json(body), status, List.of());
        }
    }

    private static List<JsonNode> trail(String path, String role) throws JOSEException {
        Answer answer = archive.root()
                .get(path, "Authorization", "Bearer " + issuer.token(role), "Accept", JSON)
                .assertStatus(200);
        List<JsonNode> records = new ArrayList<>();
        MAPPER.readTree(answer.body()).forEach(records::add);
        return records;
    }

    private static long end() throws JOSEException {
        List<JsonNode> last = trail("audit?limit=1", "auditor");
        return last.isEmpty() ? 0 : last.getFirst().path("number").asLong();
    }

    private static Answer send(Dicomweb root, Deed deed, String... headers) throws JOSEException {
        HttpRequest.Builder request =
                root.request(deed.path, "Authorization", "Bearer " + issuer.token("globalAdmin"), "Accept", "*/*");
        if (headers.length > 0) {
            request.headers(headers);
        }
        if (deed.type != null) {
            request.header("Content-Type", deed.type);
        }
        return root.send(request.method(
                deed.method, deed.body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(deed.body)));
    }

    /// Does it and looks at its records.
    ///
    /// @return the last of them
    private static JsonNode check(Dicomweb root, Deed deed) throws JOSEException {
        long before = end();
        send(root, deed).assertStatus(deed.status);
        // Reading the trail is recorded too, and operations end when they do.
        List<JsonNode> records = trail("audit?after=" + before, "auditor").stream()
                .filter(one -> !List.of("audit", "end-operation")
                        .contains(one.path("act").asString()))
                .toList();
        boolean reads = deed.method.equals("GET");
        assertThat(records).as("%s", deed).hasSize(reads ? 1 : 2);
        JsonNode answered = records.getLast();
        String uri = root.root().getPath() + deed.path;
        for (JsonNode one : records) {
            assertThat(one.path("act").asString()).as("%s", one).isEqualTo(deed.act);
            assertThat(one.path("method").asString()).isEqualTo(deed.method);
            // The transaction UID is the key to a workitem: it is not told.
            assertThat(one.path("uri").asString().replaceFirst("=~[0-9a-f]{20}$", "=1.2.3.4"))
                    .isEqualTo(uri);
            assertThat(one.path("subject").asString()).isEqualTo("ada");
            assertThat(one.path("address").asString()).isEqualTo("127.0.0.1");
            assertThat(one.path("exchange")).isEqualTo(answered.path("exchange"));
            assertThat(one.path("event").path("code").asString()).matches("1101\\d\\d");
        }
        assertThat(records.getFirst().path("phase").asString()).isEqualTo(reads ? "answered" : "began");
        assertThat(records.getFirst().has("status")).isEqualTo(reads);
        assertThat(answered.path("phase").asString()).isEqualTo("answered");
        assertThat(answered.path("status").asInt()).isEqualTo(deed.status);
        List<String> studies = new ArrayList<>();
        answered.path("studies").forEach(study -> studies.add(study.asString()));
        assertThat(studies).as("%s", answered).isEqualTo(deed.studies);
        return answered;
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1", "/v2", "/v2/partitions/ward-7"})
    void whatIsDoneIsTold(String base) throws JOSEException {
        Dicomweb root = new Dicomweb(archive.root().root().resolve(base));
        String partition = base.endsWith("ward-7") ? "ward-7" : "Microsoft.Default";
        Draft draft = Draft.ct().image(8, 8, 1);
        String study = draft.study;
        Deed store = new Deed("store", "POST", "/studies", "application/dicom", draft.bytes(), 200, List.of(study));
        JsonNode stored = check(root, store);
        assertThat(stored.path("partition").asString()).isEqualTo(partition);
        assertThat(stored.path("stored").asInt()).isEqualTo(1);

        String series = draft.seriesPath();
        String instance = draft.path();
        for (Deed deed : List.of(
                Deed.get("query", "/studies?StudyInstanceUID=" + study, study),
                Deed.get("query", "/series?StudyInstanceUID=" + study, study),
                Deed.get("query", "/instances?StudyInstanceUID=" + study, study),
                Deed.get("query", "/studies/" + study + "/series", study),
                Deed.get("query", "/studies/" + study + "/instances", study),
                Deed.get("query", series + "/instances", study),
                Deed.get("retrieve", "/studies/" + study, study),
                Deed.get("retrieve", series, study),
                Deed.get("retrieve", instance, study),
                Deed.get("retrieve", instance + "/frames/1", study),
                Deed.get("retrieve-metadata", "/studies/" + study + "/metadata", study),
                Deed.get("retrieve-metadata", series + "/metadata", study),
                Deed.get("retrieve-metadata", instance + "/metadata", study),
                Deed.get("retrieve-rendered", instance + "/rendered", study),
                Deed.get("retrieve-rendered", instance + "/frames/1/rendered", study))) {
            assertThat(check(root, deed).path("partition").asString()).isEqualTo(partition);
        }
        String workitem = workitems(root);
        assertThat(workitem).isNotEmpty();
        String exported = Exports.body(Exports.named(study), Exports.destination("folder", "there"));
        JsonNode export = check(root, Deed.json("export", "POST", "/export", exported, 202, study));
        String operation = export.path("operation").path(0).asString();
        assertThat(operation).matches("[0-9a-f]{32}");
        if (!base.equals("/v1")) {
            check(
                    root,
                    Deed.json(
                            "update-study",
                            "POST",
                            "/studies/$bulkUpdate",
                            "{\"studyInstanceUids\":[\"" + study
                                    + "\"],\"changeDataset\":{\"00100010\":{\"vr\":\"PN\",\"Value\":[{\"Alphabetic\":\"B\"}]}}}",
                            202,
                            study));
        }
        assertThat(ended(operation)).satisfies(told -> {
            assertThat(told.getFirst().path("phase").asString()).isEqualTo("ended");
            assertThat(told.getFirst().path("outcome").asString()).isEqualTo("succeeded");
            assertThat(told.getFirst().path("type").asString()).isEqualTo("export");
            assertThat(told.getFirst().path("partition").asString()).isEqualTo(partition);
            assertThat(told.getLast().path("subject").asString()).isEqualTo("ada");
        });
        check(root, new Deed("delete", "DELETE", instance, null, new byte[0], 204, List.of(study)));
        check(root, new Deed("delete", "DELETE", "/studies/" + study, null, new byte[0], 404, List.of(study)));
    }

    /// The records of an operation when it has ended, the newest first.
    private static List<JsonNode> ended(String operation) throws JOSEException {
        Dicomweb root = new Dicomweb(archive.root().root().resolve("/v2"));
        for (long end = System.nanoTime() + 60_000_000_000L; System.nanoTime() < end; ) {
            if (send(root, Deed.get("operation", "/operations/" + operation)).status() == 200) {
                return trail("audit?operation=" + operation, "auditor").stream()
                        .filter(one -> one.has("operation"))
                        .toList();
            }
        }
        throw new AssertionError("the operation did not end");
    }

    /// Does what there is to do with a workitem.
    private static String workitems(Dicomweb root) throws JOSEException {
        String uid = Draft.uid();
        check(root, Deed.dicomJson("add-workitem", "POST", "/workitems?" + uid, Workitems.draft("AUDIT", "P"), 201));
        check(root, Deed.get("retrieve-workitem", "/workitems/" + uid));
        check(root, Deed.get("query-workitem", "/workitems"));
        DataSet claim =
                new DataSet().putString(Tag.ProcedureStepState, "IN PROGRESS").putString(Tag.TransactionUID, "1.2.3.4");
        check(root, Deed.dicomJson("change-state-workitem", "PUT", "/workitems/" + uid + "/state", claim, 200));
        check(
                root,
                Deed.dicomJson(
                        "update-workitem",
                        "POST",
                        "/workitems/" + uid + "?transaction-uid=1.2.3.4",
                        new DataSet().putString(Tag.ProcedureStepLabel, "Label"),
                        200));
        String other = Draft.uid();
        send(root, Deed.dicomJson("add-workitem", "POST", "/workitems?" + other, Workitems.draft("AUDIT", "P"), 201));
        check(
                root,
                Deed.dicomJson(
                        "cancel-workitem", "POST", "/workitems/" + other + "/cancelrequest", new DataSet(), 202));
        return uid;
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1", "/v2"})
    void whatIsDoneToTheServerIsTold(String base) throws JOSEException {
        Dicomweb root = new Dicomweb(archive.root().root().resolve(base));
        String tag = base.equals("/v1") ? "00181020" : "00181000";
        for (Deed deed : List.of(
                Deed.get("change-feed", "/changefeed"),
                Deed.get("partition", "/partitions"),
                Deed.get("operation", "/operations"),
                Deed.get("get-all-extended-query-tags", "/extendedquerytags"),
                Deed.json(
                        "add-extended-query-tag",
                        "POST",
                        "/extendedquerytags",
                        "[{\"path\":\"" + tag + "\",\"vr\":\"LO\",\"level\":\"Series\"}]",
                        202),
                Deed.get("get-extended-query-tag", "/extendedquerytags/" + tag),
                Deed.get("get-extended-query-tag-errors", "/extendedquerytags/" + tag + "/errors"),
                Deed.json(
                        "update-extended-query-tag",
                        "PATCH",
                        "/extendedquerytags/" + tag,
                        "{\"queryStatus\":\"Enabled\"}",
                        200))) {
            assertThat(check(root, deed).has("partition")).isFalse();
        }
        assertThat(send(root, Deed.json("remove-extended-query-tag", "DELETE", "/extendedquerytags/" + tag, "", 204))
                        .status())
                .isIn(204, 409);
        assertThat(trail("audit?limit=5&act=remove-extended-query-tag", "auditor"))
                .isNotEmpty();
    }

    @Test
    void whatIsRefusedIsTold() throws JOSEException {
        long before = end();
        Dicomweb root = new Dicomweb(archive.root().root().resolve("/v2"));
        root.get("/studies/1.2.3", "Accept", "*/*").assertStatus(401);
        root.get("/studies/1.2.3/metadata", "Accept", "*/*", "Authorization", "Bearer " + issuer.token("auditor"))
                .assertStatus(403);
        List<JsonNode> refused = trail("audit?after=" + before, "auditor").stream()
                .filter(one -> one.path("status").asInt() / 100 == 4)
                .toList();
        assertThat(refused).hasSize(2);
        assertThat(refused.getFirst().path("status").asInt()).isEqualTo(401);
        assertThat(refused.getFirst().has("subject")).isFalse();
        assertThat(refused.getLast().path("status").asInt()).isEqualTo(403);
        assertThat(refused.getLast().path("subject").asString()).isEqualTo("ada");
    }

    @Test
    void headersOfTheClientAreTold() throws JOSEException {
        Dicomweb root = new Dicomweb(archive.root().root().resolve("/v2"));
        send(root, Deed.get("query", "/studies"), "X-MS-AZUREDICOM-AUDIT-Purpose", "second opinion");
        assertThat(trail("audit?limit=1&act=query", "auditor"))
                .singleElement()
                .satisfies(one -> assertThat(one.path("headers").path("purpose").asString())
                        .isEqualTo("second opinion"));
        root.send(root.request("/studies", "X-MS-AZUREDICOM-AUDIT-Purpose", "x".repeat(3_000)))
                .assertProblem(400, "invalid-audit-header");
    }

    @Test
    void whoSearchedForAPatientIsFoundWithoutTheTrailNamingThePatient() throws JOSEException {
        Dicomweb root = new Dicomweb(archive.root().root().resolve("/v2"));
        send(root, Deed.get("query", "/studies?PatientName=Lovelace%5EAda&limit=3"));
        JsonNode found = trail("audit?value=LOVELACE%5EADA&limit=1", "auditor").getFirst();
        assertThat(found.path("uri").asString()).matches("/v2/studies\\?PatientName=~[0-9a-f]{20}&limit=3");
        assertThat(trail("audit?value=Lovelace%5EAugusta", "auditor")).isEmpty();
    }

    @Test
    void whoeverMayReadTheTrailOfAPartitionReadsNoOther() throws JOSEException {
        Dicomweb root = new Dicomweb(archive.root().root().resolve("/v2"));
        for (String path : List.of("/partitions/ward-7/studies", "/partitions/ward-9/studies")) {
            send(
                    root,
                    new Deed(
                            "store",
                            "POST",
                            path,
                            "application/dicom",
                            Draft.ct().bytes(),
                            200,
                            List.of()));
        }
        assertThat(trail("v2/partitions/ward-7/audit", "ward"))
                .isNotEmpty()
                .allMatch(one -> one.path("partition").asString().equals("ward-7"));
        for (String path : List.of("audit", "v2/audit", "v2/partitions/ward-9/audit")) {
            archive.root()
                    .get(path, "Authorization", "Bearer " + issuer.token("ward"), "Accept", JSON)
                    .assertStatus(403);
        }
        archive.root()
                .get(
                        "v2/partitions/ward-7/audit",
                        "Authorization",
                        "Bearer " + issuer.token("globalReader"),
                        "Accept",
                        JSON)
                .assertStatus(403);
    }

    @Test
    void theTrailIsReadPageByPageAndNarrowed() throws JOSEException {
        Dicomweb root = new Dicomweb(archive.root().root().resolve("/v2"));
        long before = end();
        for (int i = 0; i < 5; i++) {
            send(root, Deed.get("query", "/studies?limit=" + (i + 1)));
        }
        List<JsonNode> first = trail("audit?after=" + before + "&act=query&limit=2", "auditor");
        assertThat(first).hasSize(2);
        long last = first.getLast().path("number").asLong();
        assertThat(trail("audit?after=" + last + "&act=query", "auditor")).hasSize(3);
        // Newest first, where nothing says from where.
        List<JsonNode> newest = trail("audit?act=query&limit=3", "auditor");
        assertThat(newest).extracting(one -> one.path("number").asLong()).isSortedAccordingTo((a, b) -> (int) (b - a));
        String exchange = newest.getFirst().path("exchange").asString();
        assertThat(trail("audit?exchange=" + exchange, "auditor")).hasSize(1);
        assertThat(trail("audit?until=2020-01-01T00:00:00Z", "auditor")).isEmpty();
        assertThat(trail("audit?from=2020-01-01T00:00:00Z&subject=ada&status=200&limit=1", "auditor"))
                .hasSize(1);
        for (String bad : List.of("act=nothing", "after=-1", "limit=0", "status=1", "exchange=1", "from=now", "x=1")) {
            archive.root()
                    .get("audit?" + bad, "Authorization", "Bearer " + issuer.token("auditor"), "Accept", JSON)
                    .assertProblem(400, "invalid-query");
        }
    }

    @Test
    void thePageTellsHowToReadAndCheckIt() throws IOException, JOSEException {
        assertThat(new HowToPage("how-to/audit.md", Map.of("TOKEN", issuer.token("globalAdmin"))).run(archive, folder))
                .hasSizeGreaterThanOrEqualTo(3)
                .noneMatch(String::isEmpty);
        String checked = archive.command("audit");
        assertThat(checked).contains(" 0 faults");
        String end = checked.lines().reduce((a, b) -> b).orElseThrow();
        assertThat(archive.command("audit", "--since", end)).contains(" 0 faults");
    }
}
