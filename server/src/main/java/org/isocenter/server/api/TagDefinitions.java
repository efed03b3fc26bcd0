package org.isocenter.server.api;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.isocenter.dicom.Dictionary;
import org.isocenter.dicom.Tags;
import org.isocenter.dicom.Vr;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.JsonContent;
import org.isocenter.server.http.Refusal;
import org.isocenter.server.index.MatchingKey;
import org.isocenter.server.index.QueryTag;
import org.isocenter.server.index.QueryTag.Definition;
import org.isocenter.server.index.QueryTag.Owner;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads what is said about query tags, member by member, and refuses what cannot be meant.
final class TagDefinitions {
    private static final int BODY_BYTES_MAX = 1 << 20;
    private static final int TEXT_CHARACTERS_MAX = 4_096;
    private static final int DEFINITIONS_MAX = 1_024;
    private static final int CREATOR_CHARACTERS_MAX = 64;

    private TagDefinitions() {}

    /// The definitions of a body that is an array of them.
    static List<Definition> read(Exchange exchange) throws IOException {
        JsonNode json = json(exchange);
        if (!json.isArray() || json.isEmpty() || json.size() > DEFINITIONS_MAX) {
            throw invalid("the body is an array of 1 to " + DEFINITIONS_MAX + " query tags");
        }
        List<Definition> definitions = new ArrayList<>();
        Set<String> paths = new HashSet<>();
        for (JsonNode one : json) {
            Definition definition = definition(one, "query tag " + (definitions.size() + 1) + ": ");
            if (!paths.add(definition.pathText())) {
                throw invalid("query tag " + (definitions.size() + 1) + ": the path stands there twice");
            }
            definitions.add(definition);
        }
        return definitions;
    }

    /// Whether a body has a query tag enabled or disabled.
    static boolean readQueryStatus(Exchange exchange) throws IOException {
        JsonNode json = json(exchange);
        String status = json.isObject() && json.size() == 1 ? text(json, "queryStatus", "") : null;
        if (status != null && status.equalsIgnoreCase("enabled")) {
            return true;
        }
        if (status != null && status.equalsIgnoreCase("disabled")) {
            return false;
        }
        throw invalid("the body is {\"queryStatus\":\"enabled\"} or {\"queryStatus\":\"disabled\"}");
    }

    /// The tags of a path, each step of which is a keyword or eight hexadecimal digits; null where one is
    /// neither.
    static @Nullable List<Integer> findPath(String text) {
        List<Integer> path = new ArrayList<>();
        for (String step : text.split("\\.", QueryTag.PATH_MAX + 1)) {
            Dictionary.Attribute attribute = Dictionary.find(step);
            int tag = attribute != null ? attribute.tag() : Tags.parse(step);
            if (tag == -1) {
                return null;
            }
            path.add(tag);
        }
        return path.size() > QueryTag.PATH_MAX ? null : path;
    }

    private static Definition definition(JsonNode json, String where) {
        if (!json.isObject()) {
            throw invalid(where + "it is no object");
        }
        for (String name : json.propertyNames()) {
            if (!Set.of("path", "vr", "privateCreator", "level").contains(name)) {
                throw invalid(where + "its members are path, vr, privateCreator and level");
            }
        }
        String text = text(json, "path", where);
        List<Integer> path = text == null ? null : findPath(text);
        if (path == null) {
            throw invalid(where + "path is a keyword or eight hexadecimal digits, or up to " + QueryTag.PATH_MAX
                    + " of them joined by dots");
        }
        requireSearchable(path, where);
        String creator = creator(json, path, where);
        return new Definition(path, vr(json, path.getLast(), where), creator, owner(json, where));
    }

    private static void requireSearchable(List<Integer> path, String where) {
        for (int tag : path) {
            if (Tags.group(tag) < 0x0008 || Tags.isGroupLength(tag) || Tags.isPrivateCreator(tag)) {
                throw invalid(where + "the path holds a tag that is no attribute of data sets");
            }
        }
        for (int tag : path.subList(0, path.size() - 1)) {
            Dictionary.Attribute attribute = Dictionary.find(tag);
            if (attribute != null && !attribute.vrs().contains(Vr.SQ)) {
                throw invalid(where + "the path leads through an attribute that is no sequence");
            }
        }
        boolean builtIn = path.size() == 1 && MatchingKey.find(path.getFirst()) != null
                || path.size() == 2 && MatchingKey.find(path.getFirst(), path.getLast()) != null;
        if (builtIn) {
            throw invalid(where + "the attribute can be searched by already");
        }
    }

    private static String creator(JsonNode json, List<Integer> path, String where) {
        String creator = text(json, "privateCreator", where);
        boolean needed = path.stream().anyMatch(Tags::isPrivate);
        if (needed != (creator != null && !creator.isBlank())) {
            throw invalid(
                    where + (needed ? "a private tag needs its privateCreator" : "the tag has no privateCreator"));
        }
        if (creator == null || !needed) {
            return "";
        }
        if (creator.length() > CREATOR_CHARACTERS_MAX
                || creator.chars().anyMatch(c -> c < ' ' || c == '\\' || Character.isSurrogate((char) c))) {
            throw invalid(where + "privateCreator has more than " + CREATOR_CHARACTERS_MAX
                    + " characters, or some that it cannot have");
        }
        return creator.strip();
    }

    private static Vr vr(JsonNode json, int tag, String where) {
        String text = text(json, "vr", where);
        Dictionary.Attribute attribute = Dictionary.find(tag);
        Vr vr;
        if (text == null) {
            if (attribute == null || attribute.vrs().isEmpty()) {
                throw invalid(where + "the dictionary does not know the tag: vr says how it is to be read");
            }
            vr = attribute.vrs().getFirst();
        } else {
            vr = text.matches("[A-Z]{2}") ? Vr.find(text.charAt(0) << 8 | text.charAt(1)) : null;
        }
        if (vr == null || Definition.findKind(vr) == null) {
            throw invalid(where + "values of this vr cannot be searched by");
        }
        if (attribute != null && !attribute.vrs().contains(vr)) {
            throw invalid(where + "vr is not that of the dictionary");
        }
        return vr;
    }

    private static Owner owner(JsonNode json, String where) {
        String text = text(json, "level", where);
        for (Owner owner : Owner.values()) {
            if (owner.name().equals(text == null ? null : text.toUpperCase(Locale.ROOT))) {
                return owner;
            }
        }
        throw invalid(where + "level is patient, study, series or instance");
    }

    private static @Nullable String text(JsonNode json, String name, String where) {
        JsonNode value = json.get(name);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isString() || value.asString().length() > TEXT_CHARACTERS_MAX) {
            throw invalid(where + name + " is a string");
        }
        return value.asString();
    }

    private static JsonNode json(Exchange exchange) throws IOException {
        return JsonContent.read(exchange, BODY_BYTES_MAX, "invalid-query-tag");
    }

    private static Refusal invalid(String detail) {
        return new Refusal(400, "invalid-query-tag", detail);
    }
}
