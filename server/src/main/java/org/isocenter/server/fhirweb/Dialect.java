package org.isocenter.server.fhirweb;

import java.util.List;
import org.isocenter.server.fhir.FhirVersion;
import org.isocenter.server.http.Accept;
import org.isocenter.server.http.MediaType;
import org.isocenter.server.http.Refusal;
import org.jspecify.annotations.Nullable;

/// The version of FHIR that a client is answered in (hl7.org/fhir/http.html#version-parameter).
enum Dialect {
    R4(FhirVersion.R4, "4.0"),
    R5(FhirVersion.R5, "5.0");

    private final FhirVersion version;
    private final String number;

    Dialect(FhirVersion version, String number) {
        this.version = version;
        this.number = number;
    }

    FhirVersion version() {
        return version;
    }

    /// The whole number of the version.
    String release() {
        return number + (this == R4 ? ".1" : ".0");
    }

    String contentType() {
        return "application/fhir+json; fhirVersion=" + number;
    }

    /// @param accept every Accept header
    /// @param format the parameter `_format`, which overrides it, or null
    /// @throws Refusal 406 where the client takes neither
    static Dialect negotiate(List<String> accept, @Nullable String format) {
        List<Accept.Range> ranges = Accept.parse(accept).ranges();
        if (format != null && !format.equals("json")) {
            // A plus sign in a query is a space.
            return required(find(MediaType.parse(format.replace(' ', '+'))));
        }
        for (Accept.Range range : ranges) {
            Dialect found = range.q() > 0 ? find(range.type()) : null;
            if (found != null) {
                return found;
            }
        }
        return required(format == null ? null : R4);
    }

    private static @Nullable Dialect find(MediaType type) {
        boolean json = type.is("application", "fhir+json")
                || type.is("application", "json")
                || type.is("text", "json")
                || type.is("application", "*")
                || type.is("*", "*");
        String version = type.parameter("fhirversion");
        if (!json) {
            return null;
        }
        for (Dialect dialect : values()) {
            if (version == null || version.equals(dialect.number) || version.equals(dialect.release())) {
                return dialect;
            }
        }
        return null;
    }

    private static Dialect required(@Nullable Dialect dialect) {
        if (dialect == null) {
            throw new Refusal(
                    406,
                    "not-acceptable",
                    "the forms are application/fhir+json with fhirVersion=4.0 or fhirVersion=5.0");
        }
        return dialect;
    }
}
