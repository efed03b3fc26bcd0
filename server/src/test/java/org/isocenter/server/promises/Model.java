package org.isocenter.server.promises;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.isocenter.server.feed.Feed;
import org.isocenter.server.index.Entry.Identity;
import org.jspecify.annotations.Nullable;

/// What the archive must hold after what it has acknowledged: for each instance the states it may be in, one
/// where the answer came, several where it did not. A state is the digest of the bytes, or [#ABSENT].
final class Model {
    static final String ABSENT = "absent";

    private final Map<Identity, Set<String>> possible = new HashMap<>();

    /// The archive has said that the instance has these bytes now, and has had them before if it had any.
    synchronized void stored(Content content) {
        possible.put(content.identity(), new HashSet<>(Set.of(content.sha256())));
    }

    synchronized void deleted(Identity identity) {
        possible.put(identity, new HashSet<>(Set.of(ABSENT)));
    }

    /// A request that could leave these bytes has no answer.
    synchronized void perhapsStored(Content content) {
        states(content.identity()).add(content.sha256());
    }

    synchronized void perhapsDeleted(Identity identity) {
        states(identity).add(ABSENT);
    }

    /// The archive has said that these bytes were not taken, because others are there.
    synchronized void refused(Content content) {
        Set<String> states = states(content.identity());
        if (states.size() > 1) {
            states.remove(content.sha256());
        }
    }

    /// Compares one instance with what is served of it, and believes it where it was open.
    synchronized void observe(Identity identity, String state, String which) {
        Set<String> states = states(identity);
        assertThat(states).as("%s: %s", which, identity).contains(state);
        states.retainAll(Set.of(state));
    }

    /// The one state that an instance is in.
    synchronized String settled(Identity identity) {
        Set<String> states = states(identity);
        assertThat(states).as("%s", identity).hasSize(1);
        return states.iterator().next();
    }

    synchronized Set<Identity> identities() {
        return Set.copyOf(possible.keySet());
    }

    private Set<String> states(Identity identity) {
        return possible.computeIfAbsent(identity, absent -> new HashSet<>(Set.of(ABSENT)));
    }

    /// Compares with what is there, and believes it where it was open.
    ///
    /// @param there digests of the bytes that are served, by instance
    synchronized void settle(Map<Identity, String> there, String which) {
        possible.forEach((identity, states) ->
                assertThat(states).as("%s: %s", which, identity).contains(there.getOrDefault(identity, ABSENT)));
        assertThat(possible.keySet()).as(which).containsAll(there.keySet());
        possible.keySet().forEach(identity -> states(identity).clear());
        possible.forEach((identity, states) -> states.add(there.getOrDefault(identity, ABSENT)));
    }

    /// The feed tells the same story as what is there: each instance begins with a create, is created again
    /// only after a delete, and ends in the state it is in.
    ///
    /// @param there revisions by instance
    static void checkFeed(List<Feed.Entry> feed, Map<Identity, Long> there, String which) {
        Map<Identity, @Nullable Long> told = new HashMap<>();
        long last = 0;
        for (Feed.Entry entry : feed) {
            Feed.Change change = entry.change();
            String where = which + ", feed position " + entry.position();
            assertThat(entry.position()).as(where).isGreaterThan(last);
            last = entry.position();
            Identity identity =
                    new Identity(change.partition(), change.studyUid(), change.seriesUid(), change.instanceUid());
            boolean present = told.get(identity) != null;
            assertThat(present).as(where).isEqualTo(change.action() != Feed.Action.CREATE);
            told.put(identity, change.action() == Feed.Action.DELETE ? null : change.revision());
        }
        told.values().removeAll(Collections.singleton(null));
        assertThat(told).as(which).isEqualTo(there);
    }
}
