package org.isocenter.server;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.isocenter.server.archive.ImportSource;
import org.isocenter.server.archive.Sources;
import org.isocenter.server.blob.Folder;
import org.isocenter.server.blob.Folders;
import org.isocenter.server.objects.Bucket;

/// What may be imported.
///
/// @param bucketAccess how buckets and containers are reached
public record ImportSettings(List<ImportSource> sources, BucketAccess bucketAccess) {

    static ImportSettings of(SettingValues values) {
        return new ImportSettings(
                Objects.requireNonNull(ImportSource.find(values.get(SettingCatalogue.IMPORT_SOURCES))),
                BucketAccess.of(values, SettingCatalogue.IMPORT_BUCKETS));
    }

    /// Those that are folders.
    Folders folders() {
        return new Folders(sources.stream()
                .filter(source -> source.kind() == ImportSource.Kind.FOLDER)
                .map(source -> new Folder(source.name(), Path.of(source.address())))
                .toList());
    }

    /// The sources, open.
    Sources open() {
        Map<String, Bucket> buckets = new LinkedHashMap<>();
        for (ImportSource source : sources) {
            String label = "source " + source.name();
            switch (source.kind()) {
                case FOLDER -> {}
                case S3 -> buckets.put(source.name(), bucketAccess.s3(label, source.address()));
                case AZURE_BLOB -> buckets.put(source.name(), bucketAccess.azureBlob(label, source.address()));
            }
        }
        return new Sources(folders(), buckets);
    }
}
