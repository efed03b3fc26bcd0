package org.isocenter.dicom;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The examples of PS3.5 annexes H to K stand here byte by byte.
final class CharacterSetsTest {
    private static final List<String> TERMS = List.of(
            "",
            "ISO_IR 6",
            "ISO_IR 13",
            "ISO_IR 100",
            "ISO_IR 101",
            "ISO_IR 109",
            "ISO_IR 110",
            "ISO_IR 126",
            "ISO_IR 127",
            "ISO_IR 138",
            "ISO_IR 144",
            "ISO_IR 148",
            "ISO_IR 166",
            "ISO_IR 203",
            "ISO_IR 192",
            "GB18030",
            "GBK",
            "\\ISO 2022 IR 58",
            "\\ISO 2022 IR 149",
            "\\ISO 2022 IR 87\\ISO 2022 IR 159",
            "ISO 2022 IR 6\\ISO 2022 IR 100\\ISO 2022 IR 144\\ISO 2022 IR 126",
            "ISO 2022 IR 100\\ISO 2022 IR 101\\ISO 2022 IR 109\\ISO 2022 IR 110\\ISO 2022 IR 148\\ISO 2022 IR 203",
            "ISO 2022 IR 127\\ISO 2022 IR 138\\ISO 2022 IR 166",
            "ISO 2022 IR 13\\ISO 2022 IR 87\\ISO 2022 IR 159");

    private static CharacterSets sets(String terms) {
        return CharacterSets.of(List.of(terms.split("\\\\", -1)));
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().withUpperCase().formatHex(bytes);
    }

    private static String decode(String terms, String hex, Vr vr) {
        return sets(terms).decode(bytes(hex), 0, bytes(hex).length, vr);
    }

    private static boolean faithful(String terms, String hex, Vr vr) {
        return sets(terms).faithful(bytes(hex), 0, bytes(hex).length, vr);
    }

    private static void bothWays(String terms, String hex, String text) {
        assertThat(decode(terms, hex, Vr.PN)).isEqualTo(text);
        assertThat(faithful(terms, hex, Vr.PN)).isTrue();
        assertThat(hex(sets(terms).encode(text, Vr.PN))).isEqualTo(hex.replace(" ", ""));
        assertThat(sets(terms).canEncode(text, Vr.PN)).isTrue();
        assertThat(sets(terms).problems()).isEmpty();
    }

    @Test
    void theJapaneseExampleThatBeginsWithAscii() {
        bothWays(
                "\\ISO 2022 IR 87",
                "59616D6164615E5461726F75 3D 1B2442 3B334544 1B2842 5E 1B2442 42404F3A 1B2842"
                        + "3D 1B2442 2464245E2440 1B2842 5E 1B2442 243F246D2426 1B2842",
                "Yamada^Tarou=山田^太郎=やまだ^たろう");
    }

    @Test
    void theJapaneseExampleThatBeginsWithKatakana() {
        bothWays(
                "ISO 2022 IR 13\\ISO 2022 IR 87",
                "D4CFC0DE 5E C0DBB3 3D 1B2442 3B334544 1B284A 5E 1B2442 42404F3A 1B284A"
                        + "3D 1B2442 2464245E2440 1B284A 5E 1B2442 243F246D2426 1B284A",
                "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう");
    }

    @Test
    void theKoreanExample() {
        bothWays(
                "\\ISO 2022 IR 149",
                "486F6E675E47696C646F6E67 3D 1B242943 FBF3 5E 1B242943 D1CED4D7"
                        + "3D 1B242943 C8AB 5E 1B242943 B1E6B5BF",
                "Hong^Gildong=洪^吉洞=홍^길동");
    }

    @Test
    void theChineseExamples() {
        bothWays("ISO_IR 192", "57616E675E5869616F446F6E67 3D E78E8B5EE5B08FE69DB1 3D", "Wang^XiaoDong=王^小東=");
        bothWays("GB18030", "57616E675E5869616F446F6E67 3D CDF55ED0A1B6AB 3D", "Wang^XiaoDong=王^小东=");
        bothWays("GBK", "57616E675E5869616F446F6E67 3D CDF55ED0A1B6AB 3D", "Wang^XiaoDong=王^小东=");
        bothWays(
                "\\ISO 2022 IR 58",
                "5A68616E675E5869616F446F6E67 3D 1B242941 D5C5 5E 1B242941 D0A1B6AB 3D",
                "Zhang^XiaoDong=张^小东=");
    }

