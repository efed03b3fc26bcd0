package org.isocenter.server;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// The words in which a server declines a request: RFC 9457 problem details, or whatever text it sent
/// instead.
final class Problem {

    private static final int MAX_WORDS = 300;
    private static final JsonFactory JSON = new JsonFactory();

    private Problem() {}

    static String wordsOf(byte[] body) {
        String detail = findDetail(body);
        String words = detail == null ? new String(body, StandardCharsets.UTF_8).strip() : detail;
        return words.length() <= MAX_WORDS ? words : words.substring(0, MAX_WORDS) + "…";
    }

    private static @Nullable String findDetail(byte[] body) {
        String title = null;
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), body)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                if (json.nextToken() != JsonToken.VALUE_STRING) {
                    json.skipChildren();
                } else if (name.equals("detail")) {
                    return json.getString();
                } else if (name.equals("title")) {
                    title = json.getString();
                }
            }
            return title;
        } catch (JacksonException e) {
            return title;
        }
    }
}
