package org.isocenter.server.index;

import java.util.Arrays;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A study or a series while entries are put below it.
final class Parent {
    static final HeldTags HELD = new HeldTags();

    /// A row above instances.
    ///
    /// @param tags a hash of its values of tags, or null where it has none
    /// @param shared the row that a series names, or null
    record Above(
            long key,
            long parent,
            String uid,
            byte[] attributes,
            @Nullable Long tags,
            SharedTags.@Nullable Row shared) {}

    /// Whether what the row has does not matter.
    final boolean anew;

    long key;
    boolean inserted;
    boolean changed;
    int addedSeries;
    int addedInstances;
    final TreeSet<String> modalities = new TreeSet<>();
    final TreeSet<String> sopClasses = new TreeSet<>();

    /// The newest values of all entries, and the row's attributes before and after.
    @Nullable
    String[] keys = new String[0];

    byte[] attributes = Attributes.NONE;
    byte @Nullable [] former;

    /// The newest values of tags, and a hash of those that the row has before.
    @Nullable
    String tags;

    @Nullable
    Long formerTags;

    /// What a series named before, and what it names now.
    SharedTags.@Nullable Row formerShared;

    SharedTags.@Nullable Shared shared;

    /// Whether an instance was replaced.
    boolean replaced;

    Parent(boolean anew) {
        this.anew = anew;
    }

    void absorb(@Nullable String[] newerKeys, byte[] newerAttributes, @Nullable String newerTags) {
        if (keys.length == 0) {
            keys = newerKeys.clone();
            attributes = newerAttributes;
            tags = newerTags;
            return;
        }
        tags = TagValues.merge(tags, newerTags);
        for (int i = 0; i < keys.length; i++) {
            if (newerKeys[i] != null) {
                keys[i] = newerKeys[i];
            }
        }
        if (!Arrays.equals(attributes, newerAttributes)) {
            attributes = Attributes.merge(attributes, newerAttributes);
        }
    }

    void found(Above row, boolean insert) {
        key = row.key;
        inserted = insert;
        former = row.attributes;
        formerTags = row.tags;
        formerShared = row.shared;
        if (insert) {
            HELD.note(formerTags, tags);
        }
        if (!insert && !anew && !Arrays.equals(former, attributes)) {
            attributes = Attributes.merge(former, attributes);
        }
    }

    /// The attributes that the row is to get, or null where it keeps its own.
    byte @Nullable [] newAttributes() {
        return Arrays.equals(former, attributes) ? null : attributes;
    }

    /// Whether there may be a row of shared values that nothing names any more, or none yet.
    boolean mayLeaveUnnamed() {
        boolean another = shared != null && (formerShared == null || formerShared.key() != shared.key());
        return replaced || (another && (formerShared != null || !changed));
    }

    /// The values that are to be put into the row, or null where it has them.
    @Nullable
    String newTags() {
        return inserted || HELD.holds(formerTags, tags) ? null : tags;
    }

    @Nullable
    String @Nullable [] newKeys() {
        return Arrays.equals(former, attributes) ? null : keys;
    }
}
