package org.isocenter.server.index;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.isocenter.server.db.Row;
import org.isocenter.server.db.Session;
import org.isocenter.server.db.Sql;
import org.isocenter.server.index.Versions.Cause;
import org.isocenter.server.telemetry.CrashPoint;
import org.jspecify.annotations.Nullable;

/// Writes the rows of many instances in one transaction, a handful of statements for however many instances.
///
/// Rows are locked from the top down and, on each level, by ascending key or UID, so that two writers meet in
/// the same order and one waits for the other instead of both for each other. Studies and series that exist
/// are locked and read; missing ones are inserted; one that another writer inserts in between is read in a
/// second round. Then the instances go in, and last the counts and the attributes of what is above them.
/// Columns that keep their value are set to themselves, not to an equal, so that an index on them need not
/// be touched.
public final class IndexWriter {
    private static final List<MatchingKey> STUDY_KEYS = MatchingKey.filled(Level.STUDY);
    private static final List<MatchingKey> SERIES_KEYS = MatchingKey.filled(Level.SERIES);
    private static final List<MatchingKey> INSTANCE_KEYS = MatchingKey.filled(Level.INSTANCE);

    private static final String LOCK_STUDIES = """
            select study.key, study.partition, study.uid, study.attributes, jsonb_hash_extended(study.tags, 0)
            from unnest(?::int[], ?::text[]) as input (partition, uid)
            join study on study.partition = input.partition and study.uid = input.uid
            order by study.key
            for update of study""";

    private static final String INSERT_STUDIES =
            """
            insert into study (partition, uid, revision, series, instances, modalities, sop_classes, attributes, tags, %s)
            select partition, uid, nextval('revision'), 0, 0, '{}', '{}', attributes, tags::jsonb, %s
            from unnest(?::int[], ?::text[], ?::bytea[], ?::text[], %s) as input (partition, uid, attributes, tags, %s)
            on conflict do nothing
            returning key, partition, uid, attributes, jsonb_hash_extended(tags, 0)""".formatted(columns(STUDY_KEYS), casts(STUDY_KEYS), arrays(STUDY_KEYS), columns(STUDY_KEYS));

    private static final String UPDATE_STUDIES =
            """
            update study set
                revision = nextval('revision'),
                changed = now(),
                series = study.series + input.added_series,
                instances = study.instances + input.added_instances,
                modalities = case when study.modalities @> string_to_array(input.added_modalities, chr(10))
                    then study.modalities
                    else array(select distinct unnest(study.modalities || string_to_array(input.added_modalities, chr(10))) order by 1) end,
                sop_classes = case when study.sop_classes @> string_to_array(input.added_sop_classes, chr(10))
                    then study.sop_classes
                    else array(select distinct unnest(study.sop_classes || string_to_array(input.added_sop_classes, chr(10))) order by 1) end,
                attributes = coalesce(input.attributes, study.attributes),
                tags = case when input.tags is null or study.tags || input.tags::jsonb = study.tags then study.tags
                    else coalesce(study.tags, '{}') || input.tags::jsonb end,
                %s
            from unnest(?::bigint[], ?::int[], ?::int[], ?::text[], ?::text[], ?::bytea[], ?::text[], %s)
                as input (key, added_series, added_instances, added_modalities, added_sop_classes, attributes, tags, %s)
            where study.key = input.key
            returning study.key, case when input.tags is not null then jsonb_hash_extended(study.tags, 0) end""".formatted(updates(STUDY_KEYS, "study"), arrays(STUDY_KEYS), columns(STUDY_KEYS));

    /// The same of a study of which all instances are known: nothing is left of what was there before.
    private static final String RESTATE_STUDIES =
            """
            update study set
                revision = nextval('revision'),
                changed = now(),
                modalities = string_to_array(input.modalities, chr(10)),
                sop_classes = string_to_array(input.sop_classes, chr(10)),
                attributes = input.attributes,
                tags = input.tags::jsonb,
                %s
            from unnest(?::bigint[], ?::text[], ?::text[], ?::bytea[], ?::text[], %s)
                as input (key, modalities, sop_classes, attributes, tags, %s)
            where study.key = input.key""".formatted(assignments(STUDY_KEYS), arrays(STUDY_KEYS), columns(STUDY_KEYS));

