package org.isocenter.server.fhirweb;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.Find;
import org.isocenter.server.archive.Retrieve;
import org.isocenter.server.archive.Survey;
import org.isocenter.server.fhir.mapping.Endpoints;
import org.isocenter.server.fhir.mapping.MappingOptions;
import org.isocenter.server.fhir.mapping.StudyMapping;
import org.isocenter.server.fhir.mapping.StudyResources;
import org.isocenter.server.fhirweb.Documents.Document;
import org.isocenter.server.fhirweb.Search.Include;
import org.isocenter.server.fhirweb.Studies.Study;
import org.isocenter.server.http.EntityTag;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.MediaType;
import org.isocenter.server.http.Query;
import org.isocenter.server.http.Query.Parameter;
import org.isocenter.server.http.Refusal;
import org.isocenter.server.http.Router;
import org.isocenter.server.index.MatchingKey;
import org.isocenter.server.index.Term;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The archive as a FHIR server that can be read (hl7.org/fhir/http.html).
public final class FhirRoutes {
    private static final String ROOT = "/fhir";
    private static final int BODY_BYTES_MAX = 64 * 1024;

    /// Studies that one page of patients brings along.
    private static final int STUDIES_OF_PATIENTS_MAX = 500;

    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Find find;
    private final Retrieve retrieve;
    private final Survey survey;
    private final Function<URI, MappingOptions> mapping;
    private final String since = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();

    /// @param mapping how studies become resources for clients that find them under a DICOMweb root
    public FhirRoutes(Find find, Retrieve retrieve, Survey survey, Function<URI, MappingOptions> mapping) {
        this.find = find;
        this.retrieve = retrieve;
        this.survey = survey;
        this.mapping = mapping;
    }

    public void register(Router router) {
        router.on("GET", ROOT + "/metadata", this::capabilities);
        router.on("GET", ROOT + "/{type}", this::search);
        router.on("POST", ROOT + "/{type}/_search", this::searchByForm);
        router.on("GET", ROOT + "/{type}/{id}", this::read);
        router.refusing(ROOT, new OutcomeForm());
    }

    /// One request: in which version it is answered, and what the addresses in the answer begin with.
    private final class Visit {
        final Exchange exchange;
        final Dialect dialect;
        final String base;
        final MappingOptions options;
        final Studies studies;
        final Documents documents;

        Visit(Exchange exchange, @Nullable String format) {
            this.exchange = exchange;
            this.dialect = Dialect.negotiate(exchange.headers("Accept"), format);
            this.base = exchange.baseUrl() + ROOT;
            String root = exchange.baseUrl() + "/dicom-web";
            MappingOptions told = mapping.apply(URI.create(root)).in(dialect.version());
            this.options = told.patientSystem() == null ? told.withPatientSystem(root + "/patients") : told;
            this.studies = new Studies(find, retrieve, survey, options);
            this.documents = new Documents(find, retrieve, survey, options);
        }

        void send(ObjectNode resource) throws IOException {
            exchange.header("Vary", "Accept");
            exchange.header("Cache-Control", "private, no-cache");
            exchange.send(200, dialect.contentType(), MAPPER.writeValueAsBytes(resource));
        }
    }

    private void capabilities(Exchange exchange) throws IOException {
        Visit visit = new Visit(exchange, exchange.query().findFirst("_format"));
        visit.send(Capabilities.of(visit.dialect, visit.base, since));
    }

    // ---- read

    private void read(Exchange exchange) throws IOException {
        Kind kind = Kind.of(exchange.pathValue("type"));
        String id = exchange.pathValue("id");
        Visit visit = new Visit(exchange, exchange.query().findFirst("_format"));
        if (!SearchReader.isId(id)) {
            throw missing();
        }
        switch (kind) {
            case IMAGING_STUDY -> readStudy(visit, id);
            case PATIENT -> readPatient(visit, id);
            case ENDPOINT -> {
                ObjectNode endpoint = findEndpoint(visit, id);
                if (endpoint == null) {
                    throw missing();
                }
                visit.send(endpoint);
            }
            case DIAGNOSTIC_REPORT, DOCUMENT_REFERENCE, OBSERVATION, IMAGING_SELECTION -> readDocument(visit, kind, id);
        }
    }

