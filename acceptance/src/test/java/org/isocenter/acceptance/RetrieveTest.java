package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.Stream;
import org.isocenter.dicom.Tag;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Which forms of instances and metadata are given to whom, and when a validator changes.
class RetrieveTest {
    private static final String HEVC = "1.2.840.10008.1.2.4.107";
    private static final String EXPLICIT_ONLY = "; transfer-syntax=" + Draft.EXPLICIT;
    private static final String MULTIPART = "multipart/related; type=\"application/dicom\"";

    private static final Draft NATIVE = Draft.ct();
    private static final Draft VIDEO = Draft.ct(NATIVE.study, NATIVE.series).fragments(HEVC, Samples.noise(4000));
    private static final Draft ALONE = Draft.ct();

    private final Dicomweb dicomweb = Archive.get().dicomweb();

    @BeforeAll
    static void store() {
        Archive.get()
                .dicomweb()
                .store(NATIVE.bytes(), VIDEO.bytes(), ALONE.bytes())
                .assertStatus(200);
    }

    static Stream<Arguments> accepts() {
        return Stream.of(
                arguments("a mixed study in any syntax", NATIVE.studyPath(), MULTIPART + "; transfer-syntax=*", 200),
                arguments("a mixed study in no named syntax", NATIVE.studyPath(), MULTIPART, 200),
                arguments(
                        "a mixed study, type not quoted",
                        NATIVE.studyPath(),
                        "multipart/related; type=application/dicom; transfer-syntax=*",
                        200),
                arguments("a mixed study as anything", NATIVE.studyPath(), "*/*", 200),
                arguments("a mixed study as explicit", NATIVE.studyPath(), MULTIPART + EXPLICIT_ONLY, 200),
                arguments("a mixed series as explicit", NATIVE.seriesPath(), MULTIPART + EXPLICIT_ONLY, 200),
                arguments("a study in its own syntax", ALONE.studyPath(), MULTIPART + EXPLICIT_ONLY, 200),
                arguments("a study alone", ALONE.studyPath(), "application/dicom", 406),
                arguments("a study as octets", ALONE.studyPath(), "application/octet-stream", 406),
                arguments("a study as a picture", ALONE.studyPath(), "image/png", 406),
                arguments(
                        "a study as MPEG2",
                        ALONE.studyPath(),
                        MULTIPART + "; transfer-syntax=1.2.840.10008.1.2.4.100",
                        406),
                arguments("an instance alone in its syntax", ALONE.path(), "application/dicom" + EXPLICIT_ONLY, 200),
                arguments("an instance alone in another", VIDEO.path(), "application/dicom" + EXPLICIT_ONLY, 406),
                arguments("an instance as a part in another", VIDEO.path(), MULTIPART + EXPLICIT_ONLY, 406),
                arguments("an instance alone in any", VIDEO.path(), "application/dicom; transfer-syntax=*", 200),
                arguments(
                        "an instance, the second choice",
                        VIDEO.path(),
                        "application/dicom" + EXPLICIT_ONLY + ", application/dicom; transfer-syntax=*; q=0.5",
                        200),
                arguments("an instance as a picture", ALONE.path(), "image/jpeg", 406),
                arguments("metadata as JSON", ALONE.path() + "/metadata", "application/json", 200),
                arguments("metadata as DICOM JSON", ALONE.path() + "/metadata", "application/dicom+json", 200),
                arguments("metadata as anything", ALONE.path() + "/metadata", "*/*", 200),
                arguments("metadata as XML", ALONE.path() + "/metadata", Dicomweb.XML, 200),
                arguments("metadata as DICOM", ALONE.path() + "/metadata", "application/dicom", 406),
                arguments("metadata as data", ALONE.path() + "/metadata", "application/data", 406),
                arguments("no such study", "/studies/1.2.3.4", "*/*", 404),
                arguments("no such series", ALONE.studyPath() + "/series/1.2.3.4", "*/*", 404),
                arguments("no such instance", ALONE.seriesPath() + "/instances/1.2.3.4", "*/*", 404),
                arguments("metadata of no study", "/studies/1.2.3.4/metadata", "*/*", 404),
                arguments("metadata of no series", ALONE.studyPath() + "/series/1.2.3.4/metadata", "*/*", 404),
                arguments("metadata of no instance", ALONE.seriesPath() + "/instances/1.2.3.4/metadata", "*/*", 404),
                arguments("frames of no instance", ALONE.seriesPath() + "/instances/1.2.3.4/frames/1", "*/*", 404),
                arguments(
                        "an instance in another study",
                        "/studies/" + NATIVE.study + "/series/" + ALONE.series + "/instances/" + ALONE.instance,
                        "*/*",
                        404),
                arguments("a study that is no UID", "/studies/abc", "*/*", 400),
                arguments("a UID of 65 characters", "/studies/1." + "2".repeat(63), "*/*", 400),
                arguments("H15 quality is no number", ALONE.path(), "*/*; q=nan", 400),
                arguments("H15 quality below zero", ALONE.path(), "*/*; q=-1", 400),
                arguments("H15 10,000 ranges", ALONE.path(), "a/b,".repeat(5000) + "*/*", 400),
                arguments("never", ALONE.path(), "*/*; q=0", 406));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("accepts")
    void whatIsAskedForIsGivenOrRefused(String name, String path, String accept, int status) {
        dicomweb.get(path, "Accept", accept).assertStatus(status);
    }

    @Test
    void everyPartNamesItsTransferSyntax() {
        List<Answer.Part> parts = dicomweb.get(NATIVE.studyPath(), "Accept", Dicomweb.MULTIPART_DICOM)
                .parts();
        assertThat(parts)
                .extracting(Answer.Part::type)
                .containsExactlyInAnyOrder(
                        "application/dicom; transfer-syntax=" + Draft.EXPLICIT,
                        "application/dicom; transfer-syntax=" + HEVC);
    }

    @Test
    void theMetadataOfAStudyAreThoseOfItsInstances() {
        assertThat(dicomweb.metadata(NATIVE.studyPath()))
                .extracting(one -> String.valueOf(one.findString(Tag.SOPInstanceUID)))
                .containsExactlyInAnyOrder(NATIVE.instance, VIDEO.instance);
    }

    @Test
    void theValidatorOfMetadataChangesWithTheInstances() {
        Draft first = Draft.ct();
        dicomweb.store(first.bytes()).assertStatus(200);
        for (String path : List.of(first.studyPath(), first.seriesPath())) {
            String metadata = path + "/metadata";
            String tag = dicomweb.get(metadata, "Accept", Dicomweb.JSON).header("ETag");
            Answer same = dicomweb.get(metadata, "Accept", Dicomweb.JSON, "If-None-Match", tag)
                    .assertStatus(304);
            assertThat(same.body()).isEmpty();
            Answer other = dicomweb.get(metadata, "Accept", Dicomweb.JSON, "If-None-Match", "\"9-9\"")
                    .assertStatus(200);
            assertThat(other.header("ETag")).isEqualTo(tag);

            Draft second = Draft.ct(first.study, first.series);
            dicomweb.store(second.bytes()).assertStatus(200);
            Answer grown = dicomweb.get(metadata, "Accept", Dicomweb.JSON, "If-None-Match", tag)
                    .assertStatus(200);
            assertThat(grown.header("ETag")).isNotEqualTo(tag);
            assertThat(grown.dataSets()).hasSize(2);

            dicomweb.delete(second.path()).assertStatus(204);
            Answer shrunk = dicomweb.get(metadata, "Accept", Dicomweb.JSON, "If-None-Match", grown.header("ETag"))
                    .assertStatus(200);
            assertThat(shrunk.header("ETag")).isNotIn(tag, grown.header("ETag"));
            assertThat(shrunk.dataSets()).hasSize(1);
        }
    }

    @Test
    void aStudyStoredWithPaddingIsReachedWithoutIt() {
        Draft padded = Draft.ct();
        padded.element(Tag.StudyInstanceUID, out -> out.text(Tag.StudyInstanceUID, "UI", padded.study + "  "));
        assertThat(dicomweb.store(padded.bytes()).status()).isIn(200, 202);
        assertThat(dicomweb.get(padded.path(), "Accept", Dicomweb.SINGLE_DICOM)
                        .assertStatus(200)
                        .body())
                .isEqualTo(padded.bytes());
    }
}
