package org.isocenter.server.research;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.isocenter.dicom.Dates;
import org.isocenter.dicom.Span;
import org.isocenter.server.index.Matching;
import org.isocenter.server.research.Criterion.Near;
import org.isocenter.server.research.Definition.Choice;
import org.isocenter.server.research.Definition.Identity;
import org.isocenter.server.research.Imaging.Archived;
import org.isocenter.server.research.Outcome.Evidence;
import org.isocenter.server.research.Outcome.Member;
import org.isocenter.server.research.Outcome.Step;
import org.isocenter.server.research.Outcome.Study;
import org.isocenter.server.research.Resources.Event;
import org.isocenter.server.research.Resources.Identifier;
import org.isocenter.server.research.Resources.Listed;
import org.isocenter.server.research.Resources.Person;
import org.isocenter.server.research.Resources.Prescription;
import org.isocenter.server.research.Resources.Report;
import org.jspecify.annotations.Nullable;

/// Finds out who belongs to a cohort. Used once.
///
/// Members are found by going through the expression with the set of those who are still in question:
/// what finds few comes first, and everything behind it is asked about these few only. Every criterion
/// gives events with their days, so that nearness in time can be seen.
///
/// A study of the FHIR server and one of the archive are the same if they have the same UID, or the
/// same accession number and a Patient ID that is an identifier of the patient. A study that the FHIR
/// server does not list belongs to the patient whose identifier, of a system that the definition names,
/// is its Patient ID. Where a study is in the archive, the archive says whether it meets a criterion;
/// otherwise the ImagingStudy does, as far as it tells.
final class Evaluation {
    private final Definition definition;
    private final LocalDate asOf;
    private final Clinic clinic;
    private final Imaging imaging;
    private final Consumer<Step> progress;
    private final List<Step> funnel = new ArrayList<>();
    private final Map<String, Scoped> found = new HashMap<>();
    private final Map<String, Person> people = new HashMap<>();
    private final Map<String, Map<String, Study>> studies = new HashMap<>();
    private int foreign;

    /// What a criterion has found of some patients, or of everybody.
    private record Scoped(@Nullable Set<String> scope, Map<String, List<Event>> events) {
        boolean covers(@Nullable Set<String> wanted) {
            return scope == null || wanted != null && scope.containsAll(wanted);
        }
    }

    /// @param progress is told of each step when it is done
    Evaluation(Definition definition, LocalDate asOf, Clinic clinic, Imaging imaging, Consumer<Step> progress) {
        this.definition = definition;
        this.asOf = asOf;
        this.clinic = clinic;
        this.imaging = imaging;
        this.progress = progress;
    }

    Outcome run() {
        Set<String> members = new TreeSet<>(members(definition.members(), null, "members"));
        know(members);
        members.retainAll(people.keySet());
        Map<String, List<Prescription>> prescriptions = returnedPrescriptions(members);
        Map<String, List<Study>> returnedStudies = returnedStudies(members);
        Map<String, List<Report>> reports = returnedReports(returnedStudies);
        List<Member> rows = new ArrayList<>();
        for (String id : members) {
            rows.add(new Member(
                    Objects.requireNonNull(people.get(id)),
                    evidence(id),
                    prescriptions.getOrDefault(id, List.of()),
                    returnedStudies.getOrDefault(id, List.of()),
                    reports.getOrDefault(id, List.of())));
        }
        Set<String> warnings = new TreeSet<>(clinic.warnings());
        if (foreign > 0) {
            warnings.add(foreign + " studies have a Patient ID in the archive that is no identifier of the patient"
                    + " to whom the FHIR server gives them");
        }
        return new Outcome(definition.hash(), asOf, funnel, List.copyOf(warnings), clinic.received(), rows);
    }

    // ---- members

    private Set<String> members(Expression expression, @Nullable Set<String> scope, String at) {
        return switch (expression) {
            case Expression.Named named -> {
                Set<String> those =
                        new HashSet<>(events(named.criterion(), scope).keySet());
                if (scope != null) {
                    those.retainAll(scope);
                }
                yield those;
            }
            case Expression.All all -> all(all, scope, at);
            case Expression.Any any -> {
                Set<String> some = new HashSet<>();
                for (Expression part : any.parts()) {
                    some.addAll(members(part, scope, at + ".any"));
                }
                yield some;
            }
            case Expression.Not not -> {
                Set<String> rest = new HashSet<>(Objects.requireNonNull(scope, "checked when it was read"));
                rest.removeAll(members(not.part(), scope, at + ".not"));
                yield rest;
            }
        };
    }

