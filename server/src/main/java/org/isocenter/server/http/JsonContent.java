package org.isocenter.server.http;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The JSON that a request brings.
public final class JsonContent {
    /// Deeper than data sets may be nested.
    private static final int NESTING_MAX = 300;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(NESTING_MAX)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();

    private JsonContent() {}

    /// The bytes of the body, which the request has to call JSON.
    ///
    /// @throws Refusal 415 where it calls it something else, 413 where there are more
    public static byte[] bytes(Exchange exchange, int bytesMax) throws IOException {
        requireJson(exchange);
        return bounded(exchange, bytesMax);
    }

    /// The body.
    ///
    /// @param code of the refusal (400) of what is no JSON
    public static JsonNode read(Exchange exchange, int bytesMax, String code) throws IOException {
        return parsed(bytes(exchange, bytesMax), code);
    }

    /// The body, or null where there is none.
    public static @Nullable JsonNode readIfAny(Exchange exchange, int bytesMax, String code) throws IOException {
        byte[] bytes = bounded(exchange, bytesMax);
        if (bytes.length == 0) {
            return null;
        }
        requireJson(exchange);
        return parsed(bytes, code);
    }

    private static void requireJson(Exchange exchange) {
        String type = exchange.header("Content-Type");
        if (type == null || !MediaType.parse(type).is("application", "json")) {
            throw new Refusal(415, "unsupported-media-type", "the body is sent as application/json");
        }
    }

    private static byte[] bounded(Exchange exchange, int bytesMax) throws IOException {
        byte[] bytes = exchange.body().readNBytes(bytesMax + 1);
        if (bytes.length > bytesMax) {
            throw new Refusal(413, "content-too-large", "the body has at most " + bytesMax + " bytes");
        }
        return bytes;
    }

    private static JsonNode parsed(byte[] bytes, String code) {
        try {
            JsonNode json = MAPPER.readTree(bytes);
            return json == null ? MAPPER.nullNode() : json;
        } catch (JacksonException malformed) {
            throw new Refusal(400, code, "the body is no JSON, or nested too deeply");
        }
    }
}
