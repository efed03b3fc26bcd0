package org.isocenter.server.fhir.mapping;

import java.net.URI;
import java.time.ZoneId;
import java.util.Map;
import org.isocenter.server.fhir.FhirVersion;
import org.jspecify.annotations.Nullable;

/// What the mapping has to be told, since no instance says it.
///
/// @param version of FHIR to write
/// @param serviceRoot the DICOMweb root under which the studies are, without a slash at its end
/// @param patientSystem of patient identifiers whose issuer is not known, or null: then there is no such
///     patient
/// @param accessionSystem of accession numbers whose issuer is not known, or null
/// @param issuers systems by the local name of an issuer: (0010,0021), or Local Namespace Entity ID
/// @param zones by the name of an institution (0008,0080); the one by the empty name is for all others
/// @param detail how far down ImagingStudy goes
/// @param instancesMax a study with more has no list of instances
/// @param studyEndpoints whether each study has an Endpoint of its own (IHE RAD IMR) in place of the one of
///     the archive
public record MappingOptions(
        FhirVersion version,
        URI serviceRoot,
        @Nullable String patientSystem,
        @Nullable String accessionSystem,
        Map<String, String> issuers,
        Map<String, ZoneId> zones,
        Detail detail,
        int instancesMax,
        boolean studyEndpoints) {

    /// How far down ImagingStudy goes.
    public enum Detail {
        STUDY,
        SERIES,
        INSTANCE
    }

    public MappingOptions {
        issuers = Map.copyOf(issuers);
        zones = Map.copyOf(zones);
    }

    /// The same in another version of FHIR.
    public MappingOptions in(FhirVersion other) {
        return new MappingOptions(
                other,
                serviceRoot,
                patientSystem,
                accessionSystem,
                issuers,
                zones,
                detail,
                instancesMax,
                studyEndpoints);
    }

    /// The same as far down as this.
    public MappingOptions to(Detail other) {
        return new MappingOptions(
                version,
                serviceRoot,
                patientSystem,
                accessionSystem,
                issuers,
                zones,
                other,
                instancesMax,
                studyEndpoints);
    }

    /// The same with a system for all patients whose issuer is not known.
    public MappingOptions withPatientSystem(String system) {
        return new MappingOptions(
                version, serviceRoot, system, accessionSystem, issuers, zones, detail, instancesMax, studyEndpoints);
    }

    boolean isR5() {
        return version == FhirVersion.R5;
    }
}
