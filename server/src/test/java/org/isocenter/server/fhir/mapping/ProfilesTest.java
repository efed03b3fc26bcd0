package org.isocenter.server.fhir.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.isocenter.server.fhir.mapping.Studies.code;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.DefaultProfileValidationSupportNpmStrategy;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Part10Reader;
import org.isocenter.dicom.ReadOptions;
import org.isocenter.dicom.Tag;
import org.isocenter.server.fhir.FhirVersion;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Everything that is written is valid by the definitions of FHIR, as the validator of HAPI has them. It
/// looks up no terminology outside: codes of SNOMED CT, LOINC and DICOM are taken as they are.
final class ProfilesTest {
    /// The codes of DICOM that came after the list of them that FHIR R4 was published with.
    private static final Set<String> LATER_CODES =
            Set.of("Unknown code 'http://dicom.nema.org/resources/ontology/DCM#DOC'");

    private static final Map<FhirVersion, FhirValidator> VALIDATORS = new LinkedHashMap<>();

    /// The definitions of FHIR are large, and other tests run in the same process.
    @AfterAll
    static void forgetTheDefinitions() {
        VALIDATORS.clear();
    }

    private static FhirValidator validator(FhirVersion version) {
        return VALIDATORS.computeIfAbsent(version, key -> {
            FhirContext context = key == FhirVersion.R5 ? FhirContext.forR5() : FhirContext.forR4();
            // The default support keeps those of R5 for ever.
            IValidationSupport definitions = key == FhirVersion.R5
                    ? new DefaultProfileValidationSupportNpmStrategy(context)
                    : new DefaultProfileValidationSupport(context);
            ValidationSupportChain chain = new ValidationSupportChain(
                    definitions,
                    new CommonCodeSystemsTerminologyService(context),
                    new InMemoryTerminologyServerValidationSupport(context));
            return context.newValidator().registerValidatorModule(new FhirInstanceValidator(chain));
        });
    }

    private static List<ObjectNode> all(MappingOptions options, StudyResources resources) {
        List<ObjectNode> all = new ArrayList<>(resources.shared());
        if (resources.patient() != null) {
            all.add(resources.patient());
        }
        all.addAll(resources.orders());
        all.addAll(resources.owned());
        all.add(Endpoints.ofArchive(options));
        all.add(Provenances.author(options));
        String studyUid = resources.imagingStudy().at("/meta/tag/0/code").asString();
        all.add(Provenances.ofStudy(options, studyUid, resources.owned(), Instant.parse("2026-01-31T23:59:59.5Z")));
        return all;
    }

    /// Checks each resource, and tells which kinds there were.
    private static TreeSet<String> check(FhirVersion version, List<ObjectNode> resources, TreeSet<String> faults) {
        TreeSet<String> kinds = new TreeSet<>();
        for (ObjectNode resource : resources) {
            String kind = resource.get("resourceType").asString();
            kinds.add(kind);
            validator(version).validateWithResult(resource.toString()).getMessages().stream()
                    .filter(message -> message.getSeverity().compareTo(ResultSeverityEnum.ERROR) >= 0)
                    .filter(message -> !LATER_CODES.contains(message.getMessage()))
                    .forEach(message ->
                            faults.add(kind + ": " + message.getLocationString() + ": " + message.getMessage()));
        }
        return kinds;
    }

