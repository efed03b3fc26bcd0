package org.isocenter.server.dicomweb;

import java.util.LinkedHashSet;
import java.util.List;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.Updates;
import org.isocenter.server.http.Query;
import org.isocenter.server.index.Level;
import org.isocenter.server.index.Search;

/// The studies that a body means: by their UIDs in `studyInstanceUids`, or by a search in `query`, which
/// has to have a condition, so that nobody means all of them by mistake.
final class MeantStudies {
    static final String UIDS = "studyInstanceUids";
    static final String QUERY = "query";

    static final int MAX = 100_000;

    /// A UID has 64 characters, and two quotes and a comma.
    static final int BYTES_MAX = (MAX * 67) + (1 << 20);

    private static final int QUERY_CHARACTERS_MAX = 1 << 16;

    private MeantStudies() {}

    /// Their UIDs, each once.
    static List<String> of(JsonBody body, Caller caller, Updates updates, QueryParser queries) {
        String query = body.findText(QUERY, QUERY_CHARACTERS_MAX);
        List<String> named = body.uids(UIDS, MAX);
        if (query == null == named.isEmpty()) {
            throw JsonBody.invalid("either studyInstanceUids or query says which studies are meant");
        }
        if (query == null) {
            return List.copyOf(new LinkedHashSet<>(named));
        }
        Search search = queries.parse(caller, Query.parse(query, QUERY_CHARACTERS_MAX), Level.STUDY);
        if (search.terms().isEmpty() && search.tagTerms().isEmpty()) {
            throw JsonBody.invalid("query has to have a condition");
        }
        List<String> found = updates.studies(caller, search, MAX);
        if (found.size() > MAX) {
            throw JsonBody.invalid("query finds more than " + MAX + " studies");
        }
        return found;
    }
}
