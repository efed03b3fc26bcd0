package org.isocenter.server.objects;

import java.io.InputStream;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLStreamException;
import org.isocenter.server.telemetry.RemoteUnavailableException;
import org.jspecify.annotations.Nullable;

/// A bucket of Amazon S3 or of a store that speaks as it does, by its REST API. Six requests are all that it
/// takes, so there is no library for it here.
final class S3Bucket implements Bucket {
    private static final Pattern UPLOAD_ID = Pattern.compile("<UploadId>([^<&]{1,2048})</UploadId>");
    private static final int PAGE_OBJECTS = 500;
    private static final byte[] NOTHING = {};

    private final String address;
    private final URI bucket;

    /// Of the keys of all objects: the folder, if there is one, and a slash.
    private final String prefix;

    private final S3Signature signature;
    private final ObjectClient client;
    private final Clock clock;

    /// @param address `//bucket` or `//bucket/folder`
    /// @param endpoint of the store; the bucket is the first step of the path
    S3Bucket(String address, URI endpoint, S3Signature signature, ObjectClient client, Clock clock) {
        String path = address.replaceAll("^//|/+$", "");
        int slash = path.indexOf('/');
        this.address = "s3://" + path;
        this.bucket = URI.create(
                endpoint.toString().replaceAll("/+$", "") + "/" + (slash < 0 ? path : path.substring(0, slash)));
        this.prefix = slash < 0 ? "" : path.substring(slash + 1) + "/";
        this.signature = signature;
        this.client = client;
        this.clock = clock;
    }

    @Override
    public Parts put(String path) {
        return new Parts(new Upload(uri(path)));
    }

    /// Where a page begins is the key of the object before it, which stores never forget.
    @Override
    public Page list(String below, @Nullable String from) {
        String query = "list-type=2&encoding-type=url&max-keys=" + PAGE_OBJECTS + "&prefix="
                + S3Signature.encode(prefix + below)
                + (from == null ? "" : "&start-after=" + S3Signature.encode(prefix + from));
        URI uri = URI.create(bucket + "?" + query);
        HttpResponse<byte[]> answer = client.get(signed("GET", uri, NOTHING));
        try {
            Listing listing = Listing.read(answer.body(), "ListBucketResult", "Contents", "Key", "Size");
            boolean encoded = listing.text("EncodingType").equals("url");
            List<Listed> objects = new ArrayList<>();
            for (Listing.Entry entry : listing.entries()) {
                String key = encoded ? URLDecoder.decode(entry.name(), StandardCharsets.UTF_8) : entry.name();
                if (!key.startsWith(prefix)) {
                    throw new IllegalArgumentException("a key of another folder");
                }
                objects.add(new Listed(key.substring(prefix.length()), entry.lengthBytes()));
            }
            boolean more = listing.text("IsTruncated").equals("true") && !objects.isEmpty();
            return new Page(objects, more ? objects.getLast().path() : null);
        } catch (XMLStreamException | IllegalArgumentException other) {
            throw new RemoteUnavailableException(client.label() + " answers something else than a listing", other);
        }
    }

    @Override
    public InputStream read(Listed listed) {
        URI uri = uri(listed.path());
        return new ObjectStream(client.label(), listed.lengthBytes(), (first, last, tag) -> {
            HttpRequest.Builder request = signed("GET", uri, NOTHING).header("Range", "bytes=" + first + "-" + last);
            return client.get(tag == null ? request : request.header("If-Match", tag));
        });
    }

    @Override
    public String address(String path) {
        return address + "/" + path;
    }

    @Override
    public void close() {
        client.close();
    }

    private URI uri(String path) {
        return URI.create(bucket + "/" + S3Signature.encodePath(prefix + path));
    }

    private HttpRequest.Builder signed(String method, URI uri, byte[] body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .method(method, body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        signature.sign(request, method, uri, body, clock.instant());
        return request;
    }

    private HttpResponse<byte[]> send(String method, URI uri, byte[] body) {
        return client.send(signed(method, uri, body));
    }

    private final class Upload implements Parts.Upload {
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
                            client.label() + " answers something else than an upload", null);
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
