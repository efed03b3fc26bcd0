package org.isocenter.server.index;

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
import org.isocenter.server.db.Sql;
import org.isocenter.server.index.Attributes.Attribute;
import org.jspecify.annotations.Nullable;

/// Runs searches. One is shared by all requests; it remembers the shapes of statements.
public final class IndexSearcher {
    private static final Attribute UTF_8 =
            Attributes.json(Tag.SpecificCharacterSet, "{\"vr\":\"CS\",\"Value\":[\"ISO_IR 192\"]}");
    private static final Attribute ONLINE =
            Attributes.json(Tag.InstanceAvailability, "{\"vr\":\"CS\",\"Value\":[\"ONLINE\"]}");

    private static final String HEADS_OF_INSTANCES = "select key, head from instance where key = any(?::bigint[])";

    /// The newest instance of each series stands for the series.
    private static final String HEADS_OF_SERIES = """
            select input.key, newest.head from unnest(?::bigint[]) as input (key),
            lateral (select head from instance where instance.series = input.key order by instance.key desc limit 1) as newest""";

    private static final String HEADS_OF_STUDIES = """
            select input.key, newest.head from unnest(?::bigint[]) as input (key),
            lateral (select head from instance where instance.study = input.key order by instance.key desc limit 1) as newest""";

    private static final String HEADS_OF_INSTANCES_WITHIN = """
            select instance.key, instance.head
            from %sinstance
            join series on series.key = instance.series
            join study on study.key = instance.study
            where %s and instance.key = any(?::bigint[])""".formatted(Scope.SNAPSHOT, Scope.INSTANCE);

    private static final String HEADS_OF_GROUPS_WITHIN = """
            select {}.key, newest.head
            from %sstudy
            join series on series.study = study.key,
            lateral (select head, instance.key from instance where instance.series = series.key and %s
                order by instance.key desc limit 1) as newest
            where {}.key = any(?::bigint[])
            order by newest.key""".formatted(Scope.SNAPSHOT, Scope.INSTANCE);
    private static final String HEADS_OF_SERIES_WITHIN = HEADS_OF_GROUPS_WITHIN.replace("{}", "series");
    private static final String HEADS_OF_STUDIES_WITHIN = HEADS_OF_GROUPS_WITHIN.replace("{}", "study");

    private final SearchSql statements = new SearchSql(false);
    private final SearchSql statementsWithin = new SearchSql(true);

    /// A page of results, and whether there are more behind it.
    public record Page(List<Match> matches, boolean more) {}

    public Page page(Session session, Scope scope, Search search) {
        Set<Integer> wanted = Stream.concat(
                        search.fields().tags().stream(),
                        search.terms().stream().map(t -> t.key().tag()))
                .collect(Collectors.toSet());
        List<Match> matches = statements(scope)
                .page(session, scope, search)
                .list(row -> match(row, search.level(), search.fields().all(), wanted));
        boolean more = matches.size() > search.limit();
        List<Match> page = more ? matches.subList(0, search.limit()) : matches;
        return new Page(scope.snapshot() == null ? page : recounted(session, scope, page), more);
    }

    private SearchSql statements(Scope scope) {
        return scope.snapshot() == null ? statements : statementsWithin;
    }

    private static List<Match> recounted(Session session, Scope scope, List<Match> matches) {
        Extents extents =
                Extents.of(session, scope, matches.stream().map(Match::studyUid).collect(Collectors.toSet()));
        return matches.stream().map(extents::recounted).toList();
    }

    public long count(Session session, Scope scope, Search search) {
        return statements(scope).count(session, scope, search).get(row -> row.getLong(1));
    }

    /// The heads of the instances that stand for results: themselves, or the newest below.
    ///
    /// @param keys of rows of the level
    public Map<Long, byte[]> heads(Session session, Scope scope, Level level, List<Long> keys) {
        Map<Long, byte[]> heads = new HashMap<>();
        Sql sql = switch (level) {
            case STUDY -> scope.sql(session, HEADS_OF_STUDIES, HEADS_OF_STUDIES_WITHIN);
            case SERIES -> scope.sql(session, HEADS_OF_SERIES, HEADS_OF_SERIES_WITHIN);
            case INSTANCE -> scope.sql(session, HEADS_OF_INSTANCES, HEADS_OF_INSTANCES_WITHIN);
        };
        sql.bindLongs(keys.stream().mapToLong(Long::longValue).toArray())
                .list(row -> heads.put(row.getLong(1), row.getBytes(2)));
        return heads;
    }

    private static Match match(Row row, Level level, boolean all, Set<Integer> wanted) {
        List<Attribute> attributes = new ArrayList<>(32);
        attributes.add(UTF_8);
        attributes.add(ONLINE);
        String studyUid = row.getString(2);
        keep(row.getBytes(3), Level.STUDY, all, wanted, attributes);
        attributes.add(Attributes.texts(Tag.ModalitiesInStudy, "CS", present(row.getTexts(4))));
        if (all || wanted.contains(Tag.SOPClassesInStudy)) {
            attributes.add(Attributes.texts(Tag.SOPClassesInStudy, "UI", present(row.getTexts(5))));
        }
        attributes.add(Attributes.count(Tag.NumberOfStudyRelatedSeries, row.getInt(6)));
        attributes.add(Attributes.count(Tag.NumberOfStudyRelatedInstances, row.getInt(7)));
        String seriesUid = null;
        String instanceUid = null;
        if (level.knows(Level.SERIES)) {
            seriesUid = row.getString(8);
            keep(row.getBytes(9), Level.SERIES, all, wanted, attributes);
            attributes.add(Attributes.count(Tag.NumberOfSeriesRelatedInstances, row.getInt(10)));
        }
        if (level.knows(Level.INSTANCE)) {
            instanceUid = row.getString(11);
            keep(row.getBytes(12), Level.INSTANCE, all, wanted, attributes);
            attributes.add(Attributes.texts(Tag.AvailableTransferSyntaxUID, "UI", List.of(row.getString(13))));
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

    private static List<String> present(@Nullable String[] texts) {
        return Stream.of(texts).filter(Objects::nonNull).toList();
    }
}
