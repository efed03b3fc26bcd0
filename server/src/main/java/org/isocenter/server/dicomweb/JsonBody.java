package org.isocenter.server.dicomweb;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.isocenter.dicom.Uids;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.JsonContent;
import org.isocenter.server.http.Refusal;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The JSON object that a request brings, whose members are known.
final class JsonBody {
    private static final int REASON_MAX = 1_000;

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final ObjectNode json;

    private JsonBody(ObjectNode json) {
        this.json = json;
    }

    /// Reads the body. Without one, it is an object without members.
    static JsonBody read(Exchange exchange, int bytesMax, String... members) throws IOException {
        JsonNode read = JsonContent.readIfAny(exchange, bytesMax, "malformed-body");
        if (read == null) {
            return new JsonBody(MAPPER.createObjectNode());
        }
        if (!(read instanceof ObjectNode object)) {
            throw invalid("the body is one JSON object");
        }
        Set<String> known = Set.of(members);
        for (String name : object.propertyNames()) {
            if (!known.contains(name)) {
                throw invalid("the body has a member that is not known here; known are " + String.join(", ", members));
            }
        }
        return new JsonBody(object);
    }

    static Refusal invalid(String detail) {
        return new Refusal(400, "invalid-body", detail);
    }

    /// A member, or null where it is absent or null.
    @Nullable
    JsonNode find(String name) {
        JsonNode value = json.path(name);
        return value.isMissingNode() || value.isNull() ? null : value;
    }

    /// A member that is text of some length, or null where it is absent.
    @Nullable
    String findText(String name, int charactersMax) {
        return text(find(name), name, charactersMax);
    }

    static @Nullable String text(@Nullable JsonNode value, String name, int charactersMax) {
        if (value == null || value.isMissingNode() || value.isNull()) {
            return null;
        }
        String text = value.isString() ? value.asString() : "";
        if (text.isBlank() || text.length() > charactersMax || text.chars().anyMatch(Character::isISOControl)) {
            throw invalid(name + " is a text of 1 to " + charactersMax + " characters");
        }
        return text;
    }

    /// Why somebody wants something.
    @Nullable
    String findReason() {
        return findText("reason", REASON_MAX);
    }

    boolean flag(String name) {
        JsonNode value = find(name);
        if (value != null && !value.isBoolean()) {
            throw invalid(name + " is true or false");
        }
        return value != null && value.asBoolean();
    }

    /// A member that is a list of UIDs; empty where it is absent.
    List<String> uids(String name, int max) {
        JsonNode value = find(name);
        List<String> uids = new ArrayList<>();
        if (value == null) {
            return uids;
        }
        if (!value.isArray() || value.size() > max) {
            throw invalid(name + " is a list of at most " + max + " UIDs");
        }
        for (JsonNode one : value) {
            if (!one.isString() || !Uids.readable(one.asString())) {
                throw invalid(name + " has something that is no valid UID");
            }
            uids.add(Uids.trim(one.asString()));
        }
        return uids;
    }
}
