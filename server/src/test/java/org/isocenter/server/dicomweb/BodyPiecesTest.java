package org.isocenter.server.dicomweb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyPiecesTest {
    private static final int HEAD_BYTES = 10;
    private static final int TAIL_BYTES = 8;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void piecesInGzipAreOneMemberOfTheirBytes(int seed) throws IOException, DataFormatException {
        Random random = new Random(seed);
        byte[][] pieces = new byte[seed][];
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        BodyPieces body = new BodyPieces(zipped, true);
        for (int i = 0; i < seed; i++) {
            byte[] bytes = new byte[random.nextInt(1 << random.nextInt(18))];
            for (int at = 0; at < bytes.length; at++) {
                // Some pieces are noise, others repeat themselves.
                bytes[at] = (byte) random.nextInt(1 << 1 + i);
            }
            plain.writeBytes(bytes);
            pieces[i] = BodyPieces.piece(bytes, true);
            body.write(pieces[i]);
        }
        body.finish();

        // What a reader makes of it that checks the CRC.
        assertThat(new GZIPInputStream(new ByteArrayInputStream(zipped.toByteArray())).readAllBytes())
                .isEqualTo(plain.toByteArray());
        // What a reader makes of it that reads no second member.
        Inflater inflater = new Inflater(true);
        inflater.setInput(zipped.toByteArray(), HEAD_BYTES, zipped.size() - HEAD_BYTES);
        byte[] first = new byte[plain.size() + 1];
        assertThat(inflater.inflate(first)).isEqualTo(plain.size());
        assertThat(inflater.finished()).isTrue();
        assertThat(inflater.getRemaining()).isEqualTo(TAIL_BYTES);
        inflater.end();
        assertThat(BodyPieces.lengthBytes(true, pieces)).isEqualTo(zipped.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[", "{\"00080005\":1}"})
    void aPlainPieceIsWhatItIs(String text) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BodyPieces body = new BodyPieces(out, false);
        byte[] piece = BodyPieces.piece(text.getBytes(java.nio.charset.StandardCharsets.UTF_8), false);
        body.write(piece);
        body.finish();
        assertThat(out).hasToString(text);
        assertThat(BodyPieces.lengthBytes(false, piece)).isEqualTo(text.length());
    }
}
