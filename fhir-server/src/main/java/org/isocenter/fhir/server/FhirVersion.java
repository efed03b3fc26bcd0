package org.isocenter.fhir.server;

import ca.uhn.fhir.context.FhirVersionEnum;
import ca.uhn.fhir.jpa.config.r4.JpaR4Config;
import ca.uhn.fhir.jpa.config.r5.JpaR5Config;

/// The versions of FHIR that can be served, by the names that the command line takes.
enum FhirVersion {
    r4(FhirVersionEnum.R4, JpaR4Config.class),
    r5(FhirVersionEnum.R5, JpaR5Config.class);

    private final FhirVersionEnum number;
    private final Class<?> configuration;

    FhirVersion(FhirVersionEnum number, Class<?> configuration) {
        this.number = number;
        this.configuration = configuration;
    }

    /// How HAPI calls it.
    FhirVersionEnum number() {
        return number;
    }

    /// HAPI's own wiring of everything that stores and searches resources of this version.
    Class<?> configuration() {
        return configuration;
    }
}
