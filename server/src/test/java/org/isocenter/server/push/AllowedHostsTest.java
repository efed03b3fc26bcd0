package org.isocenter.server.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Where requests go, and how they are signed.
class AllowedHostsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.1.2.3",
                "localhost",
                "2130706433",
                "10.0.0.1",
                "172.31.255.255",
                "192.168.0.1",
                "100.64.0.1",
                "192.0.0.8",
                "198.19.0.1",
                "240.0.0.1",
                "255.255.255.255",
                "[::1]",
                "[fd12::1]",
                "[::ffff:10.0.0.1]",
                "[::127.0.0.1]",
                "[64:ff9b::a00:1]",
                "[2002:a00:1::1]",
                "[2001:0:1::1]"
            })
    void addressesOfPrivateNetworksAreForHostsThatAreNamedInFull(String host) throws IOException {
        URI url = URI.create("http://" + host + ":8080/");
        assertThatThrownBy(() -> new AllowedHosts(List.of("*:8080")).resolve(url))
                .isInstanceOf(IOException.class);
        assertThat(new AllowedHosts(List.of(host + ":8080")).resolve(url)).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "169.254.169.254",
                "[fe80::1]",
                "0.0.0.0",
                "[::]",
                "224.0.0.1",
                "[ff02::1]",
                "[::ffff:169.254.1.1]",
                "[64:ff9b::a9fe:a9fe]"
            })
    void addressesOfALinkAreForNobody(String host) {
        URI url = URI.create("http://" + host + "/");
        assertThatThrownBy(() -> new AllowedHosts(List.of(host)).resolve(url)).isInstanceOf(IOException.class);
    }

    @Test
    void aHostIsKnownByItsNameAndItsPort() throws IOException {
        AllowedHosts destinations = new AllowedHosts(List.of("Hooks.Example.org", "192.0.2.1:8443", "*.example.com"));
        assertThat(List.of(
                        "https://hooks.example.org/a?b=c",
                        "http://HOOKS.example.org",
                        "https://192.0.2.1:8443/",
                        "https://a.b.example.com/"))
                .allSatisfy(url ->
                        assertThat(destinations.findFault(URI.create(url))).isNull());
        assertThat(List.of(
                        "https://hooks.example.org:8443/",
                        "https://192.0.2.1/",
                        "https://example.com/",
                        "https://badexample.com/",
                        "https://hooks.example.org.evil.example/",
                        "https://hooks.example.org@evil.example/"))
                .allSatisfy(url ->
                        assertThat(destinations.findFault(URI.create(url))).isNotNull());
        assertThat(new AllowedHosts(List.of("*")).resolve(URI.create("http://192.0.2.1/")))
                .hasSize(1);
        assertThat(new AllowedHosts(List.of()).findFault(URI.create("https://hooks.example.org/")))
                .contains("push.allowed-hosts");
    }

    /// The example of Standard Webhooks.
    @Test
    void theSignatureIsThatOfStandardWebhooks() {
        String secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        byte[] bytes = Base64.getDecoder().decode(secret.substring(6));
        assertThat(Signature.findSecret(secret)).isEqualTo(bytes);
        assertThat(Signature.print(bytes)).isEqualTo(secret);
        assertThat(Signature.of(
                        bytes,
                        "msg_p5jXN8AQM9LWM0D4loKWxJek",
                        1_614_265_330,
                        "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
