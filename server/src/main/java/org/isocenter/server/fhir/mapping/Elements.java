package org.isocenter.server.fhir.mapping;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The data types of FHIR that resources are put together from. FHIR has no empty values: what is null,
/// blank or empty is left out.
final class Elements {
    static final String IDENTIFIER_TYPES = "http://terminology.hl7.org/CodeSystem/v2-0203";

    private Elements() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ObjectNode resource(String type, String id) {
        return object().put("resourceType", type).put("id", id);
    }

    /// An id that is the same wherever and whenever it is made of the same names.
    static String id(String... names) {
        return uuid(String.join("\n", names)).toString();
    }

    /// An id of names of which one is known to an index: its second half is made of that name alone, so that
    /// the index finds what it may be the id of (`fhir_key` in the index of the archive).
    static String keyedId(String key, String... names) {
        return new UUID(
                        uuid(String.join("\n", names)).getMostSignificantBits(),
                        uuid(key).getLeastSignificantBits())
                .toString();
    }

    /// A UUID made of a name (RFC 9562, version 8), by SHA-256: nobody finds two names with one id.
    private static UUID uuid(String name) {
        try {
            ByteBuffer hash = ByteBuffer.wrap(MessageDigest.getInstance("SHA-256")
                    .digest(("isocenter\n" + name).getBytes(StandardCharsets.UTF_8)));
            long high = hash.getLong() & ~0xF000L | 0x8000L;
            long low = hash.getLong() & ~(3L << 62) | 2L << 62;
            return new UUID(high, low);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static void put(ObjectNode into, String name, @Nullable String value) {
        if (value != null && !value.isBlank()) {
            into.put(name, value.strip());
        }
    }

    static void put(ObjectNode into, String name, @Nullable JsonNode value) {
        if (value != null && !value.isEmpty()) {
            into.set(name, value);
        }
    }

    /// Puts a list, unless it is empty.
    static void putAll(ObjectNode into, String name, Collection<? extends @Nullable JsonNode> values) {
        for (JsonNode value : values) {
            if (value != null && !value.isEmpty()) {
                into.withArray(name).add(value);
            }
        }
    }

    static void putTexts(ObjectNode into, String name, Collection<String> values) {
        for (String value : values) {
            if (!value.isBlank()) {
                into.withArray(name).add(value.strip());
            }
        }
    }

    static ObjectNode coding(@Nullable String system, @Nullable String code, @Nullable String display) {
        ObjectNode coding = object();
        put(coding, "system", system);
        put(coding, "code", code);
        put(coding, "display", display);
        return coding;
    }

    /// A CodeableConcept of one coding.
    static ObjectNode concept(ObjectNode coding) {
        ObjectNode concept = object();
        concept.putArray("coding").add(coding);
        return concept;
    }

    static ObjectNode concept(@Nullable String system, @Nullable String code, @Nullable String display) {
        return concept(coding(system, code, display));
    }

    /// Text as FHIR allows it: lines end by LF, and no other control character is there.
    static String plain(String text) {
        return text.replace("\r\n", "\n").replace('\r', '\n').replaceAll("[\\p{Cntrl}&&[^\n\t]]", "");
    }

    /// A CodeableConcept that nobody coded.
    static ObjectNode text(String text) {
        return object().put("text", text.strip());
    }

    static ObjectNode identifier(@Nullable String system, String value) {
        ObjectNode identifier = object();
        put(identifier, "system", system);
        put(identifier, "value", value);
        return identifier;
    }

    /// An identifier with a type of the table v2-0203.
    static ObjectNode identifier(String type, @Nullable String system, String value) {
        ObjectNode identifier = object();
        identifier.set("type", concept(IDENTIFIER_TYPES, type, null));
        put(identifier, "system", system);
        put(identifier, "value", value);
        return identifier;
    }

    static ObjectNode reference(String type, String id) {
        return object().put("reference", type + "/" + id);
    }

    static ObjectNode reference(ObjectNode resource) {
        return reference(
                resource.get("resourceType").asString(), resource.get("id").asString());
    }

    /// A reference by what identifies the other, whatever its id is.
    static ObjectNode reference(String type, ObjectNode identifier, @Nullable String display) {
        ObjectNode reference = object().put("type", type);
        reference.set("identifier", identifier);
        put(reference, "display", display);
        return reference;
    }
}
