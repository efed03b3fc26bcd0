package org.isocenter.server.fhir.mapping;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// One instance that has resources of its own, and what these have in common. Subject and meta are the
/// same for all resources of a study; `StudyMapping` adds them.
///
/// @param uid the SOP Instance UID
record Document(
        MappingOptions options,
        String studyUid,
        String uid,
        DataSet dataSet,
        Times times,
        Identifiers identifiers,
        People people,
        Devices devices) {

    String sopClass() {
        return Objects.requireNonNullElse(dataSet.findString(Tag.SOPClassUID), "");
    }

    /// A resource whose id is the same whenever it is made of the same place of the same instance.
    ///
    /// @param kind tells two resources of one place from each other
    /// @param path of the content item, or empty
    ObjectNode resource(String type, String kind, String path) {
        return Elements.resource(type, Elements.keyedId(uid, kind, uid, path));
    }

    /// The identifier of the instance.
    ObjectNode identifier() {
        ObjectNode identifier = Elements.object();
        identifier.set("type", Elements.text("SOP Instance UID"));
        identifier.setAll(Identifiers.uid(uid));
        return identifier;
    }

    /// The reference to the study. It tells the UID as well, for who does not have the ImagingStudy.
    ObjectNode study() {
        return Elements.reference("ImagingStudy", StudyMapping.imagingStudyId(studyUid))
                .set("identifier", Identifiers.uid(studyUid));
    }

    /// When its content was made.
    @Nullable
    String contentTime() {
        return times.dateTime(dataSet.findString(Tag.ContentDate), dataSet.findString(Tag.ContentTime), dataSet);
    }

    /// The accession numbers that it answers: its own, and those of the requests that it names.
    List<ObjectNode> accessions() {
        Map<String, ObjectNode> accessions = new LinkedHashMap<>();
        List<DataSet> requests = new ArrayList<>(List.of(dataSet));
        requests.addAll(dataSet.items(Tag.ReferencedRequestSequence));
        requests.addAll(dataSet.items(Tag.RequestAttributesSequence));
        for (DataSet request : requests) {
            ObjectNode accession = identifiers.findAccession(request);
            if (accession != null) {
                accessions.putIfAbsent(accession.toString(), accession);
            }
        }
        return List.copyOf(accessions.values());
    }

    List<ObjectNode> orders() {
        return accessions().stream()
                .map(accession -> Elements.reference("ServiceRequest", accession, null))
                .toList();
    }

    /// What the archive shows of the instance (PS3.18 section 10.4.1.1.3).
    ObjectNode attachment(String contentType, @Nullable String title) {
        ObjectNode attachment = Elements.object().put("contentType", contentType);
        attachment.put(
                "url",
                options.serviceRoot() + "/studies/" + studyUid + "/series/" + dataSet.findString(Tag.SeriesInstanceUID)
                        + "/instances/" + uid + "/rendered");
        Elements.put(attachment, "title", title);
        Elements.put(attachment, "creation", contentTime());
        return attachment;
    }

    /// Who has verified it (PS3.3 table C.17-2): references to people.
    List<ObjectNode> verifiers() {
        List<ObjectNode> verifiers = new ArrayList<>();
        for (DataSet observer : dataSet.items(Tag.VerifyingObserverSequence)) {
            ObjectNode verifier = people.findCodedReference(
                    observer.findString(Tag.VerifyingObserverName),
                    observer.findItem(Tag.VerifyingObserverIdentificationCodeSequence));
            if (verifier != null) {
                verifiers.add(verifier);
            }
        }
        return verifiers;
    }

    /// Who has written it, as far as they are people (PS3.3 table 10-1).
    List<ObjectNode> authors() {
        List<ObjectNode> authors = new ArrayList<>();
        for (DataSet author : dataSet.items(Tag.AuthorObserverSequence)) {
            ObjectNode reference = people.findReference(author.findString(Tag.PersonName), author);
            if (reference != null) {
                authors.add(reference);
            }
        }
        return authors;
    }
}
