package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.isocenter.dicom.Tag;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Instances that are no images, shown as what they are (PS3.18 8.7.4), with headers by which nothing in them runs.
final class DocumentsTest {
    private static final Path CORPUS = Path.of(System.getProperty("acceptance.corpus", "../../shared/corpus"));
    private static final String NOTHING = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'";
    private static final String BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8";
    private static final String SCRIPT = "<script>alert(1)</script>";
    private static final byte[] STREAM = Samples.noise(100_000);

    private static final Draft REPORT = Draft.ct()
            .withoutPixels()
            .sopClass("1.2.840.10008.5.1.4.1.1.88.11")
            .text(Tag.Modality, "CS", "SR")
            .text(Tag.ValueType, "CS", "CONTAINER")
            .text(Tag.CompletionFlag, "CS", "PARTIAL")
            .text(Tag.StudyDescription, "LO", SCRIPT)
            .element(
                    Tag.ContentSequence,
                    out -> out.sequence(
                            Tag.ContentSequence,
                            out.fresh()
                                    .text(Tag.RelationshipType, "CS", "CONTAINS")
                                    .text(Tag.ValueType, "CS", "TEXT")
                                    .text(Tag.TextValue, "UT", SCRIPT + " finding")));

    private static final byte[] PDF_BYTES = Samples.latin("%PDF-1.7 odd!");
    private static final Draft PDF = document("1.2.840.10008.5.1.4.1.1.104.1", "application/pdf", PDF_BYTES);
    private static final Draft LARGE_PDF = document("1.2.840.10008.5.1.4.1.1.104.1", "application/pdf", STREAM);
    private static final Draft CDA =
            document("1.2.840.10008.5.1.4.1.1.104.2", "text/XML", Samples.latin("<ClinicalDocument/>"));
    private static final Draft STL = document("1.2.840.10008.5.1.4.1.1.104.3", "model/stl", Samples.latin("solid x "));
    private static final Draft OTHER = document("2.25.77", "text/html", Samples.latin(SCRIPT + "x"));
    private static final Draft EMPTY = document("1.2.840.10008.5.1.4.1.1.104.1", "application/pdf", new byte[0]);
    private static final Draft MPEG = Draft.ct().fragments("1.2.840.10008.1.2.4.100", STREAM);
    private static final Draft AVC = Draft.ct()
            .fragments(
                    "1.2.840.10008.1.2.4.102.1",
                    Arrays.copyOf(STREAM, 60_000),
                    Arrays.copyOfRange(STREAM, 60_000, STREAM.length));
    private static final Draft HEVC = Draft.ct().fragments("1.2.840.10008.1.2.4.107", STREAM);

    private final Dicomweb dicomweb = Archive.get().dicomweb();

    private static Draft document(String sopClass, String mediaType, byte[] content) {
        return Draft.ct()
                .withoutPixels()
                .sopClass(sopClass)
                .text(Tag.MIMETypeOfEncapsulatedDocument, "LO", mediaType)
                .element(Tag.EncapsulatedDocument, out -> out.value(Tag.EncapsulatedDocument, "OB", content));
    }

    @BeforeAll
    static void store() {
        for (Draft draft : new Draft[] {REPORT, PDF, LARGE_PDF, CDA, STL, OTHER, EMPTY, MPEG, AVC, HEVC}) {
            Archive.get().dicomweb().store(draft.bytes()).assertStatus(200);
        }
    }

    static Stream<Arguments> forms() {
        return Stream.of(
                arguments(REPORT, "*/*", "text/html; charset=utf-8", "inline", "html"),
                arguments(REPORT, BROWSER, "text/html; charset=utf-8", "inline", "html"),
                arguments(REPORT, "text/plain", "text/plain; charset=utf-8", "inline", "txt"),
                arguments(REPORT, "text/*;q=0.5, text/plain", "text/plain; charset=utf-8", "inline", "txt"),
                arguments(PDF, BROWSER, "application/pdf", "inline", "pdf"),
                arguments(LARGE_PDF, "application/pdf", "application/pdf", "inline", "pdf"),
                arguments(CDA, "*/*", "text/xml", "inline", "xml"),
                arguments(CDA, "application/xml", "application/xml", "inline", "xml"),
                arguments(STL, "model/stl", "model/stl", "attachment", "stl"),
                arguments(OTHER, "*/*", "application/octet-stream", "attachment", "bin"),
                arguments(MPEG, "*/*", "video/mpeg", "inline", "mpg"),
                arguments(AVC, "video/*", "video/mp4", "inline", "mp4"),
                arguments(HEVC, "*/*", "video/H265", "inline", "mp4"),
                arguments(HEVC, "video/mp4", "video/mp4", "inline", "mp4"));
    }

