package org.isocenter.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MultipartTest {
    private static MultipartReader reader(String body) {
        return new MultipartReader(
                new ByteArrayInputStream(body.getBytes(StandardCharsets.ISO_8859_1)), "b", MultipartLimits.DEFAULT);
    }

    private static List<String> read(String body) throws IOException {
        MultipartReader reader = reader(body);
        List<String> parts = new ArrayList<>();
        for (Part part = reader.next(); part != null; part = reader.next()) {
            parts.add(new String(part.body().readAllBytes(), StandardCharsets.ISO_8859_1));
        }
        assertThat(reader.next()).isNull();
        return parts;
    }

    @Test
    void m02DelimitersAreRecognisedOnlyAsDelimiters() throws IOException {
        assertThat(read("--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--")).containsExactly("one", "two");
        assertThat(read("pre\r\n--b\r\n\r\none\r\n--b--\r\nepilogue")).containsExactly("one");
        assertThat(read("--b\r\n\r\nx--b\r\n--b\r\n\r\n\r\n--b--")).containsExactly("x--b", "");
        assertThat(read("--b\r\n\r\nx\r\n--bc\r\n--\r\n--b x\r\n--b-\r\n\n--b\r\n\r--b\r\n--b--"))
                .containsExactly("x\r\n--bc\r\n--\r\n--b x\r\n--b-\r\n\n--b\r\n\r--b");
        assertThat(read("--b \t\r\n\r\nx\r\n--b  \r\n\r\ny\r\n--b--")).containsExactly("x", "y");
        assertThat(read("--b\r\nA: 1\r\n\r\n--b\r\n\r\n--b--")).containsExactly("", "");
        assertThat(read("--b\r\n\r\n\r\n\r\n--b--")).containsExactly("\r\n");
        assertThat(read("--b--")).isEmpty();
    }

    @Test
    void m02WhateverIsWrittenIsReadInWhateverPieces() throws IOException {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < 150; round++) {
            String boundary = "abcabcabd'-=?:".substring(random.nextInt(8)) + (random.nextBoolean() ? "" : "--");
            List<byte[]> bodies = new ArrayList<>();
            for (int i = random.nextInt(6); i >= 0; i--) {
                bodies.add(body(random, boundary));
            }
            byte[] written = write(boundary, bodies);
            InputStream pieces = pieces(written, random);
            MultipartReader reader = new MultipartReader(pieces, boundary, MultipartLimits.DEFAULT);
            for (byte[] body : bodies) {
                Part part = Objects.requireNonNull(reader.next());
                assertThat(part.header("content-TYPE")).isEqualTo("application/dicom");
                if (random.nextInt(4) > 0) {
                    assertThat(Arrays.equals(readSomehow(part.body(), random), body))
                            .as("seed %d round %d", seed, round)
                            .isTrue();
                } else {
                    part.body().readNBytes(random.nextInt(100));
                }
            }
            assertThat(reader.next()).as("seed %d round %d", seed, round).isNull();
        }
    }

    private static byte[] body(Random random, String boundary) {
        String[] fragments = {
            "\r\n--" + boundary,
            "\r\n--" + boundary + " x",
            "\r\n--" + boundary + "\r",
            "\r\n--" + boundary + "-",
            "--" + boundary + "\r\n",
            "\n--" + boundary + "--",
            "\r\n--" + boundary.substring(0, boundary.length() - 1),
            "\r\n",
            "\r",
            "-",
            boundary
        };
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = random.nextInt(40); i >= 0; i--) {
            byte[] noise = new byte[random.nextInt(random.nextInt(20) == 0 ? 200_000 : 60)];
            random.nextBytes(noise);
            bytes.writeBytes(noise);
            bytes.write('x');
            bytes.writeBytes(fragments[random.nextInt(fragments.length)].getBytes(StandardCharsets.ISO_8859_1));
            bytes.write('x');
        }
        return bytes.toByteArray();
    }

    private static byte[] write(String boundary, List<byte[]> bodies) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        List<Header> headers =
                List.of(new Header("Content-Type", "application/dicom"), new Header("Content-Location", "/x"));
        try (ResponseBody out = new ResponseBody(
                buffer -> {
                    byte[] copy = new byte[buffer.remaining()];
                    buffer.get(copy);
                    bytes.writeBytes(copy);
                },
                -1,
                false,
                false)) {
            MultipartWriter writer = new MultipartWriter(out, boundary);
            for (byte[] body : bodies) {
                writer.part(headers);
                writer.body().write(ByteBuffer.wrap(body));
            }
            writer.finish();
        }
        long expected = bodies.stream()
                        .mapToLong(body -> MultipartWriter.partLengthBytes(boundary, headers, body.length))
                        .sum()
                + MultipartWriter.endLengthBytes(boundary);
        assertThat(bytes.size()).isEqualTo((int) expected);
        return bytes.toByteArray();
    }

    private static InputStream pieces(byte[] bytes, Random random) {
        int most = 1 << random.nextInt(18);
        return new ByteArrayInputStream(bytes) {
            @Override
            public int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(length, 1 + random.nextInt(most)));
            }
        };
    }

    private static byte[] readSomehow(InputStream body, Random random) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        switch (random.nextInt(3)) {
            case 0 -> body.transferTo(out);
            case 1 -> {
                for (int octet = body.read(); octet >= 0; octet = body.read()) {
                    out.write(octet);
                }
            }
            default -> {
                byte[] some = new byte[1 + random.nextInt(5000)];
                for (int count = body.read(some); count >= 0; count = body.read(some)) {
                    out.write(some, 0, count);
                }
            }
        }
        return out.toByteArray();
    }

    @Test
    void m04EveryCutIsNoticed() throws IOException {
        byte[] whole = write("bound", List.of(new byte[300], "text".getBytes(), new byte[0]));
        for (int length = 0; length < whole.length - 2; length++) {
            InputStream cut = new ByteArrayInputStream(whole, 0, length);
            assertThatThrownBy(() -> {
                        MultipartReader reader = new MultipartReader(cut, "bound", MultipartLimits.DEFAULT);
                        for (Part part = reader.next(); part != null; part = reader.next()) {
                            part.body().readAllBytes();
                        }
                    })
                    .as("cut at %d", length)
                    .isInstanceOf(MalformedBodyException.class);
        }
    }

    @Test
    void m05TooManyPartsAreRefused() throws IOException {
        assertThat(read("--b\r\n\r\n".repeat(1) + "\r\n--b\r\n\r\n".repeat(99_999) + "\r\n--b--"))
                .hasSize(100_000);
        MultipartReader reader = reader("--b\r\n\r\n" + "\r\n--b\r\n\r\n".repeat(100_000) + "\r\n--b--");
        assertThatThrownBy(() -> {
                    while (reader.next() != null) {
                        // Until it is refused.
                    }
                })
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.problem().status()).isEqualTo(413));
    }

    static Stream<String> brokenHeads() {
        return Stream.of(
                "A: " + "x".repeat(16 * 1024),
                "A: b\r\n".repeat(200) + "B: c",
                "A: b\r\n c",
                "A: \u00e9",
                "A",
                ": x",
                "A : x",
                "Content-Type: a/b\r\ncontent-type: a/b",
                "A: b\rc",
                "A: b\0c",
                "A: b\nB: c");
    }

    @ParameterizedTest
    @MethodSource("brokenHeads")
    void m06BrokenHeadsAreRefused(String head) {
        assertThatThrownBy(() -> read("--b\r\n" + head + "\r\n\r\nx\r\n--b--"))
                .isInstanceOf(MalformedBodyException.class);
    }

    @Test
    void m06APartNeedNotSayItsType() throws IOException {
        Part part =
                Objects.requireNonNull(reader("--b\r\nA: 1\r\n\r\nx\r\n--b--").next());
        assertThat(part.contentType()).isNull();
        assertThat(part.header("a")).isEqualTo("1");
    }

    @Test
    void m03TooMuchAroundTheBoundariesIsRefused() {
        assertThatThrownBy(() -> read("x".repeat(65_537) + "\r\n--b\r\n\r\nx\r\n--b--"))
                .isInstanceOf(MalformedBodyException.class);
        assertThatThrownBy(() -> read("--b\r\n\r\nx\r\n--b--" + "x".repeat(200_000)))
                .isInstanceOf(MalformedBodyException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a*b", "a ", "a\r\nb", "é", "a\"b"})
    void m01IllegalBoundariesAreRefused(String boundary) {
        assertThatThrownBy(() -> new MultipartReader(InputStream.nullInputStream(), boundary, MultipartLimits.DEFAULT))
                .isInstanceOf(Refusal.class);
    }

    @Test
    void aPartThatHasBeenPassedIsOver() throws IOException {
        MultipartReader reader = reader("--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--");
        Part first = Objects.requireNonNull(reader.next());
        Part second = Objects.requireNonNull(reader.next());
        assertThatThrownBy(() -> first.body().read()).isInstanceOf(IOException.class);
        assertThat(second.body().readAllBytes()).asString().isEqualTo("two");
    }
}
