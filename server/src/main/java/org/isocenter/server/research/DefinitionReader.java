package org.isocenter.server.research;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.Period;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.QueryTags;
import org.isocenter.server.http.Refusal;
import org.isocenter.server.index.Level;
import org.isocenter.server.index.Matching;
import org.isocenter.server.index.MatchingKey;
import org.isocenter.server.index.QueryTag;
import org.isocenter.server.index.QueryTag.Reach;
import org.isocenter.server.index.TagTerm;
import org.isocenter.server.index.TagTerms;
import org.isocenter.server.index.Term;
import org.isocenter.server.research.Criterion.Ages;
import org.isocenter.server.research.Criterion.Code;
import org.isocenter.server.research.Criterion.Dates;
import org.isocenter.server.research.Criterion.Kind;
import org.isocenter.server.research.Criterion.Near;
import org.isocenter.server.research.Criterion.Value;
import org.isocenter.server.research.Definition.Choice;
import org.isocenter.server.research.Definition.Identity;
import org.isocenter.server.research.Definition.Returned;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads definitions, strictly: what is not known is refused, with the place where it stands. A
/// criterion that is misspelt must not make a cohort wider.
final class DefinitionReader {
    private static final int CRITERIA_MAX = 50;
    private static final int CODES_MAX = 1000;
    private static final int DEPTH_MAX = 16;
    private static final int PARTS_MAX = 50;
    private static final int TEXT_CHARACTERS_MAX = 4000;
    private static final int DAYS_MAX = 100_000;
    private static final int YEARS_MAX = 200;

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Map<String, Criterion> criteria = new LinkedHashMap<>();

    private final QueryTags tags;

    private DefinitionReader(QueryTags tags) {
        this.tags = tags;
    }

    /// @param tags that studies and series can be searched by as well
    /// @throws Refusal 400 `invalid-cohort`
    static Definition read(byte[] json, QueryTags tags) {
        JsonNode root;
        try {
            root = MAPPER.readTree(json);
        } catch (JacksonException notJson) {
            throw invalid("the body is not JSON");
        }
        return new DefinitionReader(tags).definition(root);
    }

    private Definition definition(JsonNode root) {
        fields(root, "", "name", "description", "criteria", "members", "returns", "identity");
        String name = text(root, "", "name");
        if (root.has("description")) {
            text(root, "", "description");
        }
        JsonNode named = root.path("criteria");
        if (!named.isObject() || named.isEmpty() || named.size() > CRITERIA_MAX) {
            throw invalid("criteria is an object of 1 to " + CRITERIA_MAX + " criteria by name");
        }
        for (Map.Entry<String, JsonNode> one : named.properties()) {
            if (!one.getKey().matches("[A-Za-z][A-Za-z0-9_-]{0,63}")) {
                throw invalid("criteria: a name is a letter, then up to 63 letters, digits, - and _");
            }
            criteria.put(one.getKey(), criterion(one.getValue(), "criteria." + one.getKey()));
        }
        criteria.forEach((of, criterion) -> checkNear(of, criterion));
        Expression members = expression(root.path("members"), "members", 0);
        if (!members.finds()) {
            throw invalid("members: not only leaves out; beside it, in all, has to stand what finds patients");
        }
        return new Definition(
                name,
                MAPPER.writeValueAsString(root),
                hash(root),
                Collections.unmodifiableMap(criteria),
                members,
                returned(root.path("returns")),
                identities(root.path("identity")));
    }

    // ---- criteria

    private Criterion criterion(JsonNode node, String at) {
        fields(node, at, "patient", "condition", "medication", "observation", "study", "series", "within");
        List<String> kinds = node.propertyStream()
                .map(Map.Entry::getKey)
                .filter(field -> !field.equals("within"))
                .toList();
        if (kinds.size() != 1) {
            throw invalid(at + " is one of patient, condition, medication, observation, study and series");
        }
        String kind = kinds.getFirst();
        JsonNode block = node.path(kind);
        String place = at + "." + kind;
        Near near = node.has("within") ? near(node.path("within"), at + ".within") : null;
        return switch (kind) {
            case "patient" -> {
                if (near != null) {
                    throw invalid(at + ": a patient has no day that something can be near to");
                }
                yield patient(block, place);
            }
            case "condition" -> clinical(Kind.CONDITION, block, place, near);
            case "medication" -> clinical(Kind.MEDICATION, block, place, near);
            case "observation" -> clinical(Kind.OBSERVATION, block, place, near);
            case "study" -> imaging(Level.STUDY, block, place, near);
            default -> imaging(Level.SERIES, block, place, near);
        };
    }