    private static final String LOCK_SERIES = """
            select series.key, series.study, series.uid, series.attributes, jsonb_hash_extended(series.tags, 0),
                shared_tags.key, shared_tags.hash
            from unnest(?::bigint[], ?::text[]) as input (study, uid)
            join series on series.study = input.study and series.uid = input.uid
            left join shared_tags on shared_tags.key = series.shared
            order by series.key
            for update of series""";

    private static final String INSERT_SERIES =
            """
            insert into series (study, uid, partition, revision, instances, attributes, tags, %s)
            select study, uid, partition, nextval('revision'), 0, attributes, tags::jsonb, %s
            from unnest(?::bigint[], ?::text[], ?::int[], ?::bytea[], ?::text[], %s)
                as input (study, uid, partition, attributes, tags, %s)
            on conflict do nothing
            returning key, study, uid, attributes, jsonb_hash_extended(tags, 0), null, null""".formatted(columns(SERIES_KEYS), casts(SERIES_KEYS), arrays(SERIES_KEYS), columns(SERIES_KEYS));

    private static final String UPDATE_SERIES =
            """
            update series set
                revision = nextval('revision'),
                changed = now(),
                instances = series.instances + input.added_instances,
                attributes = coalesce(input.attributes, series.attributes),
                tags = case when input.tags is null or series.tags || input.tags::jsonb = series.tags then series.tags
                    else coalesce(series.tags, '{}') || input.tags::jsonb end,
                shared = coalesce(input.shared, series.shared),
                %s
            from unnest(?::bigint[], ?::int[], ?::bytea[], ?::text[], ?::bigint[], %s)
                as input (key, added_instances, attributes, tags, shared, %s)
            where series.key = input.key
            returning series.key, case when input.tags is not null then jsonb_hash_extended(series.tags, 0) end""".formatted(updates(SERIES_KEYS, "series"), arrays(SERIES_KEYS), columns(SERIES_KEYS));

    private static final String RESTATE_SERIES =
            """
            update series set
                revision = nextval('revision'),
                changed = now(),
                attributes = input.attributes,
                tags = input.tags::jsonb,
                shared = coalesce(input.shared, series.shared),
                %s
            from unnest(?::bigint[], ?::bytea[], ?::text[], ?::bigint[], %s)
                as input (key, attributes, tags, shared, %s)
            where series.key = input.key""".formatted(assignments(SERIES_KEYS), arrays(SERIES_KEYS), columns(SERIES_KEYS));

    private static final String LOCK_STUDY = "select key from study where partition = ? and uid = ? for update";

    private static final String BLOBS = "select key, blob from instance where study = ?";

    private static final String INSERT_INSTANCES =
            """
            insert into instance (study, series, partition, uid, transfer_syntax, blob, blob_bytes, sha256, crc32c, attributes, head, tags, shared, %s)
            select study, series, partition, uid, transfer_syntax, blob, blob_bytes, sha256, crc32c, attributes, head, tags::jsonb, shared, %s
            from unnest(?::bigint[], ?::bigint[], ?::int[], ?::text[], ?::text[], ?::text[], ?::bigint[], ?::bytea[], ?::bytea[], ?::bytea[], ?::bytea[], ?::text[], ?::bigint[], %s)
                as input (study, series, partition, uid, transfer_syntax, blob, blob_bytes, sha256, crc32c, attributes, head, tags, shared, %s)
            on conflict (study, series, uid) do nothing
            returning blob, revision""".formatted(columns(INSTANCE_KEYS), casts(INSTANCE_KEYS), arrays(INSTANCE_KEYS), columns(INSTANCE_KEYS));

    private static final String LOCK_INSTANCES = """
            select instance.key, input.ordinal, coalesce(received_form.sha256, instance.sha256), instance.blob_bytes
            from unnest(?::int[], ?::bigint[], ?::bigint[], ?::text[]) as input (ordinal, study, series, uid)
            join instance on instance.study = input.study and instance.series = input.series and instance.uid = input.uid
            left join received_form on received_form.instance = instance.key
            order by instance.key
            for update of instance""";

