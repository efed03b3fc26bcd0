package org.isocenter.server.fhir.mapping;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// What the Observations of doses and of measurements have in common.
final class Observations {
    private static final String CATEGORIES = "http://terminology.hl7.org/CodeSystem/observation-category";
    private static final String ABSENCES = "http://terminology.hl7.org/CodeSystem/data-absent-reason";

    private final Document document;
    private final ContentItem root;
    private final String status;
    private final @Nullable ObjectNode device;
    private final List<ObjectNode> performers;

    /// @param status of all of them
    Observations(Document document, ContentItem root, String status) {
        this.document = document;
        this.root = root;
        this.status = status;
        this.device = findDevice();
        this.performers = performers();
    }

    /// An Observation of what stands at a place of the report.
    ///
    /// @param effective when it was true, or null for the time of the report
    ObjectNode observation(String kind, ContentItem place, ObjectNode code, @Nullable String effective) {
        ObjectNode observation = document.resource("Observation", kind, place.path);
        Elements.putAll(observation, "basedOn", document.orders());
        Elements.putAll(observation, "partOf", List.of(document.study()));
        observation.put("status", status);
        Elements.putAll(observation, "category", List.of(Elements.concept(CATEGORIES, "imaging", "Imaging")));
        observation.set("code", code);
        String time = effective;
        if (time == null) {
            time = document.times().dateTime(place.dataSet.findString(Tag.ObservationDateTime), document.dataSet());
        }
        Elements.put(observation, "effectiveDateTime", time == null ? document.contentTime() : time);
        Elements.putAll(
                observation,
                "performer",
                performers.stream().map(ObjectNode::deepCopy).toList());
        Elements.put(observation, "device", device == null ? null : device.deepCopy());
        return observation;
    }

    /// Puts the value of a NUM or CODE item: a quantity or a concept, or the reason why there is none.
    static void putValue(ObjectNode into, ContentItem item) {
        if (item.is("CODE")) {
            Elements.put(into, "valueCodeableConcept", item.code());
            return;
        }
        ObjectNode quantity = findQuantity(item);
        if (quantity != null) {
            into.set("valueQuantity", quantity);
        } else {
            into.set("dataAbsentReason", Elements.concept(ABSENCES, absence(item), null));
        }
    }

    /// A component of the name and the value of an item; null where it has no name.
    static @Nullable ObjectNode findComponent(ContentItem item) {
        ObjectNode code = findName(item);
        if (code == null) {
            return null;
        }
        ObjectNode component = Elements.object();
        component.set("code", code);
        putValue(component, item);
        return component;
    }

    static @Nullable ObjectNode findName(ContentItem item) {
        DataSet concept = item.concept();
        return concept == null ? null : Codes.findConcept(concept);
    }

    /// The value of a NUM item (PS3.3 C.18.1), as it was written. Where its unit is none of UCUM, it is text.
    private static @Nullable ObjectNode findQuantity(ContentItem item) {
        DataSet measured = item.dataSet.findItem(Tag.MeasuredValueSequence);
        BigDecimal value = measured == null ? null : findNumber(measured);
        if (measured == null || value == null) {
            return null;
        }
        ObjectNode quantity = Elements.object().put("value", value);
        DataSet unit = measured.findItem(Tag.MeasurementUnitsCodeSequence);
        if (unit != null) {
            String code = Codes.findCode(unit);
            String meaning = unit.findString(Tag.CodeMeaning);
            Elements.put(quantity, "unit", meaning == null ? code : meaning);
            if (code != null && Codes.UCUM.equals(Codes.findSystem(unit)) && !code.contains(" ")) {
                quantity.put("system", Codes.UCUM).put("code", code);
            }
        }
        return quantity;
    }

    private static @Nullable BigDecimal findNumber(DataSet measured) {
        for (int tag : new int[] {Tag.NumericValue, Tag.FloatingPointValue}) {
            BigDecimal number = findDecimal(measured.findString(tag));
            if (number != null) {
                return number;
            }
        }
        return null;
    }

    /// A number of a length and a size that FHIR can hold, or null.
    static @Nullable BigDecimal findDecimal(@Nullable String text) {
        try {
            if (text == null || text.isBlank() || text.length() > 32) {
                return null;
            }
            BigDecimal number = new BigDecimal(text.strip());
            return Math.abs(number.scale()) > 400 ? null : number;
        } catch (NumberFormatException notANumber) {
            return null;
        }
    }

    /// Why a number is not there (PS3.16 CID 42).
    private static String absence(ContentItem item) {
        DataSet qualifier = item.dataSet.findItem(Tag.NumericValueQualifierCodeSequence);
        String code = qualifier == null ? null : Codes.findCode(qualifier);
        return switch (code == null ? "" : code) {
            case "114000" -> "not-a-number";
            case "114001" -> "negative-infinity";
            case "114002" -> "positive-infinity";
            case "114003", "114006", "114008", "114009" -> "error";
            case "114007" -> "not-performed";
            default -> "unknown";
        };
    }

    /// The device that observed (PS3.16 TID 1004), else the one that made the report; where it has no serial
    /// number, its name.
    private @Nullable ObjectNode findDevice() {
        DataSet observer = new DataSet().inherit(document.dataSet().characterSets());
        put(observer, Tag.Manufacturer, root.findText("121014"));
        put(observer, Tag.ManufacturerModelName, root.findText("121015"));
        put(observer, Tag.DeviceSerialNumber, root.findText("121016"));
        ObjectNode found = document.devices().findDevice(observer);
        if (found == null) {
            found = document.devices().findDevice(document.dataSet());
        }
        if (found != null) {
            return Elements.reference(found);
        }
        String name = root.findText("121013");
        if (name == null) {
            name = document.dataSet().findString(Tag.ManufacturerModelName);
        }
        return name == null ? null : named("Device", name);
    }

    private static void put(DataSet into, int tag, @Nullable String value) {
        if (value != null) {
            into.putString(tag, value);
        }
    }

    /// The person who observed (PS3.16 TID 1003), else who wrote or verified the report, else where it was.
    private List<ObjectNode> performers() {
        List<ObjectNode> people = new ArrayList<>();
        for (ContentItem item : root.children) {
            String name = item.isNamed("121008") ? item.text() : null;
            ObjectNode person = document.people().findCodedReference(name, null);
            if (person != null) {
                people.add(person);
            }
        }
        if (people.isEmpty()) {
            people.addAll(document.authors());
        }
        if (people.isEmpty()) {
            people.addAll(document.verifiers());
        }
        String institution = document.dataSet().findString(Tag.InstitutionName);
        if (people.isEmpty() && institution != null) {
            people.add(named("Organization", institution));
        }
        return people;
    }

    static ObjectNode named(String type, String name) {
        ObjectNode reference = Elements.object().put("type", type);
        Elements.put(reference, "display", name);
        return reference;
    }
}