    private static Criterion patient(JsonNode block, String at) {
        fields(block, at, "age", "sex");
        JsonNode age = block.path("age");
        if (block.has("age")) {
            fields(age, at + ".age", "over", "atLeast", "under");
        }
        Set<String> sexes = new TreeSet<>();
        for (String sex : texts(block, at, "sex")) {
            if (!Set.of("male", "female", "other", "unknown").contains(sex)) {
                throw invalid(at + ".sex is male, female, other or unknown");
            }
            sexes.add(sex);
        }
        Ages ages = new Ages(
                whole(age, at + ".age", "over", YEARS_MAX),
                whole(age, at + ".age", "atLeast", YEARS_MAX),
                whole(age, at + ".age", "under", YEARS_MAX));
        if (ages.equals(new Ages(null, null, null)) && sexes.isEmpty()) {
            throw invalid(at + " has an age or a sex");
        }
        return new Criterion.Patient(ages, sexes);
    }

    private static Criterion clinical(Kind kind, JsonNode block, String at, @Nullable Near near) {
        if (kind == Kind.OBSERVATION) {
            fields(block, at, "code", "date", "value");
        } else {
            fields(block, at, "code", "date");
        }
        List<Code> codes = codes(block, at, "code");
        if (codes.isEmpty()) {
            throw invalid(at + ".code is a code or a list of codes");
        }
        Value value = block.has("value") ? value(block.path("value"), at + ".value") : null;
        return new Criterion.Clinical(kind, codes, dates(block, at), value, near);
    }

    private static Value value(JsonNode node, String at) {
        fields(node, at, "over", "atLeast", "under", "atMost", "unit", "code");
        Value value = new Value(
                number(node, at, "over"),
                number(node, at, "atLeast"),
                number(node, at, "under"),
                number(node, at, "atMost"),
                node.has("unit") ? text(node, at, "unit") : null,
                codes(node, at, "code"));
        boolean numeric =
                value.over() != null || value.atLeast() != null || value.under() != null || value.atMost() != null;
        if (numeric == !value.codes().isEmpty() || value.unit() != null && !numeric) {
            throw invalid(at + " has bounds (over, atLeast, under, atMost) and their unit, or else codes");
        }
        return value;
    }

    private static Dates dates(JsonNode block, String at) {
        if (!block.has("date")) {
            return Dates.ANY;
        }
        JsonNode node = block.path("date");
        String place = at + ".date";
        fields(node, place, "last", "from", "until");
        if (node.isEmpty() || node.has("last") && node.size() > 1) {
            throw invalid(place + " has last, or else from, until or both");
        }
        return new Dates(period(node, place), day(node, place, "from"), day(node, place, "until"));
    }

    private static @Nullable Period period(JsonNode node, String at) {
        if (!node.has("last")) {
            return null;
        }
        try {
            Period period = Period.parse(text(node, at, "last"));
            if (period.isNegative() || period.isZero() || period.toTotalMonths() > 12L * YEARS_MAX) {
                throw invalid(at + ".last is a span of time into the past, such as P2Y");
            }
            return period;
        } catch (DateTimeException | ArithmeticException none) {
            throw invalid(at + ".last is a span of years, months and days, such as P2Y, P6M or P90D");
        }
    }

    private static @Nullable LocalDate day(JsonNode node, String at, String field) {
        if (!node.has(field)) {
            return null;
        }
        try {
            return LocalDate.parse(text(node, at, field));
        } catch (DateTimeException none) {
            throw invalid(at + "." + field + " is a day, such as 2026-01-31");
        }
    }

    private Criterion imaging(Level level, JsonNode block, String at, @Nullable Near near) {
        if (!block.isObject() || block.isEmpty()) {
            throw invalid(at + " is an object of keys of a search (QIDO-RS) and their values");
        }
        Map<String, String> keys = new LinkedHashMap<>();
        Map<MatchingKey, String> values = new LinkedHashMap<>();
        Map<MatchingKey, String> names = new HashMap<>();
        List<TagTerm> tagTerms = new ArrayList<>();
        for (String name : block.propertyNames()) {
            String value = text(block, at, name);
            if (Matching.values(value).isEmpty()) {
                throw invalid(at + "." + shown(name) + " has no value");
            }
            MatchingKey key = Matching.find(name);
            if (key == null) {
                tagTerms.add(tagTerm(level, at, name, value));
                keys.put(name, value);
                continue;
            }
            if (!level.knows(key.level())) {
                throw invalid(at + ": " + shown(name) + " is no key of a search at this level");
            }
            if (values.put(key, value) != null) {
                throw invalid(at + ": " + shown(name) + " is there twice");
            }
            keys.put(name, value);
            names.put(key, name);
        }
        try {
            List<Term> terms = Matching.terms(values, false);
            return new Criterion.Imaging(level, Map.copyOf(keys), List.copyOf(terms), List.copyOf(tagTerms), near);
        } catch (Matching.FaultyValueException faulty) {
            throw invalid(at + "." + shown(String.valueOf(names.get(faulty.key()))) + ": " + faulty.reason());
        }
    }

