package org.isocenter.server.http;

import org.jspecify.annotations.Nullable;

/// One header field to be sent. A value that could end the line early cannot be made.
public record Header(String name, String value) {
    public Header {
        if (!HeaderCursor.isToken(name)) {
            throw new IllegalArgumentException("not a header name");
        }
        if (!isFieldValue(value)) {
            throw new IllegalArgumentException("not a header value: " + name);
        }
    }

    private static boolean isFieldValue(@Nullable String value) {
        if (value == null) {
            return false;
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c != '\t' && (c < ' ' || c > '~')) {
                return false;
            }
        }
        return true;
    }

    int lengthBytes() {
        return name.length() + 2 + value.length() + 2;
    }
}
