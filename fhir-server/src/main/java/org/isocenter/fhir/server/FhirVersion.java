package org.isocenter.fhir.server;

import ca.uhn.fhir.jpa.config.r4.JpaR4Config;
import ca.uhn.fhir.jpa.config.r5.JpaR5Config;

/// The versions of FHIR that can be served, by the names that the command line takes.
enum FhirVersion {
    r4(JpaR4Config.class),
    r5(JpaR5Config.class);

    private final Class<?> configuration;

    FhirVersion(Class<?> configuration) {
        this.configuration = configuration;
    }

    /// HAPI's own wiring of everything that stores and searches resources of this version.
    Class<?> configuration() {
        return configuration;
    }
}