    private static Near near(JsonNode node, String at) {
        fields(node, at, "of", "daysBefore", "daysAfter");
        Integer before = whole(node, at, "daysBefore", DAYS_MAX);
        Integer after = whole(node, at, "daysAfter", DAYS_MAX);
        if (before == null && after == null) {
            throw invalid(at + " has daysBefore, daysAfter or both");
        }
        return new Near(text(node, at, "of"), before == null ? 0 : before, after == null ? 0 : after);
    }

    /// What something is near to exists, has a day, and does not lead back.
    /// A condition on an attribute that somebody added to what is searched by.
    private TagTerm tagTerm(Level level, String at, String name, String value) {
        String path = TagTerms.findPath(name);
        QueryTag tag = path == null ? null : tags.find(Caller.anyone(), Reach.PARTITION, path);
        if (tag == null || !level.knows(tag.definition().owner().level())) {
            throw invalid(at + ": " + shown(name) + " is no key of a search at this level");
        }
        if (!tag.ready() || !tag.enabled()) {
            throw invalid(at + ": " + shown(name) + " cannot be searched by "
                    + (tag.ready() ? "while it is disabled" : "yet"));
        }
        try {
            return TagTerms.read(tag, value, false);
        } catch (TagTerms.FaultyValueException faulty) {
            throw invalid(at + "." + shown(name) + ": " + faulty.reason());
        }
    }

    private void checkNear(String name, Criterion criterion) {
        Set<String> passed = new HashSet<>(Set.of(name));
        Criterion at = criterion;
        while (at != null && at.near() != null) {
            Near near = at.near();
            Criterion of = criteria.get(near.criterion());
            if (of == null || of instanceof Criterion.Patient) {
                throw invalid("criteria." + name + ".within.of names a criterion of the definition that has a day");
            }
            if (!passed.add(near.criterion())) {
                throw invalid("criteria." + name + ".within leads back to itself");
            }
            at = of;
        }
    }

    // ---- members, returns, identity