    private static final String REPLACE_INSTANCES =
            """
            update instance set
                revision = ?,
                transfer_syntax = input.transfer_syntax,
                blob = input.blob,
                blob_bytes = input.blob_bytes,
                sha256 = input.sha256,
                crc32c = input.crc32c,
                attributes = input.attributes,
                head = input.head,
                tags = input.tags::jsonb,
                shared = input.shared,
                %s
            from unnest(?::bigint[], ?::text[], ?::text[], ?::bigint[], ?::bytea[], ?::bytea[], ?::bytea[], ?::bytea[], ?::text[], ?::bigint[], %s)
                as input (key, transfer_syntax, blob, blob_bytes, sha256, crc32c, attributes, head, tags, shared, %s)
            where instance.key = input.key
            returning instance.blob""".formatted(assignments(INSTANCE_KEYS), arrays(INSTANCE_KEYS), columns(INSTANCE_KEYS));

    /// Rounds of reading and inserting before giving up on a row that keeps vanishing.
    private static final int ROUNDS_MAX = 20;

    private final Session session;
    private final Versions versions;
    private final Cause cause;

    public IndexWriter(Session session) {
        this(session, Cause.UNTOLD);
    }

    /// @param cause why what is replaced is replaced
    public IndexWriter(Session session, Cause cause) {
        this.session = session;
        this.versions = new Versions(session);
        this.cause = cause;
    }

    /// Writes the rows of these entries, no two of which have the same identity.
    ///
    /// @return what became of each, in the same order
    public List<Indexed> write(List<Entry> entries) {
        return write(entries, entries, false);
    }

    /// The blobs of all instances of a study by the keys of their rows; none where there is no such study. It
    /// is locked until the transaction ends.
    public Map<Long, String> lock(int partition, String study) {
        Map<Long, String> blobs = new HashMap<>();
        Long key = session.sql(LOCK_STUDY).bind(partition).bind(study).findFirst(row -> row.getLong(1));
        if (key != null) {
            session.sql(BLOBS).bind(key).list(row -> blobs.put(row.getLong(1), row.getString(2)));
        }
        return blobs;
    }

    /// Writes some instances of a study, which is locked, and the rows above them as all of its instances
    /// have it now.
    ///
    /// @param all instances of the study, oldest first
    /// @param changed those of them that are to be written
    /// @return what became of each that was to be written, in the order of `all`
    public List<Indexed> rewrite(List<Entry> all, Set<Entry.Identity> changed) {
        return write(
                all,
                all.stream().filter(entry -> changed.contains(entry.identity())).toList(),
                true);
    }

    /// @param all that decide about the rows above
    /// @param entries of instances to write
    /// @param anew whether nothing else decides about the rows above
    private List<Indexed> write(List<Entry> all, List<Entry> entries, boolean anew) {
        Map<StudyId, Parent> studies =
                new TreeMap<>(Comparator.comparingInt(StudyId::partition).thenComparing(StudyId::uid));
        for (Entry entry : all) {
            studies.computeIfAbsent(new StudyId(entry.partition(), entry.studyUid()), id -> new Parent(anew))
                    .absorb(
                            entry.studyKeys(),
                            entry.studyAttributes(),
                            entry.tags().find(Level.STUDY));
        }
        findStudies(studies);
        CrashPoint.STUDY_ROWS.pass();

        Map<SeriesId, Parent> series =
                new TreeMap<>(Comparator.comparingLong(SeriesId::study).thenComparing(SeriesId::uid));
        List<Placed> below = new ArrayList<>(all.size());
        for (Entry entry : all) {
            Parent study = Objects.requireNonNull(studies.get(new StudyId(entry.partition(), entry.studyUid())));
            Parent one = series.computeIfAbsent(
                    new SeriesId(study.key, entry.seriesUid(), entry.partition()), id -> new Parent(anew));
            one.absorb(
                    entry.seriesKeys(), entry.seriesAttributes(), entry.tags().find(Level.SERIES));
            below.add(new Placed(entry, study, one));
        }
        findSeries(series);
        CrashPoint.SERIES_ROWS.pass();

        List<Placed> placed = below;
        if (anew) {
            below.forEach(Placed::noteKind);
            Set<Entry> some = Collections.newSetFromMap(new IdentityHashMap<>());
            some.addAll(entries);
            placed = below.stream().filter(p -> some.contains(p.entry)).toList();
        }
        List<Indexed> outcomes = writeInstances(placed);
        CrashPoint.INSTANCE_ROWS.pass();
        for (int i = 0; i < outcomes.size(); i++) {
            placed.get(i).count(outcomes.get(i));
        }
        if (anew) {
            restate(studies.values(), series.values());
        } else {
            updateSeries(series.values());
            updateStudies(studies.values());
        }
        long[] renamed = series.values().stream()
                .filter(Parent::mayLeaveUnnamed)
                .mapToLong(one -> one.key)
                .toArray();
        if (renamed.length > 0) {
            SharedTags.removeUnnamed(session, renamed);
        }
        return outcomes;
    }

