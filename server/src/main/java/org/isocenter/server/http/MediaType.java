package org.isocenter.server.http;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// A media type (RFC 9110 section 8.3.1). Type, subtype and the names of parameters are in lower case.
public record MediaType(String type, String subtype, SequencedMap<String, String> parameters) {
    private static final int CHARS_MAX = 4096;

    public MediaType {
        parameters = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(parameters));
    }

    /// @throws Refusal 400 if the text is not a media type
    public static MediaType parse(String text) {
        if (text.length() > CHARS_MAX) {
            throw HeaderCursor.malformed();
        }
        HeaderCursor cursor = new HeaderCursor(text);
        MediaType type = read(cursor);
        if (!cursor.skipSpace().atEnd()) {
            throw HeaderCursor.malformed();
        }
        return type;
    }

    static MediaType read(HeaderCursor cursor) {
        String type = cursor.skipSpace().token().toLowerCase(Locale.ROOT);
        // Some HTTP clients of old ask for "*" and mean "*/*".
        boolean bareStar = type.equals("*") && !cursor.sees('/');
        if (!bareStar && !cursor.take('/')) {
            throw HeaderCursor.malformed();
        }
        String subtype = bareStar ? "*" : cursor.token().toLowerCase(Locale.ROOT);
        return new MediaType(type, subtype, cursor.parameters());
    }

    public boolean is(String type, String subtype) {
        return this.type.equals(type) && this.subtype.equals(subtype);
    }

    /// The value of a parameter, or null. The name is given in lower case.
    public @Nullable String parameter(String name) {
        return parameters.get(name);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(type).append('/').append(subtype);
        parameters.forEach((name, value) -> {
            text.append(';').append(name).append('=');
            if (HeaderCursor.isToken(value)) {
                text.append(value);
            } else {
                text.append('"')
                        .append(value.replace("\\", "\\\\").replace("\"", "\\\""))
                        .append('"');
            }
        });
        return text.toString();
    }
}
