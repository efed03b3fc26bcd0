package org.isocenter.server.export;

import java.net.URI;
import java.net.URISyntaxException;
import org.isocenter.server.objects.Bucket;
import org.isocenter.server.objects.NamedPlace;
import org.jspecify.annotations.Nullable;

/// A place that the operator lets instances go to: `NAME=KIND:ADDRESS`, such as `nas=folder:/mnt/export`,
/// `partner=dicomweb:https://images.example.org/dicom-web`, `cloud=s3://bucket/folder` or
/// `azure=azureBlob:https://account.blob.core.windows.net/container`. Nothing leaves the archive for
/// anywhere else.
///
/// @param name by which requests mean it
/// @param address in the words of the kind
public record Destination(String name, Kind kind, String address) {
    /// What kind of place it is, by the name that requests give as its type.
    public enum Kind {
        FOLDER("folder"),
        DICOMWEB("dicomweb"),
        S3("s3"),
        AZURE_BLOB("azureBlob");

        private final String type;

        Kind(String type) {
            this.type = type;
        }

        public String type() {
            return type;
        }

        /// The kind of this name, or null.
        public static @Nullable Kind find(String type) {
            for (Kind kind : values()) {
                if (kind.type.equalsIgnoreCase(type)) {
                    return kind;
                }
            }
            return null;
        }

        private boolean takes(String address) {
            return switch (this) {
                case FOLDER -> !address.isEmpty() && address.chars().noneMatch(Character::isISOControl);
                case DICOMWEB -> isWebAddress(address);
                case S3 -> Bucket.isS3Address(address);
                case AZURE_BLOB -> Bucket.isContainerAddress(address);
            };
        }
    }

    /// The destination that a text is, or null where it is none.
    public static @Nullable Destination find(String text) {
        NamedPlace place = NamedPlace.find(text);
        if (place == null) {
            return null;
        }
        Kind kind = Kind.find(place.kind());
        return kind != null && kind.takes(place.address())
                ? new Destination(place.name(), kind, place.address())
                : null;
    }

    /// An address without a user, a query or a fragment: what gives access is a setting of its own.
    private static boolean isWebAddress(String text) {
        try {
            URI uri = new URI(text);
            boolean web = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            return web
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null;
        } catch (URISyntaxException none) {
            return false;
        }
    }
}
