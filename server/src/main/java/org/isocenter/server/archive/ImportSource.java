package org.isocenter.server.archive;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.isocenter.server.objects.Bucket;
import org.isocenter.server.objects.NamedPlace;
import org.jspecify.annotations.Nullable;

/// A place that the operator lets files be imported from: `NAME=KIND:ADDRESS`, such as
/// `old-archive=folder:/mnt/archive`, `cloud=s3://bucket/folder` or
/// `azure=azureBlob:https://account.blob.core.windows.net/container`. Nothing comes from anywhere else.
///
/// @param name by which requests mean it
/// @param address in the words of the kind
public record ImportSource(String name, Kind kind, String address) {
    /// What kind of place it is, by the name that requests give as its type.
    public enum Kind {
        FOLDER("folder"),
        S3("s3"),
        AZURE_BLOB("azureBlob");

        private final String type;

        Kind(String type) {
            this.type = type;
        }

        public String type() {
            return type;
        }

        private boolean takes(String address) {
            return switch (this) {
                case FOLDER -> !address.isEmpty() && address.chars().noneMatch(Character::isISOControl);
                case S3 -> Bucket.isS3Address(address);
                case AZURE_BLOB -> Bucket.isContainerAddress(address);
            };
        }
    }

    /// The source that a text names, or null where it names none.
    private static @Nullable ImportSource find(String text) {
        NamedPlace place = NamedPlace.find(text);
        if (place == null) {
            return null;
        }
        for (Kind kind : Kind.values()) {
            if (kind.type.equalsIgnoreCase(place.kind())) {
                return kind.takes(place.address()) ? new ImportSource(place.name(), kind, place.address()) : null;
            }
        }
        return null;
    }

    /// The sources that texts name, or null where one names none or two have one name.
    public static @Nullable List<ImportSource> find(List<String> texts) {
        List<ImportSource> sources = texts.stream().map(ImportSource::find).toList();
        Set<String> names = new HashSet<>();
        for (ImportSource source : sources) {
            if (source == null || !names.add(source.name)) {
                return null;
            }
        }
        return sources;
    }
}
