package org.isocenter.codec.jpeg2000;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HtCodesTest {
    /// A code word and what it stands for.
    private record Code(int word, int length, int rho, boolean more, int known, int tops) {}

    private static List<Code> codes(int[] table, int context) {
        List<Code> codes = new ArrayList<>();
        for (int word = 0; word < 128; word++) {
            int entry = table[context << 7 | word];
            int length = entry >> HtCodes.LENGTH_SHIFT & 7;
            if (word >> length == 0) {
                codes.add(new Code(
                        word,
                        length,
                        HtCodes.gather(entry),
                        (entry >> HtCodes.MORE_SHIFT & 1) != 0,
                        HtCodes.gather(entry >> HtCodes.KNOWN_SHIFT),
                        HtCodes.gather(entry >> HtCodes.TOP_SHIFT)));
            }
        }
        return codes;
    }

    @Test
    void theCodeOfEachContextIsPrefixFreeAndComplete() {
        int[] counts = new int[2];
        for (int row = 0; row < 2; row++) {
            int[] table = row == 0 ? HtCodes.FIRST_ROW : HtCodes.OTHER_ROWS;
            for (int context = 0; context < 8; context++) {
                List<Code> codes = codes(table, context);
                int[] claims = new int[128];
                for (Code code : codes) {
                    assertThat(code.length).isBetween(1, 7);
                    for (int word = code.word; word < 128; word += 1 << code.length) {
                        claims[word]++;
                        assertThat(table[context << 7 | word]).isEqualTo(table[context << 7 | code.word]);
                    }
                }
                assertThat(claims).containsOnly(1);
                assertThat(codes).doesNotHaveDuplicates();
                counts[row] += codes.size();
            }
        }
        // As many as Annex C lists.
        assertThat(counts).containsExactly(444, 358);
    }

    @Test
    void codesAreWithoutContradictions() {
        for (int[] table : new int[][] {HtCodes.FIRST_ROW, HtCodes.OTHER_ROWS}) {
            for (int context = 0; context < 8; context++) {
                for (Code code : codes(table, context)) {
                    assertThat(code.known & ~code.rho).as("%s", code).isZero();
                    assertThat(code.tops & ~code.known).as("%s", code).isZero();
                    assertThat(code.more || code.known == 0).as("%s", code).isTrue();
                    // Empty quads of context 0 are told by runs.
                    assertThat(code.rho != 0 || context != 0 && !code.more)
                            .as("%s", code)
                            .isTrue();
                }
            }
        }
    }

    @Test
    void everyQuadHasACodeThatIsReadAsWritten() {
        int[] encode = HtCodes.encodeTable();
        for (int row = 0; row < 2; row++) {
            int[] table = row == 0 ? HtCodes.FIRST_ROW : HtCodes.OTHER_ROWS;
            for (int i = 0; i < 1 << 11; i++) {
                int context = i >> 8;
                int rho = i >> 4 & 15;
                int tops = i & 15;
                if (context == 0 && rho == 0 || (tops & ~rho) != 0) {
                    continue;
                }
                int code = encode[row << 11 | i];
                int entry = table[context << 7 | code & 127];
                assertThat(HtCodes.gather(entry)).isEqualTo(rho);
                assertThat(entry >> HtCodes.LENGTH_SHIFT & 7).isEqualTo(code >> 8 & 7);
                assertThat(entry >> HtCodes.MORE_SHIFT & 1).isEqualTo(tops != 0 ? 1 : 0);
                int known = HtCodes.gather(entry >> HtCodes.KNOWN_SHIFT);
                assertThat(known).isEqualTo(code >> 12);
                assertThat(HtCodes.gather(entry >> HtCodes.TOP_SHIFT)).isEqualTo(tops & known);
            }
        }
    }
}
