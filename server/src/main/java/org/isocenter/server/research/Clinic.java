package org.isocenter.server.research;

import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.isocenter.server.fhir.FhirClient;
import org.isocenter.server.fhir.FhirRefusedException;
import org.isocenter.server.fhir.FhirUnavailableException;
import org.isocenter.server.http.Refusal;
import org.isocenter.server.research.Days.Range;
import org.isocenter.server.research.Resources.Event;
import org.isocenter.server.research.Resources.Identifier;
import org.isocenter.server.research.Resources.Listed;
import org.isocenter.server.research.Resources.Medication;
import org.isocenter.server.research.Resources.Person;
import org.isocenter.server.research.Resources.Prescription;
import org.isocenter.server.research.Resources.Report;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What a FHIR R4 server knows, by searches that every one of them can do: one type at a time, no
/// chains but one, ids in batches, all pages.
///
/// Two criteria of one patient cannot be joined by a search: two `_has` of the same type may be met by
/// two different resources. So resources are fetched by what they say themselves, and joined here. And
/// a server may ignore a parameter that it does not know (hl7.org/fhir/R4/search.html#errors), so
/// everything that was asked for is checked again on what comes back.
///
/// Made for one evaluation; remembers how much it has read.
final class Clinic {
    private static final int BATCH = 150;
    private static final int PAGE = 500;
    private static final int RESOURCES_MAX = 500_000;
    private static final int ATTEMPTS = 5;
    private static final Duration WAIT_MAX = Duration.ofSeconds(30);

    /// Above so many patients it is less work to ask for those of everybody.
    private static final int SCOPE_MAX = 3000;

    private final FhirClient client;
    private final Resources resources;
    private final Pause pause;
    private final Set<String> warnings = new TreeSet<>();
    private int received;

    /// Waits before something is tried again.
    interface Pause {
        void take(Duration duration) throws InterruptedException;
    }

    Clinic(FhirClient client, Pause pause) {
        this.client = client;
        this.resources = new Resources(client.base().toString());
        this.pause = pause;
    }

    /// What the answers may lack, in sentences.
    Set<String> warnings() {
        return warnings;
    }

    /// How many resources have come back.
    int received() {
        return received;
    }

    Resources resources() {
        return resources;
    }

    // ---- patients

    /// Those who fit, of everybody.
    Map<String, Person> people(Criterion.Patient criterion, LocalDate asOf) {
        Range births = criterion.ages().births(asOf);
        List<Map.Entry<String, String>> parameters = new ArrayList<>(range("birthdate", births));
        if (!criterion.sexes().isEmpty()) {
            parameters.add(Map.entry("gender", String.join(",", criterion.sexes())));
        }
        Map<String, Person> people = byId(gather("Patient", parameters, resources::person));
        people.values().removeIf(person -> !fits(person, criterion, asOf));
        return people;
    }

    Map<String, Person> people(Collection<String> ids) {
        Map<String, Person> people = new LinkedHashMap<>();
        for (List<String> batch : batches(ids)) {
            people.putAll(byId(
                    gather("Patient", List.of(Map.entry("_id", String.join(",", batch))), resources::person)));
        }
        people.keySet().retainAll(Set.copyOf(ids));
        return people;
    }

    Map<String, Person> identified(Collection<Identifier> identifiers) {
        Map<String, Person> people = new LinkedHashMap<>();
        for (List<String> batch : batches(tokens(identifiers))) {
            people.putAll(byId(
                    gather("Patient", List.of(Map.entry("identifier", String.join(",", batch))), resources::person)));
        }
        people.values().removeIf(person -> person.identifiers().stream().noneMatch(identifiers::contains));
        return people;
    }

    static boolean fits(Person person, Criterion.Patient criterion, LocalDate asOf) {
        Range births = criterion.ages().births(asOf);
        Days birth = person.birth();
        return (births.equals(Range.ALWAYS) || birth != null && birth.within(births))
                && (criterion.sexes().isEmpty() || criterion.sexes().contains(person.sex()));
    }

    private static Map<String, Person> byId(Map<String, Person> people) {
        Map<String, Person> byId = new LinkedHashMap<>();
        people.values().forEach(person -> byId.put(person.id(), person));
        return byId;
    }

    // ---- what was found out about them, and prescribed

