package org.isocenter.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingTypeTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "65536, 65536",
        "64 KiB, 65536",
        "64KiB, 65536",
        "4GiB, 4294967296",
        "1.5 kib, 1536",
        "10 MB, 10000000",
        "1_000, 1000",
        "7 b, 7",
        "1 TiB, 1099511627776"
    })
    void bytesTakeUnits(String text, long bytes) throws Exception {
        assertThat(SettingType.BYTES.reader().read(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "4 GiG", "KiB", "1.5", "99999999 TiB", "0.3 kib", "1 2"})
    void whatIsNoNumberOfBytesIsRefused(String text) {
        assertThatThrownBy(() -> SettingType.BYTES.reader().read(text))
                .isInstanceOf(SettingType.BadValueException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "500ms, PT0.5S",
        "30s, PT30S",
        "10 m, PT10M",
        "1.5h, PT1H30M",
        "3d, PT72H",
        "PT1H30M, PT1H30M",
        "0s, PT0S"
    })
    void durationsTakeUnits(String text, Duration duration) throws Exception {
        assertThat(SettingType.DURATION.reader().read(text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "30", "3 weeks", "-1s", "PT", "999999999999999999d"})
    void whatIsNoDurationIsRefused(String text) {
        assertThatThrownBy(() -> SettingType.DURATION.reader().read(text))
                .isInstanceOf(SettingType.BadValueException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://host", "images.example.org", "http:///path", "http://user:pw@host", "http://h o"})
    void whatIsNoWebAddressIsRefused(String text) {
        assertThatThrownBy(() -> SettingType.WEB_ADDRESS.reader().read(text))
                .isInstanceOf(SettingType.BadValueException.class);
    }

    @Test
    void valuesPrintInTheLargestUnitThatKeepsThemWhole() {
        assertThat(SettingType.BYTES.printer().apply(65_536L)).isEqualTo("64 KiB");
        assertThat(SettingType.BYTES.printer().apply(65_537L)).isEqualTo("65537");
        assertThat(SettingType.DURATION.printer().apply(Duration.ofMinutes(90))).isEqualTo("90m");
        assertThat(SettingType.DURATION.printer().apply(Duration.ZERO)).isEqualTo("0s");
    }

    @Test
    void wordsAreNearWhenFewLettersDiffer() {
        assertThat(Spelling.distance("port", "prot")).isEqualTo(1);
        assertThat(Spelling.distance("", "abc")).isEqualTo(3);
        assertThat(Spelling.distance("kitten", "sitting")).isEqualTo(3);
    }
}
