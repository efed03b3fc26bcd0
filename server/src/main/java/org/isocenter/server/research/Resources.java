package org.isocenter.server.research;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.isocenter.server.research.Criterion.Code;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What is taken from FHIR resources. Each reader answers null for a resource that does not count: one
/// that was entered in error, refuted or cancelled, or that belongs to no patient of the server.
final class Resources {
    static final String STUDY_UID_SYSTEM = "urn:dicom:uid";
    private static final String OID = "urn:oid:";
    private static final Set<String> VOID = Set.of("cancelled", "entered-in-error");

    /// The root of the server, for references that are written out.
    private final String base;

    Resources(String base) {
        this.base = base + "/";
    }

    record Identifier(@Nullable String system, String value) {
        @Override
        public String toString() {
            return system == null ? value : system + "|" + value;
        }

        /// Whether both may be the same: equal values, of systems that are equal or not both known.
        boolean meets(Identifier other) {
            return value.equals(other.value) && (system == null || other.system == null || system.equals(other.system));
        }
    }

    record Person(
            String id,
            List<Identifier> identifiers,
            @Nullable Days birth,
            String sex) {}

    /// Something that happened to a patient.
    record Event(String reference, String patient, @Nullable Days days) {}

    /// @param codes of the medication, where they stand in the request
    /// @param medication the id of a Medication that has them otherwise, or null
    record Prescription(
            String reference,
            String patient,
            String status,
            @Nullable Days authored,
            List<Code> codes,
            String text,
            @Nullable String medication) {

        Prescription of(Medication what) {
            return new Prescription(reference, patient, status, authored, what.codes, what.text, null);
        }
    }

    record Medication(List<Code> codes, String text) {}

    /// A study as the FHIR server lists it.
    ///
    /// @param references of the ImagingStudy: several, where several systems have written one
    record Listed(
            List<String> references,
            String patient,
            @Nullable String uid,
            List<Identifier> accessions,
            @Nullable Days started,
            Set<String> modalities,
            String description,
            List<String> orders) {

        /// What both say of the same study.
        Listed and(Listed other) {
            Set<String> all = new TreeSet<>(modalities);
            all.addAll(other.modalities);
            return new Listed(
                    union(references, other.references),
                    patient,
                    uid,
                    union(accessions, other.accessions),
                    started == null ? other.started : started,
                    all,
                    description.isEmpty() ? other.description : description,
                    union(orders, other.orders));
        }

        private static <T> List<T> union(List<T> some, List<T> others) {
            Set<T> all = new LinkedHashSet<>(some);
            all.addAll(others);
            return List.copyOf(all);
        }
    }

    /// @param studies that it is about: references, or UIDs
    record Report(
            String reference,
            String patient,
            String status,
            @Nullable Days effective,
            String text,
            String conclusion,
            List<Identifier> identifiers,
            List<String> orders,
            List<String> studies) {}

    @Nullable
    Person person(JsonNode resource) {
        String id = resource.path("id").asString("");
        return id.isEmpty()
                ? null
                : new Person(
                        id,
                        identifiers(resource),
                        Days.find(resource.path("birthDate")),
                        resource.path("gender").asString(""));
    }

    /// A Condition, if one of its codes is among these. Its day is that of its onset; where none is
    /// told, the day on which it was recorded.
    @Nullable
    Event condition(JsonNode resource, List<Code> codes) {
        for (JsonNode coding : resource.path("verificationStatus").path("coding")) {
            if (Set.of("refuted", "entered-in-error")
                    .contains(coding.path("code").asString(""))) {
                return null;
            }
        }
        return shares(codes(resource.path("code")), codes) ? event(resource, conditionDays(resource)) : null;
    }

    private static @Nullable Days conditionDays(JsonNode resource) {
        if (resource.has("onsetDateTime")) {
            return Days.find(resource.path("onsetDateTime"));
        }
        if (resource.has("onsetPeriod")) {
            return Days.find(resource.path("onsetPeriod").path("start"));
        }
        boolean otherwise = resource.has("onsetAge") || resource.has("onsetRange") || resource.has("onsetString");
        return otherwise ? null : Days.find(resource.path("recordedDate"));
    }

    /// An Observation, or one of its components, that has one of these codes and such a value.
    @Nullable
    Event observation(JsonNode resource, List<Code> codes, Criterion.@Nullable Value value) {
        if (VOID.contains(resource.path("status").asString(""))) {
            return null;
        }
        boolean fits = measures(resource, codes, value);
        for (JsonNode component : resource.path("component")) {
            fits |= measures(component, codes, value);
        }
        return fits ? event(resource, effective(resource)) : null;
    }

    private static boolean measures(JsonNode node, List<Code> codes, Criterion.@Nullable Value value) {
        if (!shares(codes(node.path("code")), codes)) {
            return false;
        }
        if (value == null) {
            return true;
        }
        if (!value.codes().isEmpty()) {
            return shares(codes(node.path("valueCodeableConcept")), value.codes());
        }
        // A quantity with a comparator (less than, more than) is not known well enough.
        JsonNode quantity = node.path("valueQuantity");
        return quantity.path("value").isNumber()
                && !quantity.has("comparator")
                && (value.unit() == null
                        || value.unit().equals(quantity.path("code").asString(""))
                        || value.unit().equals(quantity.path("unit").asString("")))
                && value.fits(quantity.path("value").asDouble());
    }

