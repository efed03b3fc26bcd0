package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Storage commitment (PS3.18 section 13).
class CommitmentTest {
    private static final String BASES = "org.isocenter.acceptance.CompatibleBases#all";
    private static final String OTHER_CLASS = "1.2.840.10008.5.1.4.1.1.4";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Dicomweb dicomweb = Archive.get().dicomweb();

    private static DataSet reference(String sopClass, String instance) {
        return new DataSet()
                .putString(Tag.ReferencedSOPClassUID, sopClass)
                .putString(Tag.ReferencedSOPInstanceUID, instance);
    }

    private static DataSet request(DataSet... references) {
        return new DataSet().putItems(Tag.ReferencedSOPSequence, references);
    }

    private static DataSet withinStudy(Draft draft, String... instances) {
        DataSet[] items = Arrays.stream(instances)
                .map(uid -> new DataSet().putString(Tag.ReferencedSOPInstanceUID, uid))
                .toArray(DataSet[]::new);
        DataSet ofClass = new DataSet()
                .putString(Tag.ReferencedSOPClassUID, Draft.CT)
                .putItems(Tag.ReferencedInstanceSequence, items);
        DataSet series = new DataSet()
                .putString(Tag.SeriesInstanceUID, draft.series)
                .putItems(Tag.ReferencedInstancesBySOPClassSequence, ofClass);
        DataSet study = new DataSet()
                .putString(Tag.StudyInstanceUID, draft.study)
                .putItems(Tag.ReferencedSeriesSequence, series);
        return new DataSet().putItems(Tag.ReferencedStudySequence, study);
    }

    private static Answer ask(Dicomweb root, String transaction, DataSet request) {
        return root.post("/commitment-requests/" + transaction, Dicomweb.JSON, Workitems.json(request));
    }

    private static Answer check(Dicomweb root, String transaction) {
        return root.get("/commitment-requests/" + transaction, "Accept", Dicomweb.JSON);
    }

    private static List<String> instances(DataSet response, int sequence) {
        return response.items(sequence).stream()
                .map(item -> String.valueOf(item.findString(Tag.ReferencedSOPInstanceUID)))
                .toList();
    }

    private Draft stored(Dicomweb root) {
        Draft draft = Draft.ct();
        root.store(draft.bytes()).assertStatus(200);
        return draft;
    }

    @ParameterizedTest
    @MethodSource(BASES)
    void whatIsThereAndWholeIsKeptAndTheRestIsNot(Dicomweb root) {
        Draft kept = stored(root);
        Draft other = stored(root);
        String missing = Draft.uid();
        String transaction = Draft.uid();
        DataSet request = request(
                reference(Draft.CT, kept.instance),
                reference(OTHER_CLASS, other.instance),
                reference(Draft.CT, missing));

        DataSet response = ask(root, transaction, request).assertStatus(200).dataSet();

        assertThat(instances(response, Tag.ReferencedSOPSequence)).containsExactly(kept.instance);
        assertThat(instances(response, Tag.FailedSOPSequence)).containsExactly(other.instance, missing);
        assertThat(response.items(Tag.FailedSOPSequence))
                .extracting(item -> item.findInt(Tag.FailureReason))
                .containsExactly(0x0119, 0x0112);
        assertThat(response.size()).isEqualTo(2);
        assertThat(check(root, transaction).assertStatus(200).dataSet()).isEqualTo(response);
        ask(root, transaction, request).assertProblem(409, "transaction-uid-in-use");
    }

    @Test
    void instancesAreNamedWithinTheirStudies() {
        Draft draft = stored(dicomweb);
        Draft elsewhere = stored(dicomweb);

        DataSet response = ask(dicomweb, Draft.uid(), withinStudy(draft, draft.instance, elsewhere.instance))
                .assertStatus(200)
                .dataSet();

        assertThat(response.size()).isEqualTo(2);
        assertThat(withinStudies(response, Tag.ReferencedStudySequence)).containsExactly(draft.instance + " null");
        assertThat(withinStudies(response, Tag.FailedStudySequence)).containsExactly(elsewhere.instance + " " + 0x0112);
    }

