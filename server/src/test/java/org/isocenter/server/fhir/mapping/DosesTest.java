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
import static org.isocenter.server.fhir.mapping.Studies.uid;

import java.util.List;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.isocenter.server.fhir.FhirVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.node.ObjectNode;

final class DosesTest {
    static final String DOSE_SR = "1.2.840.10008.5.1.4.1.1.88.67";

    /// A CT with one spiral, in the shape of PS3.16 TID 10011.
    static DataSet ct() {
        return report(
                        DOSE_SR,
                        dcm("113701", "X-Ray Radiation Dose Report"),
                        item("CONTAINS", "DATETIME", dcm("113809", "Start of X-Ray Irradiation"))
                                .putString(Tag.DateTime, "20260315101200"),
                        container(
                                dcm("113811", "CT Accumulated Dose Data"),
                                number(dcm("113812", "Total Number of Irradiation Events"), "1", "{events}"),
                                number(dcm("113813", "CT Dose Length Product Total"), "413.20", "mGy.cm")),
                        container(
                                dcm("113819", "CT Acquisition"),
                                coded("CONTAINS", dcm("123014", "Target Region"), code("T-D3000", "SRT", "Chest")),
                                coded(
                                        "CONTAINS",
                                        dcm("113820", "CT Acquisition Type"),
                                        code("P5-08001", "SRT", "Spiral Acquisition")),
                                uid("CONTAINS", dcm("113769", "Irradiation Event UID"), "1.2.3.77"),
                                container(
                                        dcm("113829", "CT Dose"),
                                        number(dcm("113830", "Mean CTDIvol"), "10.5", "mGy"),
                                        coded(
                                                "CONTAINS",
                                                dcm("113835", "CTDIw Phantom Type"),
                                                dcm("113691", "IEC Body Dosimetry Phantom")),
                                        number(dcm("113838", "DLP"), "413.20", "mGy.cm"))))
                .putString(Tag.Manufacturer, "Acme")
                .putString(Tag.DeviceSerialNumber, "S1")
                .putString(Tag.InstitutionName, "General Hospital");
    }

    /// An angiography by two planes, in the shape of TID 10001.
    static DataSet angiography() {
        return report(
                DOSE_SR,
                dcm("113701", "X-Ray Radiation Dose Report"),
                item("HAS OBS CONTEXT", "TEXT", dcm("121014", "Device Observer Manufacturer"))
                        .putString(Tag.TextValue, "Beam"),
                item("HAS OBS CONTEXT", "TEXT", dcm("121016", "Device Observer Serial Number"))
                        .putString(Tag.TextValue, "S2"),
                item("HAS OBS CONTEXT", "PNAME", dcm("121008", "Person Observer Name"))
                        .putString(Tag.PersonName, "Doe^Jane"),
                container(
                        dcm("113702", "Accumulated X-Ray Dose Data"),
                        coded("HAS CONCEPT MOD", dcm("113764", "Acquisition Plane"), dcm("113620", "Plane A")),
                        number(dcm("113722", "Dose Area Product Total"), "0.0012", "Gy.m2"),
                        number(dcm("113725", "Dose (RP) Total"), "0.25", "Gy")),
                container(
                        dcm("113702", "Accumulated X-Ray Dose Data"),
                        coded("HAS CONCEPT MOD", dcm("113764", "Acquisition Plane"), dcm("113621", "Plane B")),
                        number(dcm("113725", "Dose (RP) Total"), "0.5", "Gy"),
                        number(dcm("113730", "Total Fluoro Time"), "61", "s"),
                        number(dcm("113731", "Total Number of Radiographic Frames"), "12", "1")),
                container(
                        dcm("113706", "Irradiation Event X-Ray Data"),
                        item("CONTAINS", "DATETIME", dcm("111526", "DateTime Started"))
                                .putString(Tag.DateTime, "20260315102000+0000"),
                        uid("CONTAINS", dcm("113769", "Irradiation Event UID"), "1.2.3.78"),
                        number(dcm("122130", "Dose Area Product"), "0.0012", "Gy.m2"),
                        number(dcm("113738", "Dose (RP)"), "0.25", "Gy")));
    }

    /// An injection, in the shape of TID 10021.
    static DataSet injection() {
        return report(
                "1.2.840.10008.5.1.4.1.1.88.68",
                dcm("113500", "Radiopharmaceutical Radiation Dose Report"),
                container(
                        dcm("113502", "Radiopharmaceutical Administration"),
                        coded(
                                "CONTAINS",
                                code("349358000", "SCT", "Radiopharmaceutical agent"),
                                code("35321007", "SCT", "Fluorodeoxyglucose F^18^")),
                        uid("CONTAINS", dcm("113503", "Radiopharmaceutical Administration Event UID"), "1.2.3.79"),
                        item("CONTAINS", "DATETIME", dcm("123003", "Radiopharmaceutical Start DateTime"))
                                .putString(Tag.DateTime, "20260315091500"),
                        number(dcm("113507", "Administered activity"), "370", "MBq")));
    }

