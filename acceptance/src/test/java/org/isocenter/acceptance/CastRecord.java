package org.isocenter.acceptance;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isocenter.acceptance.fhir.RealFhir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Everything that was written into a FHIR server since a moment, as a page of text that is the same for the
/// same studies: the resources as they are now, and those that they refer to and that were there before.
///
/// What a server adds by itself is left out: versions, times, and the ids that it gives. A resource with such
/// an id is named by its first identifier, and so it is where others refer to it.
///
/// The page has each resource as JSON in full, or as a line with a digest of it. It is held to one in the
/// sources. All of what there is now is left in full in the build folder, so that two builds can be compared
/// whatever the page shows.
final class CastRecord {
    private static final Path PAGES = Path.of("src/test/resources/cast");

    /// A type and an id at the end of an address.
    private static final Pattern REFERENCE = Pattern.compile("[A-Za-z]+/[A-Za-z0-9.-]+$");

    private final Map<String, ObjectNode> resources = new TreeMap<>();
    private final Map<String, String> names = new TreeMap<>();

    private CastRecord() {}

    static CastRecord read(RealFhir fhir, Instant since) {
        CastRecord record = new CastRecord();
        Queue<String> open = new ArrayDeque<>();
        Set<String> seen = new HashSet<>();
        for (JsonNode entry : history(fhir, since)) {
            // The newest version comes first, and that of what is gone has no resource.
            JsonNode resource = entry.path("resource");
            if (seen.add(reference(entry)) && resource.isObject()) {
                record.take(resource, open);
            }
        }
        while (!open.isEmpty()) {
            String reference = open.remove();
            if (!record.resources.containsKey(reference)) {
                record.take(fhir.get("/" + reference).assertStatus(200).body(), open);
            }
        }
        return record;
    }

    private static List<JsonNode> history(RealFhir fhir, Instant since) {
        List<JsonNode> all = new ArrayList<>();
        for (String next = "/_history?_count=500&_since=" + since; next != null; ) {
            JsonNode page = fhir.get(next).assertStatus(200).body();
            page.path("entry").forEach(all::add);
            next = null;
            for (JsonNode link : page.path("link")) {
                if (link.path("relation").asString("").equals("next")) {
                    next = link.get("url")
                            .asString()
                            .substring(fhir.url().toString().length());
                }
            }
        }
        return all;
    }

    /// The type and id that an entry of a history is about.
    private static String reference(JsonNode entry) {
        Matcher place = REFERENCE.matcher(entry.get("fullUrl").asString());
        assertThat(place.find()).as("%s", entry.get("fullUrl")).isTrue();
        return place.group();
    }

    private void take(JsonNode resource, Queue<String> open) {
        ObjectNode copy = (ObjectNode) resource.deepCopy();
        String type = copy.get("resourceType").asString();
        String id = copy.get("id").asString();
        resources.put(type + "/" + id, copy);
        if (id.matches("\\d+")) {
            JsonNode identifier = copy.at("/identifier/0");
            names.put(
                    type + "/" + id,
                    type + "?" + identifier.path("system").asString("") + "|"
                            + identifier.path("value").asString(""));
            copy.remove("id");
        }
        if (copy.get("meta") instanceof ObjectNode meta) {
            meta.remove(List.of("versionId", "lastUpdated"));
            if (meta.has("source")) {
                // HAPI adds the number of the request.
                meta.put("source", meta.get("source").asString().replaceFirst("#.*", ""));
            }
            if (meta.path("source").asString("").isEmpty()) {
                meta.remove("source");
            }
            if (meta.isEmpty()) {
                copy.remove("meta");
            }
        }
        copy.findValues("reference").forEach(reference -> {
            if (reference.isString() && REFERENCE.matcher(reference.asString()).matches()) {
                open.add(reference.asString());
            }
        });
    }

    /// Holds the record to its page in the sources, which `-Dpages.write=true` writes anew.
    ///
    /// @param inFull which resources the page shows in full, by their text
    void assertSame(String page, Predicate<String> inFull) throws IOException {
        Map<String, String> lines = new TreeMap<>();
        Map<String, String> texts = new TreeMap<>();
        resources.forEach((reference, resource) -> {
            ObjectNode named = (ObjectNode) withNames(resource);
            String text = JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(named);
            String name = name(reference);
            assertThat(texts.put(name, text)).as("nothing twice: %s", name).isNull();
            lines.put(name, inFull.test(text) ? text : digest(text));
        });
        Path here = Files.createDirectories(Path.of("target/cast"));
        Files.writeString(here.resolve(page), toPage(texts));
        Path golden = PAGES.resolve(page);
        if (Boolean.getBoolean("pages.write")) {
            Files.createDirectories(PAGES);
            Files.writeString(golden, toPage(lines));
        }
        assertThat(toPage(lines))
                .as("%s is of other resources; -Dpages.write=true writes it anew, all in full is in %s", golden, here)
                .isEqualTo(Files.readString(golden));
    }

    private static String toPage(Map<String, String> resources) {
        StringBuilder page = new StringBuilder();
        resources.forEach((name, text) -> page.append(name)
                .append(text.startsWith("{") ? "\n" : "  ")
                .append(text)
                .append('\n'));
        return page.toString();
    }

    private String name(String reference) {
        return names.getOrDefault(reference, reference);
    }

    private JsonNode withNames(JsonNode node) {
        if (node instanceof ObjectNode object) {
            ObjectNode copy = object.objectNode();
            object.properties().forEach(property -> {
                JsonNode value = property.getValue();
                if (property.getKey().equals("reference") && value.isString()) {
                    copy.put("reference", name(value.asString()));
                } else {
                    copy.set(property.getKey(), withNames(value));
                }
            });
            return copy;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode copy = array.arrayNode();
            array.forEach(item -> copy.add(withNames(item)));
            return copy;
        }
        return requireNonNull(node);
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "%s, %d characters".formatted(HexFormat.of().formatHex(digest, 0, 8), text.length());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
