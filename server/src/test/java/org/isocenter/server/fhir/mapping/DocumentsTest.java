package org.isocenter.server.fhir.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.isocenter.server.fhir.mapping.Studies.code;
import static org.isocenter.server.fhir.mapping.Studies.coded;
import static org.isocenter.server.fhir.mapping.Studies.container;
import static org.isocenter.server.fhir.mapping.Studies.dcm;
import static org.isocenter.server.fhir.mapping.Studies.instance;
import static org.isocenter.server.fhir.mapping.Studies.item;
import static org.isocenter.server.fhir.mapping.Studies.map;
import static org.isocenter.server.fhir.mapping.Studies.report;
import static org.isocenter.server.fhir.mapping.Studies.text;

import java.net.URI;
import java.util.List;
import java.util.Map;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.isocenter.server.fhir.FhirVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.node.ObjectNode;

/// Encapsulated documents and reports.
final class DocumentsTest {
    private static final String PDF = "1.2.840.10008.5.1.4.1.1.104.1";
    private static final String BASIC_TEXT = "1.2.840.10008.5.1.4.1.1.88.11";
    private static final String ENHANCED = "1.2.840.10008.5.1.4.1.1.88.22";
    private static final DataSet RADIOLOGY_REPORT = code("11528-7", "LN", "Radiology Report");
    private static final String URL = "http://pacs/dicom-web/studies/1.2.3/series/1.2.3.9/instances/1.2.3.9.1/rendered";

    @ParameterizedTest
    @EnumSource
    void aPdfIsADocumentThatIsReadFromTheArchive(FhirVersion version) {
        DataSet pdf = instance(PDF, "DOC")
                .putString(Tag.DocumentTitle, "Consent")
                .putString(Tag.MIMETypeOfEncapsulatedDocument, "application/pdf")
                .putInts(Tag.EncapsulatedDocumentLength, 4711)
                .putString(Tag.VerificationFlag, "VERIFIED")
                .putItems(Tag.ConceptNameCodeSequence, code("59284-0", "LN", "Consent Document"));
        List<ObjectNode> owned = map(version, pdf).owned();
        assertThat(owned).extracting(one -> one.get("resourceType").asString()).doesNotContain("DiagnosticReport");
        ObjectNode document = map(version, "DocumentReference", pdf).getFirst();
        boolean r5 = version == FhirVersion.R5;
        assertThat(document.at(r5 ? "/identifier/0/value" : "/masterIdentifier/value")
                        .asString())
                .isEqualTo("urn:oid:1.2.3.9.1");
        assertThat(document.get("status").asString()).isEqualTo("current");
        assertThat(document.get("docStatus").asString()).isEqualTo("final");
        assertThat(document.at("/type/coding/0/code").asString()).isEqualTo("59284-0");
        assertThat(document.at("/date").asString()).isEqualTo("2026-03-15T10:15:30+01:00");
        assertThat(document.at("/content/0/attachment/url").asString()).isEqualTo(URL);
        assertThat(document.at("/content/0/attachment/contentType").asString()).isEqualTo("application/pdf");
        assertThat(document.at("/content/0/attachment/title").asString()).isEqualTo("Consent");
        assertThat(document.at("/content/0/attachment/size").asString("")).isEqualTo("4711");
        assertThat(document.at("/content/0/attachment/size").isNumber()).isEqualTo(!r5);
        assertThat(document.at(r5 ? "/event/0/reference/reference" : "/context/related/0/reference")
                        .asString())
                .isEqualTo("ImagingStudy/" + StudyMapping.imagingStudyId("1.2.3"));
        assertThat(document.at(r5 ? "/basedOn/0/identifier/value" : "/context/related/1/identifier/value")
                        .asString())
                .isEqualTo("A-17");
    }

