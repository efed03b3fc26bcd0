package org.isocenter.dicom;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class UidsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                ".1",
                "1.",
                "1..2",
                "1.2a",
                "../../x",
                "%2e%2e",
                "1.2\u00003",
                "1.2 ",
                " 1.2",
                "１.２",
                "1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16.17.18.19.20.21.22.23.24.25"
            })
    void whatIsNoUidIsNeitherValidNorReadable(String text) {
        assertThat(Uids.valid(text)).isFalse();
        assertThat(Uids.readable(text)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.2.840.10008.1.1",
                "0",
                "1.0.2",
                "2.25.0",
                "1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16.17.18.19.20.21.22.23.24.2"
            })
    void uidsAreValid(String text) {
        assertThat(Uids.valid(text)).isTrue();
        assertThat(Uids.readable(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.02.3", "00", "1.2.00", "01.2"})
    void leadingZerosAreReadableButNotValid(String text) {
        assertThat(Uids.valid(text)).isFalse();
        assertThat(Uids.readable(text)).isTrue();
    }

    @Test
    void paddingIsTrimmedAtTheEndOnly() {
        assertThat(Uids.trim("1.2\0")).isEqualTo("1.2");
        assertThat(Uids.trim("1.2 \0 ")).isEqualTo("1.2");
        assertThat(Uids.trim(" 1.2")).isEqualTo(" 1.2");
        assertThat(Uids.trim("\0")).isEmpty();
    }

    @Test
    void newUidsAreValidUniqueAndMadeOfAUuid() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            String uid = Uids.create();
            assertThat(Uids.valid(uid)).as(uid).isTrue();
            assertThat(seen.add(uid)).isTrue();
            BigInteger number = new BigInteger(uid.substring("2.25.".length()));
            assertThat(number.shiftRight(76).intValue() & 0xF)
                    .as("version of %s", uid)
                    .isEqualTo(4);
        }
    }

    @Test
    void wellKnownUidsHaveNames() {
        assertThat(Uids.name("1.2.840.10008.1.1")).isEqualTo("Verification");
        assertThat(Uids.name("1.2.840.10008.5.1.4.1.1.2")).isEqualTo("CT Image Storage");
        assertThat(Uids.name("1.2.840.10008.3.1.1.1")).isEqualTo("DICOM Application Context Name");
        assertThat(Uids.name("1.2.840.10008.1.4.1.1")).contains("Talairach");
        assertThat(Uids.name("1.2.3")).isNull();
    }

    @Test
    void storageClassesAreToldFromTheServices() {
        assertThat(SopClasses.isStorage("1.2.840.10008.5.1.4.1.1.2")).isTrue();
        assertThat(SopClasses.isStorage("1.2.840.10008.5.1.4.1.1.6")).isTrue();
        assertThat(SopClasses.isStorage("1.2.840.10008.1.1")).isFalse();
        assertThat(SopClasses.name("1.2.840.10008.5.1.4.1.2.2.1"))
                .isEqualTo("Study Root Query/Retrieve Information Model - FIND");
        assertThat(SopClasses.name("1.2.840.10008.3.1.1.1")).isNull();
    }

    @Test
    void everyUidOfTheTablesIsValidAndStandsOnce() {
        Set<String> seen = new HashSet<>();
        for (String resource : new String[] {"sop-classes.txt", "well-known-uids.txt"}) {
            for (String line : Dictionary.lines(resource)) {
                String uid = line.substring(0, line.indexOf('\t'));
                assertThat(Uids.valid(uid)).as(line).isTrue();
                assertThat(seen.add(uid)).as(line).isTrue();
                assertThat(Uids.name(uid)).as(line).isNotBlank();
            }
        }
    }
}
