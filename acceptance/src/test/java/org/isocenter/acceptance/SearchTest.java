package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Search: every kind of matching, the fields and the order of results.
///
/// Three studies belong to this class alone, told from all others by their issuer of patient identifiers.
class SearchTest {
    private static final String ISSUER = "I" + Draft.uid().replace('.', '-').substring(5);
    private static final String MINE = "IssuerOfPatientID=" + ISSUER;
    private static final String SECONDARY = "1.2.840.10008.5.1.4.1.1.7";

    private static final Draft A = draft(Draft.ct(), "Doe^Jane", "20260110", "081500", "ACC-1", "PID-1")
            .text(Tag.StudyDescription, "LO", "Chest routine")
            .text(Tag.BodyPartExamined, "CS", "CHEST")
            .text(Tag.InstanceNumber, "IS", "7")
            .text(Tag.Manufacturer, "LO", "Maker")
            .text(Tag.StudyComments, "LT", "beyond the index");
    private static final Draft A2 = draft(
                    Draft.ct(A.study, Draft.uid()), "Doe^Jane", "20260110", "081500", "ACC-1", "PID-1")
            .text(Tag.Modality, "CS", "MR")
            .text(Tag.SeriesNumber, "IS", "2")
            .text(Tag.SeriesDescription, "LO", "T1 axial")
            .text(Tag.SOPClassUID, "UI", SECONDARY);
    private static final Draft A3 = draft(
                    Draft.ct(A.study, A.series), "Doe^Jane", "20260110", "081500", "ACC-1", "PID-1")
            .text(Tag.InstanceNumber, "IS", "8");
    private static final Draft B = draft(Draft.ct(), "Roe^Richard", "20260115", "140000", "ACC-2", "PID-2")
            .text(Tag.Modality, "CS", "US")
            .text(Tag.PatientBirthDate, "DA", "19700101")
            .text(Tag.PatientSex, "CS", "M")
            .text(Tag.ReferringPhysicianName, "PN", "House^Gregory")
            .element(
                    Tag.RequestAttributesSequence,
                    out -> out.sequence(
                            Tag.RequestAttributesSequence,
                            out.fresh()
                                    .text(Tag.ScheduledProcedureStepID, "SH", "STEP-9")
                                    .text(Tag.RequestedProcedureID, "SH", "PROC-9")));
    private static final Draft C = draft(Draft.ct(), "Poe^Edgar", "20260120", "235959", "XYZ", "PID-3")
            .text(Tag.StudyID, "SH", "S3")
            .text(Tag.PerformedProcedureStepStartDate, "DA", "20260121")
            .text(Tag.PerformedProcedureStepStartTime, "TM", "001500");

    private final Dicomweb dicomweb = Archive.get().dicomweb();

    private static Draft draft(Draft draft, String name, String date, String time, String accession, String id) {
        return draft.text(Tag.IssuerOfPatientID, "LO", ISSUER)
                .text(Tag.PatientName, "PN", name)
                .text(Tag.StudyDate, "DA", date)
                .text(Tag.StudyTime, "TM", time)
                .text(Tag.AccessionNumber, "SH", accession)
                .text(Tag.PatientID, "LO", id);
    }

    @BeforeAll
    static void store() {
        for (Draft draft : List.of(A, A2, A3, B, C)) {
            assertThat(Archive.get().dicomweb().store(draft.bytes()).status()).isIn(200, 202);
        }
    }

