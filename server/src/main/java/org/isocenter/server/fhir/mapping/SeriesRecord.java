package org.isocenter.server.fhir.mapping;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// What is gathered of a series while its instances pass: of each attribute the first value that is there.
final class SeriesRecord {
    private static final String PERFORMER_ROLES = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";

    private static final Comparator<@Nullable Integer> NUMBERS = Comparator.nullsLast(Comparator.naturalOrder());

    static final Comparator<SeriesRecord> ORDER = Comparator.<SeriesRecord, @Nullable Integer>comparing(
                    one -> one.number, NUMBERS)
            .thenComparing(one -> one.uid);

    private record Instance(
            String uid,
            String sopClass,
            @Nullable Integer number,
            @Nullable String title) {}

    /// What an instance tells of who and what made it, where it identifies nobody.
    private record Making(List<String> operators, List<String> physicians, List<@Nullable String> device) {}

    private final MappingOptions options;
    private final String uid;
    private final List<Instance> instances = new ArrayList<>();
    private final Set<ObjectNode> performers = new LinkedHashSet<>();
    private final Set<ObjectNode> specimens = new LinkedHashSet<>();
    private @Nullable Making last;
    private int count;
    private @Nullable Integer number;
    private @Nullable String modality;
    private @Nullable String description;
    private @Nullable String started;
    private @Nullable ObjectNode site;
    private @Nullable ObjectNode side;

    SeriesRecord(MappingOptions options, String uid) {
        this.options = options;
        this.uid = uid;
    }

    /// FHIR wants a modality of each series: one that does not tell has "other".
    String modality() {
        return modality == null ? "OT" : modality;
    }

    int count() {
        return count;
    }

    void add(DataSet dataSet, int standsFor, Times times, People people, Devices devices, boolean listed) {
        count += standsFor;
        number = number == null ? dataSet.findInt(Tag.SeriesNumber) : number;
        modality = modality == null ? dataSet.findString(Tag.Modality) : modality;
        description = description == null ? dataSet.findString(Tag.SeriesDescription) : description;
        started = started == null
                ? times.dateTime(dataSet.findString(Tag.SeriesDate), dataSet.findString(Tag.SeriesTime), dataSet)
                : started;
        site = site == null ? BodySites.findSite(dataSet) : site;
        side = side == null ? BodySites.findSide(dataSet) : side;
        addPerformers(dataSet, people, devices);
        addSpecimens(dataSet);
        if (listed) {
            instances.add(new Instance(
                    Objects.requireNonNullElse(dataSet.findString(Tag.SOPInstanceUID), ""),
                    Objects.requireNonNullElse(dataSet.findString(Tag.SOPClassUID), ""),
                    dataSet.findInt(Tag.InstanceNumber),
                    title(dataSet)));
        } else {
            instances.clear();
        }
    }

    private void addPerformers(DataSet dataSet, People people, Devices devices) {
        List<String> operators = dataSet.strings(Tag.OperatorsName);
        List<DataSet> identified = dataSet.items(Tag.OperatorIdentificationSequence);
        List<String> physicians = dataSet.strings(Tag.PerformingPhysicianName);
        List<DataSet> known = dataSet.items(Tag.PerformingPhysicianIdentificationSequence);
        Making making = identified.isEmpty() && known.isEmpty()
                ? new Making(operators, physicians, Devices.describe(dataSet))
                : null;
        if (making != null && making.equals(last)) {
            // The instances of a series are much the same, and the same again changes nothing.
            return;
        }
        last = making;
        for (int i = 0; i < Math.max(operators.size(), identified.size()); i++) {
            addPerformer(people.findReference(
                    i < operators.size() ? operators.get(i) : null, i < identified.size() ? identified.get(i) : null));
        }
        for (int i = 0; i < Math.max(physicians.size(), known.size()); i++) {
            addPerformer(people.findReference(
                    i < physicians.size() ? physicians.get(i) : null, i < known.size() ? known.get(i) : null));
        }
        ObjectNode device = devices.findDevice(dataSet);
        if (device != null) {
            addPerformer(Elements.reference(device));
        }
    }

    private void addPerformer(@Nullable ObjectNode actor) {
        if (actor != null) {
            ObjectNode performer = Elements.object();
            performer.set("function", Elements.concept(PERFORMER_ROLES, "PRF", "performer"));
            performer.set("actor", actor);
            performers.add(performer);
        }
    }

    private void addSpecimens(DataSet dataSet) {
        for (DataSet specimen : dataSet.items(Tag.SpecimenDescriptionSequence)) {
            String identifier = specimen.findString(Tag.SpecimenIdentifier);
            if (identifier != null) {
                specimens.add(Elements.reference("Specimen", Elements.identifier(null, identifier), null));
            }
        }
    }

    private static @Nullable String title(DataSet dataSet) {
        String title = dataSet.findString(Tag.DocumentTitle);
        DataSet concept = dataSet.findItem(Tag.ConceptNameCodeSequence);
        if (title == null && concept != null) {
            title = concept.findString(Tag.CodeMeaning);
        }
        List<String> type = dataSet.strings(Tag.ImageType);
        return title == null && !type.isEmpty() ? String.join("\\", type) : title;
    }

    /// The series as a part of ImagingStudy.
    ///
    /// @param withInstances whether its instances are listed
    ObjectNode toElement(boolean withInstances) {
        ObjectNode series = Elements.object();
        series.put("uid", uid);
        if (number != null && number >= 0) {
            series.put("number", number);
        }
        ObjectNode coded = Codes.modality(modality());
        series.set("modality", options.isR5() ? Elements.concept(coded) : coded);
        Elements.put(series, "description", description);
        series.put("numberOfInstances", count);
        if (site != null) {
            ObjectNode concept = site.has("code")
                    ? Elements.concept(site)
                    : Elements.text(site.get("display").asString());
            Elements.put(series, "bodySite", options.isR5() ? Elements.object().set("concept", concept) : site);
        }
        Elements.put(series, "laterality", side == null || !options.isR5() ? side : Elements.concept(side));
        Elements.putAll(series, "specimen", specimens);
        Elements.put(series, "started", started);
        Elements.putAll(series, "performer", performers);
        if (withInstances) {
            instances.sort(Comparator.<Instance, @Nullable Integer>comparing(one -> one.number, NUMBERS)
                    .thenComparing(Instance::uid));
            for (Instance instance : instances) {
                series.withArray("instance").add(element(instance));
            }
        }
        return series;
    }

    private static ObjectNode element(Instance instance) {
        ObjectNode element = Elements.object();
        element.put("uid", instance.uid);
        element.set("sopClass", Elements.coding("urn:ietf:rfc:3986", "urn:oid:" + instance.sopClass, null));
        if (instance.number != null && instance.number >= 0) {
            element.put("number", instance.number);
        }
        Elements.put(element, "title", instance.title);
        return element;
    }
}
