package org.isocenter.server.index;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The conditions of a search as text, to be kept for whoever runs it later.
public final class SearchText {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private SearchText() {}

    /// What is looked for, and the conditions; no order and no page.
    public static String write(Search search) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("level", search.level().name());
        ArrayNode terms = json.putArray("terms");
        for (Term term : search.terms()) {
            ObjectNode one = terms.addObject();
            one.put("key", term.key().name()).put("form", term.form().name());
            ArrayNode values = one.putArray("values");
            for (String[] value : term.values()) {
                ArrayNode texts = values.addArray();
                for (String text : value) {
                    texts.add(text);
                }
            }
        }
        ArrayNode tagTerms = json.putArray("tags");
        for (TagTerm term : search.tagTerms()) {
            tagTerms.addObject().put("level", term.level().name()).put("predicate", term.predicate());
        }
        return json.toString();
    }

    /// @param text that [#write] has made
    public static Search read(String text) {
        JsonNode json = MAPPER.readTree(text);
        List<Term> terms = new ArrayList<>();
        for (JsonNode one : json.get("terms")) {
            List<String[]> values = new ArrayList<>();
            for (JsonNode texts : one.get("values")) {
                List<String> value = new ArrayList<>();
                texts.forEach(each -> value.add(each.asString()));
                values.add(value.toArray(String[]::new));
            }
            terms.add(new Term(
                    MatchingKey.valueOf(one.get("key").asString()),
                    Term.Form.valueOf(one.get("form").asString()),
                    values));
        }
        List<TagTerm> tagTerms = new ArrayList<>();
        for (JsonNode one : json.get("tags")) {
            tagTerms.add(new TagTerm(
                    Level.valueOf(one.get("level").asString()),
                    one.get("predicate").asString()));
        }
        Level level = Level.valueOf(json.get("level").asString());
        return new Search(level, terms, tagTerms, null, new Search.Fields(false, Set.of()), 1, 0, 0);
    }
}
