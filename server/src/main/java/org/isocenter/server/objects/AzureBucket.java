package org.isocenter.server.objects;

import java.io.InputStream;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.UUID;
import javax.xml.stream.XMLStreamException;
import org.isocenter.server.fhir.Credentials;
import org.isocenter.server.fhir.FhirRefusedException;
import org.isocenter.server.fhir.FhirUnavailableException;
import org.isocenter.server.telemetry.RemoteUnavailableException;
import org.jspecify.annotations.Nullable;

/// A container of Azure Blob Storage, by its REST API (Put Blob, Put Block, Put Block List, List Blobs, Get
/// Blob).
final class AzureBucket implements Bucket {
    private static final String VERSION = "2021-08-06";
    private static final DateTimeFormatter MOMENT = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private static final int PAGE_BLOBS = 500;
    private static final byte[] NOTHING = {};

    private final String root;
    private final String container;

    /// Of the names of all blobs: the folder, if there is one, and a slash.
    private final String prefix;

    private final @Nullable AzureBlobKey key;
    private final String signature;
    private final Credentials credentials;
    private final ObjectClient client;
    private final Clock clock;

    /// @param address of the container, or of a folder in it
    /// @param container that the address is in
    /// @param key of the account, or null
    /// @param signature of a shared access signature, the query that it is, or empty
    /// @param credentials where there is neither
    AzureBucket(
            String address,
            AzureContainer container,
            @Nullable AzureBlobKey key,
            String signature,
            Credentials credentials,
            ObjectClient client,
            Clock clock) {
        this.root = address.replaceAll("/+$", "");
        this.container = container.endpoint() + "/" + container.name();
        String folder = root.substring(this.container.length()).replaceFirst("^/", "");
        this.prefix = folder.isEmpty() ? "" : folder + "/";
        this.key = key;
        this.signature = signature;
        this.credentials = credentials;
        this.client = client;
        this.clock = clock;
    }

    @Override
    public Parts put(String path) {
        return new Parts(new Upload(uri(path)));
    }

    @Override
    public Page list(String below, @Nullable String from) {
        String query = "restype=container&comp=list&maxresults=" + PAGE_BLOBS + "&prefix="
                + S3Signature.encode(prefix + below) + (from == null ? "" : "&marker=" + S3Signature.encode(from));
        HttpResponse<byte[]> answer = client.get(request("GET", container, query, NOTHING, new TreeMap<>()));
        try {
            Listing listing = Listing.read(answer.body(), "EnumerationResults", "Blob", "Name", "Content-Length");
            List<Listed> blobs = new ArrayList<>();
            for (Listing.Entry entry : listing.entries()) {
                String name = entry.encoded() ? decode(entry.name()) : entry.name();
                if (!name.startsWith(prefix)) {
                    throw new IllegalArgumentException("a name of another folder");
                }
                blobs.add(new Listed(name.substring(prefix.length()), entry.lengthBytes()));
            }
            String next = listing.text("NextMarker");
            return new Page(blobs, next.isEmpty() ? null : next);
        } catch (XMLStreamException | IllegalArgumentException other) {
            throw new RemoteUnavailableException(client.label() + " answers something else than a listing", other);
        }
    }

    private static String decode(String name) {
        return URLDecoder.decode(name.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    @Override
    public InputStream read(Listed listed) {
        String address = uri(listed.path());
        return new ObjectStream(client.label(), listed.lengthBytes(), (first, last, tag) -> {
            TreeMap<String, String> headers = new TreeMap<>();
            headers.put("x-ms-range", "bytes=" + first + "-" + last);
            if (tag != null) {
                headers.put("if-match", tag);
            }
            return client.get(request("GET", address, "", NOTHING, headers));
        });
    }

    @Override
    public String address(String path) {
        return root + "/" + path;
    }

    @Override
    public void close() {
        client.close();
    }

    private String uri(String path) {
        return container + "/" + S3Signature.encodePath(prefix + path);
    }

    private void put(String address, String query, byte[] body, boolean blob) {
        TreeMap<String, String> headers = new TreeMap<>();
        headers.put("content-md5", md5(body));
        if (blob) {
            headers.put("x-ms-blob-type", "BlockBlob");
        }
        client.send(request("PUT", address, query, body, headers));
    }

    /// @param query of the request, or empty
    /// @param headers that it has beside those of every request, by names in lower case
    private HttpRequest.Builder request(
            String method, String address, String query, byte[] body, TreeMap<String, String> headers) {
        URI uri = URI.create(query.isEmpty() ? address : address + "?" + query);
        headers.put("x-ms-version", VERSION);
        headers.put("x-ms-date", MOMENT.format(clock.instant()));
        if (key != null) {
            headers.put("authorization", key.authorization(method, uri, body.length, headers));
        } else if (signature.isEmpty()) {
            String authorization = authorization();
            if (authorization != null) {
                headers.put("authorization", authorization);
            }
        } else {
            uri = URI.create(uri + (query.isEmpty() ? "?" : "&") + signature);
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .method(method, method.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        headers.forEach(request::header);
        return request;
    }

    private @Nullable String authorization() {
        try {
            return credentials.authorization();
        } catch (FhirUnavailableException | FhirRefusedException none) {
            throw new RemoteUnavailableException(client.label() + " cannot be asked: there is no token", none);
        }
    }

    private static String md5(byte[] bytes) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("MD5").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private final class Upload implements Parts.Upload {
        private final String address;
        private final String attempt = UUID.randomUUID().toString().substring(0, 8);

        Upload(String address) {
            this.address = address;
        }

        @Override
        public void whole(byte[] bytes) {
            AzureBucket.this.put(address, "", bytes, true);
        }

        @Override
        public void part(int number, byte[] bytes) {
            AzureBucket.this.put(address, "comp=block&blockid=" + id(number).replace("=", "%3D"), bytes, false);
        }

        @Override
        public void join(int parts) {
            StringBuilder list = new StringBuilder("<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList>");
            for (int number = 1; number <= parts; number++) {
                list.append("<Latest>").append(id(number)).append("</Latest>");
            }
            list.append("</BlockList>");
            byte[] body = list.toString().getBytes(StandardCharsets.UTF_8);
            AzureBucket.this.put(address, "comp=blocklist", body, false);
        }

        /// Blocks that are in no list are forgotten by the store after a week.
        @Override
        public void abandon() {
            // Nothing has to be said to it.
        }

        /// Others that put a blob in the same place at the same time have ids of their own.
        private String id(int number) {
            String id = attempt + "%08d".formatted(number);
            return Base64.getEncoder().encodeToString(id.getBytes(StandardCharsets.US_ASCII));
        }
    }
}
