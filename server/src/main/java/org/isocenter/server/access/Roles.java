package org.isocenter.server.access;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What the roles and scopes that tokens name permit. A name may have several lines.
public final class Roles {
    /// `NAME=ACTION+ACTION@PARTITION+PARTITION`
    private static final Pattern LINE = Pattern.compile("([^=\\s]+)=([^@=\\s]+)(?:@([A-Za-z0-9._+-]+))?");

    private static final Pattern PLUS = Pattern.compile("\\+");

    private final Map<String, List<Grant>> byName;

    private Roles(Map<String, List<Grant>> byName) {
        this.byName = byName;
    }

    /// Reads lines such as `ward-7-viewer=search+retrieve@ward-7`, or gives null where one is none.
    public static @Nullable Roles find(List<String> lines) {
        Map<String, List<Grant>> byName = new HashMap<>();
        for (String line : lines) {
            Matcher parts = LINE.matcher(line.strip());
            Set<Action> actions = parts.matches() ? actions(parts.group(2)) : Set.of();
            if (actions.isEmpty()) {
                return null;
            }
            Set<String> partitions = parts.group(3) == null ? Set.of() : Set.of(PLUS.split(parts.group(3)));
            byName.computeIfAbsent(parts.group(1), name -> new ArrayList<>()).add(new Grant(actions, partitions));
        }
        return new Roles(byName);
    }

    /// @return none where a word is not known
    private static Set<Action> actions(String words) {
        Set<Action> all = EnumSet.noneOf(Action.class);
        for (String word : PLUS.split(words, -1)) {
            Set<Action> actions = Action.find(word);
            if (actions == null) {
                return Set.of();
            }
            all.addAll(actions);
        }
        return all;
    }

    /// What all of these names permit. Names that are not known permit nothing.
    List<Grant> grants(Collection<String> names) {
        return names.stream()
                .distinct()
                .flatMap(name -> byName.getOrDefault(name, List.of()).stream())
                .toList();
    }
}
