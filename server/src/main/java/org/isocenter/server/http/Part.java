package org.isocenter.server.http;

import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One part of a multipart body. Its bytes are there until the next part is asked for.
public final class Part {
    private final List<Header> headers;
    private final InputStream body;

    Part(List<Header> headers, InputStream body) {
        this.headers = List.copyOf(headers);
        this.body = body;
    }

    public List<Header> headers() {
        return headers;
    }

    /// The value of a header, or null. Names are not case-sensitive; of a repeated header this is the first.
    public @Nullable String header(String name) {
        for (Header header : headers) {
            if (header.name().equalsIgnoreCase(name)) {
                return header.value();
            }
        }
        return null;
    }

    /// The type the part says it has, or null if it says none.
    ///
    /// @throws Refusal 400 if it is not a media type
    public @Nullable MediaType contentType() {
        String value = header("Content-Type");
        return value == null ? null : MediaType.parse(value);
    }

    /// The bytes of the part. Closing it does nothing; what is left unread is skipped with the next part.
    public InputStream body() {
        return body;
    }
}
