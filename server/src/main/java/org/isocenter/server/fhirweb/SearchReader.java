package org.isocenter.server.fhirweb;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.Survey;
import org.isocenter.server.fhir.mapping.StudyMapping;
import org.isocenter.server.fhirweb.Search.Include;
import org.isocenter.server.http.Query.Parameter;
import org.isocenter.server.http.Refusal;
import org.isocenter.server.index.Entry.Identity;
import org.isocenter.server.index.MatchingKey;
import org.isocenter.server.index.Term;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Reads the parameters of a search (hl7.org/fhir/search.html).
///
/// Terms of the index leave out nothing that a parameter means; where they let through more, a check follows.
final class SearchReader {
    static final int COUNT_DEFAULT = 50;
    static final int COUNT_MAX = 200;

    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final String DCM = "http://dicom.nema.org/resources/ontology/DCM";
    private static final int VALUES_MAX = 200;

    private final Survey survey;
    private final String base;

    /// @param base of this server's resources, without a slash at its end
    SearchReader(Survey survey, String base) {
        this.survey = survey;
        this.base = base;
    }

    /// What has been read so far.
    private static final class Draft {
        final Criteria criteria = new Criteria();
        final List<Parameter> applied = new ArrayList<>();
        final Set<Include> includes = EnumSet.noneOf(Include.class);
        final List<Moments> started = new ArrayList<>();
        Moments.@Nullable Days days;
        int count = COUNT_DEFAULT;
        long before;
        boolean counted;
        boolean total;
    }

    /// @param strict whether a parameter that is not understood is refused
    Search read(Kind kind, List<Parameter> parameters, boolean strict) {
        Draft draft = new Draft();
        for (Parameter parameter : parameters) {
            if (!parameter.value().isEmpty()) {
                read(kind, parameter, strict, draft);
            }
        }
        if (draft.days != null) {
            draft.criteria.narrow(draft.days.term(MatchingKey.STUDY_DATE));
        }
        return new Search(
                kind,
                draft.criteria,
                draft.applied,
                draft.includes,
                draft.count,
                draft.before,
                draft.counted,
                draft.total);
    }

    private void read(Kind kind, Parameter parameter, boolean strict, Draft draft) {
        boolean understood = switch (parameter.name()) {
            case "_format", "_pretty" -> true;
            case "_count" -> readCount(parameter.value(), draft);
            case "_page" -> readPage(parameter.value(), draft);
            case "_total" -> readTotal(parameter.value(), draft);
            case "_summary" -> readSummary(parameter.value(), draft);
            case "_include", "_revinclude" -> readInclude(kind, parameter, draft);
            default -> readCriterion(kind, parameter.name(), parameter.value(), draft);
        };
        if (understood) {
            draft.applied.add(parameter);
        } else if (strict) {
            throw invalid("there is a parameter, or a value of a parameter, that is not understood here:"
                    + " the CapabilityStatement tells those that are");
        }
    }

    private static boolean readCount(String value, Draft draft) {
        if (!value.matches("\\d{1,9}")) {
            throw invalid("_count is a number");
        }
        int count = Integer.parseInt(value);
        draft.count = Math.clamp(count, 1, COUNT_MAX);
        draft.counted |= count == 0;
        return true;
    }

    private static boolean readPage(String value, Draft draft) {
        if (!value.matches("\\d{1,18}")) {
            throw invalid("_page is none that a link named");
        }
        draft.before = Long.parseLong(value);
        return true;
    }

    private static boolean readTotal(String value, Draft draft) {
        draft.total = !value.equals("none");
        return List.of("none", "estimate", "accurate").contains(value);
    }

    private static boolean readSummary(String value, Draft draft) {
        draft.counted |= value.equals("count");
        return value.equals("count") || value.equals("false");
    }

    private static boolean readInclude(Kind kind, Parameter parameter, Draft draft) {
        for (Include include : kind.includes()) {
            if (include.parameter.equals(parameter.name()) && include.value.equals(parameter.value())) {
                draft.includes.add(include);
                return true;
            }
        }
        return false;
    }

