package org.isocenter.server.dicomweb;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.QueryTags;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.Query;
import org.isocenter.server.http.Refusal;
import org.isocenter.server.index.Level;
import org.isocenter.server.index.Matching;
import org.isocenter.server.index.MatchingKey;
import org.isocenter.server.index.QueryTag;
import org.isocenter.server.index.QueryTag.Reach;
import org.isocenter.server.index.Search;
import org.isocenter.server.index.TagTerm;
import org.isocenter.server.index.TagTerms;
import org.isocenter.server.index.Term;
import org.jspecify.annotations.Nullable;

/// Reads the parameters of a search (PS3.18 section 8.3.4).
final class QueryParser {
    /// A list of 1,000 UIDs of 64 characters.
    private static final int PARAMETER_CHARACTERS_MAX = 65 * Matching.VALUES_MAX;

    /// A search, and whether the number of all results is asked for.
    ///
    /// @param erroneous keys of which some instances have values that cannot be searched by
    record Parsed(Search search, boolean countAll, List<String> erroneous) {}

    private final QueryTags tags;
    private final DicomwebOptions.SearchLimits limits;

    QueryParser(QueryTags tags, DicomwebOptions.SearchLimits limits) {
        this.tags = tags;
        this.limits = limits;
    }

    /// What a query asks for beside its keys.
    private static final class Draft {
        final Caller caller;
        final Map<MatchingKey, String> keys = new LinkedHashMap<>();
        final Map<QueryTag, String> tags = new LinkedHashMap<>();
        final Set<Integer> fields = new HashSet<>();
        final PageParameters page = new PageParameters("limit", "offset", "fuzzymatching", "orderby", "includetotal");
        boolean all;

        Draft(Caller caller) {
            this.caller = caller;
        }
    }

    Parsed parse(Caller caller, Exchange exchange, Level level) {
        Draft draft = draft(caller, exchange.query(PARAMETER_CHARACTERS_MAX), level);
        boolean fuzzy = draft.page.flag("fuzzymatching");
        List<Term> terms = new ArrayList<>();
        addPathUid(exchange, "study", MatchingKey.STUDY_INSTANCE_UID, draft.keys, terms);
        addPathUid(exchange, "series", MatchingKey.SERIES_INSTANCE_UID, draft.keys, terms);
        terms.addAll(terms(draft.keys, fuzzy));
        Search search = new Search(
                level,
                terms,
                tagTerms(draft, fuzzy),
                order(draft.page.find("orderby"), level),
                new Search.Fields(draft.all, draft.fields),
                draft.page.number("limit", limits.limitDefault(), 1, limits.limitMax()),
                draft.page.number("offset", 0, 0, limits.offsetMax()),
                0);
        List<String> erroneous = draft.tags.keySet().stream()
                .filter(tag -> tag.errors() > 0)
                .map(tag -> tag.definition().pathText())
                .toList();
        return new Parsed(search, draft.page.flag("includetotal"), erroneous);
    }

    /// The conditions of a query that stands in no URL, for all that they find.
    Search parse(Caller caller, Query query, Level level) {
        Draft draft = draft(caller, query, level);
        boolean fuzzy = draft.page.flag("fuzzymatching");
        Search.Fields none = new Search.Fields(false, Set.of());
        return new Search(level, terms(draft.keys, fuzzy), tagTerms(draft, fuzzy), null, none, 1, 0, 0);
    }

    private Draft draft(Caller caller, Query query, Level level) {
        Draft draft = new Draft(caller);
        for (Query.Parameter parameter : query.parameters()) {
            read(parameter.name(), parameter.value(), level, draft);
        }
        return draft;
    }

    private static List<TagTerm> tagTerms(Draft draft, boolean fuzzy) {
        List<TagTerm> terms = new ArrayList<>();
        draft.tags.forEach((tag, value) -> terms.add(term(tag, value, fuzzy)));
        return terms;
    }

    private void read(String name, String value, Level level, Draft draft) {
        if (draft.page.take(name, value)) {
            return;
        }
        if (name.equals("includefield")) {
            readFields(value, draft);
        } else {
            readKey(name, value, level, draft);
        }
    }

    private static void readFields(String value, Draft draft) {
        for (String field : value.split(",", -1)) {
            String name = field.strip();
            if (name.equalsIgnoreCase("all")) {
                draft.all = true;
            } else if (!name.isEmpty()) {
                // A path into a sequence is answered with the sequence.
                draft.fields.add(tag(name.split("\\.", 2)[0], "includefield"));
            }
        }
        if (draft.fields.size() > Matching.VALUES_MAX) {
            throw invalid("more than " + Matching.VALUES_MAX + " fields are asked for");
        }
    }