    /// The events that fit, of some patients or, where none are given, of everybody.
    List<Event> events(Criterion.Clinical criterion, LocalDate asOf, @Nullable Set<String> of) {
        Range range = criterion.dates().range(asOf);
        String code = String.join(",", tokens(criterion.codes()));
        List<Event> events = new ArrayList<>();
        switch (criterion.kind()) {
            case CONDITION -> {
                Map<String, Event> found = new LinkedHashMap<>();
                // One search for those with an onset and one for those that were only recorded.
                for (String date :
                        range.equals(Range.ALWAYS) ? List.of("onset-date") : List.of("onset-date", "recorded-date")) {
                    found.putAll(gatherOf(
                            "Condition",
                            with("code", code, range(date, range)),
                            of,
                            resource -> resources.condition(resource, criterion.codes())));
                }
                events.addAll(found.values());
            }
            case OBSERVATION ->
                events.addAll(gatherOf(
                                "Observation",
                                with("code", code, range("date", range)),
                                of,
                                resource -> resources.observation(resource, criterion.codes(), criterion.value()))
                        .values());
            case MEDICATION ->
                prescriptions(criterion, asOf, of)
                        .forEach(one -> events.add(new Event(one.reference(), one.patient(), one.authored())));
        }
        events.removeIf(event -> !range.equals(Range.ALWAYS)
                && (event.days() == null || !event.days().within(range)));
        return events;
    }

    private Collection<Prescription> prescriptions(
            Criterion.Clinical criterion, LocalDate asOf, @Nullable Set<String> of) {
        List<Map.Entry<String, String>> when =
                range("authoredon", criterion.dates().range(asOf));
        String code = String.join(",", tokens(criterion.codes()));
        Map<String, Prescription> found = new LinkedHashMap<>(
                gatherOf("MedicationRequest", with("code", code, when), of, resources::prescription));
        try {
            found.putAll(
                    gatherOf("MedicationRequest", with("medication.code", code, when), of, resources::prescription));
        } catch (FhirRefusedException noChain) {
            warnings.add("the FHIR server cannot search by the code of a Medication; prescriptions that refer to"
                    + " one were not found");
        }
        Collection<Prescription> known = named(found.values());
        known.removeIf(one -> !Resources.shares(one.codes(), criterion.codes()));
        return known;
    }

    /// All prescriptions of some patients.
    Collection<Prescription> prescriptions(Set<String> of) {
        return named(gatherOf("MedicationRequest", List.of(), of, resources::prescription)
                .values());
    }

    /// With the codes of the medications that prescriptions refer to.
    private Collection<Prescription> named(Collection<Prescription> prescriptions) {
        Set<String> ids = new LinkedHashSet<>();
        for (Prescription one : prescriptions) {
            if (one.medication() != null) {
                ids.add(one.medication());
            }
        }
        Map<String, Medication> medications = new HashMap<>();
        for (List<String> batch : batches(ids)) {
            medications.putAll(gather(
                    "Medication",
                    List.of(Map.entry("_id", String.join(",", batch))),
                    resource -> Resources.medication(resource.path("code"))));
        }
        List<Prescription> named = new ArrayList<>();
        for (Prescription one : prescriptions) {
            Medication what = medications.get("Medication/" + one.medication());
            named.add(what == null ? one : one.of(what));
        }
        return named;
    }

    // ---- imaging

    /// All studies of some patients.
    Collection<Listed> studies(Set<String> of) {
        return gatherOf("ImagingStudy", List.of(elements()), of, resources::study)
                .values();
    }

    /// The studies with these UIDs, whoever's they are.
    Collection<Listed> studiesByUid(Collection<String> uids) {
        List<String> tokens = uids.stream()
                .map(uid -> Resources.STUDY_UID_SYSTEM + "|urn:oid:" + uid)
                .toList();
        List<Listed> listed = new ArrayList<>();
        for (List<String> batch : batches(tokens)) {
            listed.addAll(gather(
                            "ImagingStudy",
                            with("identifier", String.join(",", batch), List.of(elements())),
                            resources::study)
                    .values());
        }
        Set<String> asked = Set.copyOf(uids);
        listed.removeIf(study -> study.uid() == null || !asked.contains(study.uid()));
        return listed;
    }

    /// The studies with one of these modalities, whoever's they are.
    Collection<Listed> studiesByModality(List<String> modalities) {
        List<String> tokens = modalities.stream()
                .map(modality -> "http://dicom.nema.org/resources/ontology/DCM|" + modality)
                .toList();
        List<Listed> listed = new ArrayList<>(gather(
                        "ImagingStudy",
                        with("modality", String.join(",", tokens), List.of(elements())),
                        resources::study)
                .values());
        listed.removeIf(study -> study.modalities().stream().noneMatch(modalities::contains));
        return listed;
    }

    /// Without series and instances, which can be thousands in one study.
    private static Map.Entry<String, String> elements() {
        return Map.entry("_elements", "identifier,status,modality,subject,started,basedOn,description");
    }