    @ParameterizedTest
    @CsvSource({
        "ISO_IR 100, C46E656173, Äneas",
        "ISO_IR 101, A1E6F9, Ąćů",
        "ISO_IR 109, A1FD, Ħŭ",
        "ISO_IR 110, A2E0, ĸā",
        "ISO_IR 144, BBEEDA, Люк",
        "ISO_IR 127, E2C8C7E6EA, قباني",
        "ISO_IR 126, C4E9EFED, Διον",
        "ISO_IR 138, F9F8E5EF, שרון",
        "ISO_IR 148, DDFE, İş",
        "ISO_IR 203, A4BC, €Œ",
        "ISO_IR 166, CAC1, สม",
        "ISO_IR 13, CFD4, ﾏﾔ",
        "ISO_IR 6, 41, A",
    })
    void setsOfOneByte(String term, String hex, String text) {
        bothWays(term, hex, text);
    }

    @Test
    void setsThatShareOneCodeElementAreSwitchedAndSwitchedBackAtDelimiters() {
        bothWays("ISO 2022 IR 100\\ISO 2022 IR 144", "FC 1B2D4C BBEE 1B2D41 5E FC 1B2D4C DA 1B2D41", "üЛю^üк");
        bothWays("\\ISO 2022 IR 100\\ISO 2022 IR 126", "1B2D41 E9 5E 1B2D46 C4 1B2D41 E9", "é^Δé");
    }

    @Test
    void theFirstSetsAreBackAfterEachDelimiterOfTheRepresentation() {
        String latinOne = "1B2D41 E9";
        assertThat(decode("ISO 2022 IR 144\\ISO 2022 IR 100", latinOne + "5C E9", Vr.LO))
                .isEqualTo("é\\щ");
        assertThat(decode("ISO 2022 IR 144\\ISO 2022 IR 100", latinOne + "5C E9", Vr.LT))
                .isEqualTo("é\\é");
        assertThat(decode("ISO 2022 IR 144\\ISO 2022 IR 100", latinOne + "5E E9", Vr.LO))
                .isEqualTo("é^é");
        assertThat(decode("ISO 2022 IR 144\\ISO 2022 IR 100", latinOne + "5E E9", Vr.PN))
                .isEqualTo("é^щ");
        assertThat(decode("ISO 2022 IR 144\\ISO 2022 IR 100", latinOne + "0D0A E9", Vr.LT))
                .isEqualTo("é\r\nщ");
        assertThat(decode("ISO 2022 IR 144\\ISO 2022 IR 100", latinOne + "09 E9", Vr.UT))
                .isEqualTo("é\tщ");
        assertThat(decode("ISO 2022 IR 144\\ISO 2022 IR 100", latinOne + "0C E9", Vr.ST))
                .isEqualTo("é\fщ");
    }

    @Test
    void backslashBytesInsideOfCharactersPartNoValues() {
        assertThat(values("GBK", "D55C 5C 41")).containsExactly(decode("GBK", "D55C", Vr.LT), "A");
        assertThat(values("\\ISO 2022 IR 87", "1B2442 5C5C 1B2842 5C 42"))
                .containsExactly(decode("\\ISO 2022 IR 87", "1B2442 5C5C 1B2842", Vr.LT), "B");
        assertThat(decode("GBK", "D55C", Vr.LT)).hasSize(1).isNotEqualTo("\\");
        assertThat(decode("\\ISO 2022 IR 87", "1B2442 5C5C 1B2842", Vr.LT))
                .hasSize(1)
                .isNotEqualTo("\\");
    }

    private static List<String> values(String terms, String hex) {
        return Text.values(new Element(0x00081030, Vr.LO, new Value.Bytes(bytes(hex))), sets(terms));
    }

