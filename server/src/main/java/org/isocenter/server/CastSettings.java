package org.isocenter.server;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.isocenter.server.cast.CastOptions;
import org.isocenter.server.fhir.FhirClient;
import org.isocenter.server.fhir.FhirVersion;
import org.isocenter.server.fhir.mapping.MappingOptions;
import org.jspecify.annotations.Nullable;

/// The link to a FHIR server.
///
/// @param fhirUrl its root, or null where there is none
public record CastSettings(
        @Nullable URI fhirUrl,
        RemoteAccess fhirAccess,
        RemoteAccess dicomAccess,
        Duration fhirTimeout,
        CastOptions.Patients patients,
        String patientSystem,
        String accessionSystem,
        Map<String, String> issuers,
        Map<String, ZoneId> zones,
        MappingOptions.Detail detail,
        int instancesMax,
        boolean createOrders,
        boolean studyEndpoints,
        boolean provenance,
        CastOptions.Identity identity,
        Duration quiet,
        Duration delayMax,
        int parallel) {
    private static final int BACKLOG_MAX = 10_000;

    static CastSettings of(SettingValues values) {
        URI url = values.get(SettingCatalogue.CAST_FHIR_URL);
        Map<String, ZoneId> zones = new HashMap<>();
        pairs(values.get(SettingCatalogue.CAST_TIME_ZONES)).forEach((name, zone) -> zones.put(name, ZoneId.of(zone)));
        return new CastSettings(
                url.toString().isEmpty() ? null : url,
                RemoteAccess.of(values, SettingCatalogue.CAST_FHIR_ACCESS),
                RemoteAccess.of(values, SettingCatalogue.CAST_DICOM_ACCESS),
                values.get(SettingCatalogue.CAST_FHIR_TIMEOUT),
                values.get(SettingCatalogue.CAST_PATIENTS),
                values.get(SettingCatalogue.CAST_PATIENT_SYSTEM),
                values.get(SettingCatalogue.CAST_ACCESSION_SYSTEM),
                pairs(values.get(SettingCatalogue.CAST_ISSUERS)),
                zones,
                values.get(SettingCatalogue.CAST_DETAIL),
                values.get(SettingCatalogue.CAST_INSTANCES_MAX),
                values.get(SettingCatalogue.CAST_CREATE_ORDERS),
                values.get(SettingCatalogue.CAST_STUDY_ENDPOINTS),
                values.get(SettingCatalogue.CAST_PROVENANCE),
                values.get(SettingCatalogue.CAST_IDENTITY),
                values.get(SettingCatalogue.CAST_QUIET),
                values.get(SettingCatalogue.CAST_DELAY_MAX),
                values.get(SettingCatalogue.CAST_PARALLEL));
    }

    /// `NAME=value` by name; a value alone has the empty name.
    private static Map<String, String> pairs(List<String> list) {
        Map<String, String> pairs = new HashMap<>();
        for (String one : list) {
            int equals = one.indexOf('=');
            pairs.put(
                    equals < 0 ? "" : one.substring(0, equals).strip(),
                    one.substring(equals + 1).strip());
        }
        return pairs;
    }

    /// A client of the FHIR server, or null where there is none.
    ///
    /// @throws IOException if a key or a certificate cannot be read
    @Nullable
    FhirClient findClient() throws IOException {
        return fhirUrl == null ? null : fhirAccess.fhir(fhirUrl, fhirTimeout);
    }

    /// How studies become resources.
    ///
    /// @param serviceRoot the DICOMweb root under which clients find them
    MappingOptions mapping(URI serviceRoot) {
        return new MappingOptions(
                FhirVersion.R4,
                serviceRoot,
                patientSystem.isEmpty() ? null : patientSystem,
                accessionSystem.isEmpty() ? null : accessionSystem,
                issuers,
                zones,
                detail,
                instancesMax,
                studyEndpoints);
    }

    CastOptions options(URI serviceRoot) {
        return new CastOptions(
                mapping(serviceRoot),
                patients,
                createOrders,
                provenance,
                identity,
                quiet,
                delayMax,
                parallel,
                BACKLOG_MAX);
    }
}