    @ParameterizedTest
    @EnumSource
    void theValidatorFindsWhatIsMissingAndWhatFhirDoesNotKnow(FhirVersion version) {
        for (ObjectNode resource : Studies.map(version, DosesTest.ct()).owned()) {
            TreeSet<String> faults = new TreeSet<>();
            resource.remove("status");
            resource.put("colour", "blue");
            check(version, List.of(resource), faults);
            assertThat(faults).hasSizeGreaterThanOrEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsMadeUpIsValid(FhirVersion version) {
        TreeSet<String> faults = new TreeSet<>();
        TreeSet<String> kinds = new TreeSet<>();
        assertThat(Studies.map(version, madeUp().getFirst())
                        .imagingStudy()
                        .get("started")
                        .asString())
                .isEqualTo("2026-03-15T10:15:30.250+01:00");
        for (DataSet instance : madeUp()) {
            kinds.addAll(check(version, all(Studies.options(version), Studies.map(version, instance)), faults));
        }
        assertThat(faults).isEmpty();
        assertThat(kinds)
                .contains(
                        "Device",
                        "DiagnosticReport",
                        "DocumentReference",
                        "Endpoint",
                        "ImagingStudy",
                        "Observation",
                        "Patient",
                        "Practitioner",
                        "ServiceRequest");
        assertThat(kinds.contains("ImagingSelection")).isEqualTo(version == FhirVersion.R5);
    }

    private static List<DataSet> madeUp() {
        DataSet title = code("11528-7", "LN", "Radiology Report");
        DataSet staff = code("4711", "99STAFF", "House").putString(Tag.CodingSchemeUID, "1.2.840.55");
        DataSet pdf = Studies.instance("1.2.840.10008.5.1.4.1.1.104.1", "DOC")
                .putString(Tag.DocumentTitle, "Report")
                .putInts(Tag.EncapsulatedDocumentLength, 4711)
                .putString(Tag.VerificationFlag, "VERIFIED")
                .putItems(Tag.ConceptNameCodeSequence, title);
        DataSet text = Studies.report(
                        "1.2.840.10008.5.1.4.1.1.88.11",
                        title,
                        Studies.text(Studies.dcm("121073", "Impression"), "Normal."),
                        Studies.coded(
                                "CONTAINS", Studies.dcm("121077", "Conclusion"), code("17621005", "SCT", "Normal")))
                .putItems(
                        Tag.VerifyingObserverSequence,
                        new DataSet()
                                .putString(Tag.VerifyingObserverName, "House^Gregory")
                                .putString(Tag.VerificationDateTime, "20260316080000+0100")
                                .putItems(Tag.VerifyingObserverIdentificationCodeSequence, staff));
        DataSet ct = Studies.instance("1.2.840.10008.5.1.4.1.1.2", "CT")
                .putString(Tag.SpecificCharacterSet, "ISO_IR 192")
                .putString(Tag.PatientName, "Yamada^Tarou^^Dr=山田^太郎=やまだ^たろう")
                .putString(Tag.PatientSex, "M")
                .putString(Tag.PatientBirthDate, "19700102")
                .putString(Tag.StudyDate, "20260315")
                .putString(Tag.StudyTime, "101530.25")
                .putString(Tag.StudyID, "S1")
                .putString(Tag.StudyDescription, "Chest")
                .putString(Tag.BodyPartExamined, "CHEST")
                .putString(Tag.Laterality, "L")
                .putString(Tag.SeriesNumber, "1")
                .putString(Tag.InstanceNumber, "1")
                .putString(Tag.ImageType, "ORIGINAL", "PRIMARY")
                .putString(Tag.Manufacturer, "Acme")
                .putString(Tag.ManufacturerModelName, "Ring")
                .putString(Tag.DeviceSerialNumber, "S1")
                .putString(Tag.StationName, "CT1")
                .putString(Tag.SoftwareVersions, "1.0")
                .putString(Tag.OperatorsName, "Doe^Jane")
                .putString(Tag.ReferringPhysicianName, "House^Gregory")
                .putString(Tag.NameOfPhysiciansReadingStudy, "Doe^Joan")
                .putString(Tag.InstitutionalDepartmentName, "Radiology")
                .putItems(
                        Tag.ReferringPhysicianIdentificationSequence,
                        new DataSet().putItems(Tag.PersonIdentificationCodeSequence, staff))
                .putItems(Tag.ProcedureCodeSequence, code("24627-2", "LN", "CT Chest"))
                .putItems(
                        Tag.UDISequence,
                        new DataSet().putString(Tag.UniqueDeviceIdentifier, "(01)00012345678905(21)S1"))
                .putItems(
                        Tag.RequestAttributesSequence,
                        new DataSet()
                                .putString(Tag.AccessionNumber, "A-18")
                                .putString(Tag.ReasonForTheRequestedProcedure, "Cough"))
                .putItems(Tag.SpecimenDescriptionSequence, new DataSet().putString(Tag.SpecimenIdentifier, "SP1"));
        return List.of(
                ct,
                pdf,
                text,
                DosesTest.ct(),
                DosesTest.angiography(),
                DosesTest.injection(),
                MeasurementsTest.length());
    }

    @ParameterizedTest
    @EnumSource
    void everyStudyOfRealFilesIsValid(FhirVersion version) throws IOException {
        TreeSet<String> faults = new TreeSet<>();
        Map<String, StudyMapping> studies = new LinkedHashMap<>();
        for (Path file : corpus()) {
            try (InputStream stream = new BufferedInputStream(Files.newInputStream(file))) {
                DataSet dataSet = Part10Reader.read(stream, ReadOptions.DEFAULT.untilPixels())
                        .dataSet();
                String uid = dataSet.findString(Tag.StudyInstanceUID);
                if (uid != null) {
                    studies.computeIfAbsent(uid, one -> new StudyMapping(Studies.options(version), one))
                            .add(dataSet);
                }
            } catch (MalformedException broken) {
                // Some files are broken on purpose, and no archive has them.
                continue;
            }
        }
        studies.forEach((uid, study) -> {
            StudyResources resources = study.finish();
            check(version, all(Studies.options(version), resources), faults);
            assertImr(version, uid, resources.imagingStudy());
        });
        assertThat(faults).isEmpty();
        assertThat(studies).hasSizeGreaterThan(50);
    }

    /// What the profile of ImagingStudy and Endpoint of IHE RAD IMR 1.1 asks beyond FHIR. Only the time of
    /// the start is left out: real studies have no date sometimes.
    private static void assertImr(FhirVersion version, String uid, JsonNode study) {
        assertThat(study.at("/identifier/0/system").asString()).isEqualTo("urn:dicom:uid");
        assertThat(study.at("/identifier/0/value").asString()).isEqualTo("urn:oid:" + uid);
        for (JsonNode order : study.path("basedOn")) {
            assertThat(order.at("/identifier/type/coding/0/code").asString()).isEqualTo("ACSN");
        }
        assertThat(study.get("modality")).isNotEmpty();
        assertThat(study.at("/subject")).isNotEmpty();
        assertThat(study.get("series")).isNotEmpty();
        assertThat(study.get("endpoint")).hasSize(1);
        assertThat(study.at("/endpoint/0/reference").asString()).isEqualTo("Endpoint/" + Endpoints.idOfStudy(uid));
        JsonNode endpoint = Endpoints.ofStudy(Studies.options(version), uid);
        assertThat(endpoint.get("address").asString()).endsWith("/studies/" + uid);
        String payload = version == FhirVersion.R5 ? "/payload/0/type/0/coding/0" : "/payloadType/0/coding/0";
        assertThat(endpoint.at(payload + "/code").asString()).isEqualTo("113014");
        for (JsonNode series : study.get("series")) {
            assertThat(series.path("uid").asString("")).isNotEmpty().doesNotStartWith("urn:");
            assertThat(series.path("modality")).isNotEmpty();
            for (JsonNode instance : series.path("instance")) {
                assertThat(instance.path("uid").asString("")).isNotEmpty();
                assertThat(instance.at("/sopClass/code").asString()).startsWith("urn:oid:");
            }
        }
    }

    private static List<Path> corpus() throws IOException {
        for (Path up = Path.of("").toAbsolutePath(); up != null; up = up.getParent()) {
            Path folder = up.resolve("shared").resolve("corpus");
            if (Files.isDirectory(folder)) {
                try (Stream<Path> files = Files.walk(folder)) {
                    return files.filter(Files::isRegularFile).sorted().toList();
                }
            }
        }
        assumeTrue(false, "no corpus of real files beside the repository");
        return List.of();
    }
}