    private void readStudy(Visit visit, String id) throws IOException {
        for (String uid : survey.studies(Caller.anyone(), SearchReader.key(id))) {
            Study found = StudyMapping.imagingStudyId(uid).equals(id) ? visit.studies.find(uid) : null;
            if (found != null) {
                if (isKnown(visit, found)) {
                    return;
                }
                Study whole = visit.studies.findWhole(found);
                if (whole != null) {
                    visit.send(whole.imagingStudy());
                    return;
                }
            }
        }
        throw missing();
    }

    private void readPatient(Visit visit, String id) throws IOException {
        Search search =
                new SearchReader(survey, visit.base).read(Kind.PATIENT, List.of(new Query.Parameter("_id", id)), true);
        Study[] found = {null};
        visit.studies.walk(search.criteria(), 0, 1, study -> {
            found[0] = study;
            return false;
        });
        if (found[0] == null) {
            throw missing();
        }
        if (!isKnown(visit, found[0])) {
            visit.send(Objects.requireNonNull(found[0].findPatient()));
        }
    }

    /// Tells the version; where the client has it already, this is the whole answer.
    private static boolean isKnown(Visit visit, Study study) throws IOException {
        visit.exchange.header("Last-Modified", HTTP_DATE.format(study.changed()));
        return isKnown(visit, "W/\"" + study.revision() + "\"");
    }

    private static boolean isKnown(Visit visit, String tag) throws IOException {
        Exchange exchange = visit.exchange;
        exchange.header("ETag", tag);
        if (!EntityTag.matches(exchange.headers("If-None-Match"), tag)) {
            return false;
        }
        exchange.header("Vary", "Accept");
        exchange.header("Cache-Control", "private, no-cache");
        exchange.sendEmpty(304);
        return true;
    }

    private static void readDocument(Visit visit, Kind kind, String id) throws IOException {
        Document document = visit.documents.find(kind, id);
        if (document == null) {
            throw missing();
        }
        if (!isKnown(visit, "W/\"" + document.revision() + "\"")) {
            visit.send(document.resource());
        }
    }

    private @Nullable ObjectNode findEndpoint(Visit visit, String id) {
        ObjectNode ofArchive = Endpoints.ofArchive(visit.options);
        if (ofArchive.get("id").asString().equals(id)) {
            return ofArchive;
        }
        if (visit.options.studyEndpoints() && SearchReader.isId(id)) {
            for (String uid : survey.studies(Caller.anyone(), SearchReader.key(id))) {
                ObjectNode ofStudy = Endpoints.ofStudy(visit.options, uid);
                if (ofStudy.get("id").asString().equals(id)) {
                    return ofStudy;
                }
            }
        }
        return null;
    }

    private static Refusal missing() {
        return new Refusal(404, "not-found", "there is no resource with this id");
    }

    // ---- search

    private void search(Exchange exchange) throws IOException {
        search(exchange, exchange.query().parameters());
    }

    private void searchByForm(Exchange exchange) throws IOException {
        String type = exchange.header("Content-Type");
        if (type == null || !MediaType.parse(type).is("application", "x-www-form-urlencoded")) {
            throw new Refusal(415, "unsupported-media-type", "the body is application/x-www-form-urlencoded");
        }
        byte[] body = exchange.body().readNBytes(BODY_BYTES_MAX + 1);
        if (body.length > BODY_BYTES_MAX) {
            throw new Refusal(413, "content-too-large", "the body is longer than " + BODY_BYTES_MAX + " bytes");
        }
        List<Parameter> parameters = new ArrayList<>(exchange.query().parameters());
        parameters.addAll(Query.parse(new String(body, StandardCharsets.UTF_8), BODY_BYTES_MAX)
                .parameters());
        search(exchange, parameters);
    }

