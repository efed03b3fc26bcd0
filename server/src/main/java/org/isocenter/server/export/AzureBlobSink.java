package org.isocenter.server.export;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;
import java.util.TreeMap;
import java.util.UUID;
import org.isocenter.server.fhir.Credentials;
import org.isocenter.server.fhir.FhirRefusedException;
import org.isocenter.server.fhir.FhirUnavailableException;
import org.isocenter.server.telemetry.RemoteUnavailableException;
import org.jspecify.annotations.Nullable;

/// A container of Azure Blob Storage, by its REST API (Put Blob, Put Block, Put Block List).
final class AzureBlobSink implements ObjectSink {
    private static final String VERSION = "2021-08-06";
    private static final DateTimeFormatter MOMENT = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final String name;
    private final String root;
    private final @Nullable AzureBlobKey key;
    private final String signature;
    private final Credentials credentials;
    private final ObjectClient client;
    private final Clock clock;

    /// @param root the address of the container, or of a folder in it
    /// @param key of the account, or null
    /// @param signature of a shared access signature, the query that it is, or empty
    /// @param credentials where there is neither
    AzureBlobSink(
            String name,
            String root,
            @Nullable AzureBlobKey key,
            String signature,
            Credentials credentials,
            Clock clock) {
        this.name = name;
        this.root = root.replaceAll("/+$", "");
        this.key = key;
        this.signature = signature;
        this.credentials = credentials;
        this.client = new ObjectClient(name);
        this.clock = clock;
    }

    @Override
    public void put(String path, Content content) throws IOException {
        Parts parts = new Parts(new Upload(root + "/" + path));
        content.writeTo(parts);
        parts.finish();
    }

    @Override
    public String address(String path) {
        return root + "/" + path;
    }

    @Override
    public void close() {
        client.close();
    }

    /// @param query of the request, or empty
    private void put(String address, String query, byte[] body, boolean blob) {
        URI uri = URI.create(query.isEmpty() ? address : address + "?" + query);
        TreeMap<String, String> headers = new TreeMap<>();
        headers.put("x-ms-version", VERSION);
        headers.put("x-ms-date", MOMENT.format(clock.instant()));
        headers.put("content-md5", md5(body));
        if (blob) {
            headers.put("x-ms-blob-type", "BlockBlob");
        }
        if (key != null) {
            headers.put("authorization", key.authorization("PUT", uri, body.length, headers));
        } else if (signature.isEmpty()) {
            String authorization = authorization();
            if (authorization != null) {
                headers.put("authorization", authorization);
            }
        } else {
            uri = URI.create(uri + (query.isEmpty() ? "?" : "&") + signature);
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).PUT(BodyPublishers.ofByteArray(body));
        headers.forEach(request::header);
        client.send(request);
    }

    private @Nullable String authorization() {
        try {
            return credentials.authorization();
        } catch (FhirUnavailableException | FhirRefusedException none) {
            throw new RemoteUnavailableException("destination " + name + " cannot be asked: there is no token", none);
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
            AzureBlobSink.this.put(address, "", bytes, true);
        }

        @Override
        public void part(int number, byte[] bytes) {
            AzureBlobSink.this.put(address, "comp=block&blockid=" + id(number).replace("=", "%3D"), bytes, false);
        }

        @Override
        public void join(int parts) {
            StringBuilder list = new StringBuilder("<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList>");
            for (int number = 1; number <= parts; number++) {
                list.append("<Latest>").append(id(number)).append("</Latest>");
            }
            list.append("</BlockList>");
            byte[] body = list.toString().getBytes(StandardCharsets.UTF_8);
            AzureBlobSink.this.put(address, "comp=blocklist", body, false);
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
