package org.isocenter.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.isocenter.server.archive.FileHead;
import org.junit.jupiter.api.Test;

class FileHeadTest {

    @Test
    void aFileWithPreambleIsAnInstanceAndNamesItself() {
        FileHead head = FileHead.of(TinyInstance.of("1.2.840.99.1", 10));

        assertThat(head).isEqualTo(new FileHead(FileHead.Kind.INSTANCE, "1.2.840.99.1"));
    }

    @Test
    void theDataSetIsBelievedOverTheMetaInformation() {
        byte[] file = TinyInstance.ofTwoMinds("1.2.840.99.1", "1.2.840.99.2");

        assertThat(FileHead.of(file).sopInstanceUid()).isEqualTo("1.2.840.99.2");
    }

    @Test
    void aFileWithoutPreambleIsAnInstanceWhenItBeginsWithAnElement() {
        byte[] implicit = {
            8, 0, 0x16, 0, 4, 0, 0, 0, '1', '.', '2', 0, 8, 0, 0x18, 0, 6, 0, 0, 0, '1', '.', '2', '.', '3', 0
        };
        byte[] explicit = {8, 0, 5, 0, 'C', 'S', 2, 0, 'A', 'B', 8, 0, 0x18, 0, 'U', 'I', 4, 0, '1', '.', '9', 0};

        assertThat(FileHead.of(implicit)).isEqualTo(new FileHead(FileHead.Kind.INSTANCE, "1.2.3"));
        assertThat(FileHead.of(explicit)).isEqualTo(new FileHead(FileHead.Kind.INSTANCE, "1.9"));
    }

    @Test
    void aDirectoryIsKnownByItsClass() {
        assertThat(FileHead.of(TinyInstance.ofClass("1.2.840.10008.1.3.10", "1.2.3", 0))
                        .kind())
                .isEqualTo(FileHead.Kind.DIRECTORY);
    }

    @Test
    void otherFilesAreKnownAsSuch() {
        assertThat(FileHead.of(new byte[0]).kind()).isEqualTo(FileHead.Kind.OTHER);
        assertThat(FileHead.of("Isocenter is an archive".getBytes(StandardCharsets.UTF_8))
                        .kind())
                .isEqualTo(FileHead.Kind.OTHER);
        assertThat(FileHead.of(new byte[4096]).kind()).isEqualTo(FileHead.Kind.OTHER);
        assertThat(FileHead.of(new byte[] {'P', 'K', 3, 4, 0}).kind()).isEqualTo(FileHead.Kind.ZIP);
    }

    @Test
    void noBytesMakeItFail() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] head = TinyInstance.of("1.2.3", 0);
            byte[] cut = new byte[random.nextInt(head.length)];
            System.arraycopy(head, 0, cut, 0, cut.length);
            for (int j = 0; j < 4 && cut.length > 140; j++) {
                cut[132 + random.nextInt(cut.length - 132)] = (byte) random.nextInt();
            }
            assertThat(FileHead.of(cut)).as("seed %d", seed).isNotNull();
        }
    }
}
