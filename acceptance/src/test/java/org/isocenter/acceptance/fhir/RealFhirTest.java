package org.isocenter.acceptance.fhir;

import static org.assertj.core.api.Assertions.assertThat;

import org.isocenter.acceptance.fhir.RealFhir.Version;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The real FHIR server does everything of FHIR that other tests build on.
class RealFhirTest {
    private static final String CODE = "http://snomed.info/sct|307576001";

    @ParameterizedTest
    @EnumSource
    void tellsItsVersion(Version version) {
        FhirAnswer answer = RealFhir.of(version).get("/metadata").assertStatus(200);
        assertThat(answer.body().path("resourceType").asString()).isEqualTo("CapabilityStatement");
        assertThat(answer.body().path("fhirVersion").asString()).isEqualTo(version == Version.R4 ? "4.0.1" : "5.0.0");
    }

    @ParameterizedTest
    @EnumSource
    void performsATransactionOnceHoweverOftenItIsSent(Version version) {
        RealFhir fhir = RealFhir.of(version);
        String transaction = study("transacted", "urn:oid:2.25.101");
        assertThat(fhir.transact(transaction).assertStatus(200).statuses())
                .containsExactly("201 Created", "201 Created");
        assertThat(fhir.transact(transaction).assertStatus(200).statuses()).containsExactly("200 OK", "200 OK");
        FhirAnswer found = fhir.get(
                        "/ImagingStudy?identifier=urn:dicom:uid%7Curn:oid:2.25.101&_include=ImagingStudy:subject")
                .assertStatus(200);
        assertThat(found.resources()).hasSize(2);
        assertThat(found.resources().getFirst().at("/meta/versionId").asString())
                .isEqualTo("1");
        assertThat(found.resources().getFirst().at("/subject/reference").asString())
                .isEqualTo(found.references().get(1))
                .startsWith("Patient/");
    }

    @ParameterizedTest
    @EnumSource
    void keepsNothingOfATransactionOfWhichAPartFails(Version version) {
        RealFhir fhir = RealFhir.of(version);
        fhir.transact(bundle(
                        put("Patient/undone", patient("undone")),
                        put("Condition/undone", condition("undone", "no-such-patient"))))
                .assertStatus(400);
        fhir.get("/Patient/undone").assertStatus(404);
    }

