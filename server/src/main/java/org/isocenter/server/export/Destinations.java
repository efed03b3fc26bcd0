package org.isocenter.server.export;

import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.isocenter.server.fhir.Credentials;
import org.isocenter.server.objects.Bucket;
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

    /// A bucket or a container, which is closed with it.
    public static Sink bucket(Bucket bucket) {
        return new BucketSink(bucket);
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
