package org.isocenter.server.fhir.mapping;

import java.util.ArrayList;
import java.util.List;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import tools.jackson.databind.node.ObjectNode;

/// The resources that stand for single instances of a study: documents, reports, doses and measurements.
/// What an instance is follows from its SOP class and the title of its content.
final class Documents {
    /// Resources of one study. Instances that would pass it have none.
    static final int RESOURCES_MAX = 20_000;

    /// Structured reports with a tree of content (PS3.4 annex B.5), whatever is in it.
    private static final String REPORTS = "1.2.840.10008.5.1.4.1.1.88.";

    private final List<ObjectNode> resources = new ArrayList<>();

    void add(Document document) {
        List<ObjectNode> mapped = map(document);
        if (resources.size() + mapped.size() <= RESOURCES_MAX) {
            resources.addAll(mapped);
        }
    }

    List<ObjectNode> resources() {
        return resources;
    }

    private static List<ObjectNode> map(Document document) {
        String mediaType = EncapsulatedDocuments.findMediaType(document.sopClass());
        if (mediaType != null) {
            return EncapsulatedDocuments.map(document, mediaType);
        }
        if (!document.sopClass().startsWith(REPORTS)) {
            return List.of();
        }
        DataSet title = document.dataSet().findItem(Tag.ConceptNameCodeSequence);
        if (title != null && Doses.isDose(title)) {
            return Doses.map(document, ContentItem.read(document.dataSet()));
        }
        if (title != null && Measurements.isMeasurementReport(title)) {
            return Measurements.map(document, ContentItem.read(document.dataSet()));
        }
        if (Reports.isReport(document)) {
            return List.of(Reports.map(document, ContentItem.read(document.dataSet())));
        }
        return List.of();
    }
}
