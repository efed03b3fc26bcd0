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
/// @param folders the sources that are folders
/// @param bucketAccess how buckets and containers are reached
public record ImportSettings(List<ImportSource> sources, Folders folders, BucketAccess bucketAccess) {

    static ImportSettings of(SettingValues values) {
        List<ImportSource> sources =
                Objects.requireNonNull(ImportSource.find(values.get(SettingCatalogue.IMPORT_SOURCES)));
        List<Folder> folders = sources.stream()
                .filter(source -> source.kind() == ImportSource.Kind.FOLDER)
                .map(source -> new Folder(source.name(), Path.of(source.address())))
                .toList();
        return new ImportSettings(
                sources, new Folders(folders), BucketAccess.of(values, SettingCatalogue.IMPORT_BUCKETS));
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
        return new Sources(folders, buckets);
    }
}
