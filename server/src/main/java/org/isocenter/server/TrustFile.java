package org.isocenter.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// Files with the certificates (PEM) that others are believed by, in the place of those of Java.
final class TrustFile {
    private TrustFile() {}

    /// TLS with the trust of a file, or null where the path is empty.
    ///
    /// @param setting that the path is from
    /// @throws IOException if the file cannot be read, or has no certificate
    static @Nullable SSLContext findTls(String setting, Path path) throws IOException {
        if (path.toString().isEmpty()) {
            return null;
        }
        try {
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(null, managers(path), null);
            return tls;
        } catch (GeneralSecurityException | IOException e) {
            throw new IOException(setting + ": " + path + ": " + e.getMessage(), e);
        }
    }

    /// What believes by the certificates of a file; null where the path is empty.
    static TrustManager @Nullable [] managers(Path path) throws IOException, GeneralSecurityException {
        if (path.toString().isEmpty()) {
            return null;
        }
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(path)) {
            int number = 0;
            for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry(Integer.toString(number++), one);
            }
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }
}