    /// All reports of some patients, without the documents that may be in them. R4 has no search by the
    /// study; by category, servers are slow; and by accession number or order alone, some that name the
    /// study would be missed.
    Collection<Report> reports(Set<String> of) {
        String elements = "identifier,status,category,code,subject,effective,basedOn,imagingStudy,conclusion";
        return gatherOf("DiagnosticReport", List.of(Map.entry("_elements", elements)), of, resources::report)
                .values();
    }

    // ---- searching

    /// By reference, those of some patients, or of everybody.
    private <T extends @Nullable Object> Map<String, T> gatherOf(
            String type,
            List<Map.Entry<String, String>> parameters,
            @Nullable Set<String> of,
            Function<JsonNode, @Nullable T> reader) {
        Function<JsonNode, @Nullable T> ofThem = of == null
                ? reader
                : resource -> {
                    String subject = resources.findId(
                            resource.path("subject").path("reference").asString(""), "Patient");
                    return subject == null || !of.contains(subject) ? null : reader.apply(resource);
                };
        if (of == null || of.size() > SCOPE_MAX && narrows(parameters)) {
            return gather(type, parameters, ofThem);
        }
        Map<String, T> found = new LinkedHashMap<>();
        for (List<String> batch : batches(of)) {
            String patients = "Patient/" + String.join(",Patient/", batch);
            found.putAll(gather(type, with("patient", patients, parameters), ofThem));
        }
        return found;
    }

    private static boolean narrows(List<Map.Entry<String, String>> parameters) {
        return parameters.stream().anyMatch(parameter -> !parameter.getKey().startsWith("_"));
    }

    private <T extends @Nullable Object> Map<String, T> gather(
            String type, List<Map.Entry<String, String>> parameters, Function<JsonNode, @Nullable T> reader) {
        List<Map.Entry<String, String>> paged = with("_count", Integer.toString(PAGE), parameters);
        for (int attempt = 1; ; attempt++) {
            Map<String, T> found = new LinkedHashMap<>();
            try {
                client.search(type, paged, entry -> {
                    JsonNode resource = entry.path("resource");
                    if (resource.path("resourceType").asString("").equals(type)) {
                        count();
                        T read = reader.apply(resource);
                        if (read != null) {
                            found.put(Resources.reference(resource), read);
                        }
                    }
                });
                return found;
            } catch (FhirUnavailableException unavailable) {
                if (attempt == ATTEMPTS || Thread.currentThread().isInterrupted()) {
                    throw unavailable;
                }
                await(attempt, unavailable);
            }
        }
    }

    private void count() {
        if (Thread.currentThread().isInterrupted()) {
            throw new Cancelled();
        }
        if (++received > RESOURCES_MAX) {
            throw new Refusal(
                    422,
                    "cohort-too-large",
                    "more than " + RESOURCES_MAX
                            + " resources would have to be read; add a criterion that finds fewer");
        }
    }

    private void await(int attempt, FhirUnavailableException unavailable) {
        Duration asked = unavailable.findRetryAfter();
        Duration wait = asked == null ? Duration.ofMillis(250L << attempt) : asked;
        if (wait.compareTo(WAIT_MAX) > 0) {
            throw unavailable;
        }
        try {
            pause.take(wait);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw unavailable;
        }
    }

    private static List<Map.Entry<String, String>> range(String parameter, Range range) {
        List<Map.Entry<String, String>> parameters = new ArrayList<>();
        if (range.first() != null) {
            parameters.add(Map.entry(parameter, "ge" + range.first()));
        }
        if (range.last() != null) {
            parameters.add(Map.entry(parameter, "le" + range.last()));
        }
        return parameters;
    }

    private static List<Map.Entry<String, String>> with(
            String name, String value, List<Map.Entry<String, String>> others) {
        List<Map.Entry<String, String>> all = new ArrayList<>();
        all.add(Map.entry(name, value));
        all.addAll(others);
        return all;
    }

    /// As the values of a parameter of type token: its separators are escaped within them.
    private static List<String> tokens(Collection<?> values) {
        return values.stream()
                .map(value -> Objects.toString(value)
                        .replace("\\", "\\\\")
                        .replace(",", "\\,")
                        .replace("$", "\\$"))
                .toList();
    }

    private static List<List<String>> batches(Collection<String> ids) {
        List<String> all = List.copyOf(ids);
        List<List<String>> batches = new ArrayList<>();
        for (int from = 0; from < all.size(); from += BATCH) {
            batches.add(all.subList(from, Math.min(all.size(), from + BATCH)));
        }
        return batches;
    }

    /// Thrown where an evaluation is to end because nobody wants it any more.
    static final class Cancelled extends RuntimeException {
        private static final long serialVersionUID = 1;

        Cancelled() {
            super(null, null, false, false);
        }
    }
}
