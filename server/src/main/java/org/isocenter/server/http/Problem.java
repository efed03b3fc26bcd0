package org.isocenter.server.http;

import java.io.ByteArrayOutputStream;
import java.util.Locale;
import org.eclipse.jetty.http.HttpStatus;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Why a request was not served, as RFC 9457 puts it on the wire.
///
/// @param status the HTTP status
/// @param code a short stable word for programs, such as `not-found`
/// @param detail a sentence for people; never a value from the request
public record Problem(int status, String code, String detail) {
    static final String CONTENT_TYPE = "application/problem+json";

    private static final JsonFactory JSON = JsonFactory.builder().build();

    /// A problem that says no more than its status does.
    static Problem of(int status) {
        String title = title(status);
        return new Problem(status, title.toLowerCase(Locale.ROOT).replace(' ', '-'), title + ".");
    }

    byte[] toJson() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            json.writeStartObject();
            json.writeStringProperty("type", "urn:isocenter:problem:" + code);
            json.writeStringProperty("title", title(status));
            json.writeNumberProperty("status", status);
            json.writeStringProperty("detail", detail);
            json.writeStringProperty("code", code);
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }

    private static String title(int status) {
        HttpStatus.Code known = HttpStatus.getCode(status);
        return known == null ? "Status " + status : known.getMessage();
    }
}
