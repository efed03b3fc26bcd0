package org.isocenter.acceptance;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// Gives out certificates, as long as a folder is there that it works in. The `keytool` of Java makes them.
final class TestAuthority {
    private static final String PASSWORD = "password";
    private static final String OWN = "authority";

    private final Path folder;

    TestAuthority(Path folder) throws IOException {
        this.folder = folder;
        keytool("-genkeypair", "-keyalg", "EC", "-alias", OWN, "-dname", "CN=A test", "-ext", "bc:c");
        keytool("-exportcert", "-rfc", "-alias", OWN, "-file", certificate().toString());
    }

    /// The file with its own certificate (PEM).
    Path certificate() {
        return folder.resolve("authority.pem");
    }

    /// A server with a certificate of this authority.
    ///
    /// @param name that it is for, such as `ip:127.0.0.1`
    SSLContext give(String alias, String name) throws IOException, GeneralSecurityException {
        return make(alias, name, List.of("-signer", OWN));
    }

    /// A server that nobody vouches for but itself.
    SSLContext stranger(String alias, String name) throws IOException, GeneralSecurityException {
        return make(alias, name, List.of());
    }

    private SSLContext make(String alias, String name, List<String> more) throws IOException, GeneralSecurityException {
        List<String> command = new ArrayList<>(List.of("-genkeypair", "-keyalg", "EC", "-alias", alias));
        command.addAll(List.of("-dname", "CN=" + alias, "-ext", "san=" + name));
        command.addAll(more);
        keytool(command.toArray(String[]::new));
        KeyStore all = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys())) {
            all.load(in, PASSWORD.toCharArray());
        }
        KeyStore one = KeyStore.getInstance("PKCS12");
        one.load(null, null);
        one.setKeyEntry(
                alias,
                all.getKey(alias, PASSWORD.toCharArray()),
                PASSWORD.toCharArray(),
                all.getCertificateChain(alias));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(one, PASSWORD.toCharArray());
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(factory.getKeyManagers(), null, null);
        return tls;
    }

    private Path keys() {
        return folder.resolve("keys.p12");
    }

    private void keytool(String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", keys().toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
        Programs.run(command, folder, Duration.ofMinutes(1));
    }
}