    @ParameterizedTest
    @EnumSource
    void createsUpdatesAndDeletesByCondition(Version version) {
        RealFhir fhir = RealFhir.of(version);
        String found = "identifier=urn:test%7Cconditional";
        fhir.post("/Patient", patient("conditional"), "If-None-Exist", found).assertStatus(201);
        fhir.post("/Patient", patient("conditional"), "If-None-Exist", found).assertStatus(200);
        FhirAnswer changed = fhir.put(
                        "/Patient?" + found, patient("conditional").replace("1960-02-03", "1961-02-03"))
                .assertStatus(200);
        assertThat(changed.body().path("birthDate").asString()).isEqualTo("1961-02-03");
        fhir.post("/Patient", patient("conditional")).assertStatus(201);
        fhir.put("/Patient?" + found, patient("conditional")).assertStatus(412);
        fhir.delete("/Patient?" + found).assertStatus(200);
        assertThat(fhir.get("/Patient?" + found).assertStatus(200).resources()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void takesAnyIdThatAClientGives(Version version) {
        RealFhir fhir = RealFhir.of(version);
        for (String id : new String[] {"4711", "1.2.840.4711", "a-b.C-9", "0".repeat(64)}) {
            fhir.put("/Patient/" + id, "{\"resourceType\":\"Patient\",\"id\":\"" + id + "\"}")
                    .assertStatus(201);
            FhirAnswer read = fhir.get("/Patient/" + id).assertStatus(200);
            assertThat(read.body().path("id").asString()).isEqualTo(id);
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesAChangeOfAnOldVersion(Version version) {
        RealFhir fhir = RealFhir.of(version);
        fhir.put("/Patient/versions", patient("versions")).assertStatus(201);
        String changed = patient("versions").replace("1960-02-03", "1962-02-03");
        fhir.put("/Patient/versions", changed, "If-Match", "W/\"1\"").assertStatus(200);
        // The specification says 412, and HAPI 409: a client understands both.
        assertThat(fhir.put("/Patient/versions", patient("versions"), "If-Match", "W/\"1\"")
                        .status())
                .isIn(409, 412);
    }

    @ParameterizedTest
    @EnumSource
    void deletesNothingThatIsReferredTo(Version version) {
        RealFhir fhir = RealFhir.of(version);
        fhir.put("/Patient/referred", patient("referred")).assertStatus(201);
        fhir.put("/Condition/referring", condition("referring", "referred")).assertStatus(201);
        fhir.delete("/Patient/referred").assertStatus(409);
        fhir.delete("/Condition/referring").assertStatus(200);
        fhir.delete("/Patient/referred").assertStatus(200);
        fhir.get("/Patient/referred").assertStatus(410);
    }

    @ParameterizedTest
    @EnumSource
    void searchesAlongReferences(Version version) {
        RealFhir fhir = RealFhir.of(version);
        fhir.put("/Patient/searched", patient("searched")).assertStatus(201);
        fhir.put("/Condition/searched-dx", condition("searched-dx", "searched")).assertStatus(201);
        String token = RealFhir.encode(CODE);
        String one = "identifier=urn:test%7Csearched";

        assertThat(fhir.get("/Condition?patient." + one).references()).containsExactly("Condition/searched-dx");
        assertThat(fhir.get("/Condition?subject:Patient." + one).references()).containsExactly("Condition/searched-dx");
        assertThat(fhir.get("/Condition?patient.identifier=urn:test%7Cnobody").references())
                .isEmpty();
        assertThat(fhir.get("/Condition?_id=searched-dx&_include=Condition:patient")
                        .references())
                .containsExactly("Condition/searched-dx", "Patient/searched");
        assertThat(fhir.get("/Patient?" + one + "&_revinclude=Condition:patient")
                        .references())
                .containsExactly("Patient/searched", "Condition/searched-dx");
        assertThat(fhir.get("/Patient?" + one + "&_has:Condition:patient:code=" + token)
                        .references())
                .containsExactly("Patient/searched");
        assertThat(fhir.get("/Patient?" + one + "&_has:Condition:patient:code=other")
                        .references())
                .isEmpty();
        assertThat(fhir.search("Condition", "code=" + token + "&patient=Patient/searched")
                        .references())
                .containsExactly("Condition/searched-dx");
    }

    @ParameterizedTest
    @EnumSource
    void searchesAtOnceByAParameterThatIsAdded(Version version) {
        RealFhir fhir = RealFhir.of(version);
        fhir.put("/SearchParameter/eye-colour", """
                {"resourceType": "SearchParameter", "id": "eye-colour", "url": "urn:test:eye-colour", "name": "eyes",
                 "status": "active", "description": "The colour of the eyes", "code": "eye-colour",
                 "base": ["Patient"], "type": "string",
                 "expression": "Patient.extension('urn:test:eyes').value"}""").assertStatus(201);
        fhir.put("/Patient/eyed", """
                {"resourceType": "Patient", "id": "eyed",
                 "extension": [{"url": "urn:test:eyes", "valueString": "green"}]}""").assertStatus(201);
        assertThat(fhir.get("/Patient?eye-colour=green").assertStatus(200).references())
                .containsExactly("Patient/eyed");
        assertThat(fhir.get("/Patient?eye-colour=blue").assertStatus(200).references())
                .isEmpty();
    }

    /// A patient that is created where there is none, and a study of it that is created or updated.
    private static String study(String patient, String uid) {
        return bundle("""
                {"fullUrl": "urn:uuid:6c5b1d5e-7a53-4b43-9a0c-3d6f5a6f0c11",
                 "request": {"method": "POST", "url": "Patient", "ifNoneExist": "identifier=urn:test|%s"},
                 "resource": %s}""".formatted(patient, patient(patient)), """
                {"request": {"method": "PUT", "url": "ImagingStudy?identifier=urn:dicom:uid|%s"},
                 "resource": {"resourceType": "ImagingStudy", "status": "available",
                   "identifier": [{"system": "urn:dicom:uid", "value": "%s"}],
                   "subject": {"reference": "urn:uuid:6c5b1d5e-7a53-4b43-9a0c-3d6f5a6f0c11"}}}""".formatted(uid, uid));
    }

    private static String bundle(String... entries) {
        return "{\"resourceType\": \"Bundle\", \"type\": \"transaction\", \"entry\": [" + String.join(",", entries)
                + "]}";
    }

    private static String put(String url, String resource) {
        return "{\"request\": {\"method\": \"PUT\", \"url\": \"" + url + "\"}, \"resource\": " + resource + "}";
    }

    /// A patient whose id is also an identifier of it.
    private static String patient(String id) {
        return """
                {"resourceType": "Patient", "id": "%s", "birthDate": "1960-02-03",
                 "identifier": [{"system": "urn:test", "value": "%s"}]}""".formatted(id, id);
    }

    private static String condition(String id, String patient) {
        return """
                {"resourceType": "Condition", "id": "%s", "subject": {"reference": "Patient/%s"},
                 "clinicalStatus": {"coding": [
                   {"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]},
                 "code": {"coding": [{"system": "http://snomed.info/sct", "code": "307576001"}]}}""".formatted(id, patient);
    }
}
