package org.isocenter.server.objects;

import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Clock;
import java.util.Objects;
import java.util.regex.Pattern;
import org.isocenter.server.fhir.Credentials;
import org.jspecify.annotations.Nullable;

/// A bucket of S3 or a container of Azure Blob Storage, or a folder in one, open for as long as it is
/// needed and used by many threads at a time. Objects are known by their paths within it.
///
/// Every method throws [RefusedException] where the store does not want what it is asked, now or later, and
/// [RemoteUnavailableException] where the same may succeed later.
public sealed interface Bucket extends AutoCloseable permits S3Bucket, AzureBucket {
    /// A bucket, and perhaps a folder in it.
    Pattern S3_ADDRESS = Pattern.compile("//[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9_-][A-Za-z0-9._-]*)*/?");

    /// Whether a text is the address of a bucket of S3: `//bucket` or `//bucket/folder`.
    static boolean isS3Address(String text) {
        return S3_ADDRESS.matcher(text).matches();
    }

    /// Whether a text is the address of a container or of a folder in one, without a user, a query or a
    /// fragment: what gives access is a setting of its own.
    static boolean isContainerAddress(String text) {
        try {
            URI uri = new URI(text);
            return uri.getRawQuery() == null && uri.getRawFragment() == null && AzureContainer.find(text) != null;
        } catch (URISyntaxException none) {
            return false;
        }
    }

    /// A bucket of Amazon S3 or of a store that speaks as it does.
    ///
    /// @param label what messages call it, such as `destination cloud`
    /// @param address as it passes [#isS3Address]
    /// @param endpoint of the store, or null for that of Amazon in the region
    static Bucket s3(String label, String address, @Nullable URI endpoint, String region, String keyId, String secret) {
        URI store = endpoint == null ? URI.create("https://s3." + region + ".amazonaws.com") : endpoint;
        S3Signature signature = new S3Signature(keyId, secret, region);
        return new S3Bucket(address, store, signature, new ObjectClient(label), Clock.systemUTC());
    }

    /// A container of Azure Blob Storage.
    ///
    /// @param label what messages call it
    /// @param address as it passes [#isContainerAddress]
    /// @param key of the account, or empty
    /// @param signature of a shared access signature, or empty
    /// @param credentials where there is neither
    static Bucket azureBlob(String label, String address, String key, String signature, Credentials credentials) {
        AzureContainer container = Objects.requireNonNull(AzureContainer.find(address));
        return new AzureBucket(
                address,
                container,
                key.isEmpty() ? null : new AzureBlobKey(container.account(), key),
                signature,
                credentials,
                new ObjectClient(label),
                Clock.systemUTC());
    }

    /// Begins to put an object in its place, where it is seen when it is whole. One that is there is
    /// replaced.
    ///
    /// @param path names parted by slashes, which need no escapes
    Parts put(String path);

    /// The next objects whose paths begin with a text, in an order that is the same each time.
    ///
    /// @param below that their paths begin with, or empty
    /// @param from where the page begins, as the page before it says; null for the first
    Page list(String below, @Nullable String from);

    /// Reads an object from its beginning, a few megabytes at a time. The stream throws what the other
    /// methods throw; it never ends early.
    InputStream read(Listed listed);

    /// Where an object is found, for people and programs that know the store.
    String address(String path);

    @Override
    void close();

    /// An object.
    ///
    /// @param path within this
    record Listed(String path, long lengthBytes) {}
}
