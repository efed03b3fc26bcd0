package org.isocenter.server.export;

import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import org.isocenter.server.fhir.Credentials;
import org.jspecify.annotations.Nullable;

/// The destinations of this server, open for as long as it runs.
public final class Destinations implements AutoCloseable {
    private final Map<String, Sink> sinks = new LinkedHashMap<>();

    /// Adds one under its name.
    public void add(String name, Sink sink) {
        sinks.put(name, sink);
    }

    /// A folder that is there.
    public static Sink folder(Destination destination) {
        return new FolderSink(destination.name(), Path.of(destination.address()));
    }

    /// A DICOMweb server.
    ///
    /// @param tls with keys and trust of its own, or null for those of Java
    public static Sink dicomweb(Destination destination, Credentials credentials, @Nullable SSLContext tls) {
        return new StowSink(destination.name(), URI.create(destination.address()), credentials, tls);
    }

    /// A bucket of Amazon S3 or of a store that speaks as it does.
    ///
    /// @param endpoint of the store, or null for that of Amazon in the region
    public static Sink s3(Destination destination, @Nullable URI endpoint, String region, String keyId, String secret) {
        URI store = endpoint == null ? URI.create("https://s3." + region + ".amazonaws.com") : endpoint;
        S3Signature signature = new S3Signature(keyId, secret, region);
        return new S3Sink(destination.name(), destination.address(), store, signature, Clock.systemUTC());
    }

    /// A container of Azure Blob Storage.
    ///
    /// @param key of the account, or empty
    /// @param signature of a shared access signature, or empty
    /// @param credentials where there is neither
    public static Sink azureBlob(Destination destination, String key, String signature, Credentials credentials) {
        AzureContainer container = Objects.requireNonNull(AzureContainer.find(destination.address()));
        return new AzureBlobSink(
                destination.name(),
                destination.address(),
                key.isEmpty() ? null : new AzureBlobKey(container.account(), key),
                signature,
                credentials,
                Clock.systemUTC());
    }

    /// The destination of this name, or null where there is none.
    public @Nullable Sink findSink(String name) {
        return sinks.get(name);
    }

    @Override
    public void close() {
        sinks.values().forEach(Sink::close);
    }
}
