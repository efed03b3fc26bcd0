package org.isocenter.server.objects;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Signs requests to stores that speak as Amazon S3 does (AWS Signature Version 4, with the digest of the
/// body signed, by which the store finds a body that was damaged on its way).
record S3Signature(String keyId, String secret, String region) {
    private static final String ALGORITHM = "AWS4-HMAC-SHA256";
    private static final String SIGNED_HEADERS = "host;x-amz-content-sha256;x-amz-date";
    private static final DateTimeFormatter MOMENT =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    /// Signs a request.
    ///
    /// @param uri whose path has escapes as [#encode] makes them, and whose query is `name=value` parted by
    ///     `&`
    void sign(HttpRequest.Builder request, String method, URI uri, byte[] body, Instant now) {
        String moment = MOMENT.format(now);
        String digest = hex(sha256(body));
        request.header("x-amz-date", moment).header("x-amz-content-sha256", digest);
        request.header("Authorization", authorization(method, uri, digest, moment));
    }

    String authorization(String method, URI uri, String digest, String moment) {
        String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
        String canonical = String.join(
                "\n",
                method,
                uri.getRawPath(),
                Stream.of(query.split("&", -1)).sorted().collect(Collectors.joining("&")),
                "host:" + host(uri),
                "x-amz-content-sha256:" + digest,
                "x-amz-date:" + moment,
                "",
                SIGNED_HEADERS,
                digest);
        String day = moment.substring(0, 8);
        String scope = day + "/" + region + "/s3/aws4_request";
        String toSign =
                String.join("\n", ALGORITHM, moment, scope, hex(sha256(canonical.getBytes(StandardCharsets.UTF_8))));
        byte[] key = ("AWS4" + secret).getBytes(StandardCharsets.UTF_8);
        for (String step : Arrays.asList(day, region, "s3", "aws4_request")) {
            key = hmac(key, step);
        }
        return ALGORITHM + " Credential=" + keyId + "/" + scope + ", SignedHeaders=" + SIGNED_HEADERS + ", Signature="
                + hex(hmac(key, toSign));
    }

    /// As the client writes it into the header.
    private static String host(URI uri) {
        int usual = uri.getScheme().equalsIgnoreCase("https") ? 443 : 80;
        return uri.getPort() == -1 || uri.getPort() == usual ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
    }

    /// A value of a query, or a step of a path, as it is signed (RFC 3986).
    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    /// A path of a request to an object: the steps of its name.
    static String encodePath(String name) {
        return Stream.of(name.split("/", -1)).map(S3Signature::encode).collect(Collectors.joining("/"));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// Without the secret.
    @Override
    public String toString() {
        return keyId + " in " + region;
    }
}
