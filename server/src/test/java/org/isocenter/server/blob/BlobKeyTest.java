package org.isocenter.server.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class BlobKeyTest {
    @Test
    void mintedKeysSurviveAsText() {
        for (BlobKey key : List.of(
                BlobKey.newFile(StorageClass.STANDARD, "00ff"),
                BlobKey.packed(StorageClass.STANDARD, "0123456789abcdef00000007", 32, 0, false),
                BlobKey.packed(StorageClass.STANDARD, "0123456789abcdef00000007", 32, 99, true),
                BlobKey.newFile("cheap-2", "00ff"),
                BlobKey.packed("f", "0123456789abcdef00000007", 32, 99, true),
                BlobKey.packed(StorageClass.STANDARD, "0123456789abcdef00000007", 1 << 30, 1 << 22, false))) {
            assertThat(BlobKey.parse(key.toString())).isEqualTo(key).hasSameHashCodeAs(key);
        }
    }

    /// A name of one character may be what a mutant has before its colon; `standard` needs none.
    private static final String KEYS = "([0-9a-z-]{1,32}:)?f[0-9a-f]{32}";

    @Test
    void hostileTextIsNoKey() {
        String digits = "0123456789abcdef".repeat(3);
        for (String text : List.of(
                "",
                "f",
                "p",
                "../../etc/passwd",
                "f" + digits.substring(0, 31),
                "f" + digits.substring(0, 33),
                "F" + digits.substring(0, 32),
                "g" + digits.substring(0, 32),
                "f" + digits.substring(0, 31) + "A",
                "f" + digits.substring(0, 31) + "/",
                "f" + digits.substring(0, 31) + "\0",
                "f" + digits.substring(0, 31) + "٣",
                "f" + digits.substring(0, 31) + "\n",
                "f../" + digits.substring(0, 29),
                "p" + digits.substring(0, 39),
                "p" + digits.substring(0, 41),
                "p" + digits.substring(0, 24) + "00000000" + "00000001",
                "p" + digits.substring(0, 24) + "80000020" + "00000001",
                "p" + digits.substring(0, 24) + "00000020" + "80000001",
                "p" + digits.substring(0, 24) + "0000002-" + "00000001",
                "1.2.840.10008.5.1.4.1.1.2",
                ":f" + digits.substring(0, 32),
                "standard:f" + digits.substring(0, 32),
                "Cheap:f" + digits.substring(0, 32),
                "../x:f" + digits.substring(0, 32),
                "a:b:f" + digits.substring(0, 32),
                "a".repeat(33) + ":f" + digits.substring(0, 32),
                "cheap:",
                digits.substring(0, 33))) {
            assertThatThrownBy(() -> BlobKey.parse(text)).as(text).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void tenThousandMutantsAreEitherRefusedOrPlainHexadecimal() {
        long seed = System.nanoTime();
        System.out.println("mutants by seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            StringBuilder text = new StringBuilder(BlobKey.newFile(i % 2 == 0 ? StorageClass.STANDARD : "cheap", "abcd")
                    .toString());
            for (int n = random.nextInt(3); n >= 0; n--) {
                text.setCharAt(
                        random.nextInt(text.length()), (char) random.nextInt(random.nextBoolean() ? 128 : 65536));
            }
            try {
                assertThat(BlobKey.parse(text.toString()).toString()).matches(KEYS);
            } catch (IllegalArgumentException e) {
                assertThat(text.toString()).doesNotMatch(KEYS);
            }
        }
    }
}
