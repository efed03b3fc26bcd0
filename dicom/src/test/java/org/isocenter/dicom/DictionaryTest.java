package org.isocenter.dicom;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DictionaryTest {

    @ParameterizedTest
    @CsvSource({
        "00000002, AffectedSOPClassUID, UI",
        "00000901, OffendingElement, AT",
        "00020010, TransferSyntaxUID, UI",
        "00080005, SpecificCharacterSet, CS",
        "00080018, SOPInstanceUID, UI",
        "00100010, PatientName, PN",
        "00280106, SmallestImagePixelValue, US",
        "0040A730, ContentSequence, SQ",
        "7FE00010, PixelData, OW",
        "7FE00001, ExtendedOffsetTable, OV",
        "FFFCFFFC, DataSetTrailingPadding, OB",
    })
    void attributesAreFoundByTagAndByKeyword(String tag, String keyword, Vr vr) {
        Dictionary.Attribute attribute = requireNonNull(Dictionary.find(Tags.parse(tag)));
        assertThat(attribute).isSameAs(Dictionary.find(keyword));
        assertThat(attribute.keyword()).isEqualTo(keyword);
        assertThat(Dictionary.vr(Tags.parse(tag))).isEqualTo(vr);
    }

    @ParameterizedTest
    @CsvSource({
        "50000005, CurveDimensions, US",
        "501E3000, CurveData, OW",
        "60003000, OverlayData, OW",
        "60020010, OverlayRows, US",
        "602E0010, OverlayRows, US",
        "002031AB, SourceImageIDs, CS",
        "00280410, RowsForNthOrderCoefficients, US",
        "002804F3, CoefficientCodingPointers, AT",
        "00280888, ImageDataLocation, AT",
        "10001230, EscapeTriplet, US",
        "1000FFF5, ShiftTableTriplet, US",
        "10101234, ZonalMap, US",
        "7F020010, VariablePixelData, OW",
    })
    void repeatingGroupsAndElementsAreFound(String tag, String keyword, Vr vr) {
        Dictionary.Attribute attribute = requireNonNull(Dictionary.find(Tags.parse(tag)));
        assertThat(attribute).isSameAs(Dictionary.find(keyword));
        assertThat(attribute.vr()).isEqualTo(vr);
    }

    @Test
    void whatTheStandardDoesNotKnowHasNoAttribute() {
        for (int tag : List.of(0x00091001, 0x60013000, 0x7FE11010, 0x00080202, 0x12345678)) {
            assertThat(Dictionary.find(tag)).as(Tags.format(tag)).isNull();
            assertThat(Dictionary.vr(tag)).isEqualTo(Vr.UN);
        }
        assertThat(Dictionary.find("patientname")).isNull();
        assertThat(Dictionary.find("")).isNull();
    }

    @Test
    void groupLengthsAndPrivateCreatorsHaveRepresentations() {
        for (int tag : List.of(0x00000000, 0x00020000, 0x00080000, 0x10100000, 0x10000000, 0x60000000, 0x00090000)) {
            assertThat(Dictionary.vr(tag)).as(Tags.format(tag)).isEqualTo(Vr.UL);
        }
        assertThat(Dictionary.vr(0x00090010)).isEqualTo(Vr.LO);
    }

    @Test
    void everyRowIsWholeAndEveryKeywordIsUnique() {
        Set<String> keywords = new HashSet<>();
        int rows = 0;
        for (String resource : List.of("command-attributes.txt", "attributes.txt")) {
            for (String line : Dictionary.lines(resource)) {
                String[] fields = line.split("\t", -1);
                assertThat(fields).as(line).hasSize(6);
                assertThat(fields[0]).as(line).matches("[0-9A-Fx]{8}");
                assertThat(fields[1]).as(line).matches("[A-Za-z][A-Za-z0-9]*");
                assertThat(keywords.add(fields[1])).as(line).isTrue();
                assertThat(fields[3]).as(line).matches("[0-9n-]+( or [0-9n-]+)?");
                assertThat(fields[5]).as(line).isNotBlank();
                Dictionary.Attribute attribute = requireNonNull(Dictionary.find(fields[1]), line);
                if (fields[0].indexOf('x') < 0) {
                    assertThat(Dictionary.find(attribute.tag())).as(line).isSameAs(attribute);
                }
                assertThat(attribute.vrs()).as(line).hasSize(fields[2].split("/").length);
                rows++;
            }
        }
        assertThat(rows).isGreaterThan(5000);
    }

    @Test
    void constantsAreTheTagsOfTheKeywords() throws IllegalAccessException {
        int constants = 0;
        for (var constant : Tag.class.getFields()) {
            Dictionary.Attribute attribute = requireNonNull(Dictionary.find(constant.getName()), constant.getName());
            assertThat(constant.getInt(null)).as(constant.getName()).isEqualTo(attribute.tag());
            constants++;
        }
        assertThat(constants).isGreaterThan(5000);
    }
}