    private void findStudies(Map<StudyId, Parent> studies) {
        for (int round = 0; ; round++) {
            List<Map.Entry<StudyId, Parent>> missing = unknown(studies);
            if (missing.isEmpty()) {
                return;
            }
            requireRoundsLeft(round);
            found(studies, LOCK_STUDIES, missing, false);
            missing = unknown(studies);
            if (!missing.isEmpty()) {
                found(studies, INSERT_STUDIES, missing, true);
            }
        }
    }

    private void found(
            Map<StudyId, Parent> studies, String text, List<Map.Entry<StudyId, Parent>> missing, boolean insert) {
        Sql sql = session.sql(text)
                .bindInts(missing.stream().mapToInt(m -> m.getKey().partition).toArray())
                .bindTexts(texts(missing, m -> m.getKey().uid));
        if (insert) {
            sql.bindBytes(bytes(missing, m -> m.getValue().attributes))
                    .bindTexts(texts(missing, m -> m.getValue().tags));
            bindKeys(sql, missing, STUDY_KEYS, m -> m.getValue().keys);
        }
        for (Parent.Above row : sql.list(
                r -> new Parent.Above(r.getLong(1), r.getInt(2), r.getString(3), r.getBytes(4), r.findLong(5), null))) {
            Objects.requireNonNull(studies.get(new StudyId((int) row.parent(), row.uid())))
                    .found(row, insert);
        }
    }

    private void findSeries(Map<SeriesId, Parent> series) {
        for (int round = 0; ; round++) {
            List<Map.Entry<SeriesId, Parent>> missing = unknown(series);
            if (missing.isEmpty()) {
                return;
            }
            requireRoundsLeft(round);
            foundSeries(series, LOCK_SERIES, missing, false);
            missing = unknown(series);
            if (!missing.isEmpty()) {
                foundSeries(series, INSERT_SERIES, missing, true);
            }
        }
    }

    private void foundSeries(
            Map<SeriesId, Parent> series, String text, List<Map.Entry<SeriesId, Parent>> missing, boolean insert) {
        Sql sql = session.sql(text)
                .bindLongs(missing.stream().mapToLong(m -> m.getKey().study).toArray())
                .bindTexts(texts(missing, m -> m.getKey().uid));
        if (insert) {
            sql.bindInts(missing.stream().mapToInt(m -> m.getKey().partition).toArray())
                    .bindBytes(bytes(missing, m -> m.getValue().attributes))
                    .bindTexts(texts(missing, m -> m.getValue().tags));
            bindKeys(sql, missing, SERIES_KEYS, m -> m.getValue().keys);
        }
        for (Parent.Above row : sql.list(r -> new Parent.Above(
                r.getLong(1), r.getLong(2), r.getString(3), r.getBytes(4), r.findLong(5), shared(r)))) {
            // The partition is no part of the order by which the map looks up.
            Objects.requireNonNull(series.get(new SeriesId(row.parent(), row.uid(), 0)))
                    .found(row, insert);
        }
    }

    private static SharedTags.@Nullable Row shared(Row row) {
        Long key = row.findLong(6);
        return key == null ? null : new SharedTags.Row(key, row.getLong(7));
    }

