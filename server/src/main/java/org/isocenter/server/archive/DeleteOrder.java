package org.isocenter.server.archive;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Which studies are to be deleted.
///
/// @param studies their UIDs, one after the other
/// @param reason in the words of whoever wants it, or null
public record DeleteOrder(List<String> studies, @Nullable String reason) {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    public DeleteOrder {
        studies = List.copyOf(studies);
    }

    /// The order as the input of an operation.
    String text() {
        ObjectNode json = MAPPER.createObjectNode();
        ArrayNode uids = json.putArray("studies");
        studies.forEach(uids::add);
        return json.put("reason", reason).toString();
    }

    static DeleteOrder parse(String text) {
        JsonNode json = MAPPER.readTree(text);
        List<String> studies = new ArrayList<>();
        json.path("studies").forEach(one -> studies.add(one.asString()));
        return new DeleteOrder(
                studies,
                json.path("reason").isNull() ? null : json.path("reason").asString());
    }
}
