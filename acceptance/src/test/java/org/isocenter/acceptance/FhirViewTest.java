package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.isocenter.acceptance.fhir.FhirAnswer;
import org.isocenter.dicom.Tag;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The archive as a FHIR server that can be read.
///
/// Four studies of two patients belong to this class alone, told from all others by their Patient IDs.
class FhirViewTest {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final String OWN = Draft.uid().substring(5).replace('.', '-');
    private static final String JANE = "J" + OWN;
    private static final String RICHARD = "R" + OWN;

    private static final Draft A = draft(Draft.ct(), JANE, "Doe^Jane", "20260110", "A1-" + OWN);
    private static final Draft A2 = draft(
            Draft.ct(A.study, Draft.uid()).text(Tag.Modality, "CS", "SR"), JANE, "Doe^Jane", "20260110", "A1-" + OWN);
    private static final Draft B =
            draft(Draft.ct().text(Tag.Modality, "CS", "MR"), JANE, "Doe^Jane", "20260115", "A2-" + OWN);
    private static final Draft C = draft(Draft.ct(), JANE, "Doe^Jane", "20260201", "A3-" + OWN);
    private static final Draft D =
            draft(Draft.ct().text(Tag.Modality, "CS", "US"), RICHARD, "Roe^Richard", "20250615", "A4-" + OWN);

    private final Dicomweb fhir = new Dicomweb(fhirRoot());

    private static URI fhirRoot() {
        return URI.create(Archive.get().dicomweb().root().toString().replaceAll("/dicom-web/?$", "") + "/fhir");
    }

    private static Draft draft(Draft draft, String id, String name, String date, String accession) {
        return draft.text(Tag.PatientID, "LO", id)
                .text(Tag.PatientName, "PN", name)
                .text(Tag.StudyDate, "DA", date)
                .text(Tag.AccessionNumber, "SH", accession);
    }

    @BeforeAll
    static void store() {
        List.of(A, A2, B, C, D).forEach(FhirViewTest::keep);
    }

    private static void keep(Draft draft) {
        assertThat(Archive.get().dicomweb().store(draft.bytes()).status()).isIn(200, 202);
    }

    private Answer ask(String path, String... headers) {
        return fhir.get(path, headers.length == 0 ? new String[] {"Accept", "application/fhir+json"} : headers);
    }

    private static JsonNode json(Answer answer) {
        assertThat(answer.header("Content-Type")).startsWith("application/fhir+json");
        return MAPPER.readTree(answer.body());
    }

    private JsonNode read(String path) {
        return json(ask(path).assertStatus(200));
    }

    private FhirAnswer search(String path) {
        Answer answer = ask(path).assertStatus(200);
        JsonNode bundle = json(answer);
        assertThat(bundle.path("resourceType").asString()).isEqualTo("Bundle");
        assertThat(bundle.path("type").asString()).isEqualTo("searchset");
        return new FhirAnswer(answer.status(), null, bundle);
    }

    /// The studies of a search by their names here, in its order.
    private static String names(FhirAnswer found) {
        StringBuilder names = new StringBuilder();
        for (JsonNode resource : found.resources()) {
            if (resource.path("resourceType").asString().equals("ImagingStudy")) {
                String uid = resource.at("/identifier/0/value").asString();
                names.append(
                        uid.endsWith(A.study)
                                ? "A"
                                : uid.endsWith(B.study)
                                        ? "B"
                                        : uid.endsWith(C.study) ? "C" : uid.endsWith(D.study) ? "D" : "?");
            }
        }
        return names.toString();
    }

    private JsonNode study(Draft draft) {
        return search("/ImagingStudy?identifier=" + draft.study).resources().getFirst();
    }

    private String patient(Draft draft) {
        return study(draft).at("/subject/reference").asString();
    }

    private static Answer assertOutcome(Answer answer, int status, String code) {
        answer.assertStatus(status);
        JsonNode outcome = json(answer);
        assertThat(outcome.path("resourceType").asString()).isEqualTo("OperationOutcome");
        assertThat(outcome.at("/issue/0/severity").asString()).isEqualTo("error");
        assertThat(outcome.at("/issue/0/code").asString()).isEqualTo(code);
        return answer;
    }

