package org.isocenter.server.objects;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A place that the operator gives a name: `NAME=KIND:ADDRESS`, such as `cloud=s3://bucket/folder`.
///
/// @param name by which requests mean it
/// @param kind of place, as it was written
/// @param address in the words of the kind
public record NamedPlace(String name, String kind, String address) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /// The place that a text names, or null where it names none.
    public static @Nullable NamedPlace find(String text) {
        int equals = text.indexOf('=');
        int colon = text.indexOf(':', equals + 1);
        if (equals < 0 || colon < 0) {
            return null;
        }
        NamedPlace place = new NamedPlace(
                text.substring(0, equals).strip(),
                text.substring(equals + 1, colon).strip(),
                text.substring(colon + 1).strip());
        return NAME.matcher(place.name).matches() ? place : null;
    }
}
