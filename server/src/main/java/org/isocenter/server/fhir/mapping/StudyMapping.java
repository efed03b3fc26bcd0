package org.isocenter.server.fhir.mapping;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// One study as FHIR resources. Its instances are added one by one, always in the same order, and are not
/// kept: of each attribute of the study the first value that is there counts, so the same study gives the
/// same resources.
public final class StudyMapping {
    private final MappingOptions options;
    private final String studyUid;
    private final Times times;
    private final Identifiers identifiers;
    private final People people = new People();
    private final Devices devices;
    private final Documents documents;
    private final Map<String, SeriesRecord> series = new LinkedHashMap<>();
    private final Map<String, ObjectNode> accessions = new LinkedHashMap<>();
    private final Set<ObjectNode> procedures = new LinkedHashSet<>();
    private final Set<ObjectNode> reasons = new LinkedHashSet<>();
    private final Set<ObjectNode> interpreters = new LinkedHashSet<>();
    private int instances;
    private @Nullable ObjectNode patient;
    private @Nullable String started;
    private @Nullable String description;
    private @Nullable String studyId;
    private @Nullable String location;
    private @Nullable ObjectNode referrer;

    public StudyMapping(MappingOptions options, String studyUid) {
        this.options = options;
        this.studyUid = studyUid;
        this.times = new Times(options);
        this.identifiers = new Identifiers(options);
        this.devices = new Devices(options.version());
        this.documents = new Documents();
    }

    /// The id of the ImagingStudy of a study.
    public static String imagingStudyId(String studyUid) {
        return Elements.keyedId(studyUid, "ImagingStudy", studyUid);
    }

    public void add(DataSet dataSet) {
        add(dataSet, 1);
    }

    /// Adds an instance that stands for a number of its series, itself among them. What only the others
    /// tell is not known then, and no instances are listed.
    public void add(DataSet dataSet, int standsFor) {
        instances += standsFor;
        if (patient == null) {
            List<ObjectNode> known = identifiers.patient(dataSet);
            patient = known.isEmpty() ? null : People.patient(dataSet, known);
        }
        addStudy(dataSet);
        addRequests(dataSet);
        addDocument(dataSet);
        String seriesUid = dataSet.findString(Tag.SeriesInstanceUID);
        if (seriesUid != null) {
            series.computeIfAbsent(seriesUid, uid -> new SeriesRecord(options, uid))
                    .add(dataSet, standsFor, times, people, devices, standsFor == 1 && isListed());
        }
    }

    private void addDocument(DataSet dataSet) {
        String uid = dataSet.findString(Tag.SOPInstanceUID);
        if (uid != null) {
            documents.add(new Document(options, studyUid, uid, dataSet, times, identifiers, people, devices));
        }
    }

    private boolean isListed() {
        return options.detail() == MappingOptions.Detail.INSTANCE && instances <= options.instancesMax();
    }

    private void addStudy(DataSet dataSet) {
        if (started == null) {
            started = times.dateTime(dataSet.findString(Tag.StudyDate), dataSet.findString(Tag.StudyTime), dataSet);
        }
        description = description == null ? dataSet.findString(Tag.StudyDescription) : description;
        studyId = studyId == null ? dataSet.findString(Tag.StudyID) : studyId;
        location = location == null ? dataSet.findString(Tag.InstitutionalDepartmentName) : location;
        if (referrer == null) {
            referrer = people.findReference(
                    dataSet.findString(Tag.ReferringPhysicianName),
                    dataSet.findItem(Tag.ReferringPhysicianIdentificationSequence));
        }
        List<String> names = dataSet.strings(Tag.NameOfPhysiciansReadingStudy);
        List<DataSet> identified = dataSet.items(Tag.PhysiciansReadingStudyIdentificationSequence);
        for (int i = 0; i < Math.max(names.size(), identified.size()); i++) {
            ObjectNode interpreter = people.findReference(
                    i < names.size() ? names.get(i) : null, i < identified.size() ? identified.get(i) : null);
            if (interpreter != null) {
                interpreters.add(interpreter);
            }
        }
        procedures.addAll(Codes.concepts(dataSet, Tag.ProcedureCodeSequence));
    }

    private void addRequests(DataSet dataSet) {
        addAccession(dataSet);
        for (DataSet request : dataSet.items(Tag.RequestAttributesSequence)) {
            addAccession(request);
            List<ObjectNode> coded = Codes.concepts(request, Tag.ReasonForRequestedProcedureCodeSequence);
            reasons.addAll(coded);
            String reason = request.findString(Tag.ReasonForTheRequestedProcedure);
            if (coded.isEmpty() && reason != null) {
                reasons.add(Elements.text(reason));
            }
        }
    }

    private void addAccession(DataSet dataSet) {
        ObjectNode accession = identifiers.findAccession(dataSet);
        if (accession != null) {
            accessions.putIfAbsent(
                    accession.path("system").asString("") + "|"
                            + accession.get("value").asString(),
                    accession);
        }
    }

