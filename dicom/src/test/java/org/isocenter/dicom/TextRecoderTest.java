package org.isocenter.dicom;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class TextRecoderTest {
    private static final CharacterSets LATIN = CharacterSets.of(List.of("ISO_IR 100"));
    private static final CharacterSets UNICODE = CharacterSets.of(List.of("ISO_IR 192"));

    private static DataSet latin() {
        DataSet dataSet = new DataSet().putString(Tag.SpecificCharacterSet, "ISO_IR 100");
        dataSet.putString(Tag.PatientName, "Müller^Jörg").putString(Tag.Modality, "CT");
        DataSet inner = new DataSet().inherit(LATIN).putString(Tag.CodeMeaning, "Schädel");
        DataSet outer = new DataSet().inherit(LATIN).putItems(Tag.ConceptCodeSequence, inner);
        return dataSet.putItems(Tag.ProcedureCodeSequence, outer, new DataSet().inherit(LATIN));
    }

    @Test
    void textOfAllLevelsIsPutIntoUnicodeAndBack() {
        DataSet unicode = Objects.requireNonNull(latin().in(UNICODE));
        assertThat(unicode.findString(Tag.SpecificCharacterSet)).isEqualTo("ISO_IR 192");
        assertThat(unicode.findString(Tag.PatientName)).isEqualTo("Müller^Jörg");
        assertThat(unicode.findString(Tag.Modality)).isEqualTo("CT");
        DataSet inner = Objects.requireNonNull(Objects.requireNonNull(unicode.findItem(Tag.ProcedureCodeSequence))
                .findItem(Tag.ConceptCodeSequence));
        assertThat(inner.findString(Tag.CodeMeaning)).isEqualTo("Schädel");
        assertThat(unicode.items(Tag.ProcedureCodeSequence)).hasSize(2);
        assertThat(unicode.in(LATIN)).isEqualTo(latin());
    }

    @Test
    void bytesAreThoseOfTheSet() {
        Element name = Objects.requireNonNull(
                Objects.requireNonNull(latin().in(UNICODE)).find(Tag.PatientName));
        assertThat(((Value.Bytes) name.value()).copy()).isEqualTo("MÃ¼ller^JÃ¶rg ".getBytes(ISO_8859_1));
    }

    @Test
    void whatTheSetHasNoCodeForIsNotReplacedByQuestionMarks() {
        DataSet russian = new DataSet().putString(Tag.SpecificCharacterSet, "ISO_IR 192");
        russian.putString(Tag.PatientName, "Иванов^Иван");
        assertThat(russian.in(LATIN)).isNull();
        assertThat(russian.in(CharacterSets.of(List.of("ISO_IR 144")))).isNotNull();
    }

    @Test
    void longTextThatIsNotInMemoryCannotBePutIntoAnotherSet() {
        DataSet dataSet = new DataSet().put(new Element(Tag.TextValue, Vr.UT, new Value.Bulk(100, 1 << 20)));
        assertThat(dataSet.in(UNICODE)).isNull();
    }
}
