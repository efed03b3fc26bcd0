package org.isocenter.server.fhir.mapping;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Measurement reports (PS3.16 TID 1500) as Observations: one for each group, whose members are one for each
/// measurement and each qualitative evaluation. In R5 the images and regions that they come from are
/// ImagingSelections.
final class Measurements {
    /// Resources of one report; the first ones.
    static final int RESOURCES_MAX = 5_000;

    /// Imaging, Oncology, Dynamic Contrast MR and PET Measurement Report (PS3.16 CID 7021).
    private static final Set<String> TITLES = Set.of("126000", "126001", "126002", "126003");

    private static final String DERIVATION = "121401";
    private static final String FINDING = "121071";

    /// What says of what a group is, rather than a result: finding, geometric purpose, time point, session;
    /// and in SNOMED CT category, site, laterality, topography, method.
    private static final Set<String> CONTEXT = Set.of(FINDING, "130400", "126072", "126073", "126074");

    private static final Set<String> CONTEXT_SNOMED =
            Set.of("276214006", "363698007", "272741003", "106233006", "370129005");

    private final Document document;
    private final Observations observations;
    private final Selections selections;
    private final List<ObjectNode> resources = new ArrayList<>();

    private Measurements(Document document, ContentItem root) {
        this.document = document;
        this.observations = new Observations(document, root, status(document.dataSet()));
        this.selections = new Selections(document);
    }

    static boolean isMeasurementReport(DataSet title) {
        return TITLES.stream().anyMatch(code -> Codes.is(title, code, "DCM"));
    }

    static List<ObjectNode> map(Document document, ContentItem root) {
        Measurements measurements = new Measurements(document, root);
        for (ContentItem item : root.below()) {
            if (measurements.resources.size() >= RESOURCES_MAX) {
                break;
            }
            if (item.is("CONTAINER") && item.isNamed("125007")) {
                measurements.addGroup(item);
            } else if (item.is("CONTAINER") && item.isNamed("C0034375", "UMLS")) {
                item.children.forEach(child -> measurements.addMember(child, Context.NONE, null));
            }
        }
        return measurements.resources;
    }

    private void addGroup(ContentItem item) {
        ObjectNode group = observations.observation(
                "Observation", item, Elements.concept(Codes.DCM, "125007", "Measurement Group"), null);
        resources.add(group);
        putIdentifiers(group, item);
        ContentItem finding = item.find(FINDING);
        Elements.put(group, "valueCodeableConcept", finding == null ? null : finding.code());
        Context context = Context.of(item, Context.NONE);
        context.putInto(group);
        putSource(group, item);
        List<ObjectNode> members = new ArrayList<>();
        for (ContentItem child : item.children) {
            ObjectNode member = addMember(child, context, group);
            if (member != null) {
                members.add(Elements.reference(member));
            }
        }
        Elements.putAll(group, "hasMember", members);
    }

    /// Adds the Observation of a measurement or an evaluation.
    ///
    /// @param group what is said of the group in which it stands, which holds for it
    /// @param above the Observation of that group, or null
    private @Nullable ObjectNode addMember(ContentItem item, Context group, @Nullable ObjectNode above) {
        boolean result = item.is("NUM") || item.is("CODE") && item.isRelated("CONTAINS") && !isContext(item);
        ObjectNode code = result ? Observations.findName(item) : null;
        if (code == null || resources.size() >= RESOURCES_MAX) {
            return null;
        }
        ObjectNode member = observations.observation("Observation", item, code, null);
        resources.add(member);
        String uid = item.dataSet.findString(Tag.ObservationUID);
        Elements.putAll(member, "identifier", uid == null ? List.of() : List.of(Identifiers.uid(uid)));
        Observations.putValue(member, item);
        Context.of(item, group).putInto(member);
        putSource(member, item);
        if (above != null && isStudyOnly(member)) {
            member.set("derivedFrom", above.get("derivedFrom").deepCopy());
        }
        for (ContentItem child : item.children) {
            ObjectNode component = child.isNamed(DERIVATION) ? Observations.findComponent(child) : null;
            if (component != null) {
                member.withArray("component").add(component);
            }
        }
        return member;
    }

