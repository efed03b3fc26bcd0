package org.isocenter.server.fhir.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.isocenter.server.fhir.mapping.Studies.code;
import static org.isocenter.server.fhir.mapping.Studies.coded;
import static org.isocenter.server.fhir.mapping.Studies.container;
import static org.isocenter.server.fhir.mapping.Studies.dcm;
import static org.isocenter.server.fhir.mapping.Studies.item;
import static org.isocenter.server.fhir.mapping.Studies.map;
import static org.isocenter.server.fhir.mapping.Studies.number;
import static org.isocenter.server.fhir.mapping.Studies.report;
import static org.isocenter.server.fhir.mapping.Studies.text;
import static org.isocenter.server.fhir.mapping.Studies.uid;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Value;
import org.isocenter.dicom.Vr;
import org.isocenter.server.fhir.FhirVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.node.ObjectNode;

final class MeasurementsTest {
    private static final String ENHANCED = "1.2.840.10008.5.1.4.1.1.88.22";
    private static final String CT = "1.2.840.10008.5.1.4.1.1.2";

    /// One length on one image, in the shape in which OHIF saves it.
    static DataSet length() {
        DataSet length = number(code("G-D7FE", "SRT", "Length"), "23.70", "mm")
                .putItems(
                        Tag.ContentSequence,
                        coded("HAS CONCEPT MOD", dcm("121401", "Derivation"), code("R-00317", "SRT", "Mean")),
                        item("INFERRED FROM", "SCOORD", dcm("111030", "Image Region"))
                                .putString(Tag.GraphicType, "POLYLINE")
                                .put(floats(10.5f, 20, 30, 40.25f))
                                .putItems(Tag.ContentSequence, image("SELECTED FROM", "1.2.3.1.1", "2")));
        return report(
                        ENHANCED,
                        dcm("126000", "Imaging Measurement Report"),
                        container(
                                dcm("126010", "Imaging Measurements"),
                                container(
                                        dcm("125007", "Measurement Group"),
                                        item("HAS OBS CONTEXT", "TEXT", dcm("112039", "Tracking Identifier"))
                                                .putString(Tag.TextValue, "Cornerstone3DTools@^0.1.0:Length"),
                                        uid("HAS OBS CONTEXT", dcm("112040", "Tracking Unique Identifier"), "1.2.3.55"),
                                        coded("CONTAINS", dcm("121071", "Finding"), code("27925004", "SCT", "Nodule")),
                                        coded(
                                                        "CONTAINS",
                                                        code("G-C0E3", "SRT", "Finding Site"),
                                                        code("T-28000", "SRT", "Lung"))
                                                .putItems(
                                                        Tag.ContentSequence,
                                                        coded(
                                                                "HAS CONCEPT MOD",
                                                                code("272741003", "SCT", "Laterality"),
                                                                code("24028007", "SCT", "Right"))),
                                        coded(
                                                "HAS CONCEPT MOD",
                                                code("370129005", "SCT", "Measurement Method"),
                                                dcm("126410", "RECIST 1.1")),
                                        length,
                                        coded(
                                                "CONTAINS",
                                                code("M1", "99HOME", "Margin"),
                                                code("129738005", "SCT", "Spiculated")))))
                .putItems(
                        Tag.CurrentRequestedProcedureEvidenceSequence,
                        new DataSet()
                                .putString(Tag.StudyInstanceUID, Studies.STUDY)
                                .putItems(
                                        Tag.ReferencedSeriesSequence,
                                        new DataSet()
                                                .putString(Tag.SeriesInstanceUID, "1.2.3.1")
                                                .putItems(
                                                        Tag.ReferencedSOPSequence,
                                                        new DataSet()
                                                                .putString(Tag.ReferencedSOPClassUID, CT)
                                                                .putString(
                                                                        Tag.ReferencedSOPInstanceUID, "1.2.3.1.1"))));
    }

    private static DataSet image(String relationship, String uid, String frame) {
        return new DataSet()
                .putString(Tag.RelationshipType, relationship)
                .putString(Tag.ValueType, "IMAGE")
                .putItems(
                        Tag.ReferencedSOPSequence,
                        new DataSet()
                                .putString(Tag.ReferencedSOPClassUID, CT)
                                .putString(Tag.ReferencedSOPInstanceUID, uid)
                                .putString(Tag.ReferencedFrameNumber, frame));
    }