    private List<Indexed> writeInstances(List<Placed> placed) {
        List<Placed> ordered = new ArrayList<>(placed);
        ordered.sort(Comparator.comparingLong((Placed p) -> p.series.key).thenComparing(p -> p.entry.instanceUid()));
        shareTags(ordered);
        Map<String, Long> added = insertInstances(ordered);
        List<Placed> there = ordered.stream()
                .filter(p -> !added.containsKey(p.entry.bytes().blob()))
                .toList();
        Map<String, Indexed> others = there.isEmpty() ? Map.of() : meetInstances(there);
        List<Indexed> outcomes = new ArrayList<>(placed.size());
        for (Placed one : placed) {
            String blob = one.entry.bytes().blob();
            Long revision = added.get(blob);
            outcomes.add(revision != null ? new Indexed.Added(revision) : Objects.requireNonNull(others.get(blob)));
        }
        return outcomes;
    }

    private void shareTags(List<Placed> ordered) {
        Map<Parent, SharedTags.Arriving> arriving = new IdentityHashMap<>();
        for (Placed one : ordered) {
            Map<Integer, String> values = one.entry.tags().ofInstance();
            if (!values.isEmpty()) {
                arriving.computeIfAbsent(
                                one.series,
                                series -> new SharedTags.Arriving(
                                        series.key,
                                        one.entry.partition(),
                                        one.entry.seriesUid(),
                                        series.formerShared,
                                        new ArrayList<>()))
                        .values()
                        .add(values);
            }
        }
        if (!arriving.isEmpty()) {
            Map<Long, SharedTags.Shared> chosen = SharedTags.choose(session, List.copyOf(arriving.values()));
            arriving.keySet().forEach(series -> series.shared = chosen.get(series.key));
        }
    }

    /// @return the revisions of those that were not there, by their blobs
    private Map<String, Long> insertInstances(List<Placed> placed) {
        Sql sql = session.sql(INSERT_INSTANCES)
                .bindLongs(placed.stream().mapToLong(p -> p.study.key).toArray())
                .bindLongs(placed.stream().mapToLong(p -> p.series.key).toArray())
                .bindInts(placed.stream().mapToInt(p -> p.entry.partition()).toArray())
                .bindTexts(texts(placed, p -> p.entry.instanceUid()));
        bindContent(sql, placed);
        Map<String, Long> added = new HashMap<>();
        sql.list(row -> added.put(row.getString(1), row.getLong(2)));
        return added;
    }

    /// What becomes of entries whose instances are there already, by their blobs.
    private Map<String, Indexed> meetInstances(List<Placed> placed) {
        record Met(long key, Placed placed, byte[] sha256, long bytes) {}
        int[] ordinals = new int[placed.size()];
        Arrays.setAll(ordinals, i -> i);
        List<Met> met = session.sql(LOCK_INSTANCES)
                .bindInts(ordinals)
                .bindLongs(placed.stream().mapToLong(p -> p.study.key).toArray())
                .bindLongs(placed.stream().mapToLong(p -> p.series.key).toArray())
                .bindTexts(texts(placed, p -> p.entry.instanceUid()))
                .list(row -> new Met(row.getLong(1), placed.get(row.getInt(2)), row.getBytes(3), row.getLong(4)));
        Map<String, Indexed> outcomes = new HashMap<>();
        Map<String, Met> replaced = new LinkedHashMap<>();
        for (Met one : met) {
            Entry entry = one.placed.entry;
            if (Arrays.equals(one.sha256, entry.bytes().sha256())) {
                outcomes.put(entry.bytes().blob(), new Indexed.AlreadyThere());
            } else if (entry.replace()) {
                replaced.put(entry.bytes().blob(), one);
            } else {
                outcomes.put(entry.bytes().blob(), new Indexed.Refused());
            }
        }
        if (!replaced.isEmpty()) {
            CrashPoint.UPDATE_NEW_BLOB.pass();
            List<Met> list = List.copyOf(replaced.values());
            // One for all, so that what is replaced together is one state of a study.
            long revision = versions.nextRevision();
            versions.keep(list.stream().map(Met::key).toList(), revision, false, cause);
            Sql sql = session.sql(REPLACE_INSTANCES)
                    .bind(revision)
                    .bindLongs(list.stream().mapToLong(Met::key).toArray());
            bindContent(sql, list.stream().map(Met::placed).toList());
            for (String blob : sql.list(row -> row.getString(1))) {
                Met former = Objects.requireNonNull(replaced.get(blob));
                outcomes.put(blob, new Indexed.Replaced(revision, former.bytes));
            }
            CrashPoint.UPDATE_ROW_SWAPPED.pass();
        }
        return outcomes;
    }