    private Expression expression(JsonNode node, String at, int depth) {
        if (depth > DEPTH_MAX) {
            throw invalid("members is nested more than " + DEPTH_MAX + " times");
        }
        if (node.isString()) {
            if (!criteria.containsKey(node.asString())) {
                throw invalid(at + " names a criterion that the definition does not have");
            }
            return new Expression.Named(node.asString());
        }
        fields(node, at, "all", "any", "not");
        if (node.size() != 1) {
            throw invalid(at + " is the name of a criterion, or an object with one of all, any and not");
        }
        if (node.has("not")) {
            return new Expression.Not(expression(node.path("not"), at + ".not", depth + 1));
        }
        String kind = node.has("all") ? "all" : "any";
        JsonNode list = node.path(kind);
        if (!list.isArray() || list.isEmpty() || list.size() > PARTS_MAX) {
            throw invalid(at + "." + kind + " is a list of 1 to " + PARTS_MAX);
        }
        List<Expression> parts = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            parts.add(expression(list.path(i), at + "." + kind + "[" + i + "]", depth + 1));
        }
        return kind.equals("all") ? new Expression.All(parts) : new Expression.Any(parts);
    }

    private Returned returned(JsonNode node) {
        if (node.isMissingNode()) {
            return new Returned(null, null, false);
        }
        fields(node, "returns", "medications", "studies", "reports");
        Returned returned = new Returned(
                choice(node, "medications", true), choice(node, "studies", false), flag(node.path("reports")));
        if (returned.reports() && returned.studies() == null) {
            throw invalid("returns.reports are reports of studies: say which studies");
        }
        return returned;
    }

    private @Nullable Choice choice(JsonNode returns, String field, boolean medications) {
        JsonNode node = returns.path(field);
        if (node.isString()) {
            Criterion criterion = criteria.get(node.asString());
            boolean fits = medications
                    ? criterion instanceof Criterion.Clinical clinical && clinical.kind() == Kind.MEDICATION
                    : criterion instanceof Criterion.Imaging;
            if (!fits) {
                throw invalid("returns." + field + " is true, or names a criterion of that kind");
            }
            return new Choice(node.asString());
        }
        return node.isMissingNode() || !flag(node) ? null : new Choice(null);
    }

    private static boolean flag(JsonNode node) {
        if (node.isMissingNode() || node.isBoolean()) {
            return node.asBoolean(false);
        }
        throw invalid("returns: what is returned is true, false or the name of a criterion");
    }

    private static List<Identity> identities(JsonNode node) {
        if (node.isMissingNode()) {
            return List.of();
        }
        if (!node.isArray() || node.size() > PARTS_MAX) {
            throw invalid("identity is a list of up to " + PARTS_MAX);
        }
        List<Identity> identities = new ArrayList<>();
        for (int i = 0; i < node.size(); i++) {
            String at = "identity[" + i + "]";
            fields(node.path(i), at, "system", "issuer");
            identities.add(new Identity(
                    text(node.path(i), at, "system"),
                    node.path(i).has("issuer") ? text(node.path(i), at, "issuer") : null));
        }
        return identities;
    }

    // ---- values

    private static List<Code> codes(JsonNode block, String at, String field) {
        List<Code> codes = new ArrayList<>();
        for (String text : texts(block, at, field)) {
            int bar = text.lastIndexOf('|');
            if (bar <= 0 || bar == text.length() - 1 || text.indexOf(',') >= 0 || text.indexOf('\\') >= 0) {
                throw invalid(at + "." + field + ": a code has its system, as in http://snomed.info/sct|307576001");
            }
            codes.add(new Code(text.substring(0, bar), text.substring(bar + 1)));
        }
        return codes;
    }

    /// One text, or a list of them.
    private static List<String> texts(JsonNode block, String at, String field) {
        if (!block.has(field)) {
            return List.of();
        }
        JsonNode node = block.path(field);
        if (node.isString()) {
            return List.of(text(block, at, field));
        }
        if (!node.isArray() || node.isEmpty() || node.size() > CODES_MAX) {
            throw invalid(at + "." + field + " is a text, or a list of up to " + CODES_MAX);
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode one : node) {
            texts.add(text(one, at + "." + field));
        }
        return texts;
    }

    private static String text(JsonNode block, String at, String field) {
        return text(block.path(field), at.isEmpty() ? field : at + "." + shown(field));
    }

    private static String text(JsonNode node, String at) {
        String text = node.isString() ? node.asString().strip() : "";
        if (text.isEmpty() || text.length() > TEXT_CHARACTERS_MAX) {
            throw invalid(at + " is a text of up to " + TEXT_CHARACTERS_MAX + " characters");
        }
        return text;
    }

    private static @Nullable Integer whole(JsonNode block, String at, String field, int max) {
        JsonNode node = block.path(field);
        if (node.isMissingNode()) {
            return null;
        }
        if (!node.isIntegralNumber() || !node.canConvertToInt() || node.asInt() < 0 || node.asInt() > max) {
            throw invalid(at + "." + field + " is a whole number from 0 to " + max);
        }
        return node.asInt();
    }

    private static @Nullable Double number(JsonNode block, String at, String field) {
        JsonNode node = block.path(field);
        if (node.isMissingNode()) {
            return null;
        }
        if (!node.isNumber()) {
            throw invalid(at + "." + field + " is a number");
        }
        return node.asDouble();
    }

    private static void fields(JsonNode node, String at, String... known) {
        String what = at.isEmpty() ? "a cohort" : at;
        if (!node.isObject()) {
            throw invalid(what + " is an object");
        }
        for (String field : node.propertyNames()) {
            if (!List.of(known).contains(field)) {
                throw invalid(what + " has no field " + shown(field) + "; it has " + String.join(", ", known));
            }
        }
    }

    /// A name as it may be repeated in an answer.
    private static String shown(String name) {
        return name.matches("[A-Za-z0-9._-]{1,64}") ? name : "of this name";
    }

    private static Refusal invalid(String detail) {
        return new Refusal(400, "invalid-cohort", detail);
    }

    // ---- hash

    private static String hash(JsonNode root) {
        StringBuilder canonical = new StringBuilder();
        for (String field : List.of("criteria", "members", "returns", "identity")) {
            canonical.append(field).append('=');
            canonical(root.path(field), canonical);
            canonical.append('\n');
        }
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(canonical.toString().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// Without spaces, the fields of objects in the order of their names. What was read is not deep.
    private static void canonical(JsonNode node, StringBuilder out) {
        if (node.isObject()) {
            String separator = "{";
            for (String field : new TreeSet<>(node.propertyNames())) {
                out.append(separator).append(MAPPER.writeValueAsString(field)).append(':');
                canonical(node.path(field), out);
                separator = ",";
            }
            out.append(node.isEmpty() ? "{}" : "}");
        } else if (node.isArray()) {
            String separator = "[";
            for (JsonNode one : node) {
                out.append(separator);
                canonical(one, out);
                separator = ",";
            }
            out.append(node.isEmpty() ? "[]" : "]");
        } else if (!node.isMissingNode()) {
            out.append(MAPPER.writeValueAsString(node));
        }
    }
}
