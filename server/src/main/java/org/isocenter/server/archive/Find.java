package org.isocenter.server.archive;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.isocenter.dicom.DataSet;
import org.isocenter.server.access.Caller;
import org.isocenter.server.db.Database;
import org.isocenter.server.db.Session;
import org.isocenter.server.index.Attributes;
import org.isocenter.server.index.IndexSearcher;
import org.isocenter.server.index.IndexSearcher.Page;
import org.isocenter.server.index.Match;
import org.isocenter.server.index.Scope;
import org.isocenter.server.index.Search;

/// Finds studies, series and instances.
public final class Find {
    private final Database database;
    private final IndexSearcher searcher = new IndexSearcher();

    public Find(Database database) {
        this.database = database;
    }

    /// A page of what matches. Attributes that are asked for and that the index does not keep are taken
    /// from the instance itself, or from the newest one of a series or study.
    public Page page(Caller caller, Search search) {
        return database.query(caller.partition(), session -> {
            Page page = searcher.page(session, Grant.of(caller), search);
            int[] further = Attributes.notKept(search.level(), search.fields().tags());
            return further.length == 0 || page.matches().isEmpty()
                    ? page
                    : withFurther(session, Grant.of(caller), search, page, further);
        });
    }

    /// How many match in all.
    public long count(Caller caller, Search search) {
        return database.query(caller.partition(), session -> searcher.count(session, Grant.of(caller), search));
    }

    private Page withFurther(Session session, Scope scope, Search search, Page page, int[] further) {
        List<Long> keys = page.matches().stream().map(Match::key).toList();
        Map<Long, byte[]> heads = searcher.heads(session, scope, search.level(), keys);
        List<Match> matches = new ArrayList<>();
        for (Match match : page.matches()) {
            byte[] head = heads.get(match.key());
            matches.add(head == null ? match : match.with(attributes(head, further)));
        }
        return new Page(matches, page.more());
    }

    private static List<Attributes.Attribute> attributes(byte[] head, int[] tags) {
        DataSet dataSet = Head.decode(head).dataSet();
        return Attributes.of(dataSet, tags);
    }
}
