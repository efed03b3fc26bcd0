package org.isocenter.server;

import java.net.URI;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The settings by which buckets and containers are reached, below one prefix and in the same words
/// whatever they are for.
///
/// @param places where the buckets and containers are named
record BucketKeys(
        Setting<List<String>> places,
        Setting<URI> endpoint,
        Setting<String> region,
        Setting<String> keyId,
        Setting<String> secret,
        Setting<String> accountKey,
        Setting<String> signature) {

    /// Adds these settings to the catalogue.
    ///
    /// @param use what is done with them, such as `exported to`
    /// @param rights what a shared access signature has to allow, such as `create and write blobs in`
    static BucketKeys add(String prefix, Setting<List<String>> places, String use, String rights) {
        return new BucketKeys(
                places,
                SettingCatalogue.add(
                        prefix + ".s3.endpoint",
                        SettingType.WEB_ADDRESS,
                        URI.create(""),
                        "Where the buckets that are " + use + " stand. Empty: at Amazon, in `" + prefix
                                + ".s3.region`.",
                        "or empty",
                        uri -> true),
                SettingCatalogue.add(
                        prefix + ".s3.region",
                        SettingType.TEXT,
                        "us-east-1",
                        "Region of these buckets.",
                        "letters, digits and dashes",
                        text -> text.matches("[a-z0-9-]{1,64}")),
                SettingCatalogue.add(
                        prefix + ".s3.access-key-id",
                        SettingType.TEXT,
                        "",
                        "By which key requests to these buckets are signed.",
                        "",
                        text -> true),
                SettingCatalogue.secret(prefix + ".s3.secret-access-key", "The secret of that key."),
                SettingCatalogue.secret(
                        prefix + ".azure.account-key",
                        "Key of the account whose containers are " + use + ", in Base64. Empty: `" + prefix
                                + ".azure.signature`."),
                SettingCatalogue.secret(
                        prefix + ".azure.signature",
                        "Shared access signature that may " + rights
                                + " these containers. Empty: the managed identity of this machine in Azure is shown."));
    }

    List<SettingCatalogue.Rule> rules() {
        return List.of(
                new SettingCatalogue.Rule(List.of(places, keyId, secret), this::keyOfBuckets),
                new SettingCatalogue.Rule(List.of(accountKey), this::keyOfContainers));
    }

    private @Nullable String keyOfBuckets(SettingValues values) {
        boolean buckets = values.get(places).stream()
                .anyMatch(text -> text.toLowerCase(Locale.ROOT).matches("[^=]*=\\s*s3\\s*:.*"));
        return !buckets || !values.get(keyId).isEmpty() && !values.get(secret).isEmpty()
                ? null
                : "a bucket in %s needs %s and %s".formatted(places.key(), keyId.key(), secret.key());
    }

    private @Nullable String keyOfContainers(SettingValues values) {
        try {
            Base64.getDecoder().decode(values.get(accountKey));
            return null;
        } catch (IllegalArgumentException notBase64) {
            return accountKey.key() + " is not Base64";
        }
    }
}