    private void search(Exchange exchange, List<Parameter> parameters) throws IOException {
        Kind kind = Kind.of(exchange.pathValue("type"));
        String format = null;
        for (Parameter parameter : parameters) {
            format = parameter.name().equals("_format") ? parameter.value() : format;
        }
        Visit visit = new Visit(exchange, format);
        if (!kind.isSearched()) {
            throw new Refusal(404, "not-found", "resources of this type are read by their ids");
        }
        boolean strict = exchange.headers("Prefer").stream()
                .anyMatch(prefer -> prefer.replace(" ", "").contains("handling=strict"));
        Search search = new SearchReader(survey, visit.base).read(kind, parameters, strict);
        Bundle bundle = new Bundle(visit.base);
        bundle.link("self", kind.type(), search.applied());
        switch (kind) {
            case IMAGING_STUDY -> addStudies(visit, search, bundle);
            case PATIENT -> addPatients(visit, search, bundle);
            case ENDPOINT -> addEndpoints(visit, search, bundle);
            case DIAGNOSTIC_REPORT, DOCUMENT_REFERENCE, OBSERVATION, IMAGING_SELECTION ->
                addDocuments(visit, search, bundle);
        }
        visit.send(bundle.toResource());
    }

    private void addStudies(Visit visit, Search search, Bundle bundle) {
        List<Study> page = new ArrayList<>();
        long next = 0;
        if (!search.counted()) {
            next = visit.studies.walk(search.criteria(), search.before(), search.count(), study -> {
                page.add(study);
                return page.size() < search.count();
            });
        }
        page.forEach(study -> bundle.match(study.imagingStudy()));
        for (Study study : page) {
            boolean patient = search.includes().contains(Include.PATIENT)
                    || search.includes().contains(Include.SUBJECT);
            ObjectNode whose = patient ? study.findPatient() : null;
            if (whose != null) {
                bundle.include(whose);
            }
            if (search.includes().contains(Include.ENDPOINT)) {
                bundle.include(
                        visit.options.studyEndpoints()
                                ? Endpoints.ofStudy(visit.options, study.uid())
                                : Endpoints.ofArchive(visit.options));
            }
        }
        finish(search, bundle, page.size(), next, () -> visit.studies.count(search.criteria()));
    }

    /// A patient stands where the newest of the studies stands that were searched for.
    private void addPatients(Visit visit, Search search, Bundle bundle) {
        List<ObjectNode> page = new ArrayList<>();
        long next = 0;
        if (!search.counted()) {
            next = walkPatients(visit, search, search.before(), patient -> {
                page.add(patient);
                return page.size() < search.count();
            });
        }
        page.forEach(bundle::match);
        if (search.includes().contains(Include.STUDY_OF_PATIENT)
                || search.includes().contains(Include.STUDY_OF_SUBJECT)) {
            addStudiesOf(visit, page, bundle);
        }
        finish(search, bundle, page.size(), next, () -> {
            long[] count = {0};
            long left = walkPatients(visit, search, 0, patient -> {
                count[0]++;
                return true;
            });
            return left == 0 ? count[0] : -1;
        });
    }

    private static long walkPatients(Visit visit, Search search, long before, Predicate<ObjectNode> wantsMore) {
        Set<String> seen = new HashSet<>();
        return visit.studies.walk(search.criteria(), before, search.count(), study -> {
            ObjectNode patient = study.findPatient();
            if (patient == null || !seen.add(patient.get("id").asString())) {
                return true;
            }
            return before > 0 && !isNewest(visit, search.criteria(), study, patient) || wantsMore.test(patient);
        });
    }

