package org.isocenter.server.access;

import com.nimbusds.jose.util.Resource;
import com.nimbusds.jose.util.ResourceRetriever;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// Fetches what an issuer of tokens publishes, in bounded time and size. No redirect is followed.
final class WebResource implements ResourceRetriever {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int BYTES_MAX = 1 << 20;

    private final HttpClient http;
    private volatile boolean failing;

    /// @param tls null for what Java has
    WebResource(@Nullable SSLContext tls) {
        HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(TIMEOUT);
        this.http = (tls == null ? builder : builder.sslContext(tls)).build();
    }

    /// Whether the last fetch has failed.
    boolean failing() {
        return failing;
    }

    @Override
    public Resource retrieveResource(URL url) throws IOException {
        failing = true;
        HttpRequest request = HttpRequest.newBuilder(URI.create(url.toString()))
                .timeout(TIMEOUT)
                .build();
        try {
            HttpResponse<InputStream> response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream in = response.body()) {
                byte[] bytes = in.readNBytes(BYTES_MAX + 1);
                if (response.statusCode() != 200 || bytes.length > BYTES_MAX) {
                    throw new IOException("the issuer of tokens answers with " + response.statusCode());
                }
                failing = false;
                return new Resource(
                        new String(bytes, StandardCharsets.UTF_8),
                        response.headers().firstValue("Content-Type").orElse(null));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