    private static boolean isContext(ContentItem item) {
        return CONTEXT.stream().anyMatch(item::isNamed)
                || CONTEXT_SNOMED.stream().anyMatch(code -> item.isNamed(code, "SCT"));
    }

    /// The Observation UID of a group, the UID by which what it measures is tracked, and the name of that.
    private static void putIdentifiers(ObjectNode group, ContentItem item) {
        String uid = item.dataSet.findString(Tag.ObservationUID);
        String tracked = item.findText("112040");
        String name = item.findText("112039");
        if (uid != null) {
            Elements.putAll(group, "identifier", List.of(Identifiers.uid(uid)));
        }
        if (tracked != null && !tracked.equals(uid)) {
            ObjectNode identifier = Elements.object();
            identifier.set("type", Elements.concept(Codes.DCM, "112040", "Tracking Unique Identifier"));
            Elements.putAll(group, "identifier", List.of(identifier.setAll(Identifiers.uid(tracked))));
        }
        if (name != null) {
            ObjectNode identifier = Elements.object();
            identifier.put("use", "secondary");
            identifier.set("type", Elements.concept(Codes.DCM, "112039", "Tracking Identifier"));
            Elements.put(identifier, "value", name);
            group.withArray("identifier").add(identifier);
        }
    }

    /// How and where an item was measured.
    private record Context(
            @Nullable ObjectNode site,
            @Nullable ObjectNode method,
            @Nullable ObjectNode algorithm) {
        static final Context NONE = new Context(null, null, null);

        /// What is said of the item, or else of the group around it.
        static Context of(ContentItem item, Context group) {
            return new Context(
                    or(findSite(item), group.site),
                    or(findCode(item, "370129005"), group.method),
                    or(findAlgorithm(item), group.algorithm));
        }

        private static @Nullable ObjectNode or(@Nullable ObjectNode own, @Nullable ObjectNode group) {
            return own != null || group == null ? own : group.deepCopy();
        }

        void putInto(ObjectNode observation) {
            Elements.put(observation, "bodySite", site);
            Elements.put(observation, "method", method);
            Elements.put(observation, "device", algorithm);
        }
    }

    private static @Nullable ObjectNode findCode(ContentItem item, String code) {
        ContentItem child = item.find(code, "SCT");
        return child == null ? null : child.code();
    }

    /// The site, and its side in words: FHIR R4 has one concept for both.
    private static @Nullable ObjectNode findSite(ContentItem item) {
        ContentItem place = item.find("363698007", "SCT");
        ObjectNode site = place == null ? null : place.code();
        if (place == null || site == null) {
            return null;
        }
        ObjectNode side = findCode(place, "272741003");
        side = side == null ? findCode(item, "272741003") : side;
        if (side != null && side.has("text") && site.has("text")) {
            site.put(
                    "text",
                    site.get("text").asString() + ", " + side.get("text").asString());
        }
        return site;
    }

    /// The algorithm that measured (PS3.16 TID 4019), by name and version.
    private static @Nullable ObjectNode findAlgorithm(ContentItem item) {
        String name = item.findText("111001");
        String version = item.findText("111003");
        return name == null ? null : Observations.named("Device", version == null ? name : name + " " + version);
    }

    /// What it is derived from: selections of images in R5, where there are any; else the study.
    private void putSource(ObjectNode observation, ContentItem item) {
        List<ObjectNode> sources = new ArrayList<>();
        if (document.options().isR5()) {
            for (ContentItem child : item.children) {
                ObjectNode selection = resources.size() < RESOURCES_MAX ? selections.find(child) : null;
                if (selection != null) {
                    resources.add(selection);
                    sources.add(Elements.reference(selection));
                }
            }
        }
        Elements.putAll(observation, "derivedFrom", sources.isEmpty() ? List.of(document.study()) : sources);
    }

    private static boolean isStudyOnly(ObjectNode observation) {
        return !observation.at("/derivedFrom/0/reference").asString("").startsWith("ImagingSelection/");
    }

    /// Observations have no status for a partial report.
    private static String status(DataSet dataSet) {
        String status = Reports.status(dataSet);
        return status.equals("partial") ? "preliminary" : status;
    }
}
