package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.isocenter.dicom.DataSet;

/// Speaks DICOMweb to one root of an archive.
record Dicomweb(URI root) {
    static final String JSON = "application/dicom+json";
    static final String XML = "multipart/related; type=\"application/dicom+xml\"";
    static final String MULTIPART_DICOM = "multipart/related; type=\"application/dicom\"; transfer-syntax=*";
    static final String SINGLE_DICOM = "application/dicom; transfer-syntax=*";
    static final String BOUNDARY = "cut-here-5e1f0b";
    static final String PARTS = "multipart/related; type=\"application/dicom\"; boundary=" + BOUNDARY;

    private static final byte[] PART_HEAD = ascii("--" + BOUNDARY + "\r\nContent-Type: application/dicom\r\n\r\n");
    private static final byte[] LINE_END = ascii("\r\n");
    private static final byte[] END = ascii("--" + BOUNDARY + "--\r\n");

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /// @param headers names and values by turns
    Answer get(String path, String... headers) {
        return send(request(path, headers).GET());
    }

    Answer head(String path, String... headers) {
        return send(request(path, headers).method("HEAD", BodyPublishers.noBody()));
    }

    Answer delete(String path) {
        return send(request(path).DELETE());
    }

    /// Sends files to be stored, as the parts of one request.
    Answer store(byte[]... files) {
        return storeAt("/studies", files);
    }

    Answer storeAt(String path, byte[]... files) {
        return post(path, PARTS, multipart(files));
    }

    /// Sends files that take the place of others under the same UIDs.
    Answer replace(byte[]... files) {
        return send(request("/studies", "Content-Type", PARTS, "Accept", JSON)
                .PUT(BodyPublishers.ofByteArray(multipart(files))));
    }

    Answer post(String path, String contentType, byte[] body) {
        return send(request(path, "Content-Type", contentType, "Accept", JSON).POST(BodyPublishers.ofByteArray(body)));
    }

    Answer put(String path, String contentType, byte[] body) {
        return send(request(path, "Content-Type", contentType, "Accept", JSON).PUT(BodyPublishers.ofByteArray(body)));
    }

    /// What a search finds.
    List<DataSet> search(String pathAndQuery) {
        Answer answer = get(pathAndQuery, "Accept", JSON);
        if (answer.status() == 204) {
            assertThat(answer.body()).isEmpty();
            return List.of();
        }
        return answer.assertStatus(200).dataSets();
    }

    /// The metadata of what lies at a path.
    List<DataSet> metadata(String path) {
        return get(path + "/metadata", "Accept", JSON).assertStatus(200).dataSets();
    }

    /// The highest sequence of the change feed: it grows with every change and with nothing else.
    long feedPosition() {
        Answer answer = get("/changefeed/latest?includeMetadata=false", "Accept", "*/*");
        if (answer.status() == 204) {
            return 0;
        }
        String json = answer.assertStatus(200).text();
        return Long.parseLong(json.replaceAll("(?s).*\"sequence\"\\s*:\\s*(\\d+).*", "$1"));
    }

    Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<byte[]> response = CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            Map<String, List<String>> headers = new TreeMap<>(response.headers().map());
            return new Answer(response.statusCode(), headers, response.body());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /// Passes on the body of an answer while it comes, so that none of it has to be held.
    void stream(String path, String accept, Consumer<byte[]> body) {
        try {
            HttpResponse<Void> response = CLIENT.send(
                    request(path, "Accept", accept).build(),
                    HttpResponse.BodyHandlers.ofByteArrayConsumer(bytes -> bytes.ifPresent(body)));
            assertThat(response.statusCode()).isEqualTo(200);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    HttpRequest.Builder request(String path, String... headers) {
        URI uri = path.startsWith("http") ? URI.create(path) : URI.create(root + path);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(60));
        return headers.length == 0 ? request : request.headers(headers);
    }

    static byte[] multipart(byte[]... files) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (byte[] file : files) {
            body.writeBytes(PART_HEAD);
            body.writeBytes(file);
            body.writeBytes(LINE_END);
        }
        body.writeBytes(END);
        return body.toByteArray();
    }

    /// The same of one file that is read while it is sent.
    static InputStream multipart(InputStream file) {
        return Stretch.joined(Stretch.bytes(PART_HEAD), file, Stretch.bytes(LINE_END), Stretch.bytes(END));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /// A value as it stands in a query.
    static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
