package org.isocenter.server.cast;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.isocenter.server.cast.CastOptions.Identity;
import org.isocenter.server.cast.CastOptions.Patients;
import org.isocenter.server.cast.FhirEndpoint.Fault;
import org.isocenter.server.fhir.Credentials;
import org.isocenter.server.fhir.FhirClient;
import org.isocenter.server.fhir.FhirVersion;
import org.isocenter.server.fhir.mapping.MappingOptions;
import org.isocenter.server.fhir.mapping.MappingOptions.Detail;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A cast waits most of its time, so the tests run side by side; each has an archive and a FHIR server of its
/// own.
@Execution(ExecutionMode.CONCURRENT)
final class CastTest {
    private static final String MPI = "urn:oid:1.2.840.99";

    private final MemoryArchive archive = new MemoryArchive();
    private FhirEndpoint fhir;

    @BeforeEach
    void open() throws Exception {
        fhir = new FhirEndpoint("4.0.1", true);
    }

    @AfterEach
    void close() {
        fhir.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsStoredAppearsOnceHoweverOftenItIsCast(boolean byIds) throws Exception {
        fhir.close();
        fhir = new FhirEndpoint("4.0.1", byIds);
        archive.store(ct("1.1", "1.1.1", "P1"));
        archive.store(ct("1.1", "1.1.2", "P1"));
        archive.store(ct("1.2", "1.2.1", "P1"));
        castUntilUpToDate(Patients.CREATE);
        archive.request("1.1");
        castUntilUpToDate(Patients.CREATE);
        assertThat(fhir.all("ImagingStudy")).hasSize(2);
        assertThat(fhir.all("Patient")).hasSize(1);
        assertThat(fhir.all("Endpoint")).hasSize(1);
        String patient = "Patient/" + fhir.all("Patient").getFirst().get("id").asString();
        assertThat(fhir.all("ImagingStudy"))
                .allSatisfy(study ->
                        assertThat(study.at("/subject/reference").asString()).isEqualTo(patient));
        assertThat(archive.givenUp()).isEmpty();
    }

    @Test
    void manyChangesOfAStudyAreOneTransaction() throws Exception {
        for (int i = 0; i < 300; i++) {
            archive.store(ct("1.1", "1.1." + i, "P1"));
        }
        castUntilUpToDate(Patients.CREATE);
        assertThat(fhir.transactions()).isEqualTo(1);
        assertThat(fhir.all("ImagingStudy").getFirst().get("numberOfInstances").asInt())
                .isEqualTo(300);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 408, 409, 412, 429, 500, 503})
    void e04AFailureThatMayPassIsTriedAgain(int status) throws Exception {
        fhir.fail(Fault.times(2, status));
        archive.store(ct("1.1", "1.1.1", "P1"));
        castUntilUpToDate(Patients.CREATE);
        assertThat(fhir.all("ImagingStudy")).hasSize(1);
        assertThat(archive.givenUp()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAnswerThatIsLostMakesNothingTwice(boolean byIds) throws Exception {
        fhir.close();
        fhir = new FhirEndpoint("4.0.1", byIds);
        fhir.fail(Fault.lostAnswer());
        archive.store(ct("1.1", "1.1.1", "P1"));
        castUntilUpToDate(Patients.CREATE);
        assertThat(fhir.transactions()).isEqualTo(2);
        assertThat(fhir.all("ImagingStudy")).hasSize(1);
        assertThat(fhir.all("Patient")).hasSize(1);
    }

    @Test
    void e04AStudyThatIsRefusedForGoodIsKeptWithTheReasonAndTheRestGoesOn() throws Exception {
        fhir.fail(Fault.refusing("\"urn:oid:1.2\"", 422));
        archive.store(ct("1.1", "1.1.1", "P1"));
        archive.store(ct("1.2", "1.2.1", "P1"));
        archive.store(ct("1.3", "1.3.1", "P1"));
        castUntilUpToDate(Patients.CREATE);
        assertThat(fhir.all("ImagingStudy")).hasSize(2);
        assertThat(archive.givenUp()).singleElement().satisfies(failure -> {
            assertThat(failure.study().uid()).isEqualTo("1.2");
            assertThat(failure.status()).isEqualTo(422);
            assertThat(failure.detail()).contains("OperationOutcome");
        });

        fhir.recover();
        archive.request("1.2");
        castUntilUpToDate(Patients.CREATE);
        assertThat(fhir.all("ImagingStudy")).hasSize(3);
        assertThat(archive.givenUp()).isEmpty();
    }

    @Test
    void aServerThatDoesNotKnowUsMakesUsWaitAndGivesNothingUp() throws Exception {
        fhir.fail(new Fault(request -> true, new AtomicInteger(Integer.MAX_VALUE), 401, Map.of(), false));
        archive.store(ct("1.1", "1.1.1", "P1"));
        try (FhirClient client = client();
                var _ = Cast.start(archive, archive, client, options(Patients.CREATE))) {
            archive.await(() -> archive.progress().problem() != null);
            assertThat(archive.progress().problem()).contains("401");
            assertThat(archive.progress().position()).isZero();
            assertThat(archive.givenUp()).isEmpty();
        }
    }

    @Test
    void retryAfterIsRespected() throws Exception {
        fhir.fail(new Fault(
                request -> request.startsWith("POST / "),
                new AtomicInteger(1),
                429,
                Map.of("Retry-After", "2"),
                false));
        archive.store(ct("1.1", "1.1.1", "P1"));
        long began = System.nanoTime();
        castUntilUpToDate(Patients.CREATE);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void aStudyWithoutAnIdentifiedPatientIsGivenUp() throws Exception {
        archive.store(ct("1.1", "1.1.1", ""));
        castUntilUpToDate(Patients.CREATE);
        assertThat(fhir.all("ImagingStudy")).isEmpty();
        assertThat(archive.givenUp().getFirst().reason()).contains("cast.patient-system");
    }

    @Test
    void aPatientThatIsThereIsLinkedAndNotTouched() throws Exception {
        fhir.put(patient("adt-7", "P1"));
        archive.store(ct("1.1", "1.1.1", "P1").putString(Tag.PatientName, "Other^Name"));
        castUntilUpToDate(Patients.CREATE);
        assertThat(fhir.all("Patient")).containsExactly(patient("adt-7", "P1"));
        assertThat(fhir.all("ImagingStudy").getFirst().at("/subject/reference").asString())
                .isEqualTo("Patient/adt-7");
    }

    @Test
    void withoutAPatientALinkIsByIdentifierUntilThereIsOne() throws Exception {
        archive.store(ct("1.1", "1.1.1", "P1"));
        castUntilUpToDate(Patients.LINK);
        ObjectNode study = fhir.all("ImagingStudy").getFirst();
        assertThat(study.at("/subject/identifier/value").asString()).isEqualTo("P1");
        assertThat(study.at("/subject").has("reference")).isFalse();
        assertThat(fhir.all("Patient")).isEmpty();

        fhir.put(patient("adt-7", "P1"));
        archive.request("1.1");
        castUntilUpToDate(Patients.LINK);
        assertThat(fhir.all("ImagingStudy").getFirst().at("/subject/reference").asString())
                .isEqualTo("Patient/adt-7");
    }

    @Test
    void aStudyThatMovesToAnotherPatientLeavesNoTraceOnTheFirst() throws Exception {
        archive.store(ct("1.1", "1.1.1", "P1"));
        castUntilUpToDate(Patients.CREATE);
        archive.store(ct("1.1", "1.1.1", "P2"));
        castUntilUpToDate(Patients.CREATE);
        ObjectNode second = fhir.all("Patient").stream()
                .filter(one -> one.at("/identifier/0/value").asString().equals("P2"))
                .findFirst()
                .orElseThrow();
        assertThat(fhir.all("ImagingStudy"))
                .singleElement()
                .satisfies(study -> assertThat(study.at("/subject/reference").asString())
                        .isEqualTo("Patient/" + second.get("id").asString()));
    }

    @Test
    void anOrderIsLinkedByItsAccessionNumber() throws Exception {
        ObjectNode order = JsonMapper.shared()
                .createObjectNode()
                .put("resourceType", "ServiceRequest")
                .put("id", "order-1");
        order.putArray("identifier").addObject().put("system", "urn:acc").put("value", "A1");
        fhir.put(order);
        archive.store(ct("1.1", "1.1.1", "P1").putString(Tag.AccessionNumber, "A1"));
        castUntilUpToDate(Patients.CREATE);
        assertThat(fhir.all("ImagingStudy")
                        .getFirst()
                        .at("/basedOn/0/reference")
                        .asString())
                .isEqualTo("ServiceRequest/order-1");
    }

    @Test
    void whatIsDeletedIsGoneAndWhatOthersReferToIsCancelled() throws Exception {
        archive.store(ct("1.1", "1.1.1", "P1"));
        archive.store(ct("1.2", "1.2.1", "P1"));
        castUntilUpToDate(Patients.CREATE);
        ObjectNode report = JsonMapper.shared()
                .createObjectNode()
                .put("resourceType", "DiagnosticReport")
                .put("id", "theirs");
        String held = "ImagingStudy/"
                + fhir.all("ImagingStudy").stream()
                        .filter(one -> one.at("/identifier/0/value").asString().equals("urn:oid:1.2"))
                        .findFirst()
                        .orElseThrow()
                        .get("id")
                        .asString();
        report.putArray("imagingStudy").addObject().put("reference", held);
        fhir.put(report);
        archive.delete("1.1", "1.1.1");
        archive.delete("1.2", "1.2.1");
        castUntilUpToDate(Patients.CREATE);
        assertThat(fhir.all("ImagingStudy"))
                .singleElement()
                .satisfies(study -> assertThat(study.get("status").asString()).isEqualTo("cancelled"));
        assertThat(fhir.all("DiagnosticReport")).hasSize(1);
        assertThat(fhir.all("Patient")).hasSize(1);

        archive.store(ct("1.2", "1.2.1", "P1"));
        castUntilUpToDate(Patients.CREATE);
        assertThat(fhir.all("ImagingStudy").getFirst().get("status").asString()).isEqualTo("available");
    }

    @Test
    void anEndpointThatSomebodyTookAwayIsMadeAgain() throws Exception {
        archive.store(ct("1.1", "1.1.1", "P1"));
        try (FhirClient client = client();
                var _ = Cast.start(archive, archive, client, options(Patients.CREATE))) {
            archive.await(archive::isUpToDate);
            ObjectNode study = fhir.all("ImagingStudy").getFirst();
            client.delete("ImagingStudy/" + study.get("id").asString());
            client.delete(
                    "Endpoint/" + fhir.all("Endpoint").getFirst().get("id").asString());
            archive.store(ct("1.2", "1.2.1", "P1"));
            archive.await(archive::isUpToDate);
        }
        assertThat(archive.givenUp()).isEmpty();
        assertThat(fhir.all("Endpoint")).hasSize(1);
    }

    /// F3. Whatever fails whenever, and however often the cast starts anew from what it had noted, in the
    /// end the server has what the archive has.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nothingIsMissedAndNothingIsThereTwiceWhateverFails(boolean byIds) throws Exception {
        long seed = System.nanoTime();
        System.out.println("F3 by seed " + seed);
        Random random = new Random(seed);
        fhir.close();
        fhir = new FhirEndpoint("4.0.1", byIds);
        for (int round = 0; round < 40; round++) {
            for (int i = 0; i < 5; i++) {
                String study = "1." + (1 + random.nextInt(12));
                String instance = study + "." + (1 + random.nextInt(3));
                if (random.nextInt(3) == 0) {
                    archive.delete(study, instance);
                } else {
                    archive.store(ct(study, instance, "P" + random.nextInt(3)));
                }
            }
            switch (random.nextInt(4)) {
                case 0 -> fhir.fail(Fault.lostAnswer());
                case 1 -> fhir.fail(Fault.once(new int[] {0, 409, 500}[random.nextInt(3)]));
                default -> {}
            }
            try (FhirClient client = client();
                    var _ = Cast.start(archive, archive, client, options(Patients.CREATE))) {
                long done = archive.done();
                archive.await(() -> archive.isUpToDate() || archive.done() > done);
            }
        }
        fhir.recover();
        castUntilUpToDate(Patients.CREATE);
        assertThat(archive.givenUp()).isEmpty();
        Map<String, Integer> expected = archive.instanceCounts();
        assertThat(fhir.all("ImagingStudy"))
                .hasSize(expected.size())
                .allSatisfy(study -> assertThat(study.get("numberOfInstances").asInt())
                        .isEqualTo(expected.get(
                                study.at("/identifier/0/value").asString().substring("urn:oid:".length()))));
        assertThat(fhir.all("Patient").size()).isLessThanOrEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void byOptionAStudyTellsWhoWroteItFromWhat(boolean byIds) throws Exception {
        fhir.close();
        fhir = new FhirEndpoint("4.0.1", byIds);
        archive.store(ct("1.1", "1.1.1", "P1"));
        castUntilUpToDate(options(Patients.CREATE, true));
        archive.store(ct("1.1", "1.1.2", "P1"));
        castUntilUpToDate(options(Patients.CREATE, true));
        JsonNode study = fhir.all("ImagingStudy").getFirst();
        JsonNode author = fhir.all("Device").getFirst();
        assertThat(fhir.all("Device")).hasSize(1);
        assertThat(fhir.all("Provenance")).singleElement().satisfies(provenance -> {
            assertThat(provenance.at("/target/0/reference").asString())
                    .isEqualTo("ImagingStudy/" + study.get("id").asString());
            assertThat(provenance.at("/agent/0/who/reference").asString())
                    .isEqualTo("Device/" + author.get("id").asString());
            assertThat(provenance.at("/entity/0/what/identifier/value").asString())
                    .isEqualTo("http://pacs/dicom-web/studies/1.1");
        });

        castUntilUpToDate(options(Patients.CREATE));
        assertThat(fhir.all("Provenance")).hasSize(1);
        archive.delete("1.1", "1.1.1");
        archive.delete("1.1", "1.1.2");
        castUntilUpToDate(options(Patients.CREATE));
        assertThat(fhir.all("Provenance")).isEmpty();
        assertThat(fhir.all("ImagingStudy")).isEmpty();
    }

    private void castUntilUpToDate(Patients patients) throws InterruptedException {
        castUntilUpToDate(options(patients));
    }

    private void castUntilUpToDate(CastOptions options) throws InterruptedException {
        try (FhirClient client = client();
                var _ = Cast.start(archive, archive, client, options)) {
            archive.await(archive::isUpToDate);
        }
    }

    private FhirClient client() {
        return new FhirClient(fhir.base(), Credentials.NONE, Duration.ofSeconds(20), null);
    }

    private static CastOptions options(Patients patients) {
        return options(patients, false);
    }

    private static CastOptions options(Patients patients, boolean tellsProvenance) {
        MappingOptions mapping = new MappingOptions(
                FhirVersion.R4,
                URI.create("http://pacs/dicom-web"),
                MPI,
                "urn:acc",
                Map.of(),
                Map.of(),
                Detail.INSTANCE,
                100,
                false);
        return new CastOptions(
                mapping,
                patients,
                false,
                tellsProvenance,
                Identity.AUTO,
                Duration.ofMillis(50),
                Duration.ofSeconds(1),
                4,
                1_000);
    }

    private static ObjectNode patient(String id, String value) {
        ObjectNode patient = JsonMapper.shared()
                .createObjectNode()
                .put("resourceType", "Patient")
                .put("id", id);
        patient.putArray("identifier").addObject().put("system", MPI).put("value", value);
        return patient;
    }

    private static DataSet ct(String study, String instance, String patient) {
        return new DataSet()
                .putString(Tag.SOPClassUID, "1.2.840.10008.5.1.4.1.1.2")
                .putString(Tag.SOPInstanceUID, instance)
                .putString(Tag.StudyInstanceUID, study)
                .putString(Tag.SeriesInstanceUID, study + ".0")
                .putString(Tag.Modality, "CT")
                .putString(Tag.PatientID, patient);
    }
}
