package org.isocenter.server.fhir.mapping;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Reports of imaging as DiagnosticReport: structured reports that people write (PS3.16 TID 2000 and its
/// kin), and encapsulated documents whose title says so.
final class Reports {
    /// Characters of a conclusion that are written.
    static final int CONCLUSION_MAX = 100_000;

    private static final String BASIC_TEXT = "1.2.840.10008.5.1.4.1.1.88.11";

    /// SOP classes of reports with any content: Enhanced, Comprehensive, Comprehensive 3D, Extensible.
    private static final Set<String> GENERAL = Set.of(
            "1.2.840.10008.5.1.4.1.1.88.22",
            "1.2.840.10008.5.1.4.1.1.88.33",
            "1.2.840.10008.5.1.4.1.1.88.34",
            "1.2.840.10008.5.1.4.1.1.88.35");

    /// Basic Diagnostic Imaging Report, Transcribed Diagnostic Imaging Report, Imaging Report With
    /// Conditional Radiation Exposure and Protection Information (PS3.16 annex A).
    private static final Set<String> TEMPLATES = Set.of("2000", "2005", "2006");

    /// Titles of reports of imaging in LOINC (PS3.16 CID 7000).
    private static final Set<String> TITLES = Set.of(
            "11522-0", "11524-0", "11525-3", "11528-7", "11538-6", "11539-4", "11540-2", "11541-0", "17787-3",
            "18745-0", "18747-6", "18748-4", "18750-0", "18752-6", "18754-2", "18755-9", "18756-7", "18757-5",
            "18758-3", "18760-9", "18782-3", "24606-6", "38269-7", "43468-8", "47048-4", "49512-7", "68604-8");

    /// Impressions, Impression, Conclusions, Conclusion and Summary, as DICOM and LOINC have them.
    private static final Set<String> CONCLUSIONS = Set.of(
            "DCM 121072",
            "DCM 121073",
            "DCM 121076",
            "DCM 121077",
            "DCM 121111",
            "LN 19005-8",
            "LN 55110-1",
            "LN 55112-7");

    private static final String CATEGORIES = "http://terminology.hl7.org/CodeSystem/v2-0074";

    private Reports() {}

    /// Whether a concept is the title of a report of imaging.
    static boolean isReportTitle(DataSet concept) {
        return Codes.is(concept, "111400", "DCM")
                || "LN".equals(concept.findString(Tag.CodingSchemeDesignator))
                        && TITLES.contains(String.valueOf(Codes.findCode(concept)));
    }

    /// Whether a structured report is one that people write about images. A Basic Text SR is; one that can
    /// hold anything is where its template or its title says so. Titles are codes of LOINC.
    static boolean isReport(Document document) {
        if (document.sopClass().equals(BASIC_TEXT)) {
            return true;
        }
        if (!GENERAL.contains(document.sopClass())) {
            return false;
        }
        DataSet template = document.dataSet().findItem(Tag.ContentTemplateSequence);
        DataSet title = document.dataSet().findItem(Tag.ConceptNameCodeSequence);
        return template != null && TEMPLATES.contains(String.valueOf(template.findString(Tag.TemplateIdentifier)))
                || title != null && (isReportTitle(title) || Codes.LOINC.equals(Codes.findSystem(title)));
    }

    static ObjectNode map(Document document, ContentItem root) {
        DataSet title = root.concept();
        ObjectNode code = title == null ? null : Codes.findConcept(title);
        if (code == null) {
            code = Elements.concept(Codes.LOINC, "18748-4", "Diagnostic imaging study");
        }
        ObjectNode attachment =
                document.attachment("text/html", title == null ? null : title.findString(Tag.CodeMeaning));
        ObjectNode report = report(document, status(document.dataSet()), code, attachment);
        Elements.put(report, "conclusion", conclusion(root));
        Set<ObjectNode> codes = new LinkedHashSet<>();
        for (ContentItem item : root.below()) {
            ObjectNode value = item.is("CODE") && isConclusion(item) ? item.code() : null;
            if (value != null) {
                codes.add(value);
            }
        }
        Elements.putAll(report, "conclusionCode", codes);
        return report;
    }

    /// The DiagnosticReport of any document.
    ///
    /// It has the accession numbers as identifiers too, by which those who ask for the reports of an order
    /// find it: R4 knows no search for the reports of a study.
    static ObjectNode report(Document document, String status, ObjectNode code, ObjectNode presented) {
        DataSet dataSet = document.dataSet();
        ObjectNode report = document.resource("DiagnosticReport", "DiagnosticReport", "");
        Elements.putAll(report, "identifier", List.of(document.identifier()));
        Elements.putAll(report, "identifier", document.accessions());
        Elements.putAll(report, "basedOn", document.orders());
        report.put("status", status);
        Elements.putAll(
                report,
                "category",
                List.of(
                        Elements.concept(CATEGORIES, "RAD", "Radiology"),
                        Elements.concept(Codes.LOINC, "LP29684-5", "Radiology")));
        report.set("code", code);
        Elements.put(report, "effectiveDateTime", document.contentTime());
        Elements.put(report, "issued", issued(document));
        List<ObjectNode> verifiers = document.verifiers();
        List<ObjectNode> authors = document.authors();
        Elements.putAll(report, "performer", authors.isEmpty() ? verifiers : authors);
        Elements.putAll(report, "resultsInterpreter", verifiers);
        Elements.putAll(report, document.options().isR5() ? "study" : "imagingStudy", List.of(document.study()));
        if (dataSet.contains(Tag.SeriesInstanceUID)) {
            Elements.putAll(report, "presentedForm", List.of(presented));
        }
        return report;
    }

    /// What the flags of a report say (PS3.3 C.17.2): one that is preliminary or has not been verified is
    /// preliminary, unless it says that it is final.
    static String status(DataSet dataSet) {
        String preliminary = dataSet.findString(Tag.PreliminaryFlag);
        if ("PRELIMINARY".equals(preliminary)) {
            return "preliminary";
        }
        if ("PARTIAL".equals(dataSet.findString(Tag.CompletionFlag))) {
            return "partial";
        }
        return "FINAL".equals(preliminary) || "VERIFIED".equals(dataSet.findString(Tag.VerificationFlag))
                ? "final"
                : "preliminary";
    }

    /// When the report was given out: when it was verified, else when it was made; null where no instant is
    /// known.
    private static @Nullable String issued(Document document) {
        String last = null;
        for (DataSet observer : document.dataSet().items(Tag.VerifyingObserverSequence)) {
            String verified = Times.instant(
                    document.times().dateTime(observer.findString(Tag.VerificationDateTime), document.dataSet()));
            last = verified == null ? last : verified;
        }
        return last == null ? Times.instant(document.contentTime()) : last;
    }

    private static @Nullable String conclusion(ContentItem root) {
        StringBuilder conclusion = new StringBuilder();
        for (ContentItem item : root.below()) {
            String text = item.is("TEXT") && isConclusion(item) ? item.text() : null;
            if (text != null && conclusion.length() + text.length() <= CONCLUSION_MAX) {
                conclusion.append(conclusion.isEmpty() ? "" : "\n").append(Elements.plain(text));
            }
        }
        return conclusion.isEmpty() ? null : conclusion.toString();
    }

    /// Whether an item is a conclusion, or what a section of conclusions contains (PS3.16 TID 2000, CID 7001
    /// and TID 2002). What an item is inferred from, or what modifies it, is not.
    private static boolean isConclusion(ContentItem item) {
        for (ContentItem place = item; place != null && place.isRelated("CONTAINS"); place = place.above) {
            if (CONCLUSIONS.contains(code(place, "DCM")) || CONCLUSIONS.contains(code(place, "LN"))) {
                return true;
            }
        }
        return false;
    }

    private static String code(ContentItem item, String designator) {
        DataSet concept = item.concept();
        return concept != null && designator.equals(concept.findString(Tag.CodingSchemeDesignator))
                ? designator + " " + Codes.findCode(concept)
                : "";
    }
}
