package org.isocenter.acceptance;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.isocenter.acceptance.fhir.FhirAnswer;
import org.isocenter.acceptance.fhir.RealFhir;
import org.isocenter.acceptance.fhir.RealFhir.Version;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What is stored appears in a real FHIR server, and goes from it.
class CastTest {
    private static final Path CORPUS = Path.of(System.getProperty("acceptance.corpus", "../../shared/corpus"));
    private static final String DCM = "http://dicom.nema.org/resources/ontology/DCM";
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(5);

    /// The images of the demo.
    @TempDir
    private static Path demo = Path.of("");

    @BeforeAll
    static void makeTheDemo() throws IOException {
        Archive.run("demo", "--images", demo.toString(), "--day", "2026-01-15");
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("every study of the real files is in the FHIR server as the archive tells it, and nothing else is")
    void theCorpusIsInTheRecordAsItIsInTheArchive(Version version) throws IOException {
        Assumptions.assumeTrue(Files.isDirectory(CORPUS), "no real files at " + CORPUS);
        RealFhir fhir = RealFhir.of(version);
        String patients = "urn:oid:2.25.1";
        Instant begun = Instant.now();
        try (Archive archive = cast(fhir, patients, "--http-public-url", "https://corpus.example")) {
            Dicomweb dicomweb = archive.dicomweb();
            for (Path file : files(CORPUS)) {
                dicomweb.store(Files.readAllBytes(file));
            }
            JsonNode status = awaitCast(archive);
            Map<String, List<DataSet>> studies = studies(dicomweb);
            Set<String> told = new TreeSet<>();
            for (Map.Entry<String, List<DataSet>> study : studies.entrySet()) {
                List<JsonNode> found = imagingStudies(fhir, study.getKey());
                if (first(study.getValue(), Tag.PatientID) == null) {
                    assertThat(found)
                            .as("a study of nobody: %s", study.getKey())
                            .isEmpty();
                } else {
                    assertThat(found).as(study.getKey()).hasSize(1);
                    assertSame(study.getKey(), study.getValue(), found.getFirst(), version);
                    assertPatient(fhir, patients, study.getValue(), found.getFirst());
                    told.add(study.getKey());
                }
            }
            assertThat(told).hasSizeGreaterThan(30);
            assertThat(status.get("failures").asInt())
                    .as(
                            "failures: %s",
                            archive.root()
                                    .get("cast/failures?limit=1000", "Accept", "*/*")
                                    .text())
                    .isEqualTo(studies.size() - told.size());

            CastRecord.read(fhir, begun).assertSame("corpus-" + name(version) + ".txt", text -> true);

            for (String study : told) {
                dicomweb.delete("/studies/" + study).assertStatus(204);
            }
            awaitCast(archive);
            for (String study : told) {
                assertThat(imagingStudies(fhir, study)).as("deleted: %s", study).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("the images of the demo are in the FHIR server as the page of its resources has them")
    void theDemoHospitalIsInTheRecordAsItsPageHasIt(Version version) throws IOException {
        RealFhir fhir = RealFhir.of(version);
        Instant begun = Instant.now();
        try (Archive archive = cast(
                fhir,
                "https://hospital.example/patients",
                "--cast-accession-system",
                "https://hospital.example/orders",
                "--http-public-url",
                "https://hospital.example/archive")) {
            for (Path file : files(demo)) {
                archive.dicomweb().store(Files.readAllBytes(file)).assertStatus(200);
            }
            assertThat(awaitCast(archive).get("failures").asInt()).isZero();
            // The others are of the same five kinds.
            CastRecord.read(fhir, begun)
                    .assertSame("demo-" + name(version) + ".txt", text -> text.matches("(?s).*DEMO00[1-5]\".*"));
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("medication and CT of one patient are asked for in one question")
    void aQueryJoinsMedicationAndImages(Version version) {
        RealFhir fhir = RealFhir.of(version);
        String patients = "urn:oid:2.25.2." + version.ordinal();
        String medication = version == Version.R4
                ? "\"medicationCodeableConcept\":{\"text\":\"Doxorubicin\"}"
                : "\"medication\":{\"concept\":{\"text\":\"Doxorubicin\"}}";
        String patient = "{\"resourceType\":\"Patient\",\"id\":\"adt-" + version + "\",\"identifier\":[{\"system\":\""
                + patients + "\",\"value\":\"P-1\"}]}";
        fhir.put("/Patient/adt-" + version, patient).assertStatus(201);
        fhir.post(
                        "/MedicationRequest",
                        "{\"resourceType\":\"MedicationRequest\",\"status\":\"active\",\"intent\":\"order\","
                                + medication + ",\"subject\":{\"reference\":\"Patient/adt-" + version + "\"}}")
                .assertStatus(201);
        Draft ct = Draft.ct();
        try (Archive archive = cast(fhir, patients)) {
            archive.dicomweb().store(ct.bytes()).assertStatus(200);
            awaitCast(archive);
            FhirAnswer found = fhir.get("/Patient?identifier=" + RealFhir.encode(patients + "|P-1")
                            + "&_revinclude=MedicationRequest:subject&_revinclude=ImagingStudy:subject")
                    .assertStatus(200);
            assertThat(found.resources().stream()
                            .map(resource -> resource.get("resourceType").asString()))
                    .containsExactlyInAnyOrder("Patient", "MedicationRequest", "ImagingStudy");
            assertThat(fhir.get("/ImagingStudy?modality=" + RealFhir.encode(DCM + "|CT") + "&identifier="
                                    + RealFhir.encode("urn:dicom:uid|urn:oid:" + ct.study)
                                    + "&patient._has:MedicationRequest:patient:status=active")
                            .assertStatus(200)
                            .resources())
                    .hasSize(1);
            archive.dicomweb().delete("/studies/" + ct.study).assertStatus(204);
            awaitCast(archive);
            assertThat(imagingStudies(fhir, ct.study)).isEmpty();
            fhir.get("/Patient/adt-" + version).assertStatus(200);
        }
    }

    private static Archive cast(RealFhir fhir, String patients, String... more) {
        List<String> settings = new ArrayList<>(List.of(
                "--cast-fhir-url", fhir.url().toString(), "--cast-patient-system", patients, "--cast-quiet", "500ms"));
        settings.addAll(List.of(more));
        return Archive.with(settings.toArray(String[]::new));
    }

    private static String name(Version version) {
        return version.name().toLowerCase(Locale.ROOT);
    }

    private static JsonNode awaitCast(Archive archive) {
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            JsonNode status = JsonMapper.shared()
                    .readTree(archive.root()
                            .get("cast/status", "Accept", "*/*")
                            .assertStatus(200)
                            .text());
            if (status.path("lagEntries").asInt(1) == 0) {
                return status;
            }
            assertThat(System.nanoTime() - until).as("the cast: %s", status).isNegative();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    /// All instances, by study.
    private static Map<String, List<DataSet>> studies(Dicomweb dicomweb) {
        Map<String, List<DataSet>> studies = new TreeMap<>();
        for (DataSet study : dicomweb.search("/studies?limit=1000")) {
            String uid = requireNonNull(study.findString(Tag.StudyInstanceUID));
            studies.put(uid, dicomweb.metadata("/studies/" + uid));
        }
        return studies;
    }

    private static List<JsonNode> imagingStudies(RealFhir fhir, String study) {
        return fhir.get(
                        "/ImagingStudy?identifier=" + RealFhir.encode("urn:dicom:uid|urn:oid:" + study),
                        "Cache-Control",
                        "no-cache")
                .assertStatus(200)
                .resources();
    }

    private static @Nullable String first(List<DataSet> instances, int tag) {
        return instances.stream()
                .map(instance -> instance.findString(tag))
                .filter(value -> value != null)
                .findFirst()
                .orElse(null);
    }

    private static void assertSame(String uid, List<DataSet> instances, JsonNode study, Version version) {
        boolean r5 = version == Version.R5;
        Set<String> series = new HashSet<>();
        Set<String> modalities = new TreeSet<>();
        Map<String, String> sopClasses = new TreeMap<>();
        for (DataSet instance : instances) {
            series.add(requireNonNull(instance.findString(Tag.SeriesInstanceUID)));
            if (instance.findString(Tag.Modality) != null) {
                modalities.add(instance.findString(Tag.Modality));
            }
            sopClasses.put(
                    requireNonNull(instance.findString(Tag.SOPInstanceUID)),
                    "urn:oid:" + instance.findString(Tag.SOPClassUID));
        }
        assertThat(study.get("status").asString()).as(uid).isEqualTo("available");
        assertThat(study.get("numberOfSeries").asInt()).as(uid).isEqualTo(series.size());
        assertThat(study.get("numberOfInstances").asInt()).as(uid).isEqualTo(instances.size());
        Set<String> toldModalities = new TreeSet<>();
        for (JsonNode modality : study.path("modality")) {
            JsonNode coding = r5 ? modality.at("/coding/0") : modality;
            assertThat(coding.get("system").asString()).isEqualTo(DCM);
            toldModalities.add(coding.get("code").asString());
        }
        assertThat(toldModalities).as(uid).isEqualTo(modalities);
        Set<String> toldSeries = new HashSet<>();
        Map<String, String> toldClasses = new TreeMap<>();
        for (JsonNode one : study.path("series")) {
            toldSeries.add(one.get("uid").asString());
            assertThat(one.get("numberOfInstances").asInt())
                    .isEqualTo(one.path("instance").size());
            for (JsonNode instance : one.path("instance")) {
                toldClasses.put(
                        instance.get("uid").asString(),
                        instance.at("/sopClass/code").asString());
            }
        }
        assertThat(toldSeries).as(uid).isEqualTo(series);
        assertThat(toldClasses).as(uid).isEqualTo(sopClasses);
        if (study.has("started") && study.get("started").asString().contains("T")) {
            assertThat(first(instances, Tag.TimezoneOffsetFromUTC))
                    .as("no made-up offset: " + uid)
                    .isNotNull();
        }
        List<String> endpoints = new ArrayList<>();
        study.path("endpoint")
                .forEach(endpoint -> endpoints.add(endpoint.get("reference").asString()));
        assertThat(endpoints).as(uid).hasSize(1);
    }

    private static void assertPatient(RealFhir fhir, String system, List<DataSet> instances, JsonNode study) {
        JsonNode patient = fhir.get("/" + study.at("/subject/reference").asString())
                .assertStatus(200)
                .body();
        Set<String> ids = new HashSet<>();
        instances.forEach(instance -> ids.add(instance.findString(Tag.PatientID)));
        assertThat(patient.at("/identifier/0/system").asString()).isEqualTo(system);
        assertThat(ids).contains(patient.at("/identifier/0/value").asString());
    }
}