    private static void bindContent(Sql sql, List<Placed> placed) {
        sql.bindTexts(texts(placed, p -> p.entry.transferSyntax()))
                .bindTexts(texts(placed, p -> p.entry.bytes().blob()))
                .bindLongs(placed.stream()
                        .mapToLong(p -> p.entry.bytes().lengthBytes())
                        .toArray())
                .bindBytes(bytes(placed, p -> p.entry.bytes().sha256()))
                .bindBytes(bytes(placed, p -> p.entry.bytes().crc32c()))
                .bindBytes(bytes(placed, p -> p.entry.instanceAttributes()))
                .bindBytes(bytes(placed, p -> p.entry.head()));
        @Nullable String[] tags = new String[placed.size()];
        @Nullable Long[] shared = new Long[placed.size()];
        for (int i = 0; i < tags.length; i++) {
            Map<Integer, String> values = placed.get(i).entry.tags().ofInstance();
            SharedTags.Shared row = placed.get(i).series.shared;
            if (row != null && row.within(values)) {
                shared[i] = row.key();
                tags[i] = TagValues.object(row.beyond(values));
            } else {
                tags[i] = TagValues.object(values.values());
            }
        }
        sql.bindTexts(tags).bindLongs(shared);
        bindKeys(sql, placed, INSTANCE_KEYS, p -> p.entry.instanceKeys());
    }

    private void updateSeries(Collection<Parent> series) {
        List<Parent> changed = series.stream().filter(s -> s.changed).toList();
        if (changed.isEmpty()) {
            return;
        }
        Sql sql = session.sql(UPDATE_SERIES)
                .bindLongs(changed.stream().mapToLong(s -> s.key).toArray())
                .bindInts(changed.stream().mapToInt(s -> s.addedInstances).toArray())
                .bindBytes(bytes(changed, Parent::newAttributes))
                .bindTexts(texts(changed, Parent::newTags))
                .bindLongs(shared(changed));
        bindKeys(sql, changed, SERIES_KEYS, Parent::newKeys);
        noteTags(sql, changed);
    }

    private void updateStudies(Collection<Parent> studies) {
        List<Parent> changed = studies.stream().filter(s -> s.changed).toList();
        if (changed.isEmpty()) {
            return;
        }
        Sql sql = session.sql(UPDATE_STUDIES)
                .bindLongs(changed.stream().mapToLong(s -> s.key).toArray())
                .bindInts(changed.stream().mapToInt(s -> s.addedSeries).toArray())
                .bindInts(changed.stream().mapToInt(s -> s.addedInstances).toArray())
                .bindTexts(texts(changed, s -> String.join("\n", s.modalities)))
                .bindTexts(texts(changed, s -> String.join("\n", s.sopClasses)))
                .bindBytes(bytes(changed, Parent::newAttributes))
                .bindTexts(texts(changed, Parent::newTags));
        bindKeys(sql, changed, STUDY_KEYS, Parent::newKeys);
        noteTags(sql, changed);
    }

    /// Runs an update, and notes what the rows hold now.
    private static void noteTags(Sql sql, List<Parent> changed) {
        Map<Long, Parent> byKey = new HashMap<>();
        changed.forEach(one -> byKey.put(one.key, one));
        sql.list(row -> {
            Parent.HELD.note(row.findLong(2), Objects.requireNonNull(byKey.get(row.getLong(1))).tags);
            return true;
        });
    }

    private void restate(Collection<Parent> studies, Collection<Parent> series) {
        List<Parent> below = List.copyOf(series);
        Sql sql = session.sql(RESTATE_SERIES)
                .bindLongs(below.stream().mapToLong(s -> s.key).toArray())
                .bindBytes(bytes(below, s -> s.attributes))
                .bindTexts(texts(below, s -> s.tags))
                .bindLongs(shared(below));
        bindKeys(sql, below, SERIES_KEYS, s -> s.keys);
        sql.update();
        List<Parent> above = List.copyOf(studies);
        sql = session.sql(RESTATE_STUDIES)
                .bindLongs(above.stream().mapToLong(s -> s.key).toArray())
                .bindTexts(texts(above, s -> String.join("\n", s.modalities)))
                .bindTexts(texts(above, s -> String.join("\n", s.sopClasses)))
                .bindBytes(bytes(above, s -> s.attributes))
                .bindTexts(texts(above, s -> s.tags));
        bindKeys(sql, above, STUDY_KEYS, s -> s.keys);
        sql.update();
    }