    static Stream<Arguments> studies() {
        return Stream.of(
                found("nothing but mine", "", A, B, C),
                found("an exact value", "PatientID=PID-2", B),
                found("by the tag", "00100020=PID-2", B),
                found("another case", "PatientID=pid-2", B),
                found("no match", "PatientID=PID-9"),
                found("a wildcard behind", "AccessionNumber=ACC*", A, B),
                found("a wildcard on both sides", "AccessionNumber=*CC-*", A, B),
                found("a wildcard for one", "AccessionNumber=AC?-1", A),
                found("wildcards alone", "AccessionNumber=*", A, B, C),
                found("several values by comma", "PatientID=PID-1,PID-3", A, C),
                found("several values by backslash", "PatientID=PID-1%5CPID-3", A, C),
                found("an empty value", "PatientID=", A, B, C),
                found("a date", "StudyDate=20260115", B),
                found("a range of dates", "StudyDate=20260110-20260115", A, B),
                found("dates up to", "StudyDate=-20260115", A, B),
                found("dates from", "StudyDate=20260115-", B, C),
                found("all dates", "StudyDate=19000101-99991231", A, B, C),
                found("a time", "StudyTime=081500", A),
                found("an hour", "StudyTime=08", A),
                found("a range of times", "StudyTime=080000-150000", A, B),
                found("times from", "StudyTime=2359-", C),
                found("a moment to a moment", "StudyDate=20260110-20260115&StudyTime=100000-150000", B),
                found("to an earlier hour of a later day", "StudyDate=20260110-20260115&StudyTime=080000-020000", A),
                found("a moment on", "StudyDate=20260115-&StudyTime=150000-", C),
                found("a UID", "StudyInstanceUID=" + A.study, A),
                found("UIDs by comma", "StudyInstanceUID=" + A.study + "," + C.study, A, C),
                found("UIDs by backslash", "StudyInstanceUID=" + A.study + "%5C" + C.study, A, C),
                found("a modality", "ModalitiesInStudy=MR", A),
                found("several modalities", "ModalitiesInStudy=MR,US", A, B),
                found("a SOP class", "SOPClassesInStudy=" + SECONDARY, A),
                found("a name", "PatientName=Doe%5EJane", A),
                found("a name in another case", "PatientName=doe%5Ejane", A),
                found("a name with a wildcard", "PatientName=*oe*", A, B, C),
                found("a birth date", "PatientBirthDate=19700101", B),
                found("a sex", "PatientSex=M", B),
                found("a physician", "ReferringPhysicianName=House*", B),
                found("a study ID", "StudyID=S3", C),
                found("a description", "StudyDescription=*routine*", A),
                found("two keys", "PatientID=PID-1&AccessionNumber=ACC-1", A),
                found("two keys of which one does not match", "PatientID=PID-1&AccessionNumber=ACC-2"),
                found("Q02 a quote as text", "PatientID=" + Dicomweb.encode("PID-1' OR 1=1--")),
                found("Q02 a percent sign as text", "PatientID=%25"),
                found("Q02 an underscore as text", "PatientID=PID_1"),
                found("Q02 a dollar as text", "PatientID=$1"),
                found("Q02 a backslash as text", "PatientName=" + Dicomweb.encode("Do\\e^Jane")));
    }