    private static Element floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return new Element(Tag.GraphicData, Vr.FL, new Value.Bytes(bytes.array()));
    }

    @ParameterizedTest
    @EnumSource
    void aGroupHasItsMeasurementsAndEvaluationsAsMembers(FhirVersion version) {
        List<ObjectNode> observations = map(version, "Observation", length());
        assertThat(observations).hasSize(3);
        ObjectNode group = observations.getFirst();
        assertThat(group.at("/code/coding/0/code").asString()).isEqualTo("125007");
        assertThat(group.get("status").asString()).isEqualTo("preliminary");
        assertThat(group.at("/identifier/0/value").asString()).isEqualTo("urn:oid:1.2.3.55");
        assertThat(group.at("/identifier/1/value").asString()).isEqualTo("Cornerstone3DTools@^0.1.0:Length");
        assertThat(group.at("/valueCodeableConcept/coding/0/code").asString()).isEqualTo("27925004");
        assertThat(group.at("/bodySite/coding/0/code").asString()).isEqualTo("39607008");
        assertThat(group.at("/bodySite/text").asString()).isEqualTo("Lung, Right");
        assertThat(group.at("/hasMember").findValuesAsString("reference"))
                .containsExactly(reference(observations.get(1)), reference(observations.get(2)));
        assertThat(group.at("/partOf/0/reference").asString())
                .isEqualTo("ImagingStudy/" + StudyMapping.imagingStudyId(Studies.STUDY));

        ObjectNode length = observations.get(1);
        assertThat(length.at("/code/coding/0/system").asString()).isEqualTo("http://snomed.info/sct");
        assertThat(length.at("/code/coding/0/code").asString()).isEqualTo("410668003");
        assertThat(length.at("/valueQuantity/value").decimalValue()).isEqualByComparingTo("23.7");
        assertThat(length.at("/valueQuantity/code").asString()).isEqualTo("mm");
        assertThat(length.at("/method/coding/0/code").asString()).isEqualTo("126410");
        assertThat(length.at("/bodySite/text").asString()).isEqualTo("Lung, Right");
        assertThat(length.at("/component/0/valueCodeableConcept/coding/0/code").asString())
                .isEqualTo("373098007");

        ObjectNode margin = observations.get(2);
        assertThat(margin.at("/code/text").asString()).isEqualTo("Margin");
        assertThat(margin.at("/valueCodeableConcept/coding/0/code").asString()).isEqualTo("129738005");
    }

    @Test
    void inR5TheRegionIsASelectionThatTheMeasurementIsDerivedFrom() {
        List<ObjectNode> selections = map(FhirVersion.R5, "ImagingSelection", length());
        assertThat(selections).hasSize(1);
        ObjectNode selection = selections.getFirst();
        assertThat(selection.get("studyUid").asString()).isEqualTo(Studies.STUDY);
        assertThat(selection.get("seriesUid").asString()).isEqualTo("1.2.3.1");
        assertThat(selection.at("/instance/0/uid").asString()).isEqualTo("1.2.3.1.1");
        assertThat(selection.at("/instance/0/subset/0").asString()).isEqualTo("2");
        assertThat(selection.at("/instance/0/imageRegion2D/0/regionType").asString())
                .isEqualTo("polyline");
        assertThat(selection.at("/instance/0/imageRegion2D/0/coordinate").toString())
                .isEqualTo("[10.5,20.0,30.0,40.25]");
        ObjectNode length = map(FhirVersion.R5, "Observation", length()).get(1);
        assertThat(length.at("/derivedFrom/0/reference").asString())
                .isEqualTo("ImagingSelection/" + selection.get("id").asString());
        assertThat(map(FhirVersion.R4, "ImagingSelection", length())).isEmpty();
        assertThat(map(FhirVersion.R4, "Observation", length())
                        .get(1)
                        .at("/derivedFrom/0/reference")
                        .asString())
                .startsWith("ImagingStudy/");
    }

    @ParameterizedTest
    @CsvSource({"114000, not-a-number", "114007, not-performed", "114009, error", "114010, unknown"})
    void aNumberThatIsNotThereSaysWhy(String qualifier, String reason) {
        DataSet none = item("CONTAINS", "NUM", code("410668003", "SCT", "Length"))
                .putItems(Tag.MeasuredValueSequence)
                .putItems(Tag.NumericValueQualifierCodeSequence, dcm(qualifier, "None"));
        ObjectNode observation = map(FhirVersion.R4, "Observation", group(none)).get(1);
        assertThat(observation.at("/dataAbsentReason/coding/0/code").asString()).isEqualTo(reason);
        assertThat(observation.has("valueQuantity")).isFalse();
    }

    @Test
    void aUnitThatIsNoneOfUcumIsTextAndAFloatStandsWhereADecimalDoesNotFit() {
        byte[] number = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putDouble(7.25)
                .array();
        DataSet pixels = item("CONTAINS", "NUM", code("42798000", "SCT", "Area"))
                .putItems(
                        Tag.MeasuredValueSequence,
                        new DataSet()
                                .putString(Tag.NumericValue, "none")
                                .put(new Element(Tag.FloatingPointValue, Vr.FD, new Value.Bytes(number)))
                                .putItems(Tag.MeasurementUnitsCodeSequence, code("px", "99HOME", "pixels")));
        ObjectNode observation =
                map(FhirVersion.R4, "Observation", group(pixels)).get(1);
        assertThat(observation.at("/valueQuantity/value").decimalValue()).isEqualByComparingTo("7.25");
        assertThat(observation.at("/valueQuantity/unit").asString()).isEqualTo("pixels");
        assertThat(observation.at("/valueQuantity").has("system")).isFalse();
    }

    @Test
    void manyMeasurementsAreMappedAsFarAsTheBound() {
        DataSet[] numbers = new DataSet[Measurements.RESOURCES_MAX + 10];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = number(code("410668003", "SCT", "Length"), String.valueOf(i), "mm");
        }
        List<ObjectNode> observations = map(FhirVersion.R4, "Observation", group(numbers));
        assertThat(observations).hasSize(Measurements.RESOURCES_MAX);
        assertThat(observations).extracting(one -> one.get("id").asString()).doesNotHaveDuplicates();
    }

    @Test
    void aVerifiedReportIsFinalAndTextIsNoMeasurement() {
        DataSet report = group(text(dcm("121106", "Comment"), "Seen.")).putString(Tag.VerificationFlag, "VERIFIED");
        assertThat(map(FhirVersion.R4, "Observation", report))
                .singleElement()
                .satisfies(group -> assertThat(group.get("status").asString()).isEqualTo("final"));
    }

    private static DataSet group(DataSet... content) {
        return report(
                ENHANCED,
                dcm("126000", "Imaging Measurement Report"),
                container(
                        dcm("126010", "Imaging Measurements"), container(dcm("125007", "Measurement Group"), content)));
    }

    private static String reference(ObjectNode resource) {
        return resource.get("resourceType").asString() + "/"
                + resource.get("id").asString();
    }
}
