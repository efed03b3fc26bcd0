package org.isocenter.server.export;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isocenter.server.telemetry.RemoteUnavailableException;
import org.jspecify.annotations.Nullable;

/// A bucket of Amazon S3 or of a store that speaks as it does, by its REST API. Four requests are all that it
/// takes, so there is no library for it here.
final class S3Sink implements ObjectSink {
    private static final Pattern UPLOAD_ID = Pattern.compile("<UploadId>([^<&]{1,2048})</UploadId>");

    private final String name;
    private final String address;
    private final URI root;
    private final S3Signature signature;
    private final ObjectClient client;
    private final Clock clock;

    /// @param address `//bucket` or `//bucket/prefix`
    /// @param endpoint of the store; the bucket is the first step of the path
    S3Sink(String name, String address, URI endpoint, S3Signature signature, Clock clock) {
        this.name = name;
        this.address = "s3:" + address.replaceAll("/+$", "");
        this.root = URI.create(endpoint.toString().replaceAll("/+$", "") + this.address.substring("s3:/".length()));
        this.signature = signature;
        this.client = new ObjectClient(name);
        this.clock = clock;
    }

    @Override
    public void put(String path, Content content) throws IOException {
        Parts parts = new Parts(new Upload(URI.create(root + "/" + path)));
        boolean whole = false;
        try {
            content.writeTo(parts);
            parts.finish();
            whole = true;
        } finally {
            if (!whole) {
                parts.abandon();
            }
        }
    }

    @Override
    public String address(String path) {
        return address + "/" + path;
    }

    @Override
    public void close() {
        client.close();
    }

    private HttpResponse<byte[]> send(String method, URI uri, byte[] body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .method(method, body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        signature.sign(request, method, uri, body, clock.instant());
        return client.send(request);
    }

    private final class Upload implements Parts.Upload {
        private static final byte[] NOTHING = {};

        private final URI uri;
        private final List<String> tags = new ArrayList<>();
        private @Nullable String id;

        Upload(URI uri) {
            this.uri = uri;
        }

        @Override
        public void whole(byte[] bytes) {
            send("PUT", uri, bytes);
        }

        @Override
        public void part(int number, byte[] bytes) {
            if (id == null) {
                HttpResponse<byte[]> begun = send("POST", URI.create(uri + "?uploads="), NOTHING);
                Matcher told = UPLOAD_ID.matcher(new String(begun.body(), StandardCharsets.UTF_8));
                if (!told.find()) {
                    throw new RemoteUnavailableException(
                            "destination " + name + " answers something else than an upload", null);
                }
                id = S3Signature.encode(told.group(1));
            }
            URI part = URI.create(uri + "?partNumber=" + number + "&uploadId=" + id);
            tags.add(send("PUT", part, bytes).headers().firstValue("ETag").orElse(""));
        }

        @Override
        public void join(int parts) {
            StringBuilder list = new StringBuilder("<CompleteMultipartUpload>");
            for (int i = 0; i < parts; i++) {
                list.append("<Part><PartNumber>")
                        .append(i + 1)
                        .append("</PartNumber><ETag>")
                        .append(tags.get(i)
                                .replace("&", "&amp;")
                                .replace("<", "&lt;")
                                .replace("\"", "&quot;"))
                        .append("</ETag></Part>");
            }
            list.append("</CompleteMultipartUpload>");
            send("POST", ofUpload(), list.toString().getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void abandon() {
            if (id != null) {
                send("DELETE", ofUpload(), NOTHING);
            }
        }

        private URI ofUpload() {
            return URI.create(uri + "?uploadId=" + id);
        }
    }
}
