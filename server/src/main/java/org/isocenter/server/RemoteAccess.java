package org.isocenter.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Duration;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.isocenter.server.cast.DicomwebSource;
import org.isocenter.server.export.Destination;
import org.isocenter.server.export.Destinations;
import org.isocenter.server.export.Sink;
import org.isocenter.server.fhir.Assertion;
import org.isocenter.server.fhir.Credentials;
import org.isocenter.server.fhir.FhirClient;
import org.isocenter.server.fhir.Tokens;
import org.jspecify.annotations.Nullable;

/// How a server elsewhere is shown who asks, and by what it is believed.
///
/// @param names of the settings that all this is from
/// @param token a bearer token, or empty
/// @param tokenUrl where tokens are given, or null
/// @param azureResource that the machine's identity gets tokens for, or empty
record RemoteAccess(
        AccessKeys names,
        String token,
        @Nullable URI tokenUrl,
        String clientId,
        String clientSecret,
        Path clientKey,
        String clientKeyId,
        String scope,
        String azureResource,
        Path trustStore,
        Path keyStore,
        String keyStorePassword) {

    static RemoteAccess of(SettingValues values, AccessKeys keys) {
        URI tokenUrl = values.get(keys.tokenUrl());
        return new RemoteAccess(
                keys,
                values.get(keys.token()),
                tokenUrl.toString().isEmpty() ? null : tokenUrl,
                values.get(keys.clientId()),
                values.get(keys.clientSecret()),
                values.get(keys.clientKey()),
                values.get(keys.clientKeyId()),
                values.get(keys.scope()),
                values.get(keys.azureResource()),
                values.get(keys.trustStore()),
                values.get(keys.keyStore()),
                values.get(keys.keyStorePassword()));
    }

    /// A client of a FHIR server.
    ///
    /// @throws IOException if a key or a certificate cannot be read
    FhirClient fhir(URI base, Duration timeout) throws IOException {
        SSLContext tls = findTls();
        return new FhirClient(base, credentials(tls), timeout, tls);
    }

    /// An archive that can be followed.
    ///
    /// @throws IOException if a key or a certificate cannot be read
    DicomwebSource archive(URI root, Duration timeout) throws IOException {
        SSLContext tls = findTls();
        return new DicomwebSource(root, credentials(tls), timeout, tls);
    }

    /// A server that instances are exported to.
    ///
    /// @throws IOException if a key or a certificate cannot be read
    Sink destination(Destination destination) throws IOException {
        SSLContext tls = findTls();
        return Destinations.dicomweb(destination, credentials(tls), tls);
    }

    private Credentials credentials(@Nullable SSLContext tls) throws IOException {
        if (!token.isEmpty()) {
            return Credentials.bearer(token);
        }
        if (!azureResource.isEmpty()) {
            return Tokens.ofMachine(azureResource, Clock.systemUTC());
        }
        if (tokenUrl == null) {
            return Credentials.NONE;
        }
        if (!clientSecret.isEmpty()) {
            return Tokens.bySecret(tokenUrl, clientId, clientSecret, scope, Clock.systemUTC(), tls);
        }
        try {
            Assertion assertion = new Assertion(clientId, clientKeyId, Files.readString(clientKey));
            return Tokens.bySignature(tokenUrl, assertion, scope, Clock.systemUTC(), tls);
        } catch (IllegalArgumentException notAKey) {
            throw new IOException(names.clientKey().key() + ": " + clientKey + ": " + notAKey.getMessage(), notAKey);
        }
    }

    /// TLS with keys and trust of its own, or null where those of Java do.
    private @Nullable SSLContext findTls() throws IOException {
        if (trustStore.toString().isEmpty() && keyStore.toString().isEmpty()) {
            return null;
        }
        try {
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(keys(), TrustFile.managers(trustStore), null);
            return tls;
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    names.keyStore().key() + " or " + names.trustStore().key() + ": " + e.getMessage(), e);
        }
    }

    private KeyManager @Nullable [] keys() throws IOException, GeneralSecurityException {
        if (keyStore.toString().isEmpty()) {
            return null;
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keyStore)) {
            store.load(in, keyStorePassword.toCharArray());
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, keyStorePassword.toCharArray());
        return factory.getKeyManagers();
    }
}
