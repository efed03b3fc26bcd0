package org.isocenter.server.api;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.isocenter.server.archive.Partitions;
import org.isocenter.server.feed.Feed;
import org.isocenter.server.push.Event.Kind;
import org.isocenter.server.push.EventFilter;
import org.jspecify.annotations.Nullable;

/// The parameters by which a reader of the feed names what it wants.
final class FeedFilters {
    static final String PARTITION = "partition";
    static final String MODALITY = "modality";
    static final String ACTION = "action";

    private static final int VALUES_MAX = 32;

    /// A code string (PS3.5 table 6.2-1).
    private static final Pattern CODE_STRING = Pattern.compile("[A-Za-z0-9_ ]{1,16}");

    private FeedFilters() {}

    static Feed.Filter ofFeed(Parameters parameters) {
        List<Feed.Action> actions = new ArrayList<>();
        for (String action : values(parameters, ACTION)) {
            actions.add(
                    switch (Kind.find(action)) {
                        case CREATED -> Feed.Action.CREATE;
                        case UPDATED -> Feed.Action.UPDATE;
                        case DELETED -> Feed.Action.DELETE;
                        case STABLE -> throw unknownAction("create, update, delete");
                        case null -> throw unknownAction("create, update, delete");
                    });
        }
        return new Feed.Filter(partition(parameters), modalities(parameters), actions);
    }

    static EventFilter ofEvents(Parameters parameters) {
        Set<Kind> kinds = EnumSet.noneOf(Kind.class);
        for (String action : values(parameters, ACTION)) {
            Kind kind = Kind.find(action);
            if (kind == null) {
                throw unknownAction("create, update, delete, stable");
            }
            kinds.add(kind);
        }
        return new EventFilter(partition(parameters), modalities(parameters), kinds);
    }

    /// Whether this can be a modality.
    static boolean isModality(String text) {
        return CODE_STRING.matcher(text).matches();
    }

    private static @Nullable String partition(Parameters parameters) {
        String name = parameters.findText(PARTITION);
        if (name != null && !Partitions.isName(name)) {
            throw Parameters.invalid("partition is the name of a data partition");
        }
        return name;
    }

    private static List<String> modalities(Parameters parameters) {
        List<String> modalities = values(parameters, MODALITY);
        if (!modalities.stream().allMatch(FeedFilters::isModality)) {
            throw Parameters.invalid("modality is a list of codes such as CT,MR");
        }
        return modalities;
    }

    /// The values of a list with commas, in capitals.
    private static List<String> values(Parameters parameters, String name) {
        String text = parameters.findText(name);
        if (text == null) {
            return List.of();
        }
        Set<String> values = new LinkedHashSet<>();
        for (String value : text.split(",", -1)) {
            values.add(value.strip().toUpperCase(Locale.ROOT));
        }
        if (values.size() > VALUES_MAX) {
            throw Parameters.invalid(name + " has at most " + VALUES_MAX + " values");
        }
        return List.copyOf(values);
    }

    private static RuntimeException unknownAction(String known) {
        return Parameters.invalid("action is a list of " + known);
    }
}