    private static @Nullable Long[] shared(List<Parent> series) {
        return series.stream()
                .map(one -> one.shared == null ? null : one.shared.key())
                .toArray(Long[]::new);
    }

    private static <K> List<Map.Entry<K, Parent>> unknown(Map<K, Parent> parents) {
        return parents.entrySet().stream().filter(e -> e.getValue().key == 0).toList();
    }

    private static void requireRoundsLeft(int round) {
        if (round == ROUNDS_MAX) {
            throw new IllegalStateException("a study or series is inserted and deleted again without end");
        }
    }

    private static <T> @Nullable String[] texts(List<T> list, Function<T, @Nullable String> text) {
        @Nullable String[] texts = new String[list.size()];
        Arrays.setAll(texts, i -> text.apply(list.get(i)));
        return texts;
    }

    private static <T> byte[] @Nullable [] bytes(List<T> list, Function<T, byte @Nullable []> bytes) {
        byte[] @Nullable [] all = new byte[list.size()] @Nullable [];
        for (int i = 0; i < all.length; i++) {
            all[i] = bytes.apply(list.get(i));
        }
        return all;
    }

    private static <T> void bindKeys(
            Sql sql, List<T> list, List<MatchingKey> keys, Function<T, @Nullable String @Nullable []> values) {
        for (int k = 0; k < keys.size(); k++) {
            int column = k;
            sql.bindTexts(texts(list, one -> {
                @Nullable String[] all = values.apply(one);
                return all == null ? null : all[column];
            }));
        }
    }

    private static String columns(List<MatchingKey> keys) {
        return keys.stream().map(MatchingKey::column).collect(Collectors.joining(", "));
    }

    private static String casts(List<MatchingKey> keys) {
        return keys.stream().map(IndexWriter::cast).collect(Collectors.joining(", "));
    }

    /// The input's text as the type of the key's column.
    private static String cast(MatchingKey key) {
        String input = "input." + key.column();
        return switch (key.kind()) {
            case UID, TEXT, NAME -> input;
            case DATE -> input + "::date";
            case TIME -> input + "::time";
            case NUMBER -> input + "::int";
            case TEXTS -> "string_to_array(" + input + ", chr(10))";
        };
    }

    private static String arrays(List<MatchingKey> keys) {
        return keys.stream().map(key -> "?::text[]").collect(Collectors.joining(", "));
    }

    private static String assignments(List<MatchingKey> keys) {
        return keys.stream().map(key -> key.column() + " = " + cast(key)).collect(Collectors.joining(", "));
    }

    private static String updates(List<MatchingKey> keys, String table) {
        return keys.stream()
                .map(key -> key.column() + " = coalesce(" + cast(key) + ", " + table + "." + key.column() + ")")
                .collect(Collectors.joining(", "));
    }

    private record StudyId(int partition, String uid) {}

    private record SeriesId(long study, String uid, int partition) {}

    /// An entry below its study and series.
    private record Placed(Entry entry, Parent study, Parent series) {
        void count(Indexed outcome) {
            if (outcome instanceof Indexed.AlreadyThere || outcome instanceof Indexed.Refused) {
                return;
            }
            series.changed = true;
            study.changed = true;
            if (outcome instanceof Indexed.Replaced) {
                series.replaced = true;
            }
            if (outcome instanceof Indexed.Added) {
                if (series.inserted && series.addedInstances == 0) {
                    study.addedSeries++;
                }
                series.addedInstances++;
                study.addedInstances++;
            }
            noteKind();
        }

        void noteKind() {
            if (entry.modality() != null) {
                study.modalities.add(entry.modality());
            }
            study.sopClasses.add(entry.sopClassUid());
        }
    }
}
