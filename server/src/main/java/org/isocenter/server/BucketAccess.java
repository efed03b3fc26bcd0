package org.isocenter.server;

import java.net.URI;
import java.time.Clock;
import org.isocenter.server.fhir.Tokens;
import org.isocenter.server.objects.Bucket;
import org.jspecify.annotations.Nullable;

/// How buckets and containers are reached.
///
/// @param endpoint of the buckets; null for that of Amazon
/// @param accountKey of the containers, or empty
/// @param signature of a shared access signature, or empty
record BucketAccess(
        @Nullable URI endpoint, String region, String keyId, String secret, String accountKey, String signature) {
    private static final String AZURE_RESOURCE = "https://storage.azure.com";

    static BucketAccess of(SettingValues values, BucketKeys keys) {
        URI endpoint = values.get(keys.endpoint());
        return new BucketAccess(
                endpoint.toString().isEmpty() ? null : endpoint,
                values.get(keys.region()),
                values.get(keys.keyId()),
                values.get(keys.secret()),
                values.get(keys.accountKey()),
                values.get(keys.signature()).replaceFirst("^\\?", ""));
    }

    /// @param label what messages call it
    Bucket s3(String label, String address) {
        return Bucket.s3(label, address, endpoint, region, keyId, secret);
    }

    /// @param label what messages call it
    Bucket azureBlob(String label, String address) {
        return Bucket.azureBlob(
                label, address, accountKey, signature, Tokens.ofMachine(AZURE_RESOURCE, Clock.systemUTC()));
    }

    /// Without secrets.
    @Override
    public String toString() {
        return "buckets in " + (endpoint == null ? region : endpoint);
    }
}
