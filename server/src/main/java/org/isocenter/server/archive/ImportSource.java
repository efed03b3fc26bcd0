package org.isocenter.server.archive;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.isocenter.server.objects.Bucket;
import org.jspecify.annotations.Nullable;

/// A place that the operator lets files be imported from: `NAME=KIND:ADDRESS`, such as
/// `old-archive=folder:/mnt/archive`, `cloud=s3://bucket/folder` or
/// `azure=azureBlob:https://account.blob.core.windows.net/container`. Nothing comes from anywhere else.
///
/// @param name by which requests mean it
/// @param address in the words of the kind
public record ImportSource(String name, Kind kind, String address) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

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
        int equals = text.indexOf('=');
        int colon = text.indexOf(':', equals + 1);
        if (equals < 0 || colon < 0) {
            return null;
        }
        String name = text.substring(0, equals).strip();
        String type = text.substring(equals + 1, colon).strip();
        String address = text.substring(colon + 1).strip();
        for (Kind kind : Kind.values()) {
            if (kind.type.equalsIgnoreCase(type)) {
                return NAME.matcher(name).matches() && kind.takes(address)
                        ? new ImportSource(name, kind, address)
                        : null;
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