    private boolean readCriterion(Kind kind, String name, String value, Draft draft) {
        String known = name.split("[:.]", 2)[0];
        if (!kind.parameters().containsKey(known)) {
            return false;
        }
        Criteria criteria = draft.criteria;
        switch (kind) {
            case IMAGING_STUDY -> {
                switch (name) {
                    case "_id" -> readStudyIds(value, criteria);
                    case "identifier" -> readStudyIdentifiers(value, criteria);
                    case "modality" -> readModalities(value, criteria);
                    case "started" -> readStarted(value, draft);
                    case "patient", "subject", "subject:Patient", "patient:Patient" -> readPatients(value, criteria);
                    case "patient.identifier",
                            "subject.identifier",
                            "subject:Patient.identifier",
                            "patient:Patient.identifier" -> readPatientIdentifiers(value, criteria);
                    case "patient._id", "subject._id", "subject:Patient._id" -> readPatients(value, criteria);
                    default -> throw notSupported(name);
                }
            }
            case PATIENT -> {
                switch (name) {
                    case "_id" -> readPatients(value, criteria);
                    case "identifier" -> readPatientIdentifiers(value, criteria);
                    default -> throw notSupported(name);
                }
            }
            case ENDPOINT -> {
                if (!name.equals(known)) {
                    throw notSupported(name);
                }
            }
            case DIAGNOSTIC_REPORT, DOCUMENT_REFERENCE, OBSERVATION, IMAGING_SELECTION -> {
                switch (name) {
                    case "_id" -> readDocumentIds(kind, value, criteria);
                    case "identifier" -> readDocumentIdentifiers(kind, value, criteria);
                    case "patient", "subject", "subject:Patient", "patient:Patient" -> readPatients(value, criteria);
                    case "patient.identifier",
                            "subject.identifier",
                            "subject:Patient.identifier",
                            "patient:Patient.identifier" -> readPatientIdentifiers(value, criteria);
                    default -> throw notSupported(name);
                }
            }
        }
        return true;
    }

    private void readStudyIds(String value, Criteria criteria) {
        Set<String> ids = new HashSet<>(values(value));
        List<String> uids = ids.stream().flatMap(this::studies).toList();
        if (uids.isEmpty()) {
            criteria.exclude();
            return;
        }
        criteria.narrow(Term.uids(MatchingKey.STUDY_INSTANCE_UID, uids));
        criteria.check(study -> ids.contains(study.imagingStudy().get("id").asString()));
    }

    private Stream<String> studies(String id) {
        return isId(id)
                ? survey.studies(Caller.anyone(), key(id)).stream()
                        .filter(uid -> StudyMapping.imagingStudyId(uid).equals(id))
                : Stream.of();
    }

    private void readDocumentIds(Kind kind, String value, Criteria criteria) {
        Set<String> ids = new HashSet<>(values(value));
        List<String> uids = ids.stream()
                .filter(SearchReader::isId)
                .flatMap(id -> survey.documents(Caller.anyone(), key(id)).stream())
                .map(Identity::instanceUid)
                .toList();
        if (uids.isEmpty()) {
            criteria.exclude();
            return;
        }
        criteria.narrow(Term.uids(MatchingKey.SOP_INSTANCE_UID, uids));
        criteria.check(study -> study.owned().stream()
                .anyMatch(resource ->
                        isOf(kind, resource) && ids.contains(resource.get("id").asString())));
    }

    private static void readDocumentIdentifiers(Kind kind, String value, Criteria criteria) {
        List<Token> tokens = tokens(value);
        List<String> uids =
                tokens.stream().map(Token::findUid).filter(Objects::nonNull).toList();
        if (uids.isEmpty()) {
            criteria.exclude();
            return;
        }
        criteria.narrow(Term.uids(MatchingKey.SOP_INSTANCE_UID, uids));
        criteria.check(study ->
                study.owned().stream().anyMatch(resource -> isOf(kind, resource) && Token.anyMeant(tokens, resource)));
    }

    private static boolean isOf(Kind kind, ObjectNode resource) {
        return resource.get("resourceType").asString().equals(kind.type());
    }

