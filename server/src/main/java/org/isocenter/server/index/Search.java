package org.isocenter.server.index;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A search of the index.
///
/// @param level what is looked for
/// @param terms all of which have to hold
/// @param tagTerms which have to hold as well
/// @param order by which the results are sorted before their age, or null
/// @param fields the attributes to return beside those that are returned unasked
/// @param before the key of a row: only older rows are looked for, so that a page follows the one before
///     whatever has been stored meanwhile; 0 for all
public record Search(
        Level level,
        List<Term> terms,
        List<TagTerm> tagTerms,
        @Nullable Order order,
        Fields fields,
        int limit,
        int offset,
        long before) {

    public Search(Level level, List<Term> terms, @Nullable Order order, Fields fields, int limit, int offset) {
        this(level, terms, List.of(), order, fields, limit, offset, 0);
    }

    public Search(
            Level level, List<Term> terms, @Nullable Order order, Fields fields, int limit, int offset, long before) {
        this(level, terms, List.of(), order, fields, limit, offset, before);
    }

    /// A key to sort by. Of equals, and of those without a value, the newest is first.
    public record Order(MatchingKey key, boolean descending) {}

    /// @param all whether every attribute that the index keeps is asked for
    public record Fields(boolean all, Set<Integer> tags) {
        public Fields {
            tags = Set.copyOf(tags);
        }
    }
}
