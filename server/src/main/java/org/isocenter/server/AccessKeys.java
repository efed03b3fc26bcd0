package org.isocenter.server;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The settings by which a server elsewhere is shown who asks, below one prefix and in the same words for
/// every kind of server.
record AccessKeys(
        Setting<String> token,
        Setting<URI> tokenUrl,
        Setting<String> clientId,
        Setting<String> clientSecret,
        Setting<Path> clientKey,
        Setting<String> clientKeyId,
        Setting<String> scope,
        Setting<String> azureResource,
        Setting<Path> trustStore,
        Setting<Path> keyStore,
        Setting<String> keyStorePassword) {

    /// Adds these settings to the catalogue.
    ///
    /// @param server whom they are for, such as `the FHIR server`
    static AccessKeys add(String prefix, String server, String scopeExample, String azureExample) {
        return new AccessKeys(
                SettingCatalogue.secret(
                        prefix + ".token", "Bearer token for " + server + ". Empty: requests carry none."),
                SettingCatalogue.add(
                        prefix + ".token-url",
                        SettingType.WEB_ADDRESS,
                        URI.create(""),
                        "Where tokens for " + server + " are given by client credentials (OAuth 2.0).",
                        "or empty",
                        uri -> true),
                text(prefix + ".client-id", "Who asks at `" + prefix + ".token-url`."),
                SettingCatalogue.secret(
                        prefix + ".client-secret",
                        "Secret of the client. Empty: it signs with `" + prefix + ".client-key`."),
                path(
                        prefix + ".client-key",
                        "File with the private key of the client (PEM, PKCS #8): RSA for RS384, P-384 for ES384."),
                text(prefix + ".client-key-id", "Name of that key at the token server (`kid`)."),
                text(prefix + ".scope", "Scope that tokens are asked for, such as `" + scopeExample + "`."),
                text(
                        prefix + ".azure-resource",
                        "Resource for which the managed identity of this machine in Azure gets tokens, such as `"
                                + azureExample + "`."),
                path(
                        prefix + ".trust-store",
                        "File with the certificates (PEM) that " + server
                                + " and the token server are believed by. Empty: those of Java."),
                path(
                        prefix + ".key-store",
                        "File with the key and certificate (PKCS #12) that are shown to them (mutual TLS)."),
                SettingCatalogue.secret(prefix + ".key-store-password", "Password of that file."));
    }

    private static Setting<String> text(String key, String meaning) {
        return SettingCatalogue.add(key, SettingType.TEXT, "", meaning, "", text -> true);
    }

    private static Setting<Path> path(String key, String meaning) {
        return SettingCatalogue.add(key, SettingType.PATH, Path.of(""), meaning, "or empty", path -> true);
    }

    List<SettingCatalogue.Rule> rules() {
        return List.of(
                new SettingCatalogue.Rule(List.of(tokenUrl, clientId, clientSecret, clientKey), this::tokenClient),
                new SettingCatalogue.Rule(List.of(token, tokenUrl, azureResource), this::oneWayToTokens));
    }

    private @Nullable String tokenClient(SettingValues values) {
        boolean asks = !values.get(tokenUrl).toString().isEmpty();
        boolean secret = !values.get(clientSecret).isEmpty();
        boolean key = !values.get(clientKey).toString().isEmpty();
        return !asks || !values.get(clientId).isEmpty() && secret != key
                ? null
                : "%s needs %s and either %s or %s"
                        .formatted(tokenUrl.key(), clientId.key(), clientSecret.key(), clientKey.key());
    }

    private @Nullable String oneWayToTokens(SettingValues values) {
        long ways = Stream.of(values.get(token), values.get(tokenUrl).toString(), values.get(azureResource))
                .filter(text -> !text.isEmpty())
                .count();
        return ways <= 1
                ? null
                : "%s, %s and %s are three ways to a token; give one"
                        .formatted(token.key(), tokenUrl.key(), azureResource.key());
    }
}