    private Set<String> all(Expression.All all, @Nullable Set<String> scope, String at) {
        List<Expression> parts = new ArrayList<>(all.parts());
        parts.sort(Comparator.comparingInt(this::cost));
        Set<String> left = scope;
        for (Expression part : parts) {
            left = members(part, left, at + ".all");
            Step step = new Step(name(part, at), left.size());
            funnel.add(step);
            progress.accept(step);
        }
        return Objects.requireNonNull(left, "checked when it was read");
    }

    /// What finds few goes first; what only leaves out, last.
    private int cost(Expression expression) {
        return switch (expression) {
            case Expression.Named named ->
                switch (criterion(named.criterion())) {
                    case Criterion.Clinical clinical -> 0;
                    case Criterion.Imaging study -> 2;
                    case Criterion.Patient patient -> 3;
                };
            case Expression.All all ->
                all.parts().stream().mapToInt(this::cost).min().orElse(1);
            case Expression.Any any ->
                any.finds() ? any.parts().stream().mapToInt(this::cost).max().orElse(1) : 4;
            case Expression.Not not -> 5;
        };
    }

    private static String name(Expression expression, String at) {
        return switch (expression) {
            case Expression.Named named -> named.criterion();
            case Expression.Not(Expression.Named(String criterion)) -> "not " + criterion;
            case Expression.Not not -> at + ".not";
            case Expression.All all -> at + ".all";
            case Expression.Any any -> at + ".any";
        };
    }

    private Criterion criterion(String name) {
        return Objects.requireNonNull(definition.criteria().get(name), "checked when it was read");
    }

    /// What a criterion finds, by patient.
    private Map<String, List<Event>> events(String name, @Nullable Set<String> scope) {
        Scoped before = found.get(name);
        if (before != null && before.covers(scope)) {
            return before.events;
        }
        Criterion criterion = criterion(name);
        Near near = criterion.near();
        Map<String, List<Event>> others = near == null ? null : events(near.criterion(), scope);
        Set<String> narrowed = others == null ? scope : intersection(scope, others.keySet());
        Map<String, List<Event>> events = switch (criterion) {
            case Criterion.Patient patient -> births(patient, narrowed);
            case Criterion.Clinical clinical -> byPatient(clinic.events(clinical, asOf, narrowed));
            case Criterion.Imaging study -> studies(study, narrowed);
        };
        if (near != null && others != null) {
            Map<String, List<Event>> those = others;
            events.forEach((patient, list) ->
                    list.removeIf(event -> !isNear(event, those.getOrDefault(patient, List.of()), near)));
            events.values().removeIf(List::isEmpty);
        }
        found.put(name, new Scoped(scope, events));
        return events;
    }

    private static Set<String> intersection(@Nullable Set<String> scope, Set<String> others) {
        Set<String> both = new HashSet<>(others);
        if (scope != null) {
            both.retainAll(scope);
        }
        return both;
    }

    private static boolean isNear(Event event, List<Event> others, Near near) {
        Days days = event.days();
        return days != null
                && others.stream()
                        .anyMatch(other ->
                                other.days() != null && days.near(other.days(), near.daysBefore(), near.daysAfter()));
    }

    private Map<String, List<Event>> births(Criterion.Patient criterion, @Nullable Set<String> scope) {
        if (scope == null) {
            people.putAll(clinic.people(criterion, asOf));
        } else {
            know(scope);
        }
        Map<String, List<Event>> births = new HashMap<>();
        for (Person person : people.values()) {
            if ((scope == null || scope.contains(person.id())) && Clinic.fits(person, criterion, asOf)) {
                births.put(person.id(), List.of(new Event("Patient/" + person.id(), person.id(), person.birth())));
            }
        }
        return births;
    }

    private void know(Set<String> ids) {
        Set<String> missing = new TreeSet<>(ids);
        missing.removeAll(people.keySet());
        people.putAll(clinic.people(missing));
    }

    private static Map<String, List<Event>> byPatient(Collection<Event> events) {
        Map<String, List<Event>> byPatient = new HashMap<>();
        for (Event event : events) {
            byPatient.computeIfAbsent(event.patient(), key -> new ArrayList<>()).add(event);
        }
        return byPatient;
    }

