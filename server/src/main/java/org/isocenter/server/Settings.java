package org.isocenter.server;

import java.net.URI;
import java.util.Objects;
import org.isocenter.server.archive.KeepRule;
import org.isocenter.server.blob.StorageClass;

/// Everything an operator can choose, read once at start and never changed: one record per concern.
///
/// The sources, each overriding those before it: the defaults, `isocenter.yaml`, the environment, the command
/// line. `SettingCatalogue` is the one list of what there is; `SettingReader` brings the sources together.
public record Settings(
        HttpSettings http,
        AccessSettings access,
        AuditSettings audit,
        DataSettings data,
        DatabaseSettings database,
        StoreSettings store,
        SearchSettings search,
        RetentionSettings retention,
        OperationSettings operations,
        ImportSettings imports,
        WorklistSettings worklist,
        PushSettings push,
        ExportSettings export,
        CacheSettings cache,
        CastSettings cast,
        LimitSettings limits,
        LogSettings log) {

    static Settings of(SettingValues values) {
        URI publicUrl = values.get(SettingCatalogue.HTTP_PUBLIC_URL);
        return new Settings(
                new HttpSettings(
                        values.get(SettingCatalogue.HTTP_HOST),
                        values.get(SettingCatalogue.HTTP_PORT),
                        publicUrl.toString().isEmpty() ? null : publicUrl,
                        values.get(SettingCatalogue.HTTP_TRUSTED_PROXIES),
                        values.get(SettingCatalogue.HTTP_ALLOW_UNAUTHENTICATED),
                        values.get(SettingCatalogue.HTTP_REQUEST_MAX_BYTES),
                        values.get(SettingCatalogue.HTTP_REQUESTS_MAX),
                        values.get(SettingCatalogue.HTTP_IDLE_TIMEOUT)),
                AccessSettings.of(values),
                AuditSettings.of(values),
                new DataSettings(
                        values.get(SettingCatalogue.DATA_DIR),
                        Objects.requireNonNull(StorageClass.find(values.get(SettingCatalogue.STORAGE_CLASSES)))),
                new DatabaseSettings(
                        values.get(SettingCatalogue.DATABASE_URL),
                        values.get(SettingCatalogue.DATABASE_USER),
                        values.get(SettingCatalogue.DATABASE_PASSWORD),
                        values.get(SettingCatalogue.DATABASE_CONNECTIONS)),
                new StoreSettings(
                        values.get(SettingCatalogue.STORE_INSTANCE_MAX_BYTES),
                        values.get(SettingCatalogue.STORE_PARTS_MAX),
                        values.get(SettingCatalogue.STORE_ON_CONFLICT),
                        values.get(SettingCatalogue.STORE_PACK_THRESHOLD_BYTES),
                        values.get(SettingCatalogue.STORE_RECODE)),
                new SearchSettings(
                        values.get(SettingCatalogue.SEARCH_LIMIT_DEFAULT),
                        values.get(SettingCatalogue.SEARCH_LIMIT_MAX),
                        values.get(SettingCatalogue.SEARCH_OFFSET_MAX),
                        values.get(SettingCatalogue.SEARCH_QUERY_TAGS_MAX)),
                new RetentionSettings(
                        values.get(SettingCatalogue.RETENTION_DELETED),
                        values.get(SettingCatalogue.RETENTION_VERSIONS),
                        values.get(SettingCatalogue.RETENTION_ORPHAN_GRACE),
                        values.get(SettingCatalogue.RETENTION_SWEEP_INTERVAL),
                        values.get(SettingCatalogue.RETENTION_RULES).stream()
                                .map(rule -> Objects.requireNonNull(KeepRule.find(rule)))
                                .toList(),
                        values.get(SettingCatalogue.RETENTION_RULES_INTERVAL)),
                new OperationSettings(
                        values.get(SettingCatalogue.OPERATIONS_PARALLEL),
                        values.get(SettingCatalogue.OPERATIONS_REST_PERCENT),
                        values.get(SettingCatalogue.OPERATIONS_KEPT)),
                ImportSettings.of(values),
                WorklistSettings.of(values),
                PushSettings.of(values),
                ExportSettings.of(values),
                new CacheSettings(
                        values.get(SettingCatalogue.CACHE_METADATA_BYTES),
                        values.get(SettingCatalogue.CACHE_THUMBNAIL_BYTES)),
                CastSettings.of(values),
                new LimitSettings(
                        values.get(SettingCatalogue.LIMITS_NESTING_MAX),
                        values.get(SettingCatalogue.LIMITS_ELEMENTS_MAX),
                        values.get(SettingCatalogue.LIMITS_ITEMS_MAX),
                        values.get(SettingCatalogue.LIMITS_VALUE_MEMORY_MAX_BYTES),
                        values.get(SettingCatalogue.LIMITS_INFLATE_RATIO_MAX),
                        values.get(SettingCatalogue.LIMITS_INFLATE_FREE_BYTES),
                        values.get(SettingCatalogue.LIMITS_FRAGMENTS_MAX),
                        values.get(SettingCatalogue.LIMITS_PART_HEADER_MAX_BYTES)),
                new LogSettings(values.get(SettingCatalogue.LOG_LEVEL)));
    }
}
