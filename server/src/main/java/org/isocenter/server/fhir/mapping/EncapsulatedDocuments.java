package org.isocenter.server.fhir.mapping;

import java.util.ArrayList;
import java.util.List;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Encapsulated PDF and CDA (PS3.3 C.24) as DocumentReference; those whose title says that they are a
/// report of imaging are a DiagnosticReport as well.
final class EncapsulatedDocuments {
    private EncapsulatedDocuments() {}

    /// The media type of the documents of a SOP class, or null where it holds none of these.
    static @Nullable String findMediaType(String sopClass) {
        return switch (sopClass) {
            case "1.2.840.10008.5.1.4.1.1.104.1" -> "application/pdf";
            case "1.2.840.10008.5.1.4.1.1.104.2" -> "text/xml";
            default -> null;
        };
    }

    static List<ObjectNode> map(Document document, String mediaType) {
        DataSet dataSet = document.dataSet();
        DataSet concept = dataSet.findItem(Tag.ConceptNameCodeSequence);
        ObjectNode type = concept == null ? null : Codes.findConcept(concept);
        String title = dataSet.findString(Tag.DocumentTitle);
        ObjectNode attachment = document.attachment(
                mediaType, title != null || concept == null ? title : concept.findString(Tag.CodeMeaning));
        putSize(document, attachment);
        List<ObjectNode> resources = new ArrayList<>();
        resources.add(reference(document, type, title, attachment));
        if (concept != null && type != null && Reports.isReportTitle(concept)) {
            resources.add(Reports.report(document, reportStatus(dataSet), type, attachment.deepCopy()));
        }
        return resources;
    }

    private static ObjectNode reference(
            Document document, @Nullable ObjectNode type, @Nullable String title, ObjectNode attachment) {
        boolean r5 = document.options().isR5();
        ObjectNode reference = document.resource("DocumentReference", "DocumentReference", "");
        if (!r5) {
            reference.set("masterIdentifier", Identifiers.uid(document.uid()));
        }
        Elements.putAll(reference, "identifier", List.of(document.identifier()));
        reference.put("status", "current");
        Elements.put(reference, "docStatus", findStatus(document.dataSet()));
        Elements.put(reference, "type", type);
        // FHIR has an instant here.
        Elements.put(reference, "date", Times.instant(document.contentTime()));
        Elements.putAll(reference, "author", document.authors());
        Elements.put(reference, "description", title);
        reference.withArray("content").addObject().set("attachment", attachment);
        if (r5) {
            Elements.putAll(reference, "basedOn", document.orders());
            reference.withArray("event").addObject().set("reference", document.study());
        } else {
            List<ObjectNode> related = new ArrayList<>(List.of(document.study()));
            related.addAll(document.orders());
            Elements.putAll(reference.putObject("context"), "related", related);
        }
        return reference;
    }

    /// FHIR R5 writes sizes as text, since they have 64 bits.
    private static void putSize(Document document, ObjectNode attachment) {
        Integer size = document.dataSet().findInt(Tag.EncapsulatedDocumentLength);
        if (size == null || size < 0) {
            return;
        }
        if (document.options().isR5()) {
            attachment.put("size", size.toString());
        } else {
            attachment.put("size", size);
        }
    }

    /// What its Verification Flag (PS3.3 C.24.2) says of a document, or null where there is none.
    private static @Nullable String findStatus(DataSet dataSet) {
        String flag = dataSet.findString(Tag.VerificationFlag);
        return switch (flag == null ? "" : flag) {
            case "VERIFIED" -> "final";
            case "UNVERIFIED" -> "preliminary";
            default -> null;
        };
    }

    private static String reportStatus(DataSet dataSet) {
        String status = findStatus(dataSet);
        return status == null ? "unknown" : status;
    }
}
