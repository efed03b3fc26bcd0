package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Vr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Metadata and their validators.
@ParameterizedClass
@MethodSource("org.isocenter.acceptance.CompatibleBases#all")
class CompatibleMetadataTest {
    private static final Set<Vr> BULK = Set.of(Vr.OB, Vr.OD, Vr.OF, Vr.OL, Vr.OV, Vr.OW, Vr.UN);

    private final Dicomweb root;

    CompatibleMetadataTest(Dicomweb root) {
        this.root = root;
    }

    private Draft stored(Draft draft) {
        root.store(draft.bytes()).assertStatus(200);
        return draft;
    }

    private static List<String> levels(Draft draft) {
        return List.of(draft.studyPath(), draft.seriesPath(), draft.path());
    }

    private Answer metadata(String path, String... headers) {
        return root.get(path + "/metadata", headers);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/dicom", "application/data"})
    void whatMetadataAreNotGivenAsIsNotAcceptable(String accept) {
        for (String path : levels(stored(Draft.ct()))) {
            metadata(path, "Accept", accept).assertStatus(406);
        }
    }

    @Test
    void whatIsNotThereIsNotFoundAtAnyLevel() {
        Draft stored = stored(Draft.ct());
        for (String path : List.of(
                "/studies/" + Draft.uid(),
                stored.studyPath() + "/series/" + Draft.uid(),
                stored.seriesPath() + "/instances/" + Draft.uid())) {
            metadata(path, "Accept", Dicomweb.JSON).assertStatus(404);
        }
    }

    /// Bulk values, which the reference leaves out, are links here; all else is what the file has.
    @Test
    void metadataAreWhatWasStoredWithoutItsBulk() {
        Draft draft = stored(Draft.ct()
                .utf8(Tag.PatientName, "PN", "Müller^Jörg")
                .element(
                        Tag.RequestAttributesSequence,
                        out -> out.sequence(
                                Tag.RequestAttributesSequence,
                                out.fresh().text(Tag.ScheduledProcedureStepID, "SH", "S1"))));
        Map<Integer, Object> expected = values(RealFile.dataSet(draft.bytes()));
        for (String path : levels(draft)) {
            List<DataSet> given = root.metadata(path);
            assertThat(given).hasSize(1);
            assertThat(values(given.getFirst())).isEqualTo(expected);
        }
    }

    /// What a data set says by its tags: lists of text, or of such maps.
    private static Map<Integer, Object> values(DataSet dataSet) {
        Map<Integer, Object> values = new TreeMap<>();
        for (Element element : dataSet) {
            if (element.vr() == Vr.SQ) {
                values.put(
                        element.tag(),
                        dataSet.items(element.tag()).stream()
                                .map(CompatibleMetadataTest::values)
                                .toList());
            } else if (!BULK.contains(element.vr())) {
                Double number = element.vr().number() ? dataSet.findDouble(element.tag()) : null;
                values.put(element.tag(), number == null ? dataSet.strings(element.tag()) : number);
            }
        }
        return values;
    }

    @Test
    void theValidatorOfTheFirstAnswerSparesTheSecond() {
        for (String path : levels(stored(Draft.ct()))) {
            String validator =
                    metadata(path, "Accept", Dicomweb.JSON).assertStatus(200).header("ETag");
            Answer same = metadata(path, "Accept", Dicomweb.JSON, "If-None-Match", validator);
            assertThat(same.assertStatus(304).body()).isEmpty();
            Answer other = metadata(path, "Accept", Dicomweb.JSON, "If-None-Match", "\"2-1\"");
            assertThat(other.assertStatus(200).header("ETag")).isEqualTo(validator);
        }
    }

    @Test
    void aValidatorEndsWithAnInstanceThatIsAddedOrDeleted() {
        Draft first = stored(Draft.ct());
        for (String path : List.of(first.studyPath(), first.seriesPath())) {
            String before = metadata(path, "Accept", Dicomweb.JSON).header("ETag");
            Draft second = stored(Draft.ct(first.study, first.series));
            Answer grown = metadata(path, "Accept", Dicomweb.JSON, "If-None-Match", before);
            String between = grown.assertStatus(200).header("ETag");
            assertThat(between).isNotEqualTo(before);
            root.delete(second.path()).assertStatus(204);
            Answer shrunk = metadata(path, "Accept", Dicomweb.JSON, "If-None-Match", between);
            assertThat(shrunk.assertStatus(200).header("ETag")).isNotIn(before, between);
        }
    }
}
