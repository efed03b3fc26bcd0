package org.isocenter.server.fhir.mapping;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.ZoneId;
import java.util.Map;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.isocenter.server.fhir.FhirVersion;
import org.isocenter.server.fhir.mapping.MappingOptions.Detail;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

final class StudyMappingTest {
    private static final String STUDY = "1.2.3";
    private static final String MPI = "urn:oid:1.2.840.99";

    @Test
    void theStudyIsKnownByItsUidAndTheAccessionNumberOfItsIssuer() {
        DataSet ct = ct("1.2.3.1", "1.2.3.1.1")
                .putString(Tag.AccessionNumber, "A-17")
                .putItems(
                        Tag.IssuerOfAccessionNumberSequence,
                        new DataSet()
                                .putString(Tag.UniversalEntityID, "1.2.840.7")
                                .putString(Tag.UniversalEntityIDType, "ISO"));
        JsonNode study = map(options(FhirVersion.R4), ct).imagingStudy();
        assertThat(study.at("/identifier/0/system").asString()).isEqualTo("urn:dicom:uid");
        assertThat(study.at("/identifier/0/value").asString()).isEqualTo("urn:oid:" + STUDY);
        assertThat(study.at("/identifier/1/system").asString()).isEqualTo("urn:oid:1.2.840.7");
        assertThat(study.at("/identifier/1/value").asString()).isEqualTo("A-17");
        assertThat(study.at("/identifier/1/type/coding/0/code").asString()).isEqualTo("ACSN");
        assertThat(study.at("/basedOn/0/identifier/value").asString()).isEqualTo("A-17");
    }