    // ---- studies

    private Map<String, List<Event>> studies(Criterion.Imaging criterion, @Nullable Set<String> scope) {
        Set<String> patients = scope == null ? imaged(criterion) : scope;
        knowStudies(patients);
        List<Study> candidates = new ArrayList<>();
        for (String patient : patients) {
            candidates.addAll(studies.getOrDefault(patient, Map.of()).values());
        }
        Set<String> archived = new LinkedHashSet<>();
        candidates.stream().filter(Study::isArchived).forEach(study -> archived.add(study.key()));
        Set<String> meeting = imaging.meeting(criterion, archived).keySet();
        List<Event> events = new ArrayList<>();
        for (Study study : candidates) {
            Listed listed = study.listed();
            if (study.isArchived() ? meeting.contains(study.key()) : listed != null && meets(listed, criterion)) {
                events.add(new Event(study.key(), study.patient(), study.days()));
            }
        }
        return byPatient(events);
    }

    /// Whether a study that is not in the archive is known to meet a criterion.
    private static boolean meets(Listed listed, Criterion.Imaging criterion) {
        return criterion.keys().entrySet().stream().allMatch(key -> meets(listed, key.getKey(), key.getValue()));
    }

    private static boolean meets(Listed listed, String key, String value) {
        return switch (key) {
            case "ModalitiesInStudy", "00080061", "Modality", "00080060" ->
                Matching.values(value).stream().anyMatch(listed.modalities()::contains);
            case "StudyDate", "00080020" -> {
                Days started = listed.started();
                Span<LocalDate> span = Dates.findDateSpan(value);
                yield started != null && span != null && started.within(new Days.Range(span.first(), span.last()));
            }
            default -> false;
        };
    }

    /// Everybody who may have a study that meets a criterion.
    private Set<String> imaged(Criterion.Imaging criterion) {
        Map<String, Archived> meeting = imaging.meeting(criterion);
        Set<String> patients = new TreeSet<>();
        clinic.studiesByUid(meeting.keySet()).forEach(study -> patients.add(study.patient()));
        Set<Identifier> identifiers = new LinkedHashSet<>();
        for (Identity identity : definition.identities()) {
            for (Archived study : meeting.values()) {
                if (!study.patientId().isEmpty() && isOf(study, identity)) {
                    identifiers.add(new Identifier(identity.system(), study.patientId()));
                }
            }
        }
        Map<String, Person> identified = clinic.identified(identifiers);
        people.putAll(identified);
        patients.addAll(identified.keySet());
        for (String key : List.of("ModalitiesInStudy", "Modality", "00080061", "00080060")) {
            String value = criterion.keys().get(key);
            if (value != null && !Matching.wild(value)) {
                clinic.studiesByModality(Matching.values(value)).forEach(study -> patients.add(study.patient()));
            }
        }
        return patients;
    }

    private static boolean isOf(Archived study, Identity identity) {
        return identity.issuer() == null || identity.issuer().equals(study.issuer());
    }

    /// Brings the studies of patients together from both sides.
    private void knowStudies(Set<String> patients) {
        Set<String> missing = new TreeSet<>(patients);
        missing.removeAll(studies.keySet());
        if (missing.isEmpty()) {
            return;
        }
        know(missing);
        missing.retainAll(people.keySet());
        Collection<Listed> listed = clinic.studies(missing);
        Map<String, Archived> byUid = imaging.studies(
                listed.stream().map(Listed::uid).filter(Objects::nonNull).toList());
        Map<String, Archived> byAccession = new HashMap<>();
        imaging.ofAccessions(listed.stream()
                        .filter(study -> study.uid() == null)
                        .flatMap(study -> study.accessions().stream())
                        .map(Identifier::value)
                        .toList())
                .values()
                .forEach(study -> byAccession.put(study.accession() + "\n" + study.patientId(), study));
        for (String patient : missing) {
            studies.put(patient, new TreeMap<>());
        }
        for (Listed study : listed) {
            Person person = Objects.requireNonNull(people.get(study.patient()));
            Archived archived =
                    study.uid() == null ? findByAccession(study, person, byAccession) : byUid.get(study.uid());
            if (archived != null && !archived.patientId().isEmpty() && !has(person, archived.patientId())) {
                foreign++;
            }
            add(new Study(study.patient(), study, archived));
        }
        addUnlisted(missing);
    }

