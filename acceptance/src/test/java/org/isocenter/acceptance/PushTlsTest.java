package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Webhooks over TLS: whom the archive believes.
class PushTlsTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private static final int CLIENT_HELLO = 1;
    private static final int SUPPORTED_VERSIONS = 43;
    private static final int TLS_1_2 = 0x0303;
    private static final int TLS_1_3 = 0x0304;

    @TempDir
    private static Path folder = Path.of("");

    private static Receiver known;
    private static Receiver stranger;
    private static Receiver impostor;
    private static ServerSocket listener;
    private static @Nullable Archive started;

    private final String name = "tls-" + UUID.randomUUID();
    private final Archive archive = Objects.requireNonNull(started);

    @BeforeAll
    static void start() throws Exception {
        TestAuthority authority = new TestAuthority(folder);
        known = new Receiver(authority.give("known", "ip:127.0.0.1"));
        impostor = new Receiver(authority.give("impostor", "dns:elsewhere.example.org"));
        stranger = new Receiver(authority.stranger("stranger", "ip:127.0.0.1"));
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        started = Archive.with(
                "--push-allowed-hosts",
                known.host() + "," + impostor.host() + "," + stranger.host() + ",127.0.0.1:" + listener.getLocalPort(),
                "--push-trust-store",
                authority.certificate().toString(),
                "--push-retry-for",
                "1s",
                "--push-timeout",
                "2s");
    }

    @AfterAll
    static void stop() throws IOException {
        if (started != null) {
            started.close();
        }
        known.close();
        impostor.close();
        stranger.close();
        listener.close();
    }

    /// Has a webhook called about an instance.
    private Draft call(URI url) {
        String body = "{\"url\":\"" + url + "\",\"partition\":\"" + name + "\"}";
        archive.root()
                .send(archive.root()
                        .request("webhooks/" + name, "Content-Type", "application/json")
                        .PUT(BodyPublishers.ofString(body)))
                .assertStatus(201);
        Draft draft = Draft.ct();
        Archive.partition(archive.dicomweb(), name).store(draft.bytes()).assertStatus(200);
        return draft;
    }

    private void forget() {
        archive.root().delete("webhooks/" + name).assertStatus(204);
    }

    @Test
    void aReceiverWhoseAuthorityIsBelievedIsCalled() throws Exception {
        Draft draft = call(known.url("/" + name));
        assertThat(known.awaitTaken("/" + name, 1).getFirst().path("subject").asString())
                .endsWith(draft.path());
        forget();
    }

    @Test
    void aReceiverThatNobodyVouchesForIsToldNothing() throws Exception {
        assertThat(problem(stranger)).contains("certification path");
    }

    @Test
    void aReceiverWithTheCertificateOfAnotherIsToldNothing() throws Exception {
        assertThat(problem(impostor)).contains("127.0.0.1").contains("subject alternative names");
    }

    /// Why an event was given up.
    private String problem(Receiver receiver) throws InterruptedException {
        call(receiver.url("/" + name));
        List<JsonNode> letters = new ArrayList<>();
        receiver.await("a dead letter", calls -> {
            letters.clear();
            MAPPER.readTree(archive.root()
                            .get("webhooks/" + name + "/deadletters", "Accept", "*/*")
                            .assertStatus(200)
                            .text())
                    .forEach(letters::add);
            return !letters.isEmpty();
        });
        forget();
        assertThat(receiver.calls()).isEmpty();
        assertThat(letters.getFirst().path("status").asInt()).isZero();
        return letters.getFirst().path("problem").asString();
    }

    /// As RFC 8446 has the first message of a client: sections 4.1.2 and 4.2.1.
    @Test
    void noVersionBefore12IsOffered() throws Exception {
        CompletableFuture<byte[]> hello = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try (Socket socket = listener.accept()) {
                DataInputStream in = new DataInputStream(socket.getInputStream());
                in.skipNBytes(3);
                hello.complete(in.readNBytes(in.readUnsignedShort()));
            } catch (IOException failed) {
                hello.completeExceptionally(failed);
            }
        });
        call(URI.create("https://127.0.0.1:" + listener.getLocalPort() + "/"));
        assertThat(versions(ByteBuffer.wrap(hello.get(30, TimeUnit.SECONDS))))
                .containsExactlyInAnyOrder(TLS_1_2, TLS_1_3);
        forget();
    }

    private static List<Integer> versions(ByteBuffer hello) {
        assertThat(hello.get()).isEqualTo((byte) CLIENT_HELLO);
        // The length of the message, the version of old, and the random bytes.
        skip(hello, 3 + 2 + 32);
        skip(hello, hello.get() & 0xFF);
        skip(hello, hello.getShort() & 0xFFFF);
        skip(hello, hello.get() & 0xFF);
        skip(hello, 2);
        List<Integer> versions = new ArrayList<>();
        while (hello.hasRemaining()) {
            int type = hello.getShort() & 0xFFFF;
            int length = hello.getShort() & 0xFFFF;
            if (type == SUPPORTED_VERSIONS) {
                for (int left = hello.get() & 0xFF; left > 0; left -= 2) {
                    versions.add(hello.getShort() & 0xFFFF);
                }
            } else {
                skip(hello, length);
            }
        }
        return versions;
    }

    private static void skip(ByteBuffer buffer, int bytes) {
        buffer.position(buffer.position() + bytes);
    }
}