    @Nullable
    Prescription prescription(JsonNode resource) {
        String status = resource.path("status").asString("");
        String patient = patient(resource);
        if (patient == null || VOID.contains(status)) {
            return null;
        }
        Medication what = medication(resource.path("medicationCodeableConcept"));
        String reference =
                resource.path("medicationReference").path("reference").asString("");
        String medication = null;
        if (reference.startsWith("#")) {
            for (JsonNode contained : resource.path("contained")) {
                if (reference.equals("#" + contained.path("id").asString(""))) {
                    what = medication(contained.path("code"));
                }
            }
        } else {
            medication = findId(reference, "Medication");
        }
        return new Prescription(
                reference(resource),
                patient,
                status,
                Days.find(resource.path("authoredOn")),
                what.codes,
                what.text,
                medication);
    }

    static Medication medication(JsonNode concept) {
        return new Medication(codes(concept), text(concept));
    }

    @Nullable
    Listed study(JsonNode resource) {
        String patient = patient(resource);
        if (patient == null || VOID.contains(resource.path("status").asString(""))) {
            return null;
        }
        String uid = null;
        List<Identifier> accessions = new ArrayList<>();
        for (JsonNode node : resource.path("identifier")) {
            Identifier identifier = identifier(node);
            if (identifier != null && STUDY_UID_SYSTEM.equals(identifier.system)) {
                uid = uid(identifier);
            } else if (identifier != null && accession(node)) {
                accessions.add(identifier);
            }
        }
        Set<String> modalities = new TreeSet<>();
        resource.path("modality")
                .forEach(coding -> modalities.add(coding.path("code").asString("")));
        resource.path("series")
                .forEach(series ->
                        modalities.add(series.path("modality").path("code").asString("")));
        modalities.remove("");
        return new Listed(
                List.of(reference(resource)),
                patient,
                uid,
                accessions,
                Days.find(resource.path("started")),
                modalities,
                resource.path("description").asString(""),
                references(resource.path("basedOn"), "ServiceRequest"));
    }

    @Nullable
    Report report(JsonNode resource) {
        String status = resource.path("status").asString("");
        String patient = patient(resource);
        if (patient == null || VOID.contains(status)) {
            return null;
        }
        List<String> studies = references(resource.path("imagingStudy"), "ImagingStudy");
        for (JsonNode node : resource.path("imagingStudy")) {
            Identifier identifier = identifier(node.path("identifier"));
            if (identifier != null && STUDY_UID_SYSTEM.equals(identifier.system)) {
                studies.add(uid(identifier));
            }
        }
        return new Report(
                reference(resource),
                patient,
                status,
                effective(resource),
                text(resource.path("code")),
                resource.path("conclusion").asString(""),
                identifiers(resource),
                references(resource.path("basedOn"), "ServiceRequest"),
                studies);
    }

    /// The id in a reference to a resource of this type on this server, or null.
    @Nullable
    String findId(String reference, String type) {
        String relative = reference.startsWith(base) ? reference.substring(base.length()) : reference;
        String[] steps = relative.split("/", -1);
        boolean plain = steps.length == 2 || steps.length == 4 && steps[2].equals("_history");
        return plain && steps[0].equals(type) && !steps[1].isEmpty() ? steps[1] : null;
    }

    static String reference(JsonNode resource) {
        return resource.path("resourceType").asString("") + "/"
                + resource.path("id").asString("");
    }

    private @Nullable String patient(JsonNode resource) {
        return findId(resource.path("subject").path("reference").asString(""), "Patient");
    }

    private @Nullable Event event(JsonNode resource, @Nullable Days days) {
        String patient = patient(resource);
        return patient == null ? null : new Event(reference(resource), patient, days);
    }

    private static @Nullable Days effective(JsonNode resource) {
        for (String field : List.of("effectiveDateTime", "effectiveInstant")) {
            if (resource.has(field)) {
                return Days.find(resource.path(field));
            }
        }
        return Days.find(resource.path("effectivePeriod").path("start"));
    }

    private List<String> references(JsonNode list, String type) {
        List<String> references = new ArrayList<>();
        for (JsonNode node : list) {
            String id = findId(node.path("reference").asString(""), type);
            if (id != null) {
                references.add(type + "/" + id);
            }
        }
        return references;
    }

    private static List<Identifier> identifiers(JsonNode resource) {
        List<Identifier> identifiers = new ArrayList<>();
        for (JsonNode node : resource.path("identifier")) {
            Identifier identifier = identifier(node);
            if (identifier != null) {
                identifiers.add(identifier);
            }
        }
        return identifiers;
    }

    private static @Nullable Identifier identifier(JsonNode node) {
        String system = node.path("system").asString("");
        String value = node.path("value").asString("");
        return value.isEmpty() ? null : new Identifier(system.isEmpty() ? null : system, value);
    }

    private static String uid(Identifier identifier) {
        return identifier.value.startsWith(OID) ? identifier.value.substring(OID.length()) : identifier.value;
    }

    /// An identifier of a study that is no UID is its accession number, unless it is typed as something
    /// else.
    private static boolean accession(JsonNode identifier) {
        JsonNode coding = identifier.path("type").path("coding");
        boolean typed = !coding.isEmpty();
        for (JsonNode one : coding) {
            typed &= !one.path("code").asString("").equals("ACSN");
        }
        return !typed;
    }

    private static List<Code> codes(JsonNode concept) {
        List<Code> codes = new ArrayList<>();
        for (JsonNode coding : concept.path("coding")) {
            codes.add(new Code(
                    coding.path("system").asString(""), coding.path("code").asString("")));
        }
        return codes;
    }

    private static String text(JsonNode concept) {
        String text = concept.path("text").asString("");
        for (JsonNode coding : concept.path("coding")) {
            if (text.isEmpty()) {
                text = coding.path("display").asString("");
            }
        }
        return text;
    }

    static boolean shares(List<Code> some, List<Code> others) {
        return some.stream().anyMatch(others::contains);
    }
}
