package org.isocenter.server.fhirweb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.isocenter.dicom.BulkSource;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Limits;
import org.isocenter.dicom.Part10;
import org.isocenter.dicom.Part10Writer;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.TransferSyntax;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.Find;
import org.isocenter.server.archive.Ingest;
import org.isocenter.server.archive.Retrieve;
import org.isocenter.server.archive.StoreRules;
import org.isocenter.server.archive.StoreTarget;
import org.isocenter.server.archive.Survey;
import org.isocenter.server.blob.BlobStore;
import org.isocenter.server.blob.FileBlobs;
import org.isocenter.server.blob.FileBlobsOptions;
import org.isocenter.server.db.Database;
import org.isocenter.server.db.TestPostgres;
import org.isocenter.server.fhir.FhirVersion;
import org.isocenter.server.fhir.mapping.MappingOptions;
import org.isocenter.server.fhir.mapping.MappingOptions.Detail;
import org.isocenter.server.fhir.mapping.StudyMapping;
import org.isocenter.server.fhir.mapping.StudyResources;
import org.isocenter.server.http.HttpDoor;
import org.isocenter.server.http.HttpOptions;
import org.isocenter.server.http.Router;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The view over a real index, beside the mapping that it has to agree with.
final class FhirRoutesTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    @TempDir
    private Path folder;

    private Database database;
    private BlobStore blobs;
    private Ingest ingest;
    private HttpDoor door;

    @BeforeEach
    void open() throws Exception {
        database = TestPostgres.freshDatabase();
        blobs = FileBlobs.open(folder, FileBlobsOptions.defaults());
        ingest = new Ingest(database, blobs);
        Router router = new Router();
        new FhirRoutes(
                        new Find(database),
                        new Retrieve(database, blobs),
                        new Survey(database),
                        root -> options(FhirVersion.R4, root))
                .register(router);
        door = HttpDoor.open(
                new HttpOptions("127.0.0.1", 0, null, List.of(), 1 << 20, Duration.ofSeconds(30), 16), router);
    }

    @AfterEach
    void close() {
        door.close();
        ingest.close();
        blobs.close();
        database.close();
    }

    private static MappingOptions options(FhirVersion version, URI root) {
        return new MappingOptions(
                version, root, "urn:oid:1.2.840.99", null, Map.of(), Map.of(), Detail.INSTANCE, 100, true);
    }

    private static DataSet instance(String study, String series, String instance, String patient) {
        return new DataSet()
                .putString(Tag.SpecificCharacterSet, "ISO_IR 192")
                .putString(Tag.SOPClassUID, "1.2.840.10008.5.1.4.1.1.7")
                .putString(Tag.SOPInstanceUID, instance)
                .putString(Tag.StudyDate, "20260131")
                .putString(Tag.StudyTime, "101500")
                .putString(Tag.TimezoneOffsetFromUTC, "+0100")
                .putString(Tag.AccessionNumber, "A-1")
                .putString(Tag.Modality, "OT")
                .putString(Tag.PatientName, "Doe^Jane")
                .putString(Tag.PatientID, patient)
                .putString(Tag.StudyInstanceUID, study)
                .putString(Tag.SeriesInstanceUID, series)
                .putString(Tag.OperatorsName, "Roe^Richard");
    }

    private void store(DataSet... instances) throws Exception {
        try (Ingest.Upload upload =
                ingest.begin(StoreTarget.of(Caller.anyone()), new StoreRules(null, false, false, Limits.DEFAULT))) {
            for (DataSet instance : instances) {
                ByteArrayOutputStream file = new ByteArrayOutputStream();
                Part10Writer.write(Part10.of(instance, TransferSyntax.EXPLICIT_LITTLE_ENDIAN), BulkSource.NONE, file);
                upload.add(new ByteArrayInputStream(file.toByteArray()));
            }
            upload.finish();
        }
    }

    private JsonNode get(String path, String accept) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(door.uri() + path))
                .header("Accept", accept)
                .build();
        HttpResponse<byte[]> response =
                HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofByteArray());
        JsonNode body = MAPPER.readTree(response.body());
        assertThat(response.statusCode()).as(body.toString()).isEqualTo(200);
        return body;
    }

    private StudyResources mapped(FhirVersion version, String study, DataSet... instances) {
        StudyMapping mapping = new StudyMapping(options(version, URI.create(bare(door.uri()) + "/dicom-web")), study);
        for (DataSet instance : instances) {
            mapping.add(instance);
        }
        return mapping.finish();
    }

    private static String bare(URI uri) {
        return uri.toString().replaceAll("/+$", "");
    }

    @ParameterizedTest
    @EnumSource(FhirVersion.class)
    void whatIsReadIsWhatTheMappingGives(FhirVersion version) throws Exception {
        DataSet[] instances = {
            instance("1.2.3", "1.2.3.1", "1.2.3.1.1", "P1"),
            instance("1.2.3", "1.2.3.1", "1.2.3.1.2", "P1"),
            instance("1.2.3", "1.2.3.2", "1.2.3.2.1", "P1")
        };
        store(instances);
        String accept = "application/fhir+json; fhirVersion=" + (version == FhirVersion.R5 ? "5.0" : "4.0");
        StudyResources expected = mapped(version, "1.2.3", instances);

        ObjectNode study = (ObjectNode) get("/fhir/ImagingStudy/" + StudyMapping.imagingStudyId("1.2.3"), accept);
        ObjectNode meta = (ObjectNode) study.get("meta");
        assertThat(meta.remove("versionId").asString()).matches("\\d+");
        assertThat(meta.remove("lastUpdated").asString()).endsWith("Z");
        assertThat(study).isEqualTo(expected.imagingStudy());

        String patient = Objects.requireNonNull(expected.patient()).get("id").asString();
        ObjectNode read = (ObjectNode) get("/fhir/Patient/" + patient, accept);
        read.remove("meta");
        assertThat(read).isEqualTo(expected.patient());

        for (JsonNode endpoint : expected.imagingStudy().get("endpoint")) {
            String reference = endpoint.get("reference").asString();
            assertThat(get("/fhir/" + reference, accept).get("id").asString())
                    .isEqualTo(reference.substring("Endpoint/".length()));
        }
    }

    @Test
    void aSearchCountsInstancesAndListsNone() throws Exception {
        DataSet[] instances = {
            instance("1.2.3", "1.2.3.1", "1.2.3.1.1", "P1"), instance("1.2.3", "1.2.3.1", "1.2.3.1.2", "P1")
        };
        store(instances);
        JsonNode found =
                get("/fhir/ImagingStudy?identifier=urn:oid:1.2.3", "*/*").at("/entry/0/resource");
        ObjectNode expected = mapped(FhirVersion.R4, "1.2.3", instances).imagingStudy();
        ((ObjectNode) expected.get("series").get(0)).remove("instance");
        ((ObjectNode) found.get("meta")).remove(List.of("versionId", "lastUpdated"));
        assertThat(found).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"P1", "p-1 with space", "Größe 💉", "a\"quoted\"one", "tab|and,comma", "$1'); drop table study"})
    void thePatientIsFoundByItsIdWhateverThePatientIdIs(String patientId) throws Exception {
        DataSet instance = instance("1.2.3", "1.2.3.1", "1.2.3.1.1", patientId);
        store(instance, instance("1.2.4", "1.2.4.1", "1.2.4.1.1", "another"));
        String id = Objects.requireNonNull(
                        mapped(FhirVersion.R4, "1.2.3", instance).patient())
                .get("id")
                .asString();
        JsonNode patient = get("/fhir/Patient/" + id, "*/*");
        assertThat(patient.at("/identifier/0/value").asString()).isEqualTo(patientId);
        assertThat(get("/fhir/ImagingStudy?patient=" + id, "*/*")
                        .at("/entry/0/resource/identifier/0/value")
                        .asString())
                .isEqualTo("urn:oid:1.2.3");
        assertThat(get("/fhir/ImagingStudy?patient=" + id, "*/*").get("total").asInt())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.2.3", "2.25.329800735698586629295641978511506172918", "1.2.840.10008.5.1.4.1.1.2.12345"})
    void theIndexMakesTheSameOfANameAsTheMapping(String uid) {
        long key = database.query(
                session -> session.sql("select fhir_key(?)").bind(uid).get(row -> row.getLong(1)));
        assertThat(key)
                .isEqualTo(UUID.fromString(StudyMapping.imagingStudyId(uid)).getLeastSignificantBits());
    }

    @ParameterizedTest
    @EnumSource(FhirVersion.class)
    void documentsAreWhatTheMappingGives(FhirVersion version) throws Exception {
        DataSet pdf = instance("1.2.3", "1.2.3.1", "1.2.3.1.1", "P1")
                .putString(Tag.SOPClassUID, "1.2.840.10008.5.1.4.1.1.104.1")
                .putString(Tag.MIMETypeOfEncapsulatedDocument, "application/pdf")
                .putString(Tag.DocumentTitle, "Letter");
        store(pdf, instance("1.2.3", "1.2.3.2", "1.2.3.2.1", "P1"), instance("1.2.4", "1.2.4.1", "1.2.4.1.1", "P2"));
        String accept = "application/fhir+json; fhirVersion=" + (version == FhirVersion.R5 ? "5.0" : "4.0");
        ObjectNode expected = mapped(version, "1.2.3", pdf).owned().stream()
                .filter(one -> one.get("resourceType").asString().equals("DocumentReference"))
                .findFirst()
                .orElseThrow();
        String path = "/fhir/DocumentReference";
        ObjectNode read = (ObjectNode) get(path + "/" + expected.get("id").asString(), accept);
        ((ObjectNode) read.get("meta")).remove("versionId");
        assertThat(read).isEqualTo(expected);
        for (String query : List.of(
                "patient.identifier=P1",
                "identifier=1.2.3.1.1",
                "_id=" + expected.get("id").asString(),
                expected.at("/subject/reference").asString().replace("Patient/", "subject=Patient/"))) {
            JsonNode found = get(path + "?" + query, accept);
            assertThat(found.get("total").asInt()).as(query).isEqualTo(1);
            assertThat(found.at("/entry/0/resource/id")).isEqualTo(expected.get("id"));
        }
        assertThat(get(path + "?patient.identifier=P2", accept).get("total").asInt())
                .isZero();
    }

    @Test
    void twoPatientsOfOnePatientIdAreTwo() throws Exception {
        DataSet one = instance("1.2.3", "1.2.3.1", "1.2.3.1.1", "P1");
        DataSet other = instance("1.2.4", "1.2.4.1", "1.2.4.1.1", "P1");
        other.putItems(
                Tag.IssuerOfPatientIDQualifiersSequence,
                new DataSet()
                        .putString(Tag.UniversalEntityID, "1.2.840.77")
                        .putString(Tag.UniversalEntityIDType, "ISO"));
        store(one, other);
        for (String study : List.of("1.2.3", "1.2.4")) {
            StudyResources resources = mapped(FhirVersion.R4, study, study.equals("1.2.3") ? one : other);
            String id = Objects.requireNonNull(resources.patient()).get("id").asString();
            JsonNode found = get("/fhir/ImagingStudy?subject=Patient/" + id, "*/*");
            assertThat(found.get("entry")).hasSize(1);
            assertThat(found.at("/entry/0/resource/identifier/0/value").asString())
                    .isEqualTo("urn:oid:" + study);
            assertThat(get("/fhir/Patient/" + id, "*/*").get("id").asString()).isEqualTo(id);
        }
        assertThat(get("/fhir/Patient?identifier=P1&_summary=count", "*/*")
                        .get("total")
                        .asInt())
                .isEqualTo(2);
    }
}
