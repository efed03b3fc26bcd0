package org.isocenter.server.access;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What somebody may be permitted to do.
public enum Action {
    /// Search for studies, series and instances, and see what has become of them.
    SEARCH,
    /// Get instances, in whatever form, and what they say.
    RETRIEVE,
    STORE,
    /// Change what is stored, and bring back what it was.
    UPDATE,
    DELETE,
    /// Delete so that nothing is left.
    ERASE,
    /// Follow the changes of all data partitions.
    FEED,
    WORKLIST_READ,
    WORKLIST_WRITE,
    /// Add, change and remove extended query tags.
    TAGS,
    EXPORT,
    IMPORT,
    /// Define cohorts, ask for them, and freeze them.
    COHORTS,
    /// Data partitions, holds, webhooks, the cast, and the operations of others.
    OPERATE,
    /// Read the audit trail.
    AUDIT_READ;

    /// What it is called in settings and docs, such as `worklist.read`.
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '.');
    }

    /// The actions that a word stands for: one, or those of a data action of the compatible API, where
    /// `read`, `write` and `*` are several. Null where it is no such word.
    static @Nullable Set<Action> find(String word) {
        return switch (word) {
            case "read" -> EnumSet.of(SEARCH, RETRIEVE, FEED, WORKLIST_READ);
            case "write" -> EnumSet.of(STORE, UPDATE, WORKLIST_WRITE);
            case "manageExtendedQueryTags" -> EnumSet.of(TAGS);
            case "*" -> EnumSet.allOf(Action.class);
            default -> {
                for (Action action : values()) {
                    if (action.text().equals(word)) {
                        yield EnumSet.of(action);
                    }
                }
                yield null;
            }
        };
    }
}
