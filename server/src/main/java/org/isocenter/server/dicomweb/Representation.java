package org.isocenter.server.dicomweb;

import java.util.List;
import org.isocenter.server.http.Accept;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.MediaType;
import org.isocenter.server.http.Refusal;
import org.jspecify.annotations.Nullable;

/// The forms in which data sets are told (PS3.18 table 8.7.3-3).
enum Representation {
    JSON("application/dicom+json"),
    XML("multipart/related; type=\"application/dicom+xml\"");

    private final String name;

    Representation(String name) {
        this.name = name;
    }

    /// The form that the client likes best; JSON where it does not mind.
    static Representation negotiate(Exchange exchange) {
        for (Accept.Range range : Accept.parse(exchange.headers("Accept")).ranges()) {
            Representation representation = range.q() == 0 ? null : find(range.type());
            if (representation != null) {
                return representation;
            }
        }
        throw new Refusal(406, "not-acceptable", "this resource is given as application/dicom+json or as " + XML.name);
    }

    private static @Nullable Representation find(MediaType type) {
        String full = type.type() + "/" + type.subtype();
        return switch (full) {
            case "*/*", "application/*", "application/json", "application/dicom+json" -> JSON;
            case "application/dicom+xml", "application/xml", "text/xml" -> XML;
            case "multipart/related", "multipart/*" -> {
                String part = type.parameter("type");
                yield part == null
                                || List.of("application/dicom+xml", "application/xml", "*/*")
                                        .contains(part)
                        ? XML
                        : null;
            }
            default -> null;
        };
    }
}