    @Test
    void whatIsWrittenForAnInstanceHasTheMarksOfItsStudyAndTheSameIdsEveryTime() {
        DataSet pdf = instance(PDF, "DOC").putItems(Tag.ConceptNameCodeSequence, RADIOLOGY_REPORT);
        List<ObjectNode> owned = map(FhirVersion.R4, pdf).owned();
        assertThat(owned).hasSize(4);
        ObjectNode study = owned.getFirst();
        for (ObjectNode resource : owned.subList(1, 3)) {
            assertThat(resource.get("meta")).isEqualTo(study.get("meta"));
            assertThat(resource.get("subject")).isEqualTo(study.get("subject"));
        }
        assertThat(owned).extracting(one -> one.get("id").asString()).doesNotHaveDuplicates();
        assertThat(map(FhirVersion.R4, pdf).owned()).isEqualTo(owned);
    }

    @Test
    void aPatientWhoIsKnownLaterIsTheSubjectOfAllThatCameBefore() {
        DataSet nobody = instance(PDF, "DOC").remove(Tag.PatientID);
        DataSet known = instance("1.2.840.10008.5.1.4.1.1.2", "CT").putString(Tag.SOPInstanceUID, "1.2.3.9.2");
        ObjectNode document =
                map(FhirVersion.R4, "DocumentReference", nobody, known).getFirst();
        assertThat(document.at("/subject/reference").asString()).startsWith("Patient/");
    }

    @ParameterizedTest
    @EnumSource
    void aPdfWithTheTitleOfAReportIsAReportAsWell(FhirVersion version) {
        DataSet pdf = instance(PDF, "DOC").putItems(Tag.ConceptNameCodeSequence, RADIOLOGY_REPORT);
        ObjectNode report = map(version, "DiagnosticReport", pdf).getFirst();
        assertThat(report.get("status").asString()).isEqualTo("unknown");
        assertThat(report.at("/presentedForm/0/url").asString()).isEqualTo(URL);
        assertThat(report.at("/presentedForm/0/contentType").asString()).isEqualTo("application/pdf");
    }