    @ParameterizedTest(name = "{1} gives {2}")
    @MethodSource("forms")
    void r02EveryFormHasItsTypeAndMayDoNothing(Draft draft, String accept, String type, String how, String ending) {
        Answer answer =
                dicomweb.get(draft.path() + "/rendered", "Accept", accept).assertStatus(200);
        assertThat(answer.header("Content-Type")).isEqualTo(type);
        assertThat(answer.header("Content-Disposition"))
                .isEqualTo(how + "; filename=\"" + draft.instance + "." + ending + "\"");
        assertThat(answer.header("Content-Security-Policy")).startsWith(NOTHING);
        assertThat(answer.header("Content-Security-Policy")).doesNotContain("unsafe");
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(answer.header("Vary")).contains("Accept");
        dicomweb.get(draft.path() + "/rendered", "Accept", accept, "If-None-Match", answer.header("ETag"))
                .assertStatus(304);
        dicomweb.head(draft.path() + "/rendered", "Accept", accept).assertStatus(200);
    }

    @Test
    void aReportIsWordsAndNeverMarkup() {
        String page = dicomweb.get(REPORT.path() + "/rendered", "Accept", "text/html")
                .assertStatus(200)
                .text();
        assertThat(page)
                .contains("&lt;script&gt;alert(1)&lt;/script&gt; finding", "This document is not complete.")
                .doesNotContain("<script");
        assertThat(dicomweb.get(REPORT.path() + "/rendered", "Accept", "text/plain")
                        .text())
                .contains("! This document is not complete.", SCRIPT + " finding");
    }

    /// A browser compares the digest with the text between the tags, byte for byte.
    @Test
    void thePolicyOfAPageKnowsItsStyleSheet() throws NoSuchAlgorithmException {
        Answer page =
                dicomweb.get(REPORT.path() + "/rendered", "Accept", "text/html").assertStatus(200);
        assertThat(page.header("Content-Security-Policy")).isEqualTo(NOTHING + "; style-src '" + digest(page) + "'");
    }

    private static String digest(Answer answer) throws NoSuchAlgorithmException {
        String sheet = answer.text().replaceAll("(?s).*<style>(.*)</style>.*", "$1");
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(sheet.getBytes(StandardCharsets.UTF_8));
        return "sha256-" + Base64.getEncoder().encodeToString(digest);
    }

    @Test
    void documentsAndVideosComeByteForByteWithoutWhatPadsThem() {
        assertThat(rendered(PDF)).isEqualTo(PDF_BYTES);
        assertThat(rendered(LARGE_PDF)).isEqualTo(STREAM);
        assertThat(rendered(CDA)).asString(StandardCharsets.UTF_8).isEqualTo("<ClinicalDocument/>");
        assertThat(rendered(MPEG)).isEqualTo(STREAM);
        assertThat(rendered(AVC)).isEqualTo(STREAM);
    }

    private byte[] rendered(Draft draft) {
        return dicomweb.get(draft.path() + "/rendered", "Accept", "*/*")
                .assertStatus(200)
                .body();
    }

    static Stream<Draft> ranged() {
        return Stream.of(MPEG, AVC, LARGE_PDF);
    }

