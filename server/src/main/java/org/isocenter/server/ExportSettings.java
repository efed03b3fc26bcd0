package org.isocenter.server;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.isocenter.server.export.Destination;
import org.isocenter.server.export.Destinations;
import org.isocenter.server.export.Sink;

/// Where instances may be exported to.
///
/// @param dicomAccess how DICOMweb servers are shown who asks
/// @param bucketAccess how buckets and containers are
public record ExportSettings(List<Destination> destinations, RemoteAccess dicomAccess, BucketAccess bucketAccess) {

    static ExportSettings of(SettingValues values) {
        return new ExportSettings(
                values.get(SettingCatalogue.EXPORT_DESTINATIONS).stream()
                        .map(text -> Objects.requireNonNull(Destination.find(text)))
                        .toList(),
                RemoteAccess.of(values, SettingCatalogue.EXPORT_DICOM_ACCESS),
                BucketAccess.of(values, SettingCatalogue.EXPORT_BUCKETS));
    }

    /// The destinations, open.
    ///
    /// @throws IOException if a key or a certificate cannot be read
    Destinations open() throws IOException {
        Destinations open = new Destinations();
        for (Destination destination : destinations) {
            open.add(destination.name(), open(destination));
        }
        return open;
    }

    private Sink open(Destination destination) throws IOException {
        String label = "destination " + destination.name();
        return switch (destination.kind()) {
            case FOLDER -> Destinations.folder(destination);
            case DICOMWEB -> dicomAccess.destination(destination);
            case S3 -> Destinations.bucket(bucketAccess.s3(label, destination.address()));
            case AZURE_BLOB -> Destinations.bucket(bucketAccess.azureBlob(label, destination.address()));
        };
    }
}
