package org.isocenter.dicom;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PersonNameTest {

    @Test
    void spellingsAndComponentsArePartedInOrder() {
        PersonName name = PersonName.parse("Adams^John Robert^Quincy^Rev.^B.A. M.Div.=山田^太郎=やまだ^たろう");
        assertThat(name.alphabetic())
                .isEqualTo(new PersonName.Group("Adams", "John Robert", "Quincy", "Rev.", "B.A. M.Div."));
        assertThat(name.group(1)).isEqualTo(new PersonName.Group("山田", "太郎", "", "", ""));
        assertThat(name.phonetic().givenName()).isEqualTo("たろう");
    }

    @ParameterizedTest
    @CsvSource({
        "Doe^John, Doe^John",
        "Doe^John^^^, Doe^John",
        "Doe^^^Dr., Doe^^^Dr.",
        "' Doe ^ John  ', Doe^John",
        "Doe^John==, Doe^John",
        "=山田^太郎, =山田^太郎",
        "==やまだ, ==やまだ",
        "Doe, Doe",
        "a^b^c^d^e^f^g, a^b^c^d^e^f^g",
        "a=b=c=d, a=b=c=d",
    })
    void namesAreWrittenWithoutDelimitersThatNothingFollows(String value, String written) {
        assertThat(PersonName.parse(value)).hasToString(written);
        assertThat(PersonName.parse(written)).isEqualTo(PersonName.parse(value));
    }

    @Test
    void nothingButDelimitersIsEmpty() {
        for (String value :
                new String[] {"", " ", "^^^^", "==", "^=^ =", "^".repeat(100).substring(0, 4)}) {
            assertThat(PersonName.parse(value).isEmpty()).as(value).isTrue();
            assertThat(PersonName.parse(value).group(0)).isEqualTo(PersonName.Group.EMPTY);
        }
    }

    @Test
    void delimitersWithoutEndMakeNoMoreComponents() {
        PersonName name = PersonName.parse("^".repeat(100_000));
        assertThat(name.alphabetic().familyName()).isEmpty();
        assertThat(name.alphabetic().suffix()).hasSize(99_996);
    }
}