    @ParameterizedTest
    @MethodSource("ranged")
    void theyCanBeHadInRanges(Draft draft) {
        // Across the end of the first fragment.
        Answer middle = dicomweb.get(draft.path() + "/rendered", "Accept", "*/*", "Range", "bytes=59990-60009")
                .assertStatus(206);
        assertThat(middle.header("Content-Range")).isEqualTo("bytes 59990-60009/100000");
        assertThat(middle.body()).isEqualTo(Arrays.copyOfRange(STREAM, 59_990, 60_010));
        assertThat(middle.header("Content-Security-Policy")).isEqualTo(NOTHING);
        Answer end = dicomweb.get(draft.path() + "/rendered", "Accept", "*/*", "Range", "bytes=-5")
                .assertStatus(206);
        assertThat(end.body()).isEqualTo(Arrays.copyOfRange(STREAM, 99_995, 100_000));
        dicomweb.get(draft.path() + "/rendered", "Accept", "*/*", "Range", "bytes=100000-")
                .assertProblem(416, "range-not-satisfiable");
        dicomweb.get(draft.path() + "/rendered", "Accept", "*/*", "Range", "bytes=0-9", "If-Range", "\"other\"")
                .assertStatus(200);
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                arguments(REPORT, "image/jpeg", "not-acceptable", "text/html or text/plain"),
                arguments(REPORT, "text/html;q=0", "not-acceptable", "text/html or text/plain"),
                arguments(PDF, "text/html", "not-acceptable", "application/pdf"),
                arguments(CDA, "text/html", "not-acceptable", "text/xml"),
                arguments(OTHER, "text/html", "not-acceptable", "application/octet-stream"),
                arguments(AVC, "image/jpeg", "not-acceptable", "video/mp4"),
                arguments(EMPTY, "*/*", "not-rendered", "nothing"));
    }

    @ParameterizedTest(name = "{1}: {3}")
    @MethodSource("refusals")
    void whatIsAskedForInAnotherFormIsToldWhatThereIs(Draft draft, String accept, String code, String told) {
        Answer answer =
                dicomweb.get(draft.path() + "/rendered", "Accept", accept).assertProblem(406, code);
        assertThat(answer.text()).contains(told);
        assertThat(answer.findHeader("Content-Disposition")).isNull();
    }

    @Test
    void aStudyIsAPartForEachInstanceThatCanBeShownAsTheTypeOfParts() {
        Draft image = Draft.ct();
        Draft first = Draft.ct(image.study, Draft.uid());
        Draft second = Draft.ct(image.study, Draft.uid());
        for (Draft document : List.of(first, second)) {
            document.withoutPixels()
                    .sopClass("1.2.840.10008.5.1.4.1.1.104.1")
                    .element(Tag.EncapsulatedDocument, out -> out.value(Tag.EncapsulatedDocument, "OB", PDF_BYTES));
        }
        dicomweb.store(image.bytes(), first.bytes(), second.bytes()).assertStatus(200);
        String study = image.studyPath() + "/rendered";
        List<Answer.Part> parts = dicomweb.get(study, "Accept", "multipart/related; type=\"application/pdf\"")
                .assertStatus(200)
                .parts();
        assertThat(parts).extracting(Answer.Part::type).containsExactly("application/pdf", "application/pdf");
        assertThat(parts).extracting(Answer.Part::body).containsExactly(PDF_BYTES, PDF_BYTES);
        assertThat(parts)
                .extracting(part -> "/studies/" + part.headers().get("content-location"))
                .containsExactlyInAnyOrder(first.path() + "/rendered", second.path() + "/rendered");
        dicomweb.get(study, "Accept", "multipart/related; type=\"text/html\"").assertProblem(406, "not-rendered");
        assertThat(dicomweb.get(study, "Accept", "*/*").assertStatus(200).parts())
                .extracting(Answer.Part::type)
                .containsExactly("image/jpeg");
        List<Answer.Part> pages = dicomweb.get(
                        REPORT.seriesPath() + "/rendered", "Accept", "multipart/related; type=\"text/html\"")
                .assertStatus(200)
                .parts();
        assertThat(pages).hasSize(1);
        assertThat(new String(pages.getFirst().body(), StandardCharsets.UTF_8))
                .startsWith("<!DOCTYPE html>")
                .contains("</html>");
    }

    @Test
    void theUriServiceGivesTheSame() {
        String path = "/wado?requestType=WADO&studyUID=" + REPORT.study + "&seriesUID=" + REPORT.series + "&objectUID="
                + REPORT.instance;
        Answer page = dicomweb.get(path).assertStatus(200);
        assertThat(page.header("Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(page.header("Content-Security-Policy")).startsWith(NOTHING);
        assertThat(dicomweb.get(path + "&contentType=text/plain")
                        .assertStatus(200)
                        .header("Content-Type"))
                .isEqualTo("text/plain; charset=utf-8");
        assertThat(dicomweb.get(path + "&contentType=application/dicom")
                        .assertStatus(200)
                        .header("Content-Type"))
                .startsWith("application/dicom");
        dicomweb.get(path + "&contentType=image/jpeg").assertProblem(406, "not-acceptable");
    }

    @Test
    void anElectrocardiogramIsADrawing() throws IOException, NoSuchAlgorithmException {
        Path file = CORPUS.resolve("pydicom/waveform_ecg.dcm");
        Assumptions.assumeTrue(Files.exists(file), "no corpus");
        Answer stored = dicomweb.store(Files.readAllBytes(file)).assertStatus(200);
        String url =
                stored.dataSet().items(Tag.ReferencedSOPSequence).getFirst().findString(Tag.RetrieveURL);
        Answer drawing = dicomweb.get(url + "/rendered", "Accept", BROWSER).assertStatus(200);
        assertThat(drawing.header("Content-Type")).isEqualTo("image/svg+xml");
        assertThat(drawing.header("Content-Security-Policy"))
                .isEqualTo(NOTHING + "; style-src '" + digest(drawing) + "'");
        assertThat(drawing.text()).startsWith("<?xml").contains("25 mm/s", "10 mm/mV", "aVR");
        dicomweb.get(url + "/rendered", "Accept", "image/svg+xml").assertStatus(200);
        dicomweb.get(url + "/rendered", "Accept", "image/png").assertProblem(406, "not-acceptable");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.2.840.10008.5.1.4.1.1.9.1.2", "1.2.840.10008.5.1.4.1.1.9.4.1"})
    void x19AWaveformOfWhichTooLittleIsToldIsRefused(String sopClass) {
        Draft draft = Draft.ct()
                .withoutPixels()
                .sopClass(sopClass)
                .element(
                        Tag.WaveformSequence,
                        out -> out.sequence(
                                Tag.WaveformSequence,
                                out.fresh()
                                        .shorts(Tag.NumberOfWaveformChannels, 60_000)
                                        .text(Tag.WaveformSampleInterpretation, "CS", "SS")));
        dicomweb.store(draft.bytes()).assertStatus(200);
        dicomweb.get(draft.path() + "/rendered", "Accept", "*/*").assertProblem(406, "not-rendered");
    }
}