    private static List<String> withinStudies(DataSet response, int sequence) {
        List<String> instances = new ArrayList<>();
        for (DataSet study : response.items(sequence)) {
            for (DataSet series : study.items(Tag.ReferencedSeriesSequence)) {
                for (DataSet ofClass : series.items(Tag.ReferencedInstancesBySOPClassSequence)) {
                    for (DataSet item : ofClass.items(Tag.ReferencedInstanceSequence)) {
                        instances.add(
                                item.findString(Tag.ReferencedSOPInstanceUID) + " " + item.findInt(Tag.FailureReason));
                    }
                }
            }
        }
        return instances;
    }

    @Test
    void manyAreLookedAtByAnOperation() {
        Draft[] drafts = IntStream.range(0, 60).mapToObj(i -> Draft.ct()).toArray(Draft[]::new);
        dicomweb.store(Arrays.stream(drafts).map(Draft::bytes).toArray(byte[][]::new))
                .assertStatus(200);
        List<DataSet> references = new ArrayList<>();
        for (Draft draft : drafts) {
            references.add(reference(Draft.CT, draft.instance));
        }
        String missing = Draft.uid();
        references.add(reference(Draft.CT, missing));
        String transaction = Draft.uid();

        Answer begun = ask(dicomweb, transaction, request(references.toArray(DataSet[]::new)));
        assertThat(begun.assertStatus(202).body()).isEmpty();
        assertThat(Integer.parseInt(begun.header("Retry-After"))).isPositive();
        Instant end = Instant.now().plus(PATIENCE);
        Answer answer = check(dicomweb, transaction);
        while (answer.status() == 202) {
            assertThat(Instant.now()).as("the operation ends in time").isBefore(end);
            LockSupport.parkNanos(20_000_000);
            answer = check(dicomweb, transaction);
        }

        DataSet response = answer.assertStatus(200).dataSet();
        assertThat(instances(response, Tag.ReferencedSOPSequence))
                .containsExactly(
                        Arrays.stream(drafts).map(draft -> draft.instance).toArray(String[]::new));
        assertThat(instances(response, Tag.FailedSOPSequence)).containsExactly(missing);
    }

    @Test
    void partitionsKnowNothingOfEachOther() {
        Dicomweb one = Archive.partition(dicomweb, "one-" + Draft.uid());
        Draft draft = stored(one);
        String transaction = Draft.uid();

        DataSet outside = ask(dicomweb, transaction, request(reference(Draft.CT, draft.instance)))
                .assertStatus(200)
                .dataSet();
        assertThat(outside.items(Tag.FailedSOPSequence).getFirst().findInt(Tag.FailureReason))
                .isEqualTo(0x0112);
        check(one, transaction).assertStatus(404);
        DataSet inside = ask(one, transaction, request(reference(Draft.CT, draft.instance)))
                .assertStatus(200)
                .dataSet();
        assertThat(instances(inside, Tag.ReferencedSOPSequence)).containsExactly(draft.instance);
        ask(Archive.partition(dicomweb, "none-" + Draft.uid()), transaction, request(reference(Draft.CT, "1.2.3")))
                .assertProblem(404, "no-such-partition");
    }