    @Test
    void theYenSignPartsValuesAndIsItselfWhereThereIsOneValue() {
        assertThat(values("ISO_IR 13", "B1 5C B2")).containsExactly("ｱ", "ｲ");
        assertThat(decode("ISO_IR 13", "B1 5C 7E", Vr.LT)).isEqualTo("ｱ¥‾");
        assertThat(hex(sets("ISO_IR 13").encode("ｱ¥‾", Vr.LT))).isEqualTo("B15C7E");
        assertThat(hex(sets("ISO_IR 13").encode("ｱ\\ｲ", Vr.LO))).isEqualTo("B15CB2");
        assertThat(hex(sets("ISO_IR 13").encode("¥", Vr.LO))).isEqualTo("3F");
        assertThat(sets("ISO_IR 13").canEncode("¥", Vr.LO)).isFalse();
        assertThat(hex(sets("ISO_IR 13").encode("a\\~", Vr.LT))).isEqualTo("615C7E");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ISO IR 100",
                "ISO-IR 100",
                "ISO_IR_100",
                "iso_ir 100",
                "ISO_IR100",
                "ISO8859-1",
                "ISO 8859-1",
                "ISO_8859-1",
                "LATIN1",
                "IR 100",
                "ISO 2022 IR 100",
                "ISO_2022_IR_100",
                "ISO 2022 IR 100\\"
            })
    void misspeltTermsAreRecognisedAndTold(String terms) {
        assertThat(decode(terms, "E9", Vr.LO)).isEqualTo("é");
        assertThat(faithful(terms, "E9", Vr.LO)).isTrue();
        if (!terms.endsWith("\\")) {
            assertThat(sets(terms).problems()).isNotEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ISO_IR_192", "ISO IR 192", "UTF8", "utf-8", "ISO 2022 IR 192", "\\ISO_IR 192", "ISO_IR 192\\x"})
    void misspeltUtf8IsRecognisedAndTold(String terms) {
        assertThat(decode(terms, "E5B08F", Vr.LO)).isEqualTo("小");
        assertThat(sets(terms).problems()).isNotEmpty();
    }

    @Test
    void unknownTermsAreToldAndLeftOut() {
        assertThat(sets("ISO_IR 999").problems()).containsExactly("\"ISO_IR 999\" is no defined term");
        assertThat(sets("x".repeat(5000)).problems().getFirst()).hasSizeLessThan(80);
        assertThat(decode("nonsense\\ISO 2022 IR 87", "1B2442 3B33 1B2842", Vr.LO))
                .isEqualTo("山");
    }

    @Test
    void moreThanThirtyTwoTermsAreNotLookedAt() {
        List<String> terms = new ArrayList<>(Collections.nCopies(32, "ISO 2022 IR 6"));
        terms.add("ISO 2022 IR 87");
        assertThat(CharacterSets.of(terms).terms()).hasSize(32);
        assertThat(CharacterSets.of(terms).canEncode("山", Vr.LO)).isFalse();
    }

    @Test
    void bytesBeyondTheDefaultRepertoireAreUtf8OrElseLatin() {
        assertThat(decode("", "E5B08F", Vr.LO)).isEqualTo("小");
        assertThat(decode("", "4AE972F46D65", Vr.LO)).isEqualTo("Jérôme");
        assertThat(decode("ISO_IR 100", "E5B08F", Vr.CS)).isEqualTo("小");
        assertThat(faithful("", "E5B08F", Vr.LO)).isFalse();
        assertThat(faithful("", "4A65", Vr.LO)).isTrue();
    }

    @Test
    void announcedSetsAreReadWithoutTheirEscapeSequences() {
        assertThat(decode("\\ISO 2022 IR 149", "B1E8C8F1C1DF", Vr.PN)).isEqualTo("김희중");
        assertThat(decode("ISO 2022 IR 149", "B1E8C8F1C1DF", Vr.PN)).isEqualTo("김희중");
        assertThat(faithful("\\ISO 2022 IR 149", "B1E8C8F1C1DF", Vr.PN)).isFalse();
    }

    @Test
    void escapeSequencesAreFollowedThoughNobodyAnnouncedThem() {
        assertThat(decode("", "1B2442 3B334544 1B2842", Vr.PN)).isEqualTo("山田");
        assertThat(faithful("", "1B2442 3B334544 1B2842", Vr.PN)).isFalse();
    }

    @Test
    void kanjiInEmptyPlacesOfTheSetAreReadAndTold() {
        assertThat(decode("\\ISO 2022 IR 87", "1B2442 7C62 3636 1B2842", Vr.PN)).isEqualTo("髙橋");
        assertThat(faithful("\\ISO 2022 IR 87", "1B2442 7C62 3636 1B2842", Vr.PN))
                .isFalse();
        assertThat(sets("\\ISO 2022 IR 87").canEncode("髙", Vr.PN)).isFalse();
    }

    @Test
    void whatStandsForNothingIsReplacedAndTold() {
        assertThat(decode("ISO_IR 192", "41FF42", Vr.LO)).isEqualTo("A\uFFFDB");
        assertThat(faithful("ISO_IR 192", "41FF42", Vr.LO)).isFalse();
        assertThat(decode("ISO_IR 109", "41A542", Vr.LO)).isEqualTo("A\uFFFDB");
        assertThat(decode("\\ISO 2022 IR 87", "1B2442 3B", Vr.LO)).isEqualTo("\uFFFD");
        assertThat(decode("\\ISO 2022 IR 149", "1B242943 B1 41", Vr.LO)).isEqualTo("\uFFFDA");
        assertThat(decode("ISO_IR 100", "411B2541", Vr.LO)).isEqualTo("A\u001B%A");
        assertThat(faithful("ISO_IR 100", "411B2541", Vr.LO)).isFalse();
        assertThat(faithful("ISO_IR 100", "85", Vr.LO)).isFalse();
    }

    @Test
    void whatNoSetHasBecomesQuestionMarks() {
        assertThat(new String(sets("ISO_IR 100").encode("a山😀", Vr.LO), StandardCharsets.US_ASCII))
                .isEqualTo("a??");
        assertThat(sets("ISO_IR 100").canEncode("山", Vr.LO)).isFalse();
        assertThat(new String(sets("ISO_IR 192").encode("é", Vr.CS), StandardCharsets.US_ASCII))
                .isEqualTo("?");
        assertThat(sets("ISO_IR 192").canEncode("é", Vr.CS)).isFalse();
        assertThat(sets("ISO_IR 192").canEncode("é\uD800", Vr.LO)).isFalse();
    }

    @Test
    void textOfCharactersThatTheTermsHaveComesBack() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (String terms : TERMS) {
            CharacterSets sets = sets(terms);
            assertThat(sets.problems()).as(terms).isEmpty();
            String alphabet = alphabet(sets);
            assertThat(alphabet.length()).as(terms).isGreaterThanOrEqualTo(90);
            for (int round = 0; round < 200; round++) {
                StringBuilder text = new StringBuilder();
                for (int i = random.nextInt(40); i > 0; i--) {
                    text.append(alphabet.charAt(random.nextInt(alphabet.length())));
                    text.append(random.nextInt(8) == 0 ? "^=\\ \n".charAt(random.nextInt(5)) : 'a');
                }
                for (Vr vr : List.of(Vr.PN, Vr.LO, Vr.LT)) {
                    if (sets.canEncode(text.toString(), vr)) {
                        byte[] encoded = sets.encode(text.toString(), vr);
                        assertThat(sets.decode(encoded, 0, encoded.length, vr))
                                .as("seed %d, %s, %s", seed, terms, vr)
                                .isEqualTo(text.toString());
                        assertThat(sets.faithful(encoded, 0, encoded.length, vr))
                                .as("seed %d, %s, %s", seed, terms, vr)
                                .isTrue();
                    }
                }
            }
        }
    }

    private static String alphabet(CharacterSets sets) {
        StringBuilder alphabet = new StringBuilder();
        for (char c = 0x20; c < 0xFFF0; c += (char) (c < 0x3100 ? 1 : 7)) {
            if ((c < 0x7F || c > 0xA0) && !Character.isSurrogate(c) && sets.canEncode(String.valueOf(c), Vr.LT)) {
                alphabet.append(c);
            }
        }
        return alphabet.toString();
    }

    @Test
    void randomBytesNeverFail() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] escapes = bytes("1B24421B28421B284A1B2429431B2429411B2428441B2D411B2D4C1B");
        for (int round = 0; round < 20_000; round++) {
            byte[] value = new byte[random.nextInt(24)];
            random.nextBytes(value);
            if (random.nextBoolean() && value.length > 4) {
                int from = random.nextInt(escapes.length - 4);
                System.arraycopy(escapes, from, value, random.nextInt(value.length - 3), 4);
            }
            CharacterSets sets = sets(TERMS.get(random.nextInt(TERMS.size())));
            Vr vr = List.of(Vr.PN, Vr.LO, Vr.UT, Vr.CS).get(random.nextInt(4));
            String text = sets.decode(value, 0, value.length, vr);
            assertThat(text.length()).as("seed %d", seed).isLessThanOrEqualTo(2 * value.length);
            assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(text))
                    .as("seed %d", seed)
                    .isTrue();
            sets.faithful(value, 0, value.length, vr);
            sets.encode(text, vr);
        }
    }

    @Test
    void setsOfKnownTermsAreMadeOnce() {
        assertThat(sets("ISO_IR 100")).isSameAs(sets("ISO_IR 100"));
        assertThat(CharacterSets.of(List.of())).isSameAs(CharacterSets.DEFAULT);
    }
}