    @ParameterizedTest
    @EnumSource
    void aStructuredReportTellsItsConclusionAndWhoVerifiedIt(FhirVersion version) {
        DataSet sr = report(
                        ENHANCED,
                        RADIOLOGY_REPORT,
                        container(
                                dcm("121070", "Findings"),
                                text(dcm("121071", "Finding"), "A nodule."),
                                coded("CONTAINS", dcm("121071", "Finding"), code("27925004", "SCT", "Nodule"))),
                        container(
                                dcm("121072", "Impressions"),
                                text(dcm("121073", "Impression"), "No change\r\nsince 2025.")
                                        .putItems(
                                                Tag.ContentSequence,
                                                item("INFERRED FROM", "TEXT", dcm("121071", "Finding"))
                                                        .putString(Tag.TextValue, "The nodule.")),
                                coded("CONTAINS", dcm("121073", "Impression"), code("27925004", "SCT", "Nodule"))),
                        text(dcm("121077", "Conclusion"), "Benign."))
                .putString(Tag.VerificationFlag, "VERIFIED")
                .putItems(
                        Tag.VerifyingObserverSequence,
                        new DataSet()
                                .putString(Tag.VerifyingObserverName, "House^Gregory")
                                .putString(Tag.VerificationDateTime, "20260316080000+0100")
                                .putItems(
                                        Tag.VerifyingObserverIdentificationCodeSequence,
                                        code("4711", "99STAFF", "House").putString(Tag.CodingSchemeUID, "1.2.840.55")))
                .putItems(
                        Tag.ReferencedRequestSequence,
                        new DataSet().putString(Tag.AccessionNumber, "A-17"),
                        new DataSet().putString(Tag.AccessionNumber, "A-18"));
        StudyResources resources = map(version, sr);
        ObjectNode report = map(version, "DiagnosticReport", sr).getFirst();
        assertThat(report.get("status").asString()).isEqualTo("final");
        assertThat(report.at("/category/0/coding/0/code").asString()).isEqualTo("RAD");
        assertThat(report.at("/category/1/coding/0/code").asString()).isEqualTo("LP29684-5");
        assertThat(report.at("/code/coding/0/code").asString()).isEqualTo("11528-7");
        assertThat(report.get("effectiveDateTime").asString()).isEqualTo("2026-03-15T10:15:30+01:00");
        assertThat(report.get("issued").asString()).isEqualTo("2026-03-16T08:00:00+01:00");
        assertThat(report.get("conclusion").asString()).isEqualTo("No change\nsince 2025.\nBenign.");
        assertThat(report.get("conclusionCode")).hasSize(1);
        assertThat(report.get("identifier").findValuesAsString("value"))
                .containsExactly("urn:oid:1.2.3.9.1", "A-17", "A-18");
        assertThat(report.get("basedOn").findValuesAsString("value")).containsExactly("A-17", "A-18");
        assertThat(report.at(version == FhirVersion.R5 ? "/study/0/reference" : "/imagingStudy/0/reference")
                        .asString())
                .isEqualTo("ImagingStudy/" + StudyMapping.imagingStudyId("1.2.3"));
        assertThat(report.at("/presentedForm/0/contentType").asString()).isEqualTo("text/html");
        ObjectNode practitioner = resources.shared().getFirst();
        assertThat(report.at("/resultsInterpreter/0/reference").asString())
                .isEqualTo("Practitioner/" + practitioner.get("id").asString());
        assertThat(report.at("/performer/0/display").asString()).isEqualTo("Gregory House");
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            PARTIAL,  UNVERIFIED, -,           partial
            COMPLETE, UNVERIFIED, -,           preliminary
            COMPLETE, VERIFIED,   -,           final
            COMPLETE, UNVERIFIED, FINAL,       final
            COMPLETE, VERIFIED,   PRELIMINARY, preliminary
            PARTIAL,  UNVERIFIED, PRELIMINARY, preliminary
            """)
    void theFlagsOfAReportSayItsStatus(String completion, String verification, String preliminary, String status) {
        DataSet sr = report(BASIC_TEXT, dcm("1", "Anything"))
                .putString(Tag.CompletionFlag, completion)
                .putString(Tag.VerificationFlag, verification);
        if (preliminary != null) {
            sr.putString(Tag.PreliminaryFlag, preliminary);
        }
        assertThat(map(FhirVersion.R4, "DiagnosticReport", sr)
                        .getFirst()
                        .get("status")
                        .asString())
                .isEqualTo(status);
    }

    @Test
    void onlyWhatPeopleWriteAboutImagesIsAReport() {
        assertThat(map(FhirVersion.R4, "DiagnosticReport", report(ENHANCED, dcm("126000", "Measurements"))))
                .isEmpty();
        assertThat(map(FhirVersion.R4, "DiagnosticReport", report(ENHANCED, code("24627-2", "LN", "CT Chest"))))
                .hasSize(1);
        DataSet template = report(ENHANCED, code("R1", "99HOME", "Befund"))
                .putItems(
                        Tag.ContentTemplateSequence,
                        new DataSet().putString(Tag.MappingResource, "DCMR").putString(Tag.TemplateIdentifier, "2000"));
        ObjectNode report = map(FhirVersion.R4, "DiagnosticReport", template).getFirst();
        assertThat(report.at("/code/text").asString()).isEqualTo("Befund");
        assertThat(report.at("/code").has("coding")).isFalse();
    }

    @Test
    void aReportWithoutAnOffsetOfTimeHasADayAndIsNotSaidToBeIssued() {
        DataSet sr = report(BASIC_TEXT, RADIOLOGY_REPORT);
        StudyMapping mapping = new StudyMapping(
                new MappingOptions(
                        FhirVersion.R4,
                        URI.create("http://pacs"),
                        null,
                        null,
                        Map.of(),
                        Map.of(),
                        MappingOptions.Detail.STUDY,
                        0,
                        false),
                "1.2.3");
        mapping.add(sr);
        ObjectNode report = mapping.finish().owned().getLast();
        assertThat(report.get("effectiveDateTime").asString()).isEqualTo("2026-03-15");
        assertThat(report.has("issued")).isFalse();
    }

    @Test
    void aTreeOfAnyDepthIsReadAsFarAsItsBounds() {
        DataSet deepest = text(dcm("121073", "Impression"), "Deep.");
        for (int i = 0; i < 5_000; i++) {
            deepest = container(dcm("121072", "Impressions"), deepest);
        }
        ObjectNode report = map(FhirVersion.R4, "DiagnosticReport", report(BASIC_TEXT, RADIOLOGY_REPORT, deepest))
                .getFirst();
        assertThat(report.has("conclusion")).isFalse();
    }
}