    @Test
    void xmlIsTakenAndGiven() {
        Draft draft = stored(dicomweb);
        String xml = """
                <NativeDicomModel><DicomAttribute tag="00081199" vr="SQ" keyword="ReferencedSOPSequence"><Item number="1">
                <DicomAttribute tag="00081150" vr="UI"><Value number="1">%s</Value></DicomAttribute>
                <DicomAttribute tag="00081155" vr="UI"><Value number="1">%s</Value></DicomAttribute>
                </Item></DicomAttribute></NativeDicomModel>""".formatted(Draft.CT, draft.instance);
        String transaction = Draft.uid();
        dicomweb.post(
                        "/commitment-requests/" + transaction,
                        "application/dicom+xml",
                        xml.getBytes(StandardCharsets.UTF_8))
                .assertStatus(200);
        Answer answer = dicomweb.get("/commitment-requests/" + transaction, "Accept", "application/dicom+xml")
                .assertStatus(200);
        assertThat(answer.header("Content-Type")).startsWith("application/dicom+xml");
        assertThat(answer.text()).contains("ReferencedSOPSequence", draft.instance);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{",
                "[{},{}]",
                "{\"00081199\":{\"vr\":\"SQ\"}}",
                "{\"00081199\":{\"vr\":\"SQ\",\"Value\":[{}]}}",
                "{\"00081199\":{\"vr\":\"SQ\",\"Value\":[{\"00081150\":{\"vr\":\"UI\",\"Value\":[\"1.2\"]}}]}}",
                "{\"00081199\":{\"vr\":\"SQ\",\"Value\":[{\"00081150\":{\"vr\":\"UI\",\"Value\":[\"1.2\"]},"
                        + "\"00081155\":{\"vr\":\"UI\",\"Value\":[\"'; drop table commitment\"]}}]}}",
                "{\"00081110\":{\"vr\":\"SQ\",\"Value\":[{\"0020000D\":{\"vr\":\"UI\",\"Value\":[\"1.2\"]}}]}}"
            })
    void k01WhatNamesNoInstanceIsRefusedAndTheUidStaysFree(String body) {
        String transaction = Draft.uid();
        Answer answer = dicomweb.post(
                "/commitment-requests/" + transaction, Dicomweb.JSON, body.getBytes(StandardCharsets.UTF_8));
        assertThat(answer.assertProblem(400, "invalid-commitment-request").text())
                .doesNotContain("drop table");
        check(dicomweb, transaction).assertProblem(404, "not-found");
    }

    @Test
    void k02TooManyOrTooLongIsRefused() {
        DataSet[] many = new DataSet[10_001];
        Arrays.fill(many, reference(Draft.CT, "1.2.3"));
        ask(dicomweb, Draft.uid(), request(many)).assertProblem(413, "content-too-large");
        byte[] blank = " ".repeat((4 << 20) + 1).getBytes(StandardCharsets.US_ASCII);
        dicomweb.post("/commitment-requests/" + Draft.uid(), Dicomweb.JSON, blank)
                .assertProblem(413, "content-too-large");
    }

    @Test
    void k03WhatIsNoUidOrInNoFormIsRefused() {
        DataSet request = request(reference(Draft.CT, "1.2.3"));
        ask(dicomweb, "abc", request).assertProblem(400, "invalid-uid");
        check(dicomweb, "1..2").assertProblem(400, "invalid-uid");
        check(dicomweb, Draft.uid()).assertProblem(404, "not-found");
        dicomweb.post("/commitment-requests/" + Draft.uid(), "text/plain", Workitems.json(request))
                .assertProblem(415, "unsupported-media-type");
        dicomweb.get("/commitment-requests/" + Draft.uid(), "Accept", "image/png")
                .assertProblem(406, "not-acceptable");
        dicomweb.delete("/commitment-requests/" + Draft.uid()).assertProblem(405, "method-not-allowed");
    }

    @Test
    void thePageSaysWhatWorks(@TempDir Path folder) throws IOException {
        Draft draft = stored(dicomweb);
        Map<String, String> words = Map.of("2.25.4711", Draft.uid(), "1.2.3.4", draft.instance);
        assertThat(new HowToPage("how-to/storage-commitment.md", words).run(Archive.get(), folder))
                .hasSize(2)
                .allMatch(response -> response.contains(draft.instance) && !response.contains("00081198"));
    }
}
