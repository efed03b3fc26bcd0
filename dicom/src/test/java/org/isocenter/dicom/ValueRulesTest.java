package org.isocenter.dicom;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValueRulesTest {
    private static final String LONG = "x".repeat(65);

    @ParameterizedTest
    @CsvSource({
        "AS, 018M",
        "AS, 018M ",
        "CS, ORIGINAL\\PRIMARY\\AXIAL",
        "DA, 20260228",
        "DA, 2026.02.28",
        "TM, 1015",
        "TM, 101530.123456",
        "DT, 20260228101530.5+0100",
        "DS, -1.5e-3\\ 7 \\+.5",
        "IS, -12\\+3",
        "UI, 1.2.840.10008.1.2",
        "SH, 1234567890123456",
        "PN, Adams^John^^Rev.=ideographic=phonetic",
        "AE, STATION 1"
    })
    void valuesThatKeepTheRulesAreNotTold(Vr vr, String value) {
        assertThat(ValueRules.check(with(vr, value), 10)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "AS, 18M",
        "AS, 018X",
        "CS, original",
        "CS, SEVENTEEN_LETTERS",
        "DA, 20260230",
        "DA, 99999999",
        "TM, 250000",
        "DT, +9999",
        "DS, 1e999999999",
        "DS, 1e999999999999999",
        "DS, NaN",
        "DS, 1.2.3",
        "IS, 1.5",
        "IS, 12345678901234567890",
        "UI, 1..2",
        "UI, abc",
        "SH, 12345678901234567",
        "PN, a^b^c^d^e^f",
        "PN, a=b=c=d",
        "AE, 12345678901234567"
    })
    void valuesThatBreakARuleAreToldWithTheirTagAndWithoutTheValue(Vr vr, String value) {
        List<ValueRules.Violation> violations = ValueRules.check(with(vr, value), 10);
        assertThat(violations).hasSize(1);
        assertThat(violations.getFirst().path()).isEqualTo("(0011,1001)");
        assertThat(violations.getFirst().reason()).doesNotContain(value);
    }

    @Test
    void controlCharactersAndLengthCountInText() {
        assertThat(ValueRules.check(with(Vr.LO, "a\u0001b"), 10)).hasSize(1);
        assertThat(ValueRules.check(with(Vr.LO, LONG), 10)).hasSize(1);
        assertThat(ValueRules.check(with(Vr.LT, LONG + "\r\n"), 10)).isEmpty();
    }

    @Test
    void numbersHaveWholeUnits() {
        DataSet dataSet = new DataSet().put(new Element(Tag.Rows, Vr.US, new Value.Bytes(new byte[3])));
        assertThat(ValueRules.check(dataSet, 10)).hasSize(1);
    }

    @Test
    void itemsAreLookedIntoAndNoMoreAreToldThanAskedFor() {
        DataSet item = with(Vr.DA, "nonsense");
        DataSet dataSet = new DataSet().putItems(Tag.RequestAttributesSequence, item, item, item);
        assertThat(ValueRules.check(dataSet, 10))
                .extracting(ValueRules.Violation::path)
                .containsExactly(
                        "(0040,0275)[1].(0011,1001)", "(0040,0275)[2].(0011,1001)", "(0040,0275)[3].(0011,1001)");
        assertThat(ValueRules.check(dataSet, 2)).hasSize(2);
    }

    private static DataSet with(Vr vr, String value) {
        return new DataSet()
                .put(new Element(0x00111001, vr, new Value.Bytes(value.getBytes(StandardCharsets.ISO_8859_1))));
    }
}
