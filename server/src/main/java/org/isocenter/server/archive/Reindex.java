package org.isocenter.server.archive;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.isocenter.server.db.Database;
import org.isocenter.server.db.Session;
import org.isocenter.server.index.Level;
import org.isocenter.server.index.QueryTag;
import org.isocenter.server.index.TagReader;
import org.isocenter.server.index.TagRows;
import org.isocenter.server.index.TagRows.Extent;
import org.isocenter.server.index.TagRows.Stored;
import org.isocenter.server.index.TagSet;
import org.isocenter.server.index.TagValues;
import org.isocenter.server.index.TagValues.Fault;
import org.isocenter.server.job.Job;
import org.isocenter.server.job.Operation;
import org.isocenter.server.job.Step;
import org.isocenter.server.telemetry.UnavailableException;

/// Looks through what is stored for the values of new tags, newest first, by the heads in the index alone.
///
/// Whatever was stored since the tags were added has its values already. Of a study or series the newest
/// instance that has a value decides, so rows that have one are left as they are. For tags of one data
/// partition the instances of no other are looked at.
public final class Reindex implements Job {
    public static final String KIND = "reindex";

    private static final int PAGE = 500;

    private final Database database;
    private final TagReader reader = new TagReader();

    public Reindex(Database database) {
        this.database = database;
    }

    /// The input of an operation about tags with these keys.
    static String input(List<Integer> keys) {
        return keys.stream().map(Object::toString).collect(Collectors.joining(","));
    }

    /// How far it is.
    ///
    /// @param last the key of the newest instance that was not looked at yet
    /// @param total how many instances there were at the beginning
    private record Checkpoint(long last, long total) {
        static Checkpoint parse(String text) {
            String[] numbers = text.split(",");
            return new Checkpoint(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]));
        }

        String text() {
            return last + "," + total;
        }
    }

    @Override
    public Step next(Operation operation) {
        List<QueryTag> tags = tags(operation);
        if (tags.isEmpty()) {
            return succeeded(operation);
        }
        Integer partition = tags.getFirst().partition();
        String text = operation.checkpoint();
        if (text == null) {
            Extent extent = database.query(session -> new TagRows(session).extent(partition));
            return new Step.More(new Checkpoint(extent.last(), extent.count()).text(), 0, extent.count());
        }
        Checkpoint checkpoint = Checkpoint.parse(text);
        List<Stored> page = database.query(session -> new TagRows(session).page(partition, checkpoint.last, PAGE));
        return page.isEmpty() ? succeeded(operation) : step(operation, checkpoint, TagSet.of(0, tags), page);
    }

    private static Step succeeded(Operation operation) {
        return new Step.Succeeded(
                "{\"instances\":" + operation.done() + ",\"errors\":" + operation.errors() + "}",
                session -> new TagRows(session).finish(operation.id()));
    }

    /// Those of the tags that are still there, which are all of one data partition or all of all.
    private List<QueryTag> tags(Operation operation) {
        List<Integer> keys = Arrays.stream(operation.input().split(","))
                .map(Integer::valueOf)
                .toList();
        return database.query(session -> new TagRows(session).every()).stream()
                .filter(tag -> keys.contains(tag.key()))
                .toList();
    }

    private Step step(Operation operation, Checkpoint checkpoint, TagSet set, List<Stored> page) {
        List<TagValues> values = page.stream()
                .map(stored -> reader.read(set, Head.decode(stored.head()).dataSet()))
                .toList();
        List<String> errors = new ArrayList<>();
        List<String> blobs = new ArrayList<>();
        List<Fault> faults = new ArrayList<>();
        for (int i = 0; i < page.size(); i++) {
            for (Fault fault : values.get(i).errors()) {
                blobs.add(page.get(i).blob());
                faults.add(fault);
                errors.add("{\"instance\":" + page.get(i).key() + ",\"tag\":" + fault.tag() + ",\"error\":\""
                        + fault.message() + "\"}");
            }
        }
        return new Step.More(
                new Checkpoint(page.getLast().key() - 1, checkpoint.total).text(),
                operation.done() + page.size(),
                Math.max(checkpoint.total, operation.done() + page.size()),
                errors,
                session -> fill(session, page, values, blobs, faults));
    }

    private static void fill(
            Session session, List<Stored> page, List<TagValues> values, List<String> blobs, List<Fault> faults) {
        TagRows rows = new TagRows(session);
        fill(rows, Level.STUDY, page.stream().map(Stored::study).toList(), values);
        fill(rows, Level.SERIES, page.stream().map(Stored::series).toList(), values);
        if (values.stream().anyMatch(found -> !found.isEmpty())
                && !rows.fillInstances(
                        page, values.stream().map(TagValues::ofInstance).toList())) {
            throw new UnavailableException("an instance was changed while it was looked through", null);
        }
        if (!faults.isEmpty()) {
            rows.noteErrors(blobs, faults);
            faults.stream().map(Fault::tag).distinct().forEach(tag -> rows.enable(tag, false));
        }
    }

    /// The values of the rows above instances, the newest first.
    private static void fill(TagRows rows, Level level, List<Long> keys, List<TagValues> values) {
        Map<Long, String> merged = new LinkedHashMap<>();
        for (int i = keys.size() - 1; i >= 0; i--) {
            String newer = values.get(i).find(level);
            if (newer != null) {
                merged.merge(keys.get(i), newer, TagValues::merged);
            }
        }
        if (!merged.isEmpty()) {
            rows.fill(level, List.copyOf(merged.keySet()), List.copyOf(merged.values()));
        }
    }
}
