package org.isocenter.server.fhir.mapping;

import java.net.URI;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.isocenter.server.fhir.FhirVersion;
import org.isocenter.server.fhir.mapping.MappingOptions.Detail;
import tools.jackson.databind.node.ObjectNode;

/// Studies and the content of reports, as tests make them up.
final class Studies {
    static final String STUDY = "1.2.3";
    static final String REPORT = "1.2.3.9.1";

    private Studies() {}

    static MappingOptions options(FhirVersion version) {
        return new MappingOptions(
                version,
                URI.create("http://pacs/dicom-web"),
                "urn:oid:1.2.840.99",
                "urn:oid:1.2.840.98",
                Map.of(),
                Map.of("", ZoneId.of("Europe/Berlin")),
                Detail.INSTANCE,
                100,
                true);
    }

    static StudyResources map(FhirVersion version, DataSet... instances) {
        StudyMapping mapping = new StudyMapping(options(version), STUDY);
        for (DataSet instance : instances) {
            mapping.add(instance);
        }
        return mapping.finish();
    }

    /// The resources of a type that one instance has.
    static List<ObjectNode> map(FhirVersion version, String type, DataSet... instances) {
        return map(version, instances).owned().stream()
                .filter(resource -> resource.get("resourceType").asString().equals(type))
                .toList();
    }

    /// An instance of this study, in the patient's and the order's name.
    static DataSet instance(String sopClass, String modality) {
        return new DataSet()
                .putString(Tag.SOPClassUID, sopClass)
                .putString(Tag.SOPInstanceUID, REPORT)
                .putString(Tag.StudyInstanceUID, STUDY)
                .putString(Tag.SeriesInstanceUID, "1.2.3.9")
                .putString(Tag.Modality, modality)
                .putString(Tag.PatientID, "P1")
                .putString(Tag.AccessionNumber, "A-17")
                .putString(Tag.ContentDate, "20260315")
                .putString(Tag.ContentTime, "101530");
    }

    /// A structured report with this title.
    static DataSet report(String sopClass, DataSet title, DataSet... content) {
        return instance(sopClass, "SR")
                .putString(Tag.ValueType, "CONTAINER")
                .putString(Tag.CompletionFlag, "COMPLETE")
                .putString(Tag.VerificationFlag, "UNVERIFIED")
                .putItems(Tag.ConceptNameCodeSequence, title)
                .putItems(Tag.ContentSequence, content);
    }

    static DataSet code(String value, String designator, String meaning) {
        return new DataSet()
                .putString(Tag.CodeValue, value)
                .putString(Tag.CodingSchemeDesignator, designator)
                .putString(Tag.CodeMeaning, meaning);
    }

    static DataSet dcm(String value, String meaning) {
        return code(value, "DCM", meaning);
    }

    static DataSet item(String relationship, String type, DataSet concept) {
        return new DataSet()
                .putString(Tag.RelationshipType, relationship)
                .putString(Tag.ValueType, type)
                .putItems(Tag.ConceptNameCodeSequence, concept);
    }

    static DataSet container(DataSet concept, DataSet... content) {
        return item("CONTAINS", "CONTAINER", concept).putItems(Tag.ContentSequence, content);
    }

    static DataSet text(DataSet concept, String value) {
        return item("CONTAINS", "TEXT", concept).putString(Tag.TextValue, value);
    }

    static DataSet coded(String relationship, DataSet concept, DataSet value) {
        return item(relationship, "CODE", concept).putItems(Tag.ConceptCodeSequence, value);
    }

    static DataSet number(DataSet concept, String value, String unit) {
        return item("CONTAINS", "NUM", concept)
                .putItems(
                        Tag.MeasuredValueSequence,
                        new DataSet()
                                .putString(Tag.NumericValue, value)
                                .putItems(Tag.MeasurementUnitsCodeSequence, code(unit, "UCUM", unit)));
    }

    static DataSet uid(String relationship, DataSet concept, String uid) {
        return item(relationship, "UIDREF", concept).putString(Tag.UID, uid);
    }
}
