package org.isocenter.server.objects;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Signs requests to Azure Blob Storage by the key of an account (Shared Key, as its REST API has it since
/// version 2015-02-21).
record AzureBlobKey(String account, String key) {
    /// The value of the Authorization header.
    ///
    /// @param headers all that the request has, by names in lower case
    String authorization(String method, URI uri, int lengthBytes, SortedMap<String, String> headers) {
        String own = headers.entrySet().stream()
                .filter(header -> header.getKey().startsWith("x-ms-"))
                .map(header -> header.getKey() + ":" + header.getValue() + "\n")
                .collect(Collectors.joining());
        String toSign = String.join(
                        "\n",
                        method,
                        "",
                        "",
                        lengthBytes == 0 ? "" : Integer.toString(lengthBytes),
                        headers.getOrDefault("content-md5", ""),
                        headers.getOrDefault("content-type", ""),
                        // Date and If-Modified-Since
                        "",
                        "",
                        headers.getOrDefault("if-match", ""),
                        // If-None-Match, If-Unmodified-Since and Range
                        "",
                        "",
                        "",
                        own)
                + resource(uri);
        return "SharedKey " + account + ":" + hmac(toSign);
    }

    private String resource(URI uri) {
        Map<String, String> parameters = new TreeMap<>();
        if (uri.getRawQuery() != null) {
            for (String parameter : uri.getRawQuery().split("&", -1)) {
                int equals = parameter.indexOf('=');
                parameters.put(
                        parameter.substring(0, equals),
                        URLDecoder.decode(parameter.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return "/" + account + uri.getRawPath()
                + parameters.entrySet().stream()
                        .map(parameter -> "\n" + parameter.getKey() + ":" + parameter.getValue())
                        .collect(Collectors.joining());
    }

    private String hmac(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(key), "HmacSHA256"));
            return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// Without the key.
    @Override
    public String toString() {
        return account;
    }
}
