package org.isocenter.server.archive;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.JsonReader;
import org.isocenter.dicom.JsonWriter;
import org.isocenter.dicom.Limits;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Tags;
import org.isocenter.server.index.Entry.Identity;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What an update is to do.
///
/// @param studies the UIDs of those to change, one after the other
/// @param series the UIDs of those that it is for; all where there are none
/// @param instances the UIDs of those that it is for; all where there are none
/// @param reason in the words of whoever wants it, or null
public record UpdateOrder(
        List<String> studies,
        Set<String> series,
        Set<String> instances,
        Edit edit,
        @Nullable String reason) {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /// Whether an instance of these studies is to be changed.
    boolean means(Identity instance) {
        return (series.isEmpty() || series.contains(instance.seriesUid()))
                && (instances.isEmpty() || instances.contains(instance.instanceUid()));
    }

    /// The order as the input of an operation.
    String text() {
        ObjectNode json = MAPPER.createObjectNode();
        ArrayNode uids = json.putArray("studies");
        studies.forEach(uids::add);
        ArrayNode ofSeries = json.putArray("series");
        series.forEach(ofSeries::add);
        ArrayNode ofInstances = json.putArray("instances");
        instances.forEach(ofInstances::add);
        json.set("values", MAPPER.readTree(json(edit.values())));
        ArrayNode removed = json.putArray("removed");
        edit.removed().forEach(tag -> removed.add(Tags.hex(tag)));
        json.put("reason", reason);
        return json.toString();
    }

    static UpdateOrder parse(String text) {
        JsonNode json = MAPPER.readTree(text);
        List<Integer> removed = new ArrayList<>();
        json.path("removed").forEach(tag -> removed.add(Tags.parse(tag.asString())));
        return new UpdateOrder(
                texts(json.path("studies")),
                new HashSet<>(texts(json.path("series"))),
                new HashSet<>(texts(json.path("instances"))),
                new Edit(dataSet(json.path("values")), removed),
                json.path("reason").isNull() ? null : json.path("reason").asString());
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(one -> texts.add(one.asString()));
        return texts;
    }

    private static byte[] json(DataSet dataSet) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            JsonWriter writer = new JsonWriter(bytes, (path, element) -> null);
            writer.write(dataSet);
            writer.flush();
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        return bytes.toByteArray();
    }

    private static DataSet dataSet(JsonNode json) {
        try {
            return JsonReader.readOne(
                    new ByteArrayInputStream(json.toString().getBytes(StandardCharsets.UTF_8)), Limits.DEFAULT);
        } catch (IOException | MalformedException broken) {
            throw new IllegalStateException("the values of an update are no data set", broken);
        }
    }
}
