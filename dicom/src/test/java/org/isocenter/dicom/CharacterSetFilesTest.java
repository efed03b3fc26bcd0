package org.isocenter.dicom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Patient names of real files. Only the two elements in question are looked for, without a reader.
final class CharacterSetFilesTest {

    @ParameterizedTest
    @CsvSource({
        "chrArab, قباني^لنزار",
        "chrFren, Buc^Jérôme",
        "chrFrenMulti, Buc^Jérôme",
        "chrGerm, Äneas^Rüdiger",
        "chrGreek, Διονυσιος",
        "chrH31, Yamada^Tarou=山田^太郎=やまだ^たろう",
        "chrH32, ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう",
        "chrHbrw, שרון^דבורה",
        "chrI2, Hong^Gildong=洪^吉洞=홍^길동",
        "chrJapMulti, やまだ^たろう",
        "chrJapMultiExplicitIR6, やまだ^たろう",
        "chrKoreanMulti, 김희중",
        "chrRuss, Люкceмбypг",
        "chrX1, Wang^XiaoDong=王^小東=",
        "chrX2, Wang^XiaoDong=王^小东=",
    })
    void patientNamesAreThoseThatTheFilesWereMadeWith(String file, String name) throws IOException {
        Path path = findCorpus().resolve(file + ".dcm");
        assumeTrue(Files.exists(path), "no corpus beside the repository");
        byte[] bytes = Files.readAllBytes(path);
        byte[] terms = find(bytes, 0x0008, 0x0005, "CS");
        CharacterSets sets = CharacterSets.of(
                Text.values(new Element(0x00080005, Vr.CS, new Value.Bytes(terms)), CharacterSets.DEFAULT));
        byte[] value = find(bytes, 0x0010, 0x0010, "PN");
        List<String> names = Text.values(new Element(0x00100010, Vr.PN, new Value.Bytes(value)), sets);
        assertThat(names).containsExactly(name);
        assertThat(sets.faithful(value, 0, value.length, Vr.PN)).isTrue();
    }

    private static Path findCorpus() {
        Path directory = Path.of("").toAbsolutePath();
        while (directory != null) {
            Path corpus = directory.resolve("shared/corpus/charsets");
            if (Files.isDirectory(corpus)) {
                return corpus;
            }
            directory = directory.getParent();
        }
        return Path.of("absent");
    }

    /// The value of the first element with this tag, in explicit or implicit VR little endian.
    private static byte[] find(byte[] bytes, int group, int element, String vr) {
        for (int i = 132; i + 8 <= bytes.length; i++) {
            if (LittleEndian.unsignedShort(bytes, i) == group && LittleEndian.unsignedShort(bytes, i + 2) == element) {
                boolean explicit = bytes[i + 4] == vr.charAt(0) && bytes[i + 5] == vr.charAt(1);
                int length = explicit ? LittleEndian.unsignedShort(bytes, i + 6) : LittleEndian.integer(bytes, i + 4);
                if (length >= 0 && i + 8 + length <= bytes.length) {
                    return Arrays.copyOfRange(bytes, i + 8, i + 8 + length);
                }
            }
        }
        throw new AssertionError("no such element");
    }
}
