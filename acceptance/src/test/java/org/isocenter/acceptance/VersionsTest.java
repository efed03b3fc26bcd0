package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.Stream;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What tells the versions of the compatible API from each other: the first refuses bad values of what it
/// searches by, the second takes them and warns.
class VersionsTest {
    private final Archive archive = Archive.get();
    private final Dicomweb v1 = archive.v1();
    private final Dicomweb v2 = archive.v2();

    static Stream<Arguments> badValues() {
        return Stream.of(
                arguments("no Patient ID", Tag.PatientID, "LO", ""),
                arguments("a long Patient ID", Tag.PatientID, "LO", "1".repeat(65)),
                arguments("a Patient ID in NULs", Tag.PatientID, "LO", "\0001\000"),
                arguments("a date in words", Tag.StudyDate, "DA", "January"),
                arguments("no such day", Tag.PatientBirthDate, "DA", "20260231"),
                arguments("a long accession number", Tag.AccessionNumber, "SH", "12345678901234567"),
                arguments("a long description", Tag.StudyDescription, "LO", "x".repeat(65)),
                arguments("four groups of a name", Tag.PatientName, "PN", "A=B=C=D"),
                arguments("a modality in NULs", Tag.Modality, "CS", "X\000X"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badValues")
    void aBadValueIsRefusedByTheFirstAndWarnedOfByTheSecond(String name, int tag, String vr, String value) {
        Draft draft = Draft.ct().text(tag, vr, value);
        for (Dicomweb first : List.of(v1, Archive.partition(v1, "strict"))) {
            Answer refused = first.store(draft.bytes()).assertStatus(409);
            assertThat(refused.failureReasons()).containsExactly(43264);
            assertThat(refused.dataSets().getFirst().contains(Tag.ReferencedSOPSequence))
                    .isFalse();
            first.get(draft.path(), "Accept", Dicomweb.SINGLE_DICOM).assertStatus(404);
        }
        Answer stored = v2.store(draft.bytes()).assertStatus(202);
        DataSet referenced =
                stored.dataSets().getFirst().items(Tag.ReferencedSOPSequence).getFirst();
        assertThat(referenced.items(Tag.FailedAttributesSequence)).isNotEmpty();
        assertThat(v1.get(draft.path(), "Accept", Dicomweb.SINGLE_DICOM)
                        .assertStatus(200)
                        .body())
                .isEqualTo(draft.bytes());
    }

    @Test
    void whatTheFirstDoesNotSearchByIsNoMatterToIt() {
        Draft draft = Draft.ct().text(Tag.SliceThickness, "DS", "thin");
        DataSet payload = v1.store(draft.bytes()).assertStatus(200).dataSets().getFirst();
        DataSet referenced = payload.items(Tag.ReferencedSOPSequence).getFirst();
        assertThat(referenced.contains(Tag.WarningReason)).isFalse();
        assertThat(referenced.contains(Tag.FailedAttributesSequence)).isFalse();
        Draft mixed = Draft.ct().text(Tag.StudyDate, "DA", "never");
        assertThat(v1.store(Draft.ct().bytes(), mixed.bytes()).assertStatus(202).failureReasons())
                .containsExactly(43264);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/studies", "/nothing", "/studies/abc", "/changefeed"})
    void theVersionsAreToldInEveryAnswer(String path) {
        for (Dicomweb root : List.of(v1, v2, Archive.partition(v2, "Microsoft.Default"))) {
            assertThat(root.get(path, "Accept", "*/*").header("api-supported-versions"))
                    .isEqualTo("1, 2");
        }
        assertThat(archive.dicomweb().get(path, "Accept", "*/*").findHeader("api-supported-versions"))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1", "/v2", "/dicom-web"})
    void eachRootDescribesItself(String root) {
        Answer json = archive.root().get(root.substring(1) + "/api.json", "Accept", "*/*");
        assertThat(json.assertStatus(200).text())
                .contains("\"openapi\":\"3.1", root + "/partitions/{partition}", "/studies/{study}/metadata");
        Answer yaml = archive.root().get(root.substring(1) + "/api.yaml", "Accept", "*/*");
        assertThat(yaml.assertStatus(200).header("Content-Type")).isEqualTo("application/yaml");
        assertThat(yaml.body()).isEqualTo(json.body());
    }
}