    private static boolean isNewest(Visit visit, Criteria criteria, Study study, ObjectNode patient) {
        long[] newest = {0};
        visit.studies.walk(criteria.and(patientId(patient), hasPatient(patient)), 0, 1, one -> {
            newest[0] = one.key();
            return false;
        });
        return newest[0] == study.key();
    }

    private static Term patientId(ObjectNode patient) {
        return Term.texts(
                MatchingKey.PATIENT_ID,
                List.of(patient.get("identifier").get(0).get("value").asString()));
    }

    private static Predicate<StudyResources> hasPatient(ObjectNode patient) {
        return study -> study.patient() != null && study.patient().get("id").equals(patient.get("id"));
    }

    private static void addStudiesOf(Visit visit, List<ObjectNode> patients, Bundle bundle) {
        int[] left = {STUDIES_OF_PATIENTS_MAX};
        boolean cut = false;
        for (ObjectNode patient : patients) {
            Criteria his = new Criteria().and(patientId(patient), hasPatient(patient));
            cut |= left[0] <= 0
                    || visit.studies.walk(his, 0, SearchReader.COUNT_DEFAULT, study -> {
                                bundle.include(study.imagingStudy());
                                return --left[0] > 0;
                            })
                            != 0;
        }
        if (cut) {
            bundle.warn("these are not all studies of the patients; search for ImagingStudy by patient");
        }
    }

    private static void addDocuments(Visit visit, Search search, Bundle bundle) {
        if (!search.criteria().isImpossible() && search.criteria().terms().isEmpty()) {
            throw SearchReader.invalid("documents are searched for by _id, identifier, patient or subject");
        }
        List<ObjectNode> page = new ArrayList<>();
        long next = 0;
        if (!search.counted()) {
            next = visit.documents.walk(search.kind(), search.criteria(), search.before(), search.count(), document -> {
                page.add(document.resource());
                return page.size() < search.count();
            });
        }
        page.forEach(bundle::match);
        finish(search, bundle, page.size(), next, () -> {
            long[] count = {0};
            long left = visit.documents.walk(search.kind(), search.criteria(), 0, SearchReader.COUNT_MAX, document -> {
                count[0]++;
                return true;
            });
            return left == 0 ? count[0] : -1;
        });
    }

    private void addEndpoints(Visit visit, Search search, Bundle bundle) {
        List<ObjectNode> found = new ArrayList<>();
        for (Parameter parameter : search.applied()) {
            if (parameter.name().equals("_id")) {
                for (String id : Token.split(parameter.value(), ',')) {
                    ObjectNode endpoint = findEndpoint(visit, id);
                    if (endpoint != null) {
                        found.add(endpoint);
                    }
                }
            }
        }
        if (search.applied().stream().noneMatch(parameter -> parameter.name().equals("_id"))) {
            found.add(Endpoints.ofArchive(visit.options));
        }
        for (Parameter parameter : search.applied()) {
            if (parameter.name().equals("identifier")) {
                found.removeIf(endpoint -> !Token.anyMeant(Token.list(parameter.value()), endpoint));
            }
        }
        if (!search.counted()) {
            found.forEach(bundle::match);
        }
        bundle.total(found.size());
    }

    private static void finish(Search search, Bundle bundle, int found, long next, LongSupplier counting) {
        if (search.counted() || search.total()) {
            long total = counting.getAsLong();
            if (total >= 0) {
                bundle.total(total);
            } else if (search.counted()) {
                throw SearchReader.invalid("too much would have to be read to count this; search for less");
            }
        } else if (search.before() == 0 && next == 0) {
            bundle.total(found);
        }
        if (next != 0) {
            List<Parameter> parameters = new ArrayList<>(search.applied());
            parameters.removeIf(parameter -> parameter.name().equals("_page"));
            parameters.add(new Parameter("_page", Long.toString(next)));
            bundle.link("next", search.kind().type(), parameters);
        }
    }
}
