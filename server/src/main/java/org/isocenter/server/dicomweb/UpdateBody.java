package org.isocenter.server.dicomweb;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Dictionary;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.JsonReader;
import org.isocenter.dicom.Limits;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Tags;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.Edit;
import org.isocenter.server.archive.UpdateOrder;
import org.isocenter.server.archive.Updates;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.index.Level;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What a request for an update asks for.
///
/// @param faults what cannot be set or removed, and why, as `(gggg,eeee) - reason`; nothing is done then
/// @param dryRun whether it is only asked what would be done
record UpdateBody(UpdateOrder order, List<String> faults, boolean dryRun) {
    private static final Limits LIMITS = new Limits(16, 20_000, 1_000, 1 << 20, 1, 1, 0, 1 << 20, 64);

    static UpdateBody read(Exchange exchange, Caller caller, Updates updates, QueryParser queries) throws IOException {
        JsonBody body = JsonBody.read(
                exchange,
                MeantStudies.BYTES_MAX,
                MeantStudies.UIDS,
                MeantStudies.QUERY,
                "seriesInstanceUids",
                "sopInstanceUids",
                "changeDataset",
                "remove",
                "reason",
                "dryRun");
        DataSet values = dataSet(body.find("changeDataset"), "changeDataset");
        List<Integer> removed = tags(body.find("remove"));
        if (values.isEmpty() && removed.isEmpty()) {
            throw JsonBody.invalid("changeDataset or remove has to name an attribute to change");
        }
        Set<String> series = new LinkedHashSet<>(body.uids("seriesInstanceUids", MeantStudies.MAX));
        Set<String> instances = new LinkedHashSet<>(body.uids("sopInstanceUids", MeantStudies.MAX));
        List<String> faults = new ArrayList<>();
        for (Element element : values) {
            if (element.tag() != Tag.SpecificCharacterSet) {
                add(faults, element.tag(), Edit.refusal(element, values.characterSets()));
                add(faults, element.tag(), misplaced(element.tag(), series, instances));
            }
        }
        for (int tag : removed) {
            add(faults, tag, Edit.refusal(tag));
            add(faults, tag, misplaced(tag, series, instances));
        }
        List<String> studies = MeantStudies.of(body, caller, updates, queries);
        UpdateOrder order = new UpdateOrder(studies, series, instances, new Edit(values, removed), body.findReason());
        return new UpdateBody(order, faults, body.flag("dryRun"));
    }

    private static void add(List<String> faults, int tag, @Nullable String refusal) {
        if (refusal != null) {
            faults.add(Tags.format(tag) + " - " + refusal);
        }
    }

    /// What all of a study, or of a series, has in common is not changed in a part of it.
    private static @Nullable String misplaced(int tag, Set<String> series, Set<String> instances) {
        Level level = Edit.findLevel(tag);
        if (level == Level.STUDY && !(series.isEmpty() && instances.isEmpty())) {
            return "is the same for all of a study";
        }
        return level == Level.SERIES && !instances.isEmpty() ? "is the same for all of a series" : null;
    }

    /// A member that is a data set in DICOM JSON; an empty one where it is absent.
    static DataSet dataSet(@Nullable JsonNode json, String name) throws IOException {
        if (json == null) {
            return new DataSet();
        }
        if (!json.isObject()) {
            throw JsonBody.invalid(name + " is a data set in DICOM JSON");
        }
        try {
            return JsonReader.readOne(
                    new ByteArrayInputStream(json.toString().getBytes(StandardCharsets.UTF_8)), LIMITS);
        } catch (MalformedException malformed) {
            throw JsonBody.invalid(name + " is a data set in DICOM JSON"
                    + (malformed.path().isEmpty() ? "" : ": see " + malformed.path()));
        }
    }

    private static List<Integer> tags(@Nullable JsonNode json) {
        List<Integer> tags = new ArrayList<>();
        if (json == null) {
            return tags;
        }
        if (!json.isArray()) {
            throw JsonBody.invalid("remove is a list of attributes");
        }
        for (JsonNode one : json) {
            String text = one.isString() ? one.asString() : "";
            Dictionary.Attribute attribute = Dictionary.find(text);
            if (attribute == null && !text.matches("[0-9A-Fa-f]{8}")) {
                throw JsonBody.invalid("remove is a list of attributes, by keyword or as eight hexadecimal digits");
            }
            tags.add(attribute == null ? Tags.parse(text) : attribute.tag());
        }
        return tags;
    }
}
