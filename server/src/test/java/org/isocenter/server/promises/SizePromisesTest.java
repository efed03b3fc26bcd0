package org.isocenter.server.promises;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.isocenter.server.index.Entry.Identity;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SizePromisesTest {
    private static final int PARALLEL = 200;

    @TempDir
    private Path folder;

    @Test
    @DisplayName("A1 with a heap of 512 MB a huge instance, a request of very many and 200 requests at once all finish")
    void memoryDoesNotDependOnSize() throws Exception {
        try (Rig rig = new Rig(folder.resolve("data").resolve("blobs"))) {
            ChildServer.Command command = new ChildServer.Command(folder, rig.options)
                    .machine("-Xmx512m")
                    .machine("-XX:+ExitOnOutOfMemoryError")
                    .flag("http-request-max-bytes", Long.toString(16L << 30));
            try (ChildServer server = command.start();
                    Client client = new Client(server.uri())) {
                storeHuge(server, Size.NIGHTLY ? (4L << 30) - (1 << 20) : 300L << 20);
                storeMany(client, Size.of(2_000, 10_000));
                List<Integer> answers = Race.run(PARALLEL, runner -> () -> {
                    Content content = Content.of(Content.identity(3, runner % 7, runner), 1, 400_000);
                    int status = client.store("POST", List.of(content)).status();
                    HttpResponse<byte[]> answer = client.instance(content.identity());
                    if (answer.statusCode() == 200) {
                        assertThat(Content.sha256(answer.body())).isEqualTo(content.sha256());
                    }
                    return Math.max(status, answer.statusCode());
                });
                System.out.println("A1: " + Collections.frequency(answers, 200) + " of " + PARALLEL
                        + " at once were served, others put off");
                assertThat(answers).containsAnyOf(200).allMatch(status -> status == 200 || status == 503);
                assertThat(server.isAlive()).isTrue();
                assertThat(server.log()).doesNotContain("OutOfMemoryError");
            }
        }
    }

    private static void storeMany(Client client, int count) throws IOException {
        List<Content> contents = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            contents.add(Content.of(Content.identity(2, i % 11, i), 1, 600));
        }
        assertThat(client.store("POST", contents).stored()).hasSize(count);
    }

    /// An instance that neither side ever holds: its pixels are made while they are sent.
    private static void storeHuge(ChildServer server, long pixelBytes) throws Exception {
        Identity identity = Content.identity(1, 1, 1);
        byte[] small = Content.of(identity, 1, 2).bytes();
        byte[] head = Arrays.copyOf(small, small.length - 2);
        ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).putInt(head.length - 4, (int) pixelBytes);
        MessageDigest sent = MessageDigest.getInstance("SHA-256");
        byte[] before = ("--" + Client.BOUNDARY + "\r\nContent-Type: application/dicom\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] after = ("\r\n--" + Client.BOUNDARY + "--\r\n").getBytes(StandardCharsets.US_ASCII);
        try (HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            HttpRequest store = HttpRequest.newBuilder(server.uri().resolve("/dicom-web/studies"))
                    .header(
                            "Content-Type",
                            "multipart/related; type=\"application/dicom\"; boundary=" + Client.BOUNDARY)
                    .POST(BodyPublishers.ofInputStream(() -> new SequenceInputStream(Collections.enumeration(List.of(
                            new ByteArrayInputStream(before),
                            new DigestInputStream(
                                    new SequenceInputStream(new ByteArrayInputStream(head), new Pixels(pixelBytes)),
                                    sent),
                            new ByteArrayInputStream(after))))))
                    .build();
            assertThat(http.send(store, BodyHandlers.discarding()).statusCode()).isEqualTo(200);
            HttpRequest retrieve = HttpRequest.newBuilder(server.uri().resolve(Client.path(identity)))
                    .header("Accept", "application/dicom; transfer-syntax=*")
                    .build();
            HttpResponse<InputStream> answer = http.send(retrieve, BodyHandlers.ofInputStream());
            MessageDigest received = MessageDigest.getInstance("SHA-256");
            long receivedBytes;
            try (DigestInputStream body = new DigestInputStream(answer.body(), received)) {
                receivedBytes = body.transferTo(java.io.OutputStream.nullOutputStream());
            }
            assertThat(receivedBytes).isEqualTo(head.length + pixelBytes);
            assertThat(HexFormat.of().formatHex(received.digest()))
                    .isEqualTo(HexFormat.of().formatHex(sent.digest()));
        }
    }

    /// So many bytes, no chunk of which is like another.
    private static final class Pixels extends InputStream {
        private final long lengthBytes;
        private long position;

        Pixels(long lengthBytes) {
            this.lengthBytes = lengthBytes;
        }

        @Override
        public int read() {
            return position == lengthBytes ? -1 : at(position++);
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            if (position == lengthBytes) {
                return -1;
            }
            int count = (int) Math.min(length, lengthBytes - position);
            for (int i = 0; i < count; i++) {
                buffer[offset + i] = (byte) at(position++);
            }
            return count;
        }

        private static int at(long position) {
            return (int) (position * 31 + (position >> 12) * 7) & 0xFF;
        }
    }
}
