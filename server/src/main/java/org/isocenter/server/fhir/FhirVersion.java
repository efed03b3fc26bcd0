package org.isocenter.server.fhir;

import org.jspecify.annotations.Nullable;

/// A version of FHIR that resources are written in. R4B has the resources of R4 where these are concerned.
public enum FhirVersion {
    R4,
    R5;

    /// The version by the number that a CapabilityStatement gives (`fhirVersion`), or null if it is none of
    /// these.
    public static @Nullable FhirVersion find(String number) {
        if (number.startsWith("4.0.") || number.startsWith("4.3.")) {
            return R4;
        }
        return number.startsWith("5.0.") ? R5 : null;
    }
}