    private static Arguments found(String name, String query, Draft... expected) {
        return arguments(
                name, query, Stream.of(expected).map(draft -> draft.study).toList());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("studies")
    void studiesAreFound(String name, String query, List<String> expected) {
        List<DataSet> results = dicomweb.search("/studies?" + MINE + "&" + query);
        assertThat(results)
                .extracting(one -> String.valueOf(one.findString(Tag.StudyInstanceUID)))
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    static Stream<Arguments> seriesAndInstances() {
        return Stream.of(
                arguments("all series", "/series?" + MINE, 4),
                arguments("a modality", "/series?Modality=MR&" + MINE, 1),
                arguments("a series number", "/series?SeriesNumber=2&" + MINE, 1),
                arguments("a series number with zeros", "/series?SeriesNumber=02&" + MINE, 1),
                arguments("a description", "/series?SeriesDescription=T1*&" + MINE, 1),
                arguments("a body part", "/series?BodyPartExamined=CHEST&" + MINE, 1),
                arguments("a manufacturer", "/series?Manufacturer=Maker*&" + MINE, 1),
                arguments("a step", "/series?RequestAttributesSequence.ScheduledProcedureStepID=STEP-9&" + MINE, 1),
                arguments("a step by tags", "/series?00400275.00400009=STEP-9&" + MINE, 1),
                arguments("a step by wildcard", "/series?00400275.00400009=STEP*&" + MINE, 1),
                arguments("another step", "/series?00400275.00400009=STEP-8&" + MINE, 0),
                arguments("a procedure", "/series?RequestAttributesSequence.RequestedProcedureID=PROC-9&" + MINE, 1),
                arguments("a start", "/series?PerformedProcedureStepStartDate=20260121&" + MINE, 1),
                arguments(
                        "a moment of start",
                        "/series?PerformedProcedureStepStartDate=20260120-20260121"
                                + "&PerformedProcedureStepStartTime=230000-003000&" + MINE,
                        1),
                arguments("series by a key of the study", "/series?PatientID=PID-1&" + MINE, 2),
                arguments("series of a study", A.studyPath() + "/series", 2),
                arguments("series of a study by modality", A.studyPath() + "/series?Modality=CT", 1),
                arguments("series of no study", "/studies/1.2.3.4/series", 0),
                arguments("all instances", "/instances?" + MINE, 5),
                arguments("an instance", "/instances?SOPInstanceUID=" + A.instance, 1),
                arguments("instances by number", "/instances?InstanceNumber=7,8&" + MINE, 2),
                arguments("instances by class", "/instances?SOPClassUID=" + SECONDARY + "&" + MINE, 1),
                arguments("instances by modality", "/instances?Modality=US&" + MINE, 1),
                arguments("instances of a study", A.studyPath() + "/instances", 3),
                arguments("instances of a series", A.seriesPath() + "/instances", 2),
                arguments("instances of a series by number", A.seriesPath() + "/instances?InstanceNumber=8", 1));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("seriesAndInstances")
    void seriesAndInstancesAreFound(String name, String query, int expected) {
        assertThat(dicomweb.search(query)).hasSize(expected);
        assertThat(Archive.get().v2().search(query)).hasSize(expected);
    }

    @Test
    void aStudyTellsWhatIsInIt() {
        DataSet study = dicomweb.search("/studies?includefield=SOPClassesInStudy&StudyInstanceUID=" + A.study)
                .getFirst();
        assertThat(study.strings(Tag.ModalitiesInStudy)).containsExactlyInAnyOrder("CT", "MR");
        assertThat(study.strings(Tag.SOPClassesInStudy)).containsExactlyInAnyOrder(Draft.CT, SECONDARY);
        assertThat(study.findInt(Tag.NumberOfStudyRelatedSeries)).isEqualTo(2);
        assertThat(study.findInt(Tag.NumberOfStudyRelatedInstances)).isEqualTo(3);
        DataSet series =
                dicomweb.search("/series?SeriesInstanceUID=" + A.series).getFirst();
        assertThat(series.findInt(Tag.NumberOfSeriesRelatedInstances)).isEqualTo(2);
        DataSet instance =
                dicomweb.search("/instances?SOPInstanceUID=" + A.instance).getFirst();
        assertThat(instance.strings(Tag.AvailableTransferSyntaxUID)).containsExactly(Draft.EXPLICIT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/studies?", "/series?", "/instances?"})
    void theRetrieveUrlOfAResultWorks(String resource) {
        for (DataSet result : dicomweb.search(resource + MINE)) {
            String url = String.valueOf(result.findString(Tag.RetrieveURL));
            assertThat(dicomweb.get(url, "Accept", "*/*").assertStatus(200).parts())
                    .isNotEmpty();
        }
    }

    static Stream<Arguments> fields() {
        return Stream.of(
                arguments("a keyword", "includefield=StudyComments"),
                arguments("a tag", "includefield=00324000"),
                arguments("a list", "includefield=00080090,00324000"),
                arguments("a list with an escaped comma", "includefield=00080090%2C00324000"),
                arguments("repeated", "includefield=00080090&includefield=StudyComments"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("fields")
    void anAttributeThatIsAskedForIsReturnedThoughTheIndexHasItNot(String name, String fields) {
        DataSet instance = dicomweb.search("/instances?" + fields + "&SOPInstanceUID=" + A.instance)
                .getFirst();
        assertThat(instance.findString(Tag.StudyComments)).isEqualTo("beyond the index");
        DataSet study = dicomweb.search("/studies?" + fields + "&StudyInstanceUID=" + C.study)
                .getFirst();
        assertThat(study.findString(Tag.PatientID)).isEqualTo("PID-3");
    }

    @Test
    void unaskedAttributesAreThoseOfTheStandardAndAllAreMore() {
        DataSet few = dicomweb.search("/studies?StudyInstanceUID=" + A.study).getFirst();
        for (int tag : new int[] {
            Tag.StudyDate,
            Tag.StudyTime,
            Tag.AccessionNumber,
            Tag.ModalitiesInStudy,
            Tag.PatientName,
            Tag.PatientID,
            Tag.StudyInstanceUID,
            Tag.NumberOfStudyRelatedSeries,
            Tag.NumberOfStudyRelatedInstances,
            Tag.RetrieveURL
        }) {
            assertThat(few.contains(tag)).as(Integer.toHexString(tag)).isTrue();
        }
        DataSet series =
                dicomweb.search("/series?SeriesInstanceUID=" + A.series).getFirst();
        assertThat(series.contains(Tag.BodyPartExamined)).isFalse();
        DataSet all = dicomweb.search("/series?includefield=all&SeriesInstanceUID=" + A.series)
                .getFirst();
        assertThat(all.findString(Tag.BodyPartExamined)).isEqualTo("CHEST");
        assertThat(all.size()).isGreaterThan(series.size());
    }

    @Test
    void resultsComeNewestFirstAndPageByPage() {
        List<String> expected = List.of(C.study, B.study, A.study);
        assertThat(uids("/studies?" + MINE)).isEqualTo(expected);
        List<String> paged = new ArrayList<>();
        IntStream.range(0, 3).forEach(offset -> paged.addAll(uids("/studies?limit=1&offset=" + offset + "&" + MINE)));
        assertThat(paged).isEqualTo(expected);
        assertThat(dicomweb.search("/studies?limit=1&offset=3&" + MINE)).isEmpty();
    }

    @Test
    void aCutResultSaysSoAndTheCountIsTold() {
        Answer cut = dicomweb.get("/studies?limit=2&includetotal=true&" + MINE, "Accept", Dicomweb.JSON)
                .assertStatus(200);
        assertThat(cut.dataSets()).hasSize(2);
        assertThat(cut.header("Warning")).startsWith("299 ");
        assertThat(cut.header("X-Total-Count")).isEqualTo("3");
        Answer whole = dicomweb.get("/studies?limit=3&" + MINE, "Accept", Dicomweb.JSON)
                .assertStatus(200);
        assertThat(whole.findHeader("Warning")).isNull();
        assertThat(whole.findHeader("X-Total-Count")).isNull();
    }

    @Test
    void resultsAreOrderedAsAskedFor() {
        assertThat(uids("/studies?orderby=StudyDate&" + MINE)).containsExactly(A.study, B.study, C.study);
        assertThat(uids("/studies?orderby=-StudyDate&" + MINE)).containsExactly(C.study, B.study, A.study);
        assertThat(uids("/studies?orderby=PatientName&" + MINE)).containsExactly(A.study, C.study, B.study);
        assertThat(uids("/studies?orderby=-00100020&" + MINE)).containsExactly(C.study, B.study, A.study);
    }

    @Test
    void aSearchIsAnsweredInXmlToo() {
        Answer xml = dicomweb.get("/studies?" + MINE, "Accept", Dicomweb.XML).assertStatus(200);
        assertThat(xml.xmlDataSets())
                .extracting(one -> String.valueOf(one.findString(Tag.StudyInstanceUID)))
                .containsExactly(C.study, B.study, A.study);
    }

    private List<String> uids(String query) {
        return dicomweb.search(query).stream()
                .map(one -> String.valueOf(one.findString(Tag.StudyInstanceUID)))
                .toList();
    }
}