    private static void readStudyIdentifiers(String value, Criteria criteria) {
        List<Token> tokens = tokens(value);
        List<String> uids =
                tokens.stream().map(Token::findUid).filter(Objects::nonNull).toList();
        if (uids.size() == tokens.size()) {
            criteria.narrow(Term.uids(MatchingKey.STUDY_INSTANCE_UID, uids));
        } else if (uids.isEmpty()) {
            criteria.narrow(Term.texts(
                    MatchingKey.ACCESSION_NUMBER,
                    tokens.stream().map(Token::value).toList()));
        } else {
            throw invalid("several identifiers are all UIDs, or all accession numbers");
        }
        criteria.check(study -> Token.anyMeant(tokens, study.imagingStudy()));
    }

    private static void readModalities(String value, Criteria criteria) {
        Set<String> codes = new HashSet<>();
        for (Token token : tokens(value)) {
            if (token.system() == null || token.system().equals(DCM)) {
                codes.add(token.value());
            }
        }
        if (codes.isEmpty()) {
            criteria.exclude();
        } else if (!criteria.narrow(Term.texts(MatchingKey.MODALITIES_IN_STUDY, List.copyOf(codes)))) {
            criteria.check(study -> study.imagingStudy().path("modality").findValuesAsString("code").stream()
                    .anyMatch(codes::contains));
        }
    }

    private static void readStarted(String value, Draft draft) {
        List<Moments> moments = values(value).stream().map(Moments::parse).toList();
        Moments.Days hull = moments.getFirst().findDays();
        for (Moments one : moments) {
            Moments.Days days = one.findDays();
            hull = hull == null || days == null ? null : hull.or(days);
        }
        if (hull != null) {
            draft.days = draft.days == null ? hull : draft.days.and(hull);
        }
        if (hull == null || moments.size() > 1 || !moments.getFirst().days()) {
            draft.criteria.check(study -> {
                String started = study.imagingStudy().path("started").asString("");
                return !started.isEmpty() && moments.stream().anyMatch(one -> one.holds(started));
            });
        }
    }

    /// Patients by id, or by a reference to them.
    private void readPatients(String value, Criteria criteria) {
        Set<String> ids = new HashSet<>();
        List<String> patientIds = new ArrayList<>();
        for (String reference : values(value)) {
            String id = reference.startsWith(base + "/") ? reference.substring(base.length() + 1) : reference;
            id = id.startsWith("Patient/") ? id.substring("Patient/".length()) : id;
            String patientId = isId(id) ? survey.findPatientId(Caller.anyone(), key(id)) : null;
            if (patientId != null) {
                ids.add(id);
                patientIds.add(patientId);
            }
        }
        if (ids.isEmpty()) {
            criteria.exclude();
            return;
        }
        criteria.narrow(Term.texts(MatchingKey.PATIENT_ID, patientIds));
        criteria.check(study -> study.patient() != null
                && ids.contains(study.patient().get("id").asString()));
    }

    private static void readPatientIdentifiers(String value, Criteria criteria) {
        List<Token> tokens = tokens(value);
        criteria.narrow(Term.texts(
                MatchingKey.PATIENT_ID, tokens.stream().map(Token::value).toList()));
        criteria.check(study -> study.patient() != null && Token.anyMeant(tokens, study.patient()));
    }

    private static List<Token> tokens(String value) {
        List<Token> tokens = Token.list(value);
        if (tokens.size() > VALUES_MAX
                || tokens.stream().anyMatch(token -> token.value().isEmpty())) {
            throw invalid("a token has a value, and a list no more than " + VALUES_MAX);
        }
        return tokens;
    }

    private static List<String> values(String value) {
        List<String> values = Token.split(value, ',');
        if (values.size() > VALUES_MAX) {
            throw invalid("a list has no more than " + VALUES_MAX + " values");
        }
        return values;
    }

    /// Whether a text can be the id of one of the resources here.
    static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    /// The half of an id that the index knows.
    static long key(String id) {
        return UUID.fromString(id).getLeastSignificantBits();
    }

    static Refusal invalid(String detail) {
        return new Refusal(400, "invalid-query", detail);
    }

    /// A parameter that is known has a modifier, or a chain, that is not: the result would not be what was
    /// meant, so it is refused whatever the client prefers.
    private static Refusal notSupported(String name) {
        return invalid((name.indexOf(':') >= 0 ? "a modifier" : "a chain") + " of a parameter is not supported");
    }
}
