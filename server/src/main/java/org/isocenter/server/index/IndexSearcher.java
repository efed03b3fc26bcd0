package org.isocenter.server.index;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.isocenter.dicom.Tag;
import org.isocenter.server.db.Row;
import org.isocenter.server.db.Session;
import org.isocenter.server.index.Attributes.Attribute;
import org.jspecify.annotations.Nullable;

/// Runs searches. One is shared by all requests; it remembers the shapes of statements.
public final class IndexSearcher {
    private static final Attribute UTF_8 = json(Tag.SpecificCharacterSet, "{\"vr\":\"CS\",\"Value\":[\"ISO_IR 192\"]}");
    private static final Attribute ONLINE = json(Tag.InstanceAvailability, "{\"vr\":\"CS\",\"Value\":[\"ONLINE\"]}");

    private static final String HEADS_OF_INSTANCES = "select key, head from instance where key = any(?::bigint[])";

    /// The newest instance of each series stands for the series.
    private static final String HEADS_OF_SERIES = """
            select input.key, newest.head from unnest(?::bigint[]) as input (key),
            lateral (select head from instance where instance.series = input.key order by instance.key desc limit 1) as newest""";

    private static final String HEADS_OF_STUDIES = """
            select input.key, newest.head from unnest(?::bigint[]) as input (key),
            lateral (select head from instance where instance.study = input.key order by instance.key desc limit 1) as newest""";

    private final SearchSql statements = new SearchSql();

    /// A page of results, and whether there are more behind it.
    public record Page(List<Match> matches, boolean more) {}

    public Page page(Session session, int partition, Search search) {
        Set<Integer> wanted = Stream.concat(
                        search.fields().tags().stream(),
                        search.terms().stream().map(t -> t.key().tag()))
                .collect(Collectors.toSet());
        List<Match> matches = statements
                .page(session, partition, search)
                .list(row -> match(row, search.level(), search.fields().all(), wanted));
        boolean more = matches.size() > search.limit();
        return new Page(more ? matches.subList(0, search.limit()) : matches, more);
    }

    public long count(Session session, int partition, Search search) {
        return statements.count(session, partition, search).get(row -> row.getLong(1));
    }

    /// The heads of the instances that stand for results: themselves, or the newest below.
    ///
    /// @param keys of rows of the level
    public Map<Long, byte[]> heads(Session session, Level level, List<Long> keys) {
        String text = switch (level) {
            case STUDY -> HEADS_OF_STUDIES;
            case SERIES -> HEADS_OF_SERIES;
            case INSTANCE -> HEADS_OF_INSTANCES;
        };
        Map<Long, byte[]> heads = new HashMap<>();
        session.sql(text)
                .bindLongs(keys.stream().mapToLong(Long::longValue).toArray())
                .list(row -> heads.put(row.getLong(1), row.getBytes(2)));
        return heads;
    }

    private static Match match(Row row, Level level, boolean all, Set<Integer> wanted) {
        List<Attribute> attributes = new ArrayList<>(32);
        attributes.add(UTF_8);
        attributes.add(ONLINE);
        String studyUid = row.getString(2);
        keep(row.getBytes(3), Level.STUDY, all, wanted, attributes);
        attributes.add(texts(Tag.ModalitiesInStudy, "CS", row.getTexts(4)));
        if (all || wanted.contains(Tag.SOPClassesInStudy)) {
            attributes.add(texts(Tag.SOPClassesInStudy, "UI", row.getTexts(5)));
        }
        attributes.add(count(Tag.NumberOfStudyRelatedSeries, row.getInt(6)));
        attributes.add(count(Tag.NumberOfStudyRelatedInstances, row.getInt(7)));
        String seriesUid = null;
        String instanceUid = null;
        if (level.knows(Level.SERIES)) {
            seriesUid = row.getString(8);
            keep(row.getBytes(9), Level.SERIES, all, wanted, attributes);
            attributes.add(count(Tag.NumberOfSeriesRelatedInstances, row.getInt(10)));
        }
        if (level.knows(Level.INSTANCE)) {
            instanceUid = row.getString(11);
            keep(row.getBytes(12), Level.INSTANCE, all, wanted, attributes);
            attributes.add(texts(Tag.AvailableTransferSyntaxUID, "UI", new String[] {row.getString(13)}));
        }
        return new Match(row.getLong(1), studyUid, seriesUid, instanceUid, ordered(attributes));
    }

    private static void keep(byte[] packed, Level level, boolean all, Set<Integer> wanted, List<Attribute> kept) {
        Set<Integer> byDefault = ReturnKeys.byDefault(level);
        for (Attribute attribute : Attributes.unpack(packed)) {
            if (all || byDefault.contains(attribute.tag()) || wanted.contains(attribute.tag())) {
                kept.add(attribute);
            }
        }
    }

    /// By ascending tag; of attributes that stand at several levels, the lowest level's.
    private static List<Attribute> ordered(List<Attribute> attributes) {
        attributes.sort((a, b) -> Integer.compareUnsigned(a.tag(), b.tag()));
        List<Attribute> single = new ArrayList<>(attributes.size());
        for (Attribute attribute : attributes) {
            if (!single.isEmpty() && single.getLast().tag() == attribute.tag()) {
                single.removeLast();
            }
            single.add(attribute);
        }
        return single;
    }

    private static Attribute count(int tag, int count) {
        return json(tag, "{\"vr\":\"IS\",\"Value\":[" + count + "]}");
    }

    private static Attribute texts(int tag, String vr, @Nullable String[] texts) {
        if (texts.length == 0) {
            return json(tag, "{\"vr\":\"" + vr + "\"}");
        }
        String values = Stream.of(texts)
                .filter(Objects::nonNull)
                .map(text -> '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
                .collect(Collectors.joining(","));
        return json(tag, "{\"vr\":\"" + vr + "\",\"Value\":[" + values + "]}");
    }

    private static Attribute json(int tag, String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return new Attribute(tag, bytes, 0, bytes.length);
    }
}