    @Test
    void countsAndModalitiesAreComputedAndNeverTakenFromAttributes() {
        DataSet one = ct("1.2.3.1", "1.2.3.1.1").putInts(Tag.NumberOfStudyRelatedInstances, 99);
        DataSet two = ct("1.2.3.1", "1.2.3.1.2").putString(Tag.ModalitiesInStudy, "US");
        DataSet three = ct("1.2.3.2", "1.2.3.2.1").putString(Tag.Modality, "SR");
        JsonNode study = map(options(FhirVersion.R4), one, two, three).imagingStudy();
        assertThat(study.get("numberOfSeries").asInt()).isEqualTo(2);
        assertThat(study.get("numberOfInstances").asInt()).isEqualTo(3);
        assertThat(study.at("/modality").findValuesAsString("code")).containsExactly("CT", "SR");
        assertThat(study.at("/series/0/numberOfInstances").asInt()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            20260315, 101530.25,  +0200, -,             2026-03-15T10:15:30.250+02:00
            20260315, 1015,       -0500, Europe/Berlin, 2026-03-15T10:15:00-05:00
            20260715, 101530,     -,     Europe/Berlin, 2026-07-15T10:15:30+02:00
            20260115, 101530,     -,     Europe/Berlin, 2026-01-15T10:15:30+01:00
            20260315, 101530,     -,     -,             2026-03-15
            20260315, -,          +0200, -,             2026-03-15
            20260315, 990000,     +0200, -,             2026-03-15
            00000000, 101530,     +0200, -,             -
            """)
    void aTimeIsGivenOnlyWhereItsOffsetIsKnown(String date, String time, String offset, String zone, String expected) {
        DataSet ct = ct("1.2.3.1", "1.2.3.1.1").putString(Tag.StudyDate, date);
        if (time != null) {
            ct.putString(Tag.StudyTime, time);
        }
        if (offset != null) {
            ct.putString(Tag.TimezoneOffsetFromUTC, offset);
        }
        MappingOptions options = options(FhirVersion.R4);
        JsonNode study = map(
                        new MappingOptions(
                                options.version(),
                                options.serviceRoot(),
                                options.patientSystem(),
                                null,
                                Map.of(),
                                zone == null ? Map.of() : Map.of("", ZoneId.of(zone)),
                                Detail.INSTANCE,
                                10,
                                false),
                        ct)
                .imagingStudy();
        assertThat(study.path("started").asString(null)).isEqualTo(expected);
    }

    @Test
    void aPatientIsWhoTheIssuerSaysAndNobodyWithoutASystem() {
        DataSet known = ct("1.2.3.1", "1.2.3.1.1")
                .putString(Tag.IssuerOfPatientID, "ELSEWHERE")
                .putString(Tag.PatientName, "Yamada^Tarou^^Dr")
                .putString(Tag.PatientSex, "M")
                .putString(Tag.PatientBirthDate, "19700102");
        ObjectNode patient = requireNonNull(map(options(FhirVersion.R4), known).patient());
        assertThat(patient.at("/identifier/0/system").asString()).isEqualTo("https://elsewhere.example/patients");
        assertThat(patient.at("/name/0/family").asString()).isEqualTo("Yamada");
        assertThat(patient.at("/name/0/prefix/0").asString()).isEqualTo("Dr");
        assertThat(patient.get("gender").asString()).isEqualTo("male");
        assertThat(patient.get("birthDate").asString()).isEqualTo("1970-01-02");

        MappingOptions strict = new MappingOptions(
                FhirVersion.R4,
                URI.create("http://pacs/dicom-web"),
                null,
                null,
                Map.of(),
                Map.of(),
                Detail.INSTANCE,
                10,
                false);
        assertThat(map(strict, ct("1.2.3.1", "1.2.3.1.1")).patient()).isNull();
    }

    @Test
    void allGroupsOfANameAreGivenAndSaidWhichTheyAre() {
        DataSet ct = ct("1.2.3.1", "1.2.3.1.1")
                .putString(Tag.SpecificCharacterSet, "ISO_IR 192")
                .putString(Tag.PatientName, "Yamada^Tarou=山田^太郎=やまだ^たろう");
        ObjectNode patient = requireNonNull(map(options(FhirVersion.R4), ct).patient());
        assertThat(patient.at("/name").findValuesAsString("valueCode")).containsExactly("ABC", "IDE", "SYL");
        assertThat(patient.at("/name/1/family").asString()).isEqualTo("山田");
    }

    @ParameterizedTest
    @EnumSource
    void codesStandWhereTheVersionHasThem(FhirVersion version) {
        DataSet ct = ct("1.2.3.1", "1.2.3.1.1")
                .putString(Tag.BodyPartExamined, "CHEST")
                .putString(Tag.Laterality, "L")
                .putItems(
                        Tag.ProcedureCodeSequence,
                        new DataSet()
                                .putString(Tag.CodeValue, "24627-2")
                                .putString(Tag.CodingSchemeDesignator, "LN")
                                .putString(Tag.CodeMeaning, "CT Chest"));
        JsonNode study = map(options(version), ct).imagingStudy();
        boolean r5 = version == FhirVersion.R5;
        assertThat(study.at(r5 ? "/modality/0/coding/0/code" : "/modality/0/code")
                        .asString())
                .isEqualTo("CT");
        assertThat(study.at(r5 ? "/procedure/0/concept/coding/0/code" : "/procedureCode/0/coding/0/code")
                        .asString())
                .isEqualTo("24627-2");
        assertThat(study.at(r5 ? "/series/0/bodySite/concept/coding/0/code" : "/series/0/bodySite/code")
                        .asString())
                .isEqualTo("51185008");
        assertThat(study.at(r5 ? "/series/0/laterality/coding/0/code" : "/series/0/laterality/code")
                        .asString())
                .isEqualTo("7771000");
    }

    @Test
    void aStudyWithMoreInstancesThanTheCapListsNone() {
        DataSet[] many = new DataSet[11];
        for (int i = 0; i < many.length; i++) {
            many[i] = ct("1.2.3.1", "1.2.3.1." + (i + 1));
        }
        JsonNode study = map(options(FhirVersion.R4), many).imagingStudy();
        assertThat(study.get("numberOfInstances").asInt()).isEqualTo(11);
        assertThat(study.at("/series/0").has("instance")).isFalse();
    }

    @Test
    void aNameAloneMakesNoPractitionerAndAnIdentifiedOneDoes() {
        DataSet ct = ct("1.2.3.1", "1.2.3.1.1")
                .putString(Tag.ReferringPhysicianName, "House^Gregory")
                .putString(Tag.OperatorsName, "Doe^Jane")
                .putItems(
                        Tag.OperatorIdentificationSequence,
                        new DataSet()
                                .putItems(
                                        Tag.PersonIdentificationCodeSequence,
                                        new DataSet()
                                                .putString(Tag.CodeValue, "4711")
                                                .putString(Tag.CodingSchemeDesignator, "99STAFF")
                                                .putString(Tag.CodingSchemeUID, "1.2.840.55")));
        StudyResources resources = map(options(FhirVersion.R4), ct);
        assertThat(resources.imagingStudy().at("/referrer/display").asString()).isEqualTo("Gregory House");
        assertThat(resources.imagingStudy().at("/referrer").has("reference")).isFalse();
        assertThat(resources.shared()).hasSize(1);
        ObjectNode practitioner = resources.shared().getFirst();
        assertThat(practitioner.at("/identifier/0/system").asString()).isEqualTo("urn:oid:1.2.840.55");
        assertThat(resources
                        .imagingStudy()
                        .at("/series/0/performer/0/actor/reference")
                        .asString())
                .isEqualTo("Practitioner/" + practitioner.get("id").asString());
    }

    private static MappingOptions options(FhirVersion version) {
        return new MappingOptions(
                version,
                URI.create("http://pacs/dicom-web"),
                MPI,
                null,
                Map.of("ELSEWHERE", "https://elsewhere.example/patients"),
                Map.of(),
                Detail.INSTANCE,
                10,
                false);
    }

    private static StudyResources map(MappingOptions options, DataSet... instances) {
        StudyMapping mapping = new StudyMapping(options, STUDY);
        for (DataSet instance : instances) {
            mapping.add(instance);
        }
        return mapping.finish();
    }

    private static DataSet ct(String series, String instance) {
        return new DataSet()
                .putString(Tag.SOPClassUID, "1.2.840.10008.5.1.4.1.1.2")
                .putString(Tag.SOPInstanceUID, instance)
                .putString(Tag.StudyInstanceUID, STUDY)
                .putString(Tag.SeriesInstanceUID, series)
                .putString(Tag.Modality, "CT")
                .putString(Tag.PatientID, "P1");
    }
}
