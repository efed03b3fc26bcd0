package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// HTTP/2 connections meant to break something (row H08 of the
/// [hostile inputs](../../../../../../../docs/reference/hostile-inputs.md)): whoever floods is sent away, what is
/// no request is refused, and the archive serves all others.
class HostileStreamsTest {
    /// Far more than any client has a use for.
    private static final int FRAMES_MAX = 200_000;

    private static final int STATUS_204 = 9;
    private static final int STATUS_400 = 12;

    private final Archive archive = Archive.get();
    private final String path = archive.path() + "/studies?StudyInstanceUID=1.2.3.4.5";

    @AfterEach
    void theArchiveServes() {
        archive.assertReady();
    }

    private byte[] request(Http2Wire wire) {
        return Http2Wire.block(":method", "GET", ":scheme", "http", ":authority", wire.authority(), ":path", path);
    }

    @Test
    void h08aSoundRequestIsAnswered() throws IOException {
        try (Http2Wire wire = archive.http2()) {
            wire.send(Http2Wire.HEADERS, Http2Wire.END_HEADERS | Http2Wire.END_STREAM, 1, request(wire));
            Http2Wire.Frame answer = wire.next(Http2Wire.HEADERS);
            assertThat(answer.stream()).isEqualTo(1);
            assertThat(answer.firstIndex()).isEqualTo(STATUS_204);
        }
    }

    @FunctionalInterface
    private interface Flood {
        boolean frame(Http2Wire wire, int number) throws IOException;
    }

    /// Sends frames until the other side says that it wants no more.
    private void assertSentAway(Flood flood) throws IOException {
        try (Http2Wire wire = archive.http2()) {
            wire.next(Http2Wire.SETTINGS);
            boolean sentAway = false;
            for (int i = 0; i < FRAMES_MAX && !sentAway && flood.frame(wire, i); i++) {
                sentAway = wire.arrived().stream().anyMatch(frame -> frame.type() == Http2Wire.GOAWAY);
            }
            assertThat(sentAway || wire.isSentAway()).isTrue();
        }
    }

    @Test
    void h08rapidResetIsSentAway() throws IOException {
        byte[] cancel = ByteBuffer.allocate(4).putInt(8).array();
        assertSentAway((wire, i) -> {
            int stream = 2 * i + 1;
            return wire.send(Http2Wire.HEADERS, Http2Wire.END_HEADERS | Http2Wire.END_STREAM, stream, request(wire))
                    && wire.send(Http2Wire.RST_STREAM, 0, stream, cancel);
        });
    }

    @Test
    void h08aFloodOfContinuationIsSentAway() throws IOException {
        byte[] more = Http2Wire.block("x", "a".repeat(8000));
        assertSentAway((wire, i) -> i == 0
                ? wire.send(Http2Wire.HEADERS, Http2Wire.END_STREAM, 1, request(wire))
                : wire.send(Http2Wire.CONTINUATION, 0, 1, more));
    }

    @Test
    void h08aFloodOfEmptyContinuationIsSentAway() throws IOException {
        assertSentAway((wire, i) -> i == 0
                ? wire.send(Http2Wire.HEADERS, Http2Wire.END_STREAM, 1, request(wire))
                : wire.send(Http2Wire.CONTINUATION, 0, 1));
    }

    @Test
    void h08aFloodOfSettingsIsSentAway() throws IOException {
        assertSentAway((wire, i) -> wire.send(Http2Wire.SETTINGS, 0, 0));
    }

    @Test
    void h08aFloodOfPingsIsSentAway() throws IOException {
        assertSentAway((wire, i) -> wire.send(Http2Wire.PING, 0, 0, new byte[8]));
    }

    // What is no request is answered by 400, which RFC 9113 section 8.1.1 allows: the connection stays of use

    private void assertRefused(Http2Wire wire, byte[] block) throws IOException {
        wire.send(Http2Wire.HEADERS, Http2Wire.END_HEADERS | Http2Wire.END_STREAM, 1, block);
        assertThat(wire.next(Http2Wire.HEADERS).firstIndex()).isEqualTo(STATUS_400);
        assertThat(Samples.latin(wire.next(Http2Wire.DATA).payload())).contains("\"code\":\"bad-request\"");
        wire.send(Http2Wire.HEADERS, Http2Wire.END_HEADERS | Http2Wire.END_STREAM, 3, request(wire));
        Http2Wire.Frame answer = wire.next(Http2Wire.HEADERS);
        assertThat(answer.stream()).isEqualTo(3);
        assertThat(answer.firstIndex()).isEqualTo(STATUS_204);
    }

    @ParameterizedTest(name = "H08 a path with {0}")
    @ValueSource(strings = {"\r\nX: y", "\n", "\0", " "})
    void aPathThatCannotBeOneIsRefused(String text) throws IOException {
        try (Http2Wire wire = archive.http2()) {
            assertRefused(
                    wire,
                    Http2Wire.block(
                            ":method", "GET", ":scheme", "http", ":authority", wire.authority(), ":path", path + text));
        }
    }

    @Test
    void h08twoAuthoritiesAreRefused() throws IOException {
        try (Http2Wire wire = archive.http2()) {
            byte[] twice = Samples.joined(request(wire), Http2Wire.block(":authority", "evil.example"));
            assertRefused(wire, twice);
        }
    }
}
