package org.isocenter.server.promises;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.JsonReader;
import org.isocenter.dicom.Limits;
import org.isocenter.dicom.MalformedException;
import org.isocenter.server.index.Entry.Identity;

/// A DICOMweb client.
final class Client implements AutoCloseable {
    static final String BOUNDARY = "promise-boundary";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Pattern REFERENCED_UID =
            Pattern.compile("\"00081155\":\\{\"vr\":\"UI\",\"Value\":\\[\"([0-9.]+)\"");

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI server;

    Client(URI server) {
        this.server = server;
    }

    /// What the server said to a store.
    ///
    /// @param stored instances of which it said that they are stored
    /// @param refused instances of which it said that they are not, because of what is there
    record Told(int status, Set<String> stored, Set<String> refused) {}

    static String path(Identity identity) {
        return "/dicom-web/studies/" + identity.studyUid() + "/series/" + identity.seriesUid() + "/instances/"
                + identity.instanceUid();
    }

    HttpResponse<byte[]> get(String path, String accept) throws IOException {
        return send(HttpRequest.newBuilder(server.resolve(path)).header("Accept", accept));
    }

    HttpResponse<byte[]> send(HttpRequest.Builder request) throws IOException {
        try {
            return http.send(request.timeout(PATIENCE).build(), BodyHandlers.ofByteArray());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(server.resolve(path));
    }

    /// The stored bytes of an instance.
    HttpResponse<byte[]> instance(Identity identity) throws IOException {
        return get(path(identity), "application/dicom; transfer-syntax=*");
    }

    /// Stores instances in one request; with PUT in place of what is there.
    Told store(String method, List<Content> contents) throws IOException {
        HttpResponse<byte[]> response = send(request("/dicom-web/studies")
                .header("Content-Type", "multipart/related; type=\"application/dicom\"; boundary=" + BOUNDARY)
                .header("Accept", "application/dicom+json")
                .method(method, BodyPublishers.ofByteArray(multipart(contents))));
        Set<String> stored = new HashSet<>();
        Set<String> refused = new HashSet<>();
        if (response.statusCode() == 200 || response.statusCode() == 202 || response.statusCode() == 409) {
            String answer = new String(response.body(), StandardCharsets.UTF_8);
            // Failed SOP Sequence stands before Referenced SOP Sequence.
            int referenced = answer.indexOf("\"00081199\"");
            Matcher uid = REFERENCED_UID.matcher(answer);
            while (uid.find()) {
                (referenced >= 0 && uid.start() > referenced ? stored : refused).add(uid.group(1));
            }
        }
        return new Told(response.statusCode(), stored, refused);
    }

    int delete(Identity identity) throws IOException {
        return send(request(path(identity)).DELETE()).statusCode();
    }

    static List<DataSet> dataSets(byte[] json) throws IOException {
        try {
            byte[] list = json[0] == '[' ? json : bytes("[", json, "]");
            return JsonReader.readAll(new ByteArrayInputStream(list), Limits.DEFAULT);
        } catch (MalformedException malformed) {
            throw new IOException(new String(json, StandardCharsets.UTF_8), malformed);
        }
    }

    static byte[] multipart(List<Content> contents) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (Content content : contents) {
            body.writeBytes(
                    bytes("--" + BOUNDARY + "\r\nContent-Type: application/dicom\r\n\r\n", content.bytes(), "\r\n"));
        }
        body.writeBytes(("--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.US_ASCII));
        return body.toByteArray();
    }

    private static byte[] bytes(String before, byte[] content, String after) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(content.length + 128);
        try {
            bytes.write(before.getBytes(StandardCharsets.US_ASCII));
            bytes.write(content);
            bytes.write(after.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }
}