    @ParameterizedTest
    @EnumSource
    void aDoseReportOfCtHasASummaryAndAnObservationForEachAcquisition(FhirVersion version) {
        List<ObjectNode> observations = map(version, "Observation", ct());
        assertThat(observations).hasSize(2);
        ObjectNode summary = observations.getFirst();
        assertThat(summary.at("/code/coding/0/code").asString()).isEqualTo("73569-6");
        assertThat(summary.get("status").asString()).isEqualTo("final");
        assertThat(summary.get("effectiveDateTime").asString()).isEqualTo("2026-03-15T10:12:00+01:00");
        assertThat(summary.at("/identifier/0/value").asString()).isEqualTo("urn:oid:1.2.3.9.1");
        assertThat(summary.at("/partOf/0/reference").asString()).isEqualTo(study());
        assertThat(summary.at("/partOf/0/identifier/value").asString()).isEqualTo("urn:oid:1.2.3");
        assertThat(summary.at("/focus/0/reference").asString()).isEqualTo(study());
        assertThat(summary.at("/basedOn/0/identifier/value").asString()).isEqualTo("A-17");
        assertThat(summary.at("/device/reference").asString()).startsWith("Device/");
        assertThat(summary.at("/performer/0/display").asString()).isEqualTo("General Hospital");
        assertThat(components(summary, "/code/coding/0/code")).containsExactly("113812", "113813");
        assertThat(summary.at("/component/1/valueQuantity/value").decimalValue())
                .isEqualByComparingTo("413.2");
        assertThat(summary.at("/component/1/valueQuantity/code").asString()).isEqualTo("mGy.cm");
        assertThat(summary.at("/component/1/valueQuantity/system").asString()).isEqualTo("http://unitsofmeasure.org");

        ObjectNode event = observations.get(1);
        assertThat(summary.at("/hasMember/0/reference").asString())
                .isEqualTo("Observation/" + event.get("id").asString());
        assertThat(event.at("/code/coding/0/code").asString()).isEqualTo("113852");
        assertThat(event.at("/identifier/0/value").asString()).isEqualTo("urn:oid:1.2.3.77");
        assertThat(event.at("/bodySite/coding/0/code").asString()).isEqualTo("51185008");
        assertThat(components(event, "/code/coding/0/code")).containsExactly("113820", "113830", "113835", "113838");
        assertThat(event.at("/component/0/valueCodeableConcept/coding/0/code").asString())
                .isEqualTo("116152004");
        assertThat(event.get("effectiveDateTime").asString()).isEqualTo("2026-03-15T10:12:00+01:00");
    }

    @Test
    void theTotalsOfTwoPlanesSayWhoseTheyAre() {
        List<ObjectNode> observations = map(FhirVersion.R4, "Observation", angiography());
        ObjectNode summary = observations.getFirst();
        assertThat(components(summary, "/code/text"))
                .containsExactly(
                        "Dose Area Product Total, Plane A",
                        "Dose (RP) Total, Plane A",
                        "Dose (RP) Total, Plane B",
                        "Total Fluoro Time, Plane B",
                        "Total Number of Radiographic Frames, Plane B");
        assertThat(summary.at("/performer/0/display").asString()).isEqualTo("Jane Doe");
        ObjectNode event = observations.get(1);
        assertThat(event.get("effectiveDateTime").asString()).isEqualTo("2026-03-15T10:20:00Z");
        assertThat(components(event, "/code/coding/0/code")).containsExactly("122130", "113738");
        assertThat(map(FhirVersion.R4, angiography()).shared())
                .extracting(device -> device.at("/serialNumber").asString())
                .containsExactly("S2");
    }

    @Test
    void anInjectionTellsAgentActivityAndWhen() {
        List<ObjectNode> observations = map(FhirVersion.R4, "Observation", injection());
        assertThat(observations
                        .getFirst()
                        .at("/component/0/valueQuantity/value")
                        .asInt())
                .isEqualTo(370);
        ObjectNode event = observations.get(1);
        assertThat(event.at("/identifier/0/value").asString()).isEqualTo("urn:oid:1.2.3.79");
        assertThat(event.get("effectiveDateTime").asString()).isEqualTo("2026-03-15T09:15:00+01:00");
        assertThat(event.at("/component/0/valueCodeableConcept/coding/0/code").asString())
                .isEqualTo("35321007");
    }

    @Test
    void aDoseReportIsPreliminaryOnlyAsLongAsItIsPartial() {
        DataSet partial = ct().putString(Tag.CompletionFlag, "PARTIAL");
        assertThat(map(FhirVersion.R4, "Observation", partial))
                .allSatisfy(one -> assertThat(one.get("status").asString()).isEqualTo("preliminary"));
        assertThat(map(FhirVersion.R4, "DiagnosticReport", ct())).isEmpty();
    }

    @Test
    void manyEventsAreMappedAsFarAsTheBound() {
        DataSet[] events = new DataSet[Doses.EVENTS_MAX + 5];
        for (int i = 0; i < events.length; i++) {
            events[i] = container(dcm("113819", "CT Acquisition"));
        }
        DataSet report = report(DOSE_SR, dcm("113701", "X-Ray Radiation Dose Report"), events);
        assertThat(map(FhirVersion.R4, "Observation", report)).hasSize(1 + Doses.EVENTS_MAX);
    }

    private static List<String> components(ObjectNode observation, String path) {
        return observation
                .get("component")
                .valueStream()
                .map(component -> component.at(path).asString())
                .toList();
    }

    private static String study() {
        return "ImagingStudy/" + StudyMapping.imagingStudyId(Studies.STUDY);
    }
}