    private void readKey(String name, String value, Level level, Draft draft) {
        MatchingKey key = Matching.find(name);
        if (key == null) {
            readTag(name, value, level, draft);
            return;
        }
        requireKnown(name, key.level(), level);
        if (value.isEmpty()) {
            // Universal matching (PS3.4 C.2.2.2.3): the attribute is returned, and matches whatever it is.
            draft.fields.add(key.tag());
            return;
        }
        if (draft.keys.put(key, value) != null) {
            throw givenTwice(name);
        }
    }

    /// A key that somebody added. One of another data partition is none here.
    private void readTag(String name, String value, Level level, Draft draft) {
        for (String step : name.split("\\.", -1)) {
            tag(step, "the query");
        }
        String path = TagTerms.findPath(name);
        QueryTag tag = path == null ? null : tags.find(draft.caller, Reach.PARTITION, path);
        if (tag == null) {
            throw new Refusal(400, "unsupported-key", shown(name) + " cannot be searched by");
        }
        requireKnown(name, tag.definition().owner().level(), level);
        if (!tag.ready() || !tag.enabled()) {
            throw new Refusal(
                    400,
                    "unsupported-key",
                    shown(name) + " cannot be searched by " + (tag.ready() ? "while it is disabled" : "yet"));
        }
        draft.fields.add(tag.definition().path().getFirst());
        if (!value.isEmpty() && draft.tags.put(tag, value) != null) {
            throw givenTwice(name);
        }
    }

    private static TagTerm term(QueryTag tag, String value, boolean fuzzy) {
        try {
            return TagTerms.read(tag, value, fuzzy);
        } catch (TagTerms.FaultyValueException faulty) {
            throw new Refusal(400, faulty.isInvalidUid() ? "invalid-uid" : "invalid-query", faulty.reason());
        }
    }

    private static void requireKnown(String name, Level of, Level level) {
        if (!level.knows(of)) {
            throw new Refusal(
                    400,
                    "unsupported-key",
                    shown(name) + " is an attribute of " + of.name().toLowerCase(Locale.ROOT)
                            + " and cannot be searched by at the level of "
                            + level.name().toLowerCase(Locale.ROOT));
        }
    }

    private static Refusal givenTwice(String name) {
        return invalid(shown(name) + " is given twice; several values are parted by commas");
    }

    /// The tag that a keyword or eight hexadecimal digits name.
    private static int tag(String name, String where) {
        int tag = Matching.tag(name);
        if (tag == -1) {
            throw new Refusal(400, "unknown-attribute", where + " names " + shown(name) + ", which is no attribute");
        }
        return tag;
    }

    /// The UID that the path names, if it names one. Where the query names UIDs of the same level, it has
    /// to be among them.
    private static void addPathUid(
            Exchange exchange, String name, MatchingKey key, Map<MatchingKey, String> keys, List<Term> terms) {
        if (!exchange.hasPathValue(name)) {
            return;
        }
        String uid = name.equals("study") ? PathUids.study(exchange) : PathUids.series(exchange);
        String asked = keys.remove(key);
        try {
            boolean meant = asked == null || Matching.uids(key, asked).contains(uid);
            terms.add(Term.uids(key, meant ? List.of(uid) : List.of()));
        } catch (Matching.FaultyValueException faulty) {
            throw refused(faulty);
        }
    }

    private static List<Term> terms(Map<MatchingKey, String> keys, boolean fuzzy) {
        try {
            return Matching.terms(keys, fuzzy);
        } catch (Matching.FaultyValueException faulty) {
            throw refused(faulty);
        }
    }

    private static Refusal refused(Matching.FaultyValueException faulty) {
        return new Refusal(400, faulty.isInvalidUid() ? "invalid-uid" : "invalid-query", faulty.reason());
    }

    private static Search.@Nullable Order order(@Nullable String value, Level level) {
        if (value == null) {
            return null;
        }
        boolean descending = value.startsWith("-");
        int tag = tag(descending ? value.substring(1) : value, "orderby");
        MatchingKey key = MatchingKey.find(tag);
        if (key == null || !level.knows(key.level()) || key.kind() == MatchingKey.Kind.TEXTS) {
            throw new Refusal(400, "unsupported-key", "results cannot be ordered by " + shown(value));
        }
        return new Search.Order(key, descending);
    }

    /// A name as it may be repeated in an answer.
    private static String shown(String name) {
        return name.matches("[A-Za-z0-9.-]{1,64}") ? name : "a parameter";
    }

    private static Refusal invalid(String detail) {
        return new Refusal(400, "invalid-query", detail);
    }
}
