package org.isocenter.server.archive;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.Rewrite.Prepared;
import org.isocenter.server.blob.BlobStore;
import org.isocenter.server.db.Database;
import org.isocenter.server.db.Session;
import org.isocenter.server.index.Entry;
import org.isocenter.server.index.Entry.Identity;
import org.isocenter.server.index.IndexWriter;
import org.isocenter.server.index.Indexed;
import org.isocenter.server.index.Located;
import org.isocenter.server.index.TagSet;
import org.isocenter.server.index.Versions;
import org.isocenter.server.index.Versions.Cause;
import org.isocenter.server.job.Job;
import org.isocenter.server.job.Operation;
import org.isocenter.server.job.Step;
import org.isocenter.server.telemetry.UnavailableException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Makes a study what it was: reverts what has been replaced, or restores what has been deleted. No bytes are
/// copied, since those of former versions are still there.
public final class Reversal implements Job {
    /// Of what has a study be what it was at a version.
    public static final String REVERT = "revert";

    /// Of what brings deleted instances back.
    public static final String RESTORE = "restore";

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Database database;
    private final Retrieve retrieve;
    private final Rewrite rewrite;

    public Reversal(Database database, BlobStore blobs) {
        this.database = database;
        this.retrieve = new Retrieve(database, blobs);
        this.rewrite = new Rewrite(database, blobs);
    }

    /// What is to be reverted or restored.
    ///
    /// @param version to revert to; 0 for the first
    record Order(
            String study,
            @Nullable String series,
            @Nullable String instance,
            long version,
            @Nullable String reason) {

        String text() {
            return MAPPER.createObjectNode()
                    .put("study", study)
                    .put("series", series)
                    .put("instance", instance)
                    .put("version", version)
                    .put("reason", reason)
                    .toString();
        }

        static Order parse(String text) {
            JsonNode json = MAPPER.readTree(text);
            return new Order(
                    json.path("study").asString(),
                    find(json, "series"),
                    find(json, "instance"),
                    json.path("version").asLong(),
                    find(json, "reason"));
        }

        private static @Nullable String find(JsonNode json, String name) {
            return json.path(name).isString() ? json.path(name).asString() : null;
        }
    }

    @Override
    public Step next(Operation operation) {
        Order order = Order.parse(operation.input());
        Caller caller = new Caller(operation.partition());
        Cause cause = new Cause(order.reason(), operation.id());
        return operation.kind().equals(REVERT) ? revert(caller, order, cause) : restore(caller, order, cause);
    }

    private Step revert(Caller caller, Order order, Cause cause) {
        TagSet set = rewrite.tags(caller);
        Map<Identity, Located> then = new HashMap<>();
        Caller former = caller.asOf(order.version());
        Iterator<Located> past = retrieve.instances(former, retrieve.series(former, order.study()), true);
        past.forEachRemaining(located -> then.put(located.identity(), located));

        Map<Long, String> before = new HashMap<>();
        SortedMap<Long, Located> all = new TreeMap<>();
        List<Long> versions = new ArrayList<>();
        Set<Identity> changed = new HashSet<>();
        long moreBytes = 0;
        Iterator<Located> present = retrieve.instances(caller, retrieve.series(caller, order.study()), true);
        while (present.hasNext()) {
            Located now = present.next();
            before.put(now.key(), now.bytes().blob());
            Located was = then.get(now.identity());
            boolean meant = order.series() == null
                    || order.series().equals(now.identity().seriesUid());
            if (meant && was != null && was.key() < 0 && !isSame(was, now)) {
                versions.add(was.key());
                changed.add(now.identity());
                moreBytes += was.bytes().lengthBytes() - now.bytes().lengthBytes();
                all.put(now.key(), was);
            } else {
                all.put(now.key(), now);
            }
        }
        String result = "{\"instancesReverted\":" + changed.size() + "}";
        if (changed.isEmpty()) {
            return new Step.Succeeded(result, Step.Effect.NONE);
        }
        if (!Quota.allows(database, caller.partition(), moreBytes, 0)) {
            return new Step.Failed("nothing was reverted: " + Quota.EXCEEDED);
        }
        List<Entry> entries =
                all.values().stream().map(located -> entry(located, set)).toList();
        Prepared prepared = new Prepared(caller.partition(), order.study(), before, entries, changed, moreBytes);
        return new Step.Succeeded(result, session -> {
            requireLocked(session, versions);
            prepared.put(session, cause);
            new Versions(session).restoreForms(versions);
        });
    }

    private static boolean isSame(Located one, Located other) {
        return Arrays.equals(one.bytes().sha256(), other.bytes().sha256());
    }

    private Step restore(Caller caller, Order order, Cause cause) {
        TagSet set = rewrite.tags(caller);
        List<Located> deleted = database.query(session ->
                new Versions(session).deleted(caller.partition(), order.study(), order.series(), order.instance()));
        String result = "{\"instancesRestored\":" + deleted.size() + "}";
        if (deleted.isEmpty()) {
            return new Step.Succeeded(result, Step.Effect.NONE);
        }
        long bytes = deleted.stream()
                .mapToLong(located -> located.bytes().lengthBytes())
                .sum();
        if (!Quota.allows(database, caller.partition(), bytes, deleted.size())) {
            return new Step.Failed("nothing was restored: " + Quota.EXCEEDED);
        }
        List<Entry> entries =
                deleted.stream().map(located -> entry(located, set)).toList();
        List<Long> versions = deleted.stream().map(Located::key).toList();
        return new Step.Succeeded(result, session -> restore(session, entries, versions, cause));
    }

    private static void restore(Session session, List<Entry> entries, List<Long> versions, Cause cause) {
        requireLocked(session, versions);
        List<Indexed> outcomes = new IndexWriter(session, cause).write(entries);
        if (!outcomes.stream().allMatch(Indexed.Added.class::isInstance)) {
            throw new UnavailableException("an instance was stored while it was restored", null);
        }
        Versions rows = new Versions(session);
        rows.restored(versions);
        rows.restoreForms(versions);
        try {
            Recorded.append(session, entries, outcomes);
        } catch (Quota.ExceededException exceeded) {
            throw new UnavailableException("a partition was filled while a study was restored", exceeded);
        } catch (Recorded.OldTagsException old) {
            throw new UnavailableException("the tags to search by were changed while a study was restored", old);
        }
    }

    private static void requireLocked(Session session, List<Long> versions) {
        if (!new Versions(session).lock(versions)) {
            throw new UnavailableException("a former version was forgotten while it was to be restored", null);
        }
    }

    private Entry entry(Located located, TagSet set) {
        return rewrite.entry(located, retrieve.head(located), set);
    }
}