    /// The resources of all that has been added, which is one instance at least.
    public StudyResources finish() {
        List<ObjectNode> shared = new ArrayList<>(devices.devices());
        shared.addAll(people.practitioners());
        List<ObjectNode> owned = new ArrayList<>();
        owned.add(imagingStudy());
        for (ObjectNode resource : documents.resources()) {
            resource.set("meta", meta());
            resource.set("subject", subject());
            owned.add(resource);
        }
        if (options.studyEndpoints()) {
            owned.add(Endpoints.ofStudy(options, studyUid));
        }
        List<ObjectNode> orders = accessions.values().stream()
                .filter(accession -> accession.has("system"))
                .map(this::order)
                .toList();
        return new StudyResources(patient, shared, orders, owned);
    }

    private ObjectNode imagingStudy() {
        ObjectNode study = Elements.resource("ImagingStudy", imagingStudyId(studyUid));
        study.set("meta", meta());
        List<ObjectNode> known = new ArrayList<>(List.of(Identifiers.uid(studyUid)));
        known.addAll(accessions.values());
        if (studyId != null) {
            known.add(Elements.identifier(null, studyId).put("use", "secondary"));
        }
        Elements.putAll(study, "identifier", known);
        study.put("status", "available");
        Set<String> modalities = new TreeSet<>();
        for (SeriesRecord one : series.values()) {
            modalities.add(one.modality());
        }
        for (String modality : modalities) {
            ObjectNode coded = Codes.modality(modality);
            study.withArray("modality").add(options.isR5() ? Elements.concept(coded) : coded);
        }
        study.set("subject", subject());
        Elements.put(study, "started", started);
        Elements.putAll(
                study,
                "basedOn",
                accessions.values().stream()
                        .map(accession -> Elements.reference("ServiceRequest", accession.deepCopy(), null))
                        .toList());
        Elements.put(study, "referrer", referrer);
        if (!options.isR5()) {
            Elements.putAll(study, "interpreter", interpreters);
        }
        // IHE RAD IMR allows no Endpoint beside the one of the study.
        String endpoint = options.studyEndpoints() ? Endpoints.idOfStudy(studyUid) : Endpoints.idOfArchive(options);
        Elements.putAll(study, "endpoint", List.of(Elements.reference("Endpoint", endpoint)));
        study.put("numberOfSeries", series.size());
        study.put("numberOfInstances", instances);
        if (options.isR5()) {
            procedures.forEach(code -> study.withArray("procedure").addObject().set("concept", code));
            reasons.forEach(code -> study.withArray("reason").addObject().set("concept", code));
        } else {
            Elements.putAll(study, "procedureCode", procedures);
            Elements.putAll(study, "reasonCode", reasons);
        }
        if (location != null) {
            study.set("location", Elements.object().put("display", location));
        }
        Elements.put(study, "description", description);
        if (options.detail() != MappingOptions.Detail.STUDY) {
            series.values().stream()
                    .sorted(SeriesRecord.ORDER)
                    .forEach(one -> study.withArray("series").add(one.toElement(isListed())));
        }
        return study;
    }

    /// Where a resource is from, and to which study of which archive it belongs: what this archive has
    /// written can be found by the system of the tag, and what it has written for a study by its code.
    private ObjectNode meta() {
        ObjectNode meta = Elements.object().put("source", options.serviceRoot().toString());
        meta.putArray("tag").add(tag(options, studyUid));
        return meta;
    }

    /// The tag of everything that is written for a study.
    public static ObjectNode tag(MappingOptions options, String studyUid) {
        return Elements.coding(options.serviceRoot().toString(), studyUid, null);
    }

    /// Whose study it is: the Patient, or as much as is known of somebody without an identifier.
    private ObjectNode subject() {
        return patient == null ? Elements.object().put("display", "Unknown patient") : Elements.reference(patient);
    }

    /// The order behind an accession number, for a record that does not have it.
    private ObjectNode order(ObjectNode accession) {
        ObjectNode order = Elements.resource(
                "ServiceRequest",
                Elements.id(
                        "ServiceRequest",
                        accession.get("system").asString(),
                        accession.get("value").asString()));
        Elements.putAll(order, "identifier", List.of(accession.deepCopy()));
        order.put("status", "completed").put("intent", "order");
        Elements.putAll(order, "category", List.of(Elements.concept(Codes.SNOMED, "363679005", "Imaging")));
        ObjectNode code = procedures.isEmpty() ? null : procedures.iterator().next();
        if (code == null && description != null) {
            code = Elements.text(description);
        }
        if (code != null) {
            order.set("code", options.isR5() ? Elements.object().set("concept", code.deepCopy()) : code.deepCopy());
        }
        order.set("subject", subject());
        return order;
    }
}
