package org.isocenter.server.export;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import org.isocenter.server.fhir.Credentials;
import org.isocenter.server.fhir.FhirRefusedException;
import org.isocenter.server.fhir.FhirUnavailableException;
import org.isocenter.server.objects.RefusedException;
import org.isocenter.server.telemetry.RemoteUnavailableException;
import org.jspecify.annotations.Nullable;

/// Another DICOMweb server, which instances are stored to one by one (PS3.18 section 10.5). It keeps no other
/// files.
public final class StowSink implements Sink {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(1);

    /// A slow line takes longer, and is waited for.
    private static final long BYTES_PER_SECOND = 100_000;

    private static final long ANSWER_MAX_BYTES = 1 << 20;

    /// Out of resources (PS3.4 table GG.4-1): the server may take the instance later.
    private static final int OUT_OF_RESOURCES = 0xA700;

    /// By this the API that this server is compatible with says that there is an instance of these UIDs
    /// already.
    private static final int ALREADY_THERE = 45070;

    private static final String DICOM = "application/dicom; transfer-syntax=*";

    private final String name;
    private final URI studies;
    private final Credentials credentials;
    private final HttpClient http;

    StowSink(String name, URI root, Credentials credentials, @Nullable SSLContext tls) {
        this.name = name;
        this.studies = URI.create(root.toString().replaceAll("/+$", "") + "/studies");
        this.credentials = credentials;
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_TIMEOUT);
        this.http = (tls == null ? builder : builder.sslContext(tls)).build();
    }

    /// Stores an instance.
    ///
    /// @param path of the instance below the resource of all studies
    /// @return why the server does not want it, or null where it has it
    /// @throws IOException that the content throws
    /// @throws RefusedException where the server wants no instance at all
    /// @throws RemoteUnavailableException where it may be stored later
    public @Nullable String store(String path, Content content) throws IOException {
        try (Spool spool = new Spool()) {
            content.writeTo(spool);
            HttpResponse<byte[]> answer = send(spool);
            if (answer.statusCode() == 401 && credentials.renew()) {
                answer = send(spool);
            }
            StowAnswer.Item failed = findFailed(answer);
            return failed == null || failed.reason() == ALREADY_THERE && has(path, spool)
                    ? null
                    : "destination " + name + " refuses it: " + failed.explain();
        }
    }

    /// Whether the server gives out the very bytes: then it is there because of an earlier attempt.
    private boolean has(String path, Spool spool) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(studies + "/" + path))
                .header("Accept", DICOM)
                .timeout(ANSWER_TIMEOUT)
                .GET();
        HttpResponse<InputStream> answer = exchange(request, BodyHandlers.ofInputStream());
        try (InputStream body = answer.body()) {
            return answer.statusCode() == 200 && spool.holds(body);
        } catch (IOException broken) {
            throw new RemoteUnavailableException("destination " + name + " does not answer", broken);
        }
    }

    private HttpResponse<byte[]> send(Spool spool) {
        String boundary = "isocenter-" + UUID.randomUUID();
        BodyPublisher body = BodyPublishers.concat(
                BodyPublishers.ofString(
                        "--" + boundary + "\r\nContent-Type: application/dicom\r\n\r\n", StandardCharsets.US_ASCII),
                spool.publisher(),
                BodyPublishers.ofString("\r\n--" + boundary + "--\r\n", StandardCharsets.US_ASCII));
        HttpRequest.Builder request = HttpRequest.newBuilder(studies)
                .header("Content-Type", "multipart/related; type=\"application/dicom\"; boundary=" + boundary)
                .header("Accept", "application/dicom+json")
                .timeout(ANSWER_TIMEOUT.plusSeconds(spool.lengthBytes() / BYTES_PER_SECOND))
                .POST(body);
        return exchange(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_MAX_BYTES));
    }

    private <T> HttpResponse<T> exchange(HttpRequest.Builder request, BodyHandler<T> handler) {
        try {
            String authorization = credentials.authorization();
            if (authorization != null) {
                request.header("Authorization", authorization);
            }
            return http.send(request.build(), handler);
        } catch (FhirUnavailableException | FhirRefusedException none) {
            // A refusal of a token is mended at the token server: nothing is wrong with what is sent.
            throw new RemoteUnavailableException("destination " + name + " cannot be asked: there is no token", none);
        } catch (IOException failed) {
            throw new RemoteUnavailableException("destination " + name + " does not answer", failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new RemoteUnavailableException("destination " + name + " was not waited for", interrupted);
        }
    }

    /// What the server says of an instance that it does not take.
    private StowAnswer.@Nullable Item findFailed(HttpResponse<byte[]> answer) {
        int status = answer.statusCode();
        boolean told = answer.headers().firstValue("Content-Type").orElse("").contains("dicom+json");
        if (status == 408 || status == 425 || status == 429 || status >= 500) {
            throw new RemoteUnavailableException("destination " + name + " answers " + status, null);
        }
        if (told && (status == 200 || status == 202 || status == 409)) {
            StowAnswer stored = read(answer.body());
            if (stored.failed().isEmpty()) {
                return null;
            }
            StowAnswer.Item failed = stored.failed().getFirst();
            if (failed.reason() == OUT_OF_RESOURCES) {
                throw new RemoteUnavailableException("destination " + name + " is out of resources", null);
            }
            return failed;
        }
        if (status / 100 == 2) {
            return null;
        }
        throw new RefusedException("destination " + name + " refuses to store: it answers " + status);
    }

    private StowAnswer read(byte[] body) {
        try {
            return StowAnswer.read(new ByteArrayInputStream(body));
        } catch (IOException notAnAnswer) {
            throw new RemoteUnavailableException(
                    "destination " + name + " answers something else than DICOM", notAnAnswer);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }
}