    @Test
    void itSaysWhatItCanDo() {
        JsonNode r4 = read("/metadata");
        assertThat(r4.path("resourceType").asString()).isEqualTo("CapabilityStatement");
        assertThat(r4.path("fhirVersion").asString()).isEqualTo("4.0.1");
        assertThat(r4.at("/implementation/url").asString())
                .isEqualTo(fhir.root().toString());
        List<String> types = new ArrayList<>();
        r4.at("/rest/0/resource")
                .forEach(resource -> types.add(resource.path("type").asString()));
        assertThat(types).contains("ImagingStudy", "Patient", "Endpoint");
        Answer r5 = ask("/metadata", "Accept", "application/fhir+json; fhirVersion=5.0");
        assertThat(json(r5).path("fhirVersion").asString()).isEqualTo("5.0.0");
        assertThat(r5.header("Content-Type")).isEqualTo("application/fhir+json; fhirVersion=5.0");
        assertThat(r5.header("Vary")).contains("Accept");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "identifier={A}; A",
                "identifier=urn:oid:{A}; A",
                "identifier=urn:dicom:uid|urn:oid:{A}; A",
                "identifier=urn:dicom:uid|{A}; A",
                "identifier=urn:oid:1.2|{A}; ''",
                "identifier={A},{D}; DA",
                "identifier=A1-{OWN}; A",
                "identifier=|A1-{OWN}; A",
                "identifier=urn:x|A1-{OWN}; ''",
                "identifier=a1-{OWN}; ''",
                "patient.identifier=J{OWN}; CBA",
                "subject:Patient.identifier=R{OWN}; D",
                "patient={JANE}; CBA",
                "subject={RICHARD}; D",
                "subject={BASE}/{JANE}; CBA",
                "patient={JANE},{RICHARD}; DCBA",
                "patient=Patient/none; ''",
                "patient={JANE}&modality=MR; B",
                "patient={JANE}&modality=http://dicom.nema.org/resources/ontology/DCM|SR; A",
                "patient={JANE}&modality=urn:other|SR; ''",
                "patient={JANE}&modality=MR,SR; BA",
                "patient={JANE}&modality=CT&modality=SR; A",
                "patient={JANE}&started=2026-01-15; B",
                "patient={JANE}&started=eq2026-01; BA",
                "patient={JANE}&started=2026; CBA",
                "patient={JANE}&started=ge2026-01-15; CB",
                "patient={JANE}&started=gt2026-01-15; C",
                "patient={JANE}&started=le2026-01-15; BA",
                "patient={JANE}&started=lt2026-01-15; A",
                "patient={JANE}&started=ne2026-01-15; CA",
                "patient={JANE}&started=ge2026-01-11&started=lt2026-02; B",
                "patient={JANE}&started=2026-01-10,2026-02-01; CA",
                "patient={JANE}&started=gt2026-01-15T23:59:59Z; C",
                "patient={JANE}&started=sa2026-01; C",
                "patient={JANE}&started=eb2026-02; BA",
                "patient={JANE}&_id={ID-B}; B",
                "_id={ID-A},{ID-D}; DA",
                "_id=00000000-0000-8000-8000-000000000000; ''",
            })
    void itFinds(String query, String expected) {
        String filled = query.replace("{A}", A.study)
                .replace("{D}", D.study)
                .replace("{OWN}", OWN)
                .replace("{BASE}", fhir.root().toString())
                .replace("{JANE}", patient(A))
                .replace("{RICHARD}", patient(D))
                .replace("{ID-A}", study(A).path("id").asString())
                .replace("{ID-B}", study(B).path("id").asString())
                .replace("{ID-D}", study(D).path("id").asString());
        FhirAnswer found = search("/ImagingStudy?" + filled.replace("|", "%7C"));
        assertThat(names(found)).isEqualTo(expected);
        assertThat(found.body().path("total").asInt(-1)).isEqualTo(expected.length());
        FhirAnswer counted = search("/ImagingStudy?_summary=count&" + filled.replace("|", "%7C"));
        assertThat(counted.body().path("total").asInt(-1)).isEqualTo(expected.length());
        assertThat(counted.body().has("entry")).isFalse();
    }

    @Test
    void aFormFindsTheSame() {
        String form = "patient.identifier=" + JANE + "&modality=MR";
        Answer answer =
                fhir.send(fhir.request("/ImagingStudy/_search", "Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(form, StandardCharsets.UTF_8)));
        assertThat(names(new FhirAnswer(200, null, json(answer.assertStatus(200)))))
                .isEqualTo("B");
    }

    @Test
    void aStudyIsReadWithItsInstancesAndFoundWithout() {
        JsonNode found = study(A);
        assertThat(found.path("numberOfInstances").asInt()).isEqualTo(2);
        assertThat(found.path("series")).hasSize(2);
        assertThat(found.at("/series/0").has("instance")).isFalse();
        JsonNode whole = read("/ImagingStudy/" + found.path("id").asString());
        assertThat(whole.at("/series/0/instance/0/uid").asString()).isIn(A.instance, A2.instance);
        assertThat(whole.path("meta")).isEqualTo(found.path("meta"));
    }

    @Test
    void aStudyInR5IsAnotherThanInR4() {
        String path = "/ImagingStudy/" + study(B).path("id").asString();
        assertThat(read(path).at("/modality/0/code").asString()).isEqualTo("MR");
        Answer answer =
                ask(path, "Accept", "application/fhir+json; fhirVersion=5.0").assertStatus(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/fhir+json; fhirVersion=5.0");
        assertThat(json(answer).at("/modality/0/coding/0/code").asString()).isEqualTo("MR");
        Answer byFormat = ask(path + "?_format=application/fhir%2Bjson;fhirVersion=5.0", "Accept", "text/html");
        assertThat(byFormat.body()).isEqualTo(answer.body());
    }

    @Test
    void whatBelongsToAStudyComesAlong() {
        FhirAnswer found = search("/ImagingStudy?patient.identifier=" + JANE
                + "&_include=ImagingStudy:patient&_include=ImagingStudy:endpoint");
        assertThat(names(found)).isEqualTo("CBA");
        assertThat(found.references()).contains(patient(A)).hasSize(5);
        List<String> modes = new ArrayList<>();
        found.body()
                .path("entry")
                .forEach(entry -> modes.add(entry.at("/search/mode").asString()));
        assertThat(modes).containsExactly("match", "match", "match", "include", "include");
        JsonNode endpoint = found.resources().getLast();
        assertThat(endpoint.path("address").asString())
                .isEqualTo(Archive.get().dicomweb().root().toString().replaceAll("/dicom-web/?$", "") + "/dicom-web");
        assertThat(read("/Endpoint/" + endpoint.path("id").asString())).isEqualTo(endpoint);
        assertThat(search("/Endpoint").resources()).contains(endpoint);
        for (JsonNode entry : found.body().path("entry")) {
            json(ask(entry.path("fullUrl").asString()).assertStatus(200));
        }
    }

    @Test
    void patientsAreFoundWithTheirStudies() {
        JsonNode patient = read("/" + patient(A));
        assertThat(patient.at("/name/0/family").asString()).isEqualTo("Doe");
        assertThat(search("/Patient?identifier=" + JANE).references()).containsExactly(patient(A));
        assertThat(search("/Patient?_id=" + patient(D).substring("Patient/".length()))
                        .references())
                .containsExactly(patient(D));
        FhirAnswer found = search("/Patient?identifier=" + JANE + "," + RICHARD + "&_revinclude=ImagingStudy:patient");
        assertThat(found.references()).startsWith(patient(D), patient(A));
        assertThat(names(found)).isEqualTo("DCBA");
        assertThat(found.body().path("total").asInt()).isEqualTo(2);
    }

    @Test
    void pagesFollowEachOtherWhateverIsStoredMeanwhile() {
        String patient = "P" + OWN;
        List<Draft> drafts = new ArrayList<>();
        for (String date : List.of("20260101", "20260102", "20260103")) {
            drafts.add(draft(Draft.ct(), patient, "Page^Turner", date, "A8-" + OWN));
            keep(drafts.getLast());
        }
        FhirAnswer first = search("/ImagingStudy?patient.identifier=" + patient + "&_count=1&_total=accurate");
        assertThat(uids(first)).containsExactly(drafts.get(2).study);
        assertThat(first.body().path("total").asInt()).isEqualTo(3);
        keep(draft(Draft.ct(), patient, "Page^Turner", "20260301", "A8-" + OWN));
        FhirAnswer second = search(link(first, "next"));
        assertThat(uids(second)).containsExactly(drafts.get(1).study);
        FhirAnswer third = search(link(second, "next"));
        assertThat(uids(third)).containsExactly(drafts.get(0).study);
        assertThat(link(third, "next")).isEmpty();
    }

    private static List<String> uids(FhirAnswer found) {
        return found.resources().stream()
                .map(study -> study.at("/identifier/0/value").asString().substring("urn:oid:".length()))
                .toList();
    }

    @Test
    void everyPatientStandsOnOnePage() {
        List<String> seen = new ArrayList<>();
        String next = "/Patient?identifier=" + JANE + "," + RICHARD + "&_count=1";
        while (!next.isEmpty()) {
            FhirAnswer page = search(next);
            seen.addAll(page.references());
            next = link(page, "next");
        }
        assertThat(seen).containsExactly(patient(D), patient(A));
    }

    private static String link(FhirAnswer page, String relation) {
        for (JsonNode link : page.body().path("link")) {
            if (link.path("relation").asString().equals(relation)) {
                return link.path("url").asString();
            }
        }
        return "";
    }

    @Test
    void theStoreIsAnsweredWhenItIsThereAndTheDeletionWhenItIsGone() {
        Draft draft = draft(Draft.ct(), "G" + OWN, "Gone^Soon", "20260101", "A6-" + OWN);
        keep(draft);
        String path = "/ImagingStudy/" + study(draft).path("id").asString();
        String patient = "/" + patient(draft);
        read(path);
        read(patient);
        Archive.get().dicomweb().delete(draft.studyPath()).assertStatus(204);
        assertOutcome(ask(path), 404, "not-found");
        assertOutcome(ask(patient), 404, "not-found");
        assertThat(search("/ImagingStudy?identifier=" + draft.study)
                        .body()
                        .path("total")
                        .asInt(-1))
                .isZero();
    }

    @Test
    void whoHasTheRevisionGetsNoMore() {
        Draft draft = draft(Draft.ct(), "E" + OWN, "Tag^Entity", "20260101", "A7-" + OWN);
        keep(draft);
        for (String path : List.of("/ImagingStudy/" + study(draft).path("id").asString(), "/" + patient(draft))) {
            Answer first = ask(path).assertStatus(200);
            String tag = first.header("ETag");
            assertThat(tag).isEqualTo("W/\"" + json(first).at("/meta/versionId").asString() + "\"");
            assertThat(first.header("Last-Modified")).endsWith("GMT");
            Answer same = ask(path, "If-None-Match", tag).assertStatus(304);
            assertThat(same.body()).isEmpty();
            keep(draft(Draft.ct(draft.study, draft.series), "E" + OWN, "Tag^Entity", "20260101", "A7-" + OWN));
            assertThat(ask(path, "If-None-Match", tag).assertStatus(200).header("ETag"))
                    .isNotEqualTo(tag);
        }
    }

    @Test
    void whatIsNotUnderstoodIsLeftOutOrRefusedAsTheClientPrefers() {
        String query = "/ImagingStudy?identifier=" + A.study + "&favourite=blue&_sort=started";
        FhirAnswer lenient = search(query);
        assertThat(names(lenient)).isEqualTo("A");
        assertThat(link(lenient, "self")).contains("identifier=").doesNotContain("favourite", "_sort");
        assertOutcome(ask(query, "Prefer", "handling=strict"), 400, "invalid");
        ask("/ImagingStudy?identifier=" + A.study, "Prefer", "handling=strict").assertStatus(200);
    }

    @ParameterizedTest
    @CsvSource({
        "/ImagingStudy?identifier:not=1.2.3, 400, invalid",
        "/ImagingStudy?patient:Device=1, 400, invalid",
        "/ImagingStudy?patient.name=doe, 400, invalid",
        "/ImagingStudy?started=yesterday, 400, invalid",
        "/ImagingStudy?started=2026-02-30, 400, invalid",
        "/ImagingStudy?started=ap2026, 400, invalid",
        "/ImagingStudy?_count=many, 400, invalid",
        "/ImagingStudy?_page=x, 400, invalid",
        "/ImagingStudy?identifier=urn:x%7C, 400, invalid",
        "/ImagingStudy/1, 404, not-found",
        "/ImagingStudy/00000000-0000-8000-8000-000000000000, 404, not-found",
        "/Patient/00000000-0000-8000-8000-000000000000, 404, not-found",
        "/Endpoint/00000000-0000-8000-8000-000000000000, 404, not-found",
        "/Medication, 404, not-found",
        "/Medication/1, 404, not-found",
        "/ImagingStudy/1/nothing/here, 404, not-found",
    })
    void whatIsWrongIsToldByAnOutcome(String path, int status, String code) {
        assertOutcome(ask(path), status, code);
    }

    @Test
    void nothingCanBeWritten() {
        Answer put = fhir.send(fhir.request("/ImagingStudy/1", "Content-Type", "application/fhir+json")
                .PUT(BodyPublishers.ofString("{}")));
        assertOutcome(put, 405, "not-supported");
        assertOutcome(fhir.delete("/" + patient(A)), 405, "not-supported");
        assertThat(fhir.delete("/" + patient(A)).header("Allow")).contains("GET");
        Answer post = fhir.send(fhir.request("/Patient", "Content-Type", "application/fhir+json")
                .POST(BodyPublishers.ofString("{}")));
        assertOutcome(post, 405, "not-supported");
    }

    @Test
    void otherFormsAreNotToBeHad() {
        for (String accept : List.of(
                "application/fhir+xml", "application/fhir+json; fhirVersion=3.0", "text/html", "application/dicom")) {
            assertOutcome(ask("/metadata", "Accept", accept), 406, "not-supported");
        }
        assertOutcome(ask("/metadata?_format=xml", "Accept", "*/*"), 400, "invalid");
    }

    @Test
    void headIsAnsweredWithoutABody() {
        Answer answer = fhir.head("/metadata").assertStatus(200);
        assertThat(answer.body()).isEmpty();
        assertThat(answer.header("Content-Type")).startsWith("application/fhir+json");
    }

    @Test
    void theRequestOfThePageIsAnswered(@TempDir Path folder) throws IOException {
        assertThat(new HowToPage("reference/fhir-view.md").run(Archive.get(), folder))
                .singleElement()
                .asString()
                .contains("\"searchset\"");
    }
}