    private void add(Study study) {
        Objects.requireNonNull(studies.get(study.patient())).merge(study.key(), study, Study::and);
    }

    private static @Nullable Archived findByAccession(Listed study, Person person, Map<String, Archived> byAccession) {
        for (Identifier accession : study.accessions()) {
            for (Identifier identifier : person.identifiers()) {
                Archived archived = byAccession.get(accession.value() + "\n" + identifier.value());
                if (archived != null) {
                    return archived;
                }
            }
        }
        return null;
    }

    private static boolean has(Person person, String patientId) {
        return person.identifiers().stream()
                .anyMatch(identifier -> identifier.value().equals(patientId));
    }

    /// Studies that only the archive knows.
    private void addUnlisted(Set<String> patients) {
        for (Identity identity : definition.identities()) {
            Map<String, String> byValue = new LinkedHashMap<>();
            for (String patient : patients) {
                for (Identifier identifier :
                        Objects.requireNonNull(people.get(patient)).identifiers()) {
                    if (identity.system().equals(identifier.system())) {
                        byValue.put(identifier.value(), patient);
                    }
                }
            }
            Map<String, Archived> unlisted = imaging.ofPatients(byValue.keySet());
            unlisted.values().removeIf(study -> !isOf(study, identity));
            for (Archived study : unlisted.values()) {
                add(new Study(Objects.requireNonNull(byValue.get(study.patientId())), null, study));
            }
        }
    }

    // ---- what is returned

    private List<Evidence> evidence(String patient) {
        List<Evidence> evidence = new ArrayList<>();
        for (String name : definition.criteria().keySet()) {
            Scoped scoped = found.get(name);
            if (scoped != null && !(criterion(name) instanceof Criterion.Patient)) {
                for (Event event : scoped.events.getOrDefault(patient, List.of())) {
                    evidence.add(new Evidence(name, event.reference(), event.days()));
                }
            }
        }
        return evidence;
    }

    private Map<String, List<Prescription>> returnedPrescriptions(Set<String> members) {
        Choice choice = definition.returned().medications();
        if (choice == null) {
            return Map.of();
        }
        Set<String> chosen = choice.criterion() == null ? null : references(choice.criterion(), members);
        Map<String, List<Prescription>> prescriptions = new HashMap<>();
        for (Prescription one : clinic.prescriptions(members)) {
            if (chosen == null || chosen.contains(one.reference())) {
                prescriptions
                        .computeIfAbsent(one.patient(), key -> new ArrayList<>())
                        .add(one);
            }
        }
        prescriptions.values().forEach(list -> list.sort(Comparator.comparing(Prescription::reference)));
        done("medications", prescriptions);
        return prescriptions;
    }

    private Map<String, List<Study>> returnedStudies(Set<String> members) {
        Choice choice = definition.returned().studies();
        if (choice == null) {
            return Map.of();
        }
        knowStudies(members);
        Set<String> chosen = choice.criterion() == null ? null : references(choice.criterion(), members);
        Map<String, List<Study>> returned = new HashMap<>();
        for (String member : members) {
            List<Study> those =
                    new ArrayList<>(studies.getOrDefault(member, Map.of()).values());
            those.removeIf(study -> chosen != null && !chosen.contains(study.key()));
            if (!those.isEmpty()) {
                returned.put(member, those);
            }
        }
        done("studies", returned);
        return returned;
    }

    private Set<String> references(String criterion, Set<String> members) {
        Set<String> references = new HashSet<>();
        events(criterion, members).forEach((patient, events) -> {
            if (members.contains(patient)) {
                events.forEach(event -> references.add(event.reference()));
            }
        });
        return references;
    }

    private Map<String, List<Report>> returnedReports(Map<String, List<Study>> of) {
        if (!definition.returned().reports()) {
            return Map.of();
        }
        Map<String, List<Report>> reports = new HashMap<>();
        for (Report report : clinic.reports(of.keySet())) {
            if (of.getOrDefault(report.patient(), List.of()).stream().anyMatch(study -> study.hasReport(report))) {
                reports.computeIfAbsent(report.patient(), key -> new ArrayList<>())
                        .add(report);
            }
        }
        reports.values().forEach(list -> list.sort(Comparator.comparing(Report::reference)));
        done("reports", reports);
        return reports;
    }

    private void done(String what, Map<String, ? extends Collection<?>> returned) {
        progress.accept(new Step(what, returned.size()));
    }
}
