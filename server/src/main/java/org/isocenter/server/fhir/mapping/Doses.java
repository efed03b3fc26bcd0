package org.isocenter.server.fhir.mapping;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Dose reports of X-ray, CT and radiopharmaceuticals (PS3.16 TID 10001, 10011, 10021) as Observations: one
/// with the totals, and one for each irradiation event.
///
/// The summary has the form of HL7's guide for radiation dose summaries: code LOINC 73569-6, part of the
/// study and about it, the totals as components with codes of DICOM.
final class Doses {
    /// Irradiation events of one report that have an Observation each; the first ones.
    static final int EVENTS_MAX = 1_000;

    /// Components of one Observation.
    private static final int COMPONENTS_MAX = 100;

    private static final Set<String> TITLES = Set.of("113701", "113500");

    /// Irradiation Event X-Ray Data, CT Acquisition, Radiopharmaceutical Administration.
    private static final List<String> EVENTS = List.of("113706", "113819", "113502");

    /// Number of events, CT DLP; dose area product, dose at the reference point and time, in total and by
    /// fluoroscopy and acquisition; frames; glandular dose; activity; effective dose.
    private static final Set<String> TOTALS = Set.of(
            "113812", "113813", "113722", "113725", "113726", "113728", "113727", "113729", "113730", "113855",
            "113731", "111637", "113507", "113839");

    /// Of an event: acquisition type, event type, plane; CTDIvol, its phantom, DLP, SSDE, effective dose;
    /// dose area product, dose at the reference point, glandular dose, entrance exposure; activity;
    /// irradiation and exposure time, pulses, length, exposure index.
    private static final Set<String> OF_EVENT = Set.of(
            "113820", "113721", "113764", "113830", "113835", "113838", "113930", "113839", "122130", "113738",
            "111631", "111636", "113507", "113742", "113824", "113768", "113825", "113845");

    /// Radiopharmaceutical agent and its radionuclide, in SNOMED CT.
    private static final Set<String> AGENTS = Set.of("349358000", "89457008");

    /// Planes of a system with two of them (PS3.16 CID 10003).
    private static final Map<String, String> PLANES = Map.of("113620", "Plane A", "113621", "Plane B");

    private Doses() {}

    static boolean isDose(DataSet title) {
        return TITLES.stream().anyMatch(code -> Codes.is(title, code, "DCM"));
    }

    static List<ObjectNode> map(Document document, ContentItem root) {
        Observations observations = new Observations(document, root, status(document.dataSet()));
        List<ContentItem> items = root.below();
        String started = document.times().dateTime(root.findText("113809"), document.dataSet());
        List<ObjectNode> events = new ArrayList<>();
        for (ContentItem item : items) {
            if (item.is("CONTAINER") && EVENTS.stream().anyMatch(item::isNamed) && events.size() < EVENTS_MAX) {
                events.add(event(document, observations, item, started));
            }
        }
        ObjectNode summary = observations.observation(
                "Observation of dose",
                root,
                Elements.concept(Codes.LOINC, "73569-6", "Radiation exposure and protection information"),
                started);
        Elements.putAll(summary, "identifier", List.of(document.identifier()));
        Elements.putAll(summary, "focus", List.of(document.study()));
        Elements.putAll(
                summary, "hasMember", events.stream().map(Elements::reference).toList());
        for (ContentItem item : items) {
            ObjectNode component = isOneOf(TOTALS, item) ? Observations.findComponent(item) : null;
            if (component != null && summary.path("component").size() < COMPONENTS_MAX) {
                addPlane(component, item);
                summary.withArray("component").add(component);
            }
        }
        List<ObjectNode> resources = new ArrayList<>(List.of(summary));
        resources.addAll(events);
        return resources;
    }

    private static ObjectNode event(
            Document document, Observations observations, ContentItem event, @Nullable String reportStarted) {
        String started = event.findText("111526");
        if (started == null) {
            started = event.findText("123003");
        }
        String effective = document.times().dateTime(started, document.dataSet());
        ObjectNode observation = observations.observation(
                "Observation of irradiation event",
                event,
                Elements.concept(Codes.DCM, "113852", "Irradiation Event"),
                effective == null ? reportStarted : effective);
        String uid = event.findText("113769");
        if (uid == null) {
            uid = event.findText("113503");
        }
        if (uid != null) {
            Elements.putAll(observation, "identifier", List.of(Identifiers.uid(uid)));
        }
        ContentItem region = event.find("123014");
        Elements.put(observation, "bodySite", region == null ? null : region.code());
        for (ContentItem item : event.below()) {
            boolean told = isOneOf(OF_EVENT, item)
                    || item.is("CODE") && AGENTS.stream().anyMatch(code -> item.isNamed(code, "SCT"));
            ObjectNode component = told ? Observations.findComponent(item) : null;
            if (component != null && observation.path("component").size() < COMPONENTS_MAX) {
                observation.withArray("component").add(component);
            }
        }
        return observation;
    }

    private static boolean isOneOf(Set<String> codes, ContentItem item) {
        DataSet concept = item.concept();
        return concept != null
                && (item.is("NUM") || item.is("CODE"))
                && "DCM".equals(concept.findString(Tag.CodingSchemeDesignator))
                && codes.contains(String.valueOf(Codes.findCode(concept)));
    }

    /// Two planes have totals of the same names: the text of the code says whose one is.
    private static void addPlane(ObjectNode component, ContentItem item) {
        ContentItem plane = item.above == null ? null : item.above.find("113764");
        DataSet code = plane == null ? null : plane.dataSet.findItem(Tag.ConceptCodeSequence);
        String name = code == null ? null : PLANES.get(String.valueOf(Codes.findCode(code)));
        if (name != null) {
            ObjectNode concept = (ObjectNode) component.get("code");
            concept.put("text", concept.path("text").asString("") + ", " + name);
        }
    }

    /// A report that a machine has completed is final: nobody verifies it (PS3.3 C.17.2, PS3.16 TID 10001).
    private static String status(DataSet dataSet) {
        return "PARTIAL".equals(dataSet.findString(Tag.CompletionFlag))
                        || "PRELIMINARY".equals(dataSet.findString(Tag.PreliminaryFlag))
                ? "preliminary"
                : "final";
    }
}
