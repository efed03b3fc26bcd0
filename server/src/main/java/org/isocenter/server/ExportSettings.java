package org.isocenter.server;

import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import org.isocenter.server.export.Destination;
import org.isocenter.server.export.Destinations;
import org.isocenter.server.fhir.Tokens;
import org.jspecify.annotations.Nullable;

/// Where instances may be exported to.
///
/// @param dicomAccess how DICOMweb servers are shown who asks
/// @param s3 how buckets are reached
/// @param azure how containers are
public record ExportSettings(List<Destination> destinations, RemoteAccess dicomAccess, S3 s3, Azure azure) {
    private static final String AZURE_RESOURCE = "https://storage.azure.com";

    /// @param endpoint null for that of Amazon
    public record S3(@Nullable URI endpoint, String region, String keyId, String secret) {}

    /// @param key of the account, or empty
    /// @param signature of a shared access signature, or empty
    public record Azure(String key, String signature) {}

    static ExportSettings of(SettingValues values) {
        URI endpoint = values.get(SettingCatalogue.EXPORT_S3_ENDPOINT);
        return new ExportSettings(
                values.get(SettingCatalogue.EXPORT_DESTINATIONS).stream()
                        .map(text -> Objects.requireNonNull(Destination.find(text)))
                        .toList(),
                RemoteAccess.of(values, SettingCatalogue.EXPORT_DICOM_ACCESS),
                new S3(
                        endpoint.toString().isEmpty() ? null : endpoint,
                        values.get(SettingCatalogue.EXPORT_S3_REGION),
                        values.get(SettingCatalogue.EXPORT_S3_ACCESS_KEY_ID),
                        values.get(SettingCatalogue.EXPORT_S3_SECRET_ACCESS_KEY)),
                new Azure(
                        values.get(SettingCatalogue.EXPORT_AZURE_ACCOUNT_KEY),
                        values.get(SettingCatalogue.EXPORT_AZURE_SIGNATURE).replaceFirst("^\\?", "")));
    }

    /// The destinations, open.
    ///
    /// @throws IOException if a key or a certificate cannot be read
    Destinations open() throws IOException {
        Destinations open = new Destinations();
        for (Destination destination : destinations) {
            switch (destination.kind()) {
                case FOLDER -> open.add(destination.name(), Destinations.folder(destination));
                case DICOMWEB -> open.add(destination.name(), dicomAccess.destination(destination));
                case S3 ->
                    open.add(
                            destination.name(),
                            Destinations.s3(destination, s3.endpoint, s3.region, s3.keyId, s3.secret));
                case AZURE_BLOB ->
                    open.add(
                            destination.name(),
                            Destinations.azureBlob(
                                    destination,
                                    azure.key,
                                    azure.signature,
                                    Tokens.ofMachine(AZURE_RESOURCE, Clock.systemUTC())));
            }
        }
        return open;
    }
}
