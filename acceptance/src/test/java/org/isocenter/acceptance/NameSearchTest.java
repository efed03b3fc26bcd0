package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.isocenter.dicom.Tag;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Names are found in every script, whatever their case and accents, by any of their groups, and by much of them.
class NameSearchTest {
    private static final String ISSUER = "N" + Draft.uid().replace('.', '-').substring(5);
    private static final Map<String, String> NAMES = new LinkedHashMap<>(Map.of(
            "latin", "Müller^Jörg^Theodor",
            "long", "Schwarzenberger^Maximiliane",
            "greek", "Διονυσιος^Παπαδόπουλος",
            "cyrillic", "Достоевский^Фёдор",
            "kanji", "Yamada^Tarou=山田^太郎=やまだ^たろう",
            "hangul", "Hong^Gildong=洪^吉洞=홍^길동",
            "arabic", "قباني^نزار"));

    private final Dicomweb dicomweb = Archive.get().dicomweb();

    @BeforeAll
    static void store() {
        NAMES.forEach((id, name) -> Archive.get()
                .dicomweb()
                .store(Draft.ct()
                        .text(Tag.IssuerOfPatientID, "LO", ISSUER)
                        .text(Tag.PatientID, "LO", id)
                        .utf8(Tag.PatientName, "PN", name)
                        .bytes())
                .assertStatus(200));
    }

    static Stream<Arguments> names() {
        return Stream.of(
                exact("the name itself", "Müller^Jörg^Theodor", "latin"),
                exact("without accents", "MULLER^JORG^THEODOR", "latin"),
                exact("decomposed", "Mu\u0308ller^Jo\u0308rg^Theodor", "latin"),
                exact("a wildcard", "müller*", "latin"),
                exact("the alphabetic group", "Yamada^Tarou", "kanji"),
                exact("the ideographic group", "山田^太郎", "kanji"),
                exact("the phonetic group", "やまだ^たろう", "kanji"),
                exact("the ideographic group with a wildcard", "山田*", "kanji"),
                exact("Hangul", "홍^길동", "hangul"),
                exact("Greek without accents", "διονυσιος^παπαδοπουλος", "greek"),
                exact("Greek in capitals", "ΔΙΟΝΥΣΙΟΣ^ΠΑΠΑΔΟΠΟΥΛΟΣ", "greek"),
                exact("Cyrillic in capitals", "ДОСТОЕВСКИЙ^ФЁДОР", "cyrillic"),
                exact("Arabic", "قباني^نزار", "arabic"),
                exact("a family name alone is not the name", "Müller"),
                fuzzy("a beginning of the family name", "mull", "latin"),
                fuzzy("a beginning of the given name", "jor", "latin"),
                fuzzy("a beginning of the middle name", "theo", "latin"),
                fuzzy("two parts", "jorg muller", "latin"),
                fuzzy("two parts of which one is another", "jorg doe"),
                fuzzy("a letter wrong", "Schwarzenborger", "long"),
                fuzzy("a letter missing", "Schwarzenbrger", "long"),
                fuzzy("a letter too many", "Schwarzzenberger", "long"),
                fuzzy("Greek", "παπαδοπ", "greek"),
                fuzzy("Cyrillic", "достоев", "cyrillic"),
                fuzzy("Cyrillic given name", "федор", "cyrillic"),
                fuzzy("Kanji family name", "山田", "kanji"),
                fuzzy("Kanji given name", "太郎", "kanji"),
                fuzzy("Kanji by one sign", "山", "kanji"),
                fuzzy("Kana", "たろ", "kanji"),
                fuzzy("Hangul given name", "길동", "hangul"),
                fuzzy("Hangul by one syllable", "길", "hangul"),
                fuzzy("Arabic given name", "نزار", "arabic"),
                fuzzy("Arabic beginning", "قبا", "arabic"),
                fuzzy("wildcards and fuzzy at once", "*schwarzen*", "long"),
                fuzzy("nothing alike", "Xylophon"));
    }

    private static Arguments exact(String name, String value, String... ids) {
        return arguments(name, "PatientName=" + Dicomweb.encode(value), List.of(ids));
    }

    private static Arguments fuzzy(String name, String value, String... ids) {
        return arguments("fuzzy: " + name, "fuzzymatching=true&PatientName=" + Dicomweb.encode(value), List.of(ids));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("names")
    void aPatientIsFoundByTheName(String name, String query, List<String> expected) {
        assertThat(dicomweb.search("/studies?IssuerOfPatientID=" + ISSUER + "&" + query))
                .extracting(one -> String.valueOf(one.findString(Tag.PatientID)))
                .containsExactlyInAnyOrderElementsOf(expected);
    }
}
