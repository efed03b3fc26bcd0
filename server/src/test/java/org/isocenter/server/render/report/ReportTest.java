package org.isocenter.server.render.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import org.isocenter.dicom.BulkSource;
import org.isocenter.dicom.CharacterSets;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.TransferSyntax;
import org.isocenter.dicom.Value;
import org.isocenter.dicom.Vr;
import org.isocenter.server.render.Instance;
import org.isocenter.server.render.document.StoredInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.NodeList;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Structured reports as pages and text (PS3.3 C.17.3).
final class ReportTest {
    private static final String EVIL =
            "<script>alert(1)</script>\" onload='x' </style></title>&amp;\u202Elived\u202C\u0007";
    /// The same with what is neutralised.
    private static final String HARMLESS =
            "<script>alert(1)</script>\" onload='x' </style></title>&amp;\uFFFDlived\uFFFD\uFFFD";

    private static final Report.Links LINKS =
            (study, series, instance) -> "../" + study + "/" + series + "/" + instance;

    private static String html(Instance instance) {
        StringBuilder out = new StringBuilder();
        try {
            new Report(instance, LINKS).writeHtml(out);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toString();
    }

    private static String text(Instance instance) {
        StringBuilder out = new StringBuilder();
        try {
            new Report(instance, LINKS).writeText(out);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toString();
    }

    private static Document parse(String html) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newNSInstance();
        factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
        return factory.newDocumentBuilder().parse(new ByteArrayInputStream(html.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<org.w3c.dom.Element> elements(Document page, String name) {
        NodeList found = page.getElementsByTagNameNS("*", name);
        List<org.w3c.dom.Element> elements = new ArrayList<>();
        for (int i = 0; i < found.getLength(); i++) {
            elements.add((org.w3c.dom.Element) found.item(i));
        }
        return elements;
    }

    private static DataSet utf8() {
        return new DataSet().putString(Tag.SpecificCharacterSet, "ISO_IR 192");
    }

    private static DataSet inUtf8() {
        return new DataSet().inherit(utf8().characterSets());
    }

    private static DataSet code(String meaning) {
        return inUtf8().putString(Tag.CodeValue, Vr.SH, "C1")
                .putString(Tag.CodingSchemeDesignator, "99TEST")
                .putString(Tag.CodeMeaning, meaning);
    }

    private static DataSet item(String type, String name) {
        return inUtf8().putString(Tag.RelationshipType, "CONTAINS")
                .putString(Tag.ValueType, type)
                .putItems(Tag.ConceptNameCodeSequence, code(name));
    }

    private static DataSet container(DataSet... items) {
        return item("CONTAINER", "Section").putItems(Tag.ContentSequence, items);
    }

    private static DataSet report(DataSet... items) {
        return utf8().putString(Tag.SOPClassUID, "1.2.840.10008.5.1.4.1.1.88.33")
                .putString(Tag.ValueType, "CONTAINER")
                .putItems(Tag.ConceptNameCodeSequence, code("Title"))
                .putItems(Tag.ContentSequence, items);
    }

    private static DataSet number(String name, String value, DataSet unit) {
        return item("NUM", name)
                .putItems(
                        Tag.MeasuredValueSequence,
                        inUtf8().putString(Tag.NumericValue, value).putItems(Tag.MeasurementUnitsCodeSequence, unit));
    }

    private static DataSet unit(String symbol, String meaning) {
        return inUtf8().putString(Tag.CodeValue, symbol)
                .putString(Tag.CodingSchemeDesignator, "UCUM")
                .putString(Tag.CodeMeaning, meaning);
    }

    private static DataSet reference(String instance) {
        return inUtf8().putString(Tag.ReferencedSOPClassUID, "1.2.840.10008.5.1.4.1.1.2")
                .putString(Tag.ReferencedSOPInstanceUID, instance);
    }

    /// Every value type, with the same text wherever a text may stand.
    private static List<DataSet> everyType(String text) {
        DataSet cell = inUtf8().putInts(Tag.TableRowNumber, 1)
                .putInts(Tag.TableColumnNumber, 1)
                .putString(Tag.SelectorUTValue, text);
        DataSet column = inUtf8().putInts(Tag.TableColumnNumber, 1).putItems(Tag.ConceptNameCodeSequence, code(text));
        return List.of(
                item("TEXT", text).putString(Tag.TextValue, text),
                item("CODE", text).putItems(Tag.ConceptCodeSequence, code(text)),
                number(text, "3.50", code(text)).putItems(Tag.NumericValueQualifierCodeSequence, code(text)),
                item("PNAME", text).putString(Tag.PersonName, text + "^Given"),
                item("DATE", text).putString(Tag.Date, Vr.LO, text),
                item("TIME", text).putString(Tag.Time, Vr.LO, text),
                item("DATETIME", text).putString(Tag.DateTime, Vr.LO, text),
                item("UIDREF", text).putString(Tag.UID, Vr.LO, text),
                item("COMPOSITE", text).putItems(Tag.ReferencedSOPSequence, reference(text)),
                item("IMAGE", text).putItems(Tag.ReferencedSOPSequence, reference("1.2.3")),
                item("WAVEFORM", text).putItems(Tag.ReferencedSOPSequence, reference(text)),
                item("SCOORD", text).putString(Tag.GraphicType, Vr.LO, text),
                item("SCOORD3D", text).putString(Tag.GraphicType, Vr.LO, text).putString(Tag.FiducialUID, Vr.LO, text),
                item("TCOORD", text).putString(Tag.TemporalRangeType, Vr.LO, text),
                item("TABLE", text)
                        .putItems(
                                Tag.TabulatedValuesSequence,
                                inUtf8().putInts(Tag.NumberOfTableRows, 1)
                                        .putInts(Tag.NumberOfTableColumns, 1)
                                        .putItems(Tag.TableColumnDefinitionSequence, column)
                                        .putItems(Tag.CellValuesSequence, cell)),
                item(text, text).putString(Tag.TextValue, text),
                item("CONTAINER", text)
                        .putString(Tag.ContinuityOfContent, "CONTINUOUS")
                        .putItems(
                                Tag.ContentSequence,
                                item("TEXT", text).putString(Tag.TextValue, text),
                                item("CODE", text).putItems(Tag.ConceptCodeSequence, code(text)),
                                number(text, "7", code(text))));
    }

    private static DataSet hostile() {
        List<DataSet> items = new ArrayList<>(everyType(EVIL));
        items.add(item("CONTAINER", EVIL)
                .putItems(Tag.ContentSequence, everyType(EVIL).toArray(DataSet[]::new)));
        DataSet report = report(items.toArray(DataSet[]::new)).putItems(Tag.ConceptNameCodeSequence, code(EVIL));
        for (int tag : new int[] {
            Tag.PatientID,
            Tag.PatientBirthDate,
            Tag.PatientSex,
            Tag.StudyDescription,
            Tag.StudyDate,
            Tag.SeriesDescription,
            Tag.AccessionNumber,
            Tag.ReferringPhysicianName,
            Tag.PatientName,
            Tag.InstitutionName,
            Tag.ContentDate,
            Tag.CompletionFlag,
            Tag.CompletionFlagDescription,
            Tag.VerificationFlag
        }) {
            report.putString(tag, Vr.LO, EVIL);
        }
        report.putItems(
                Tag.VerifyingObserverSequence,
                inUtf8().putString(Tag.VerifyingObserverName, EVIL).putString(Tag.VerifyingOrganization, EVIL));
        report.putItems(
                Tag.CurrentRequestedProcedureEvidenceSequence,
                inUtf8().putString(Tag.StudyInstanceUID, Vr.LO, "1\" onclick=\"x")
                        .putItems(
                                Tag.ReferencedSeriesSequence,
                                inUtf8().putString(Tag.SeriesInstanceUID, "1.2")
                                        .putItems(Tag.ReferencedSOPSequence, reference("1.2.3"))));
        return report;
    }

    @Test
    void x18NothingOfAHostileReportBecomesMarkup() throws Exception {
        String html = html(StoredInstance.of(hostile()));
        Document page = parse(html);
        Set<String> names = new TreeSet<>();
        for (org.w3c.dom.Element element : elements(page, "*")) {
            names.add(element.getLocalName());
            NamedNodeMap attributes = element.getAttributes();
            for (int i = 0; i < attributes.getLength(); i++) {
                String name = attributes.item(i).getNodeName();
                assertThat(name)
                        .isIn(Set.of(
                                "lang",
                                "charset",
                                "name",
                                "content",
                                "id",
                                "class",
                                "dir",
                                "scope",
                                "title",
                                "xmlns",
                                "aria-labelledby"));
            }
        }
        assertThat(names)
                .isSubsetOf(Set.of(
                        "html", "head", "meta", "title", "style", "body", "header", "h1", "h2", "h3", "p", "div", "dl",
                        "dt", "dd", "main", "section", "table", "caption", "thead", "tbody", "tr", "th", "td", "span",
                        "abbr", "ul", "li"));
        assertThat(html).doesNotContain("<script", "\u202E", "\u202C", "\u0007");
        String words = page.getDocumentElement().getTextContent();
        // Two of each of 16 value types and what is above: all of it is there, as text.
        assertThat(words.split(java.util.regex.Pattern.quote(HARMLESS), -1).length - 1)
                .isGreaterThan(70);
    }

    @Test
    void x18NothingOfAHostileReportControlsATerminal() {
        String text = text(StoredInstance.of(hostile()));
        assertThat(text.chars().filter(c -> c < ' ' && c != '\n' || c >= 0x7F && c < 0xA0))
                .isEmpty();
        assertThat(text).contains(HARMLESS).doesNotContain("\u202E", "\u202C");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pydicom/test-SR.dcm", "pydicom/reportsi.dcm"})
    void everyItemThatPydicomReadsIsThereInItsOrder(String name) throws Exception {
        Path file = StoredInstance.corpus(name);
        List<String> lines = StoredInstance.pydicom(ReportTest.class, "content.py", file);
        Instance instance = StoredInstance.read(file);
        String text = text(instance).replaceAll("\\s+", " ");
        String page = elements(parse(html(instance)), "main")
                .getFirst()
                .getTextContent()
                .replaceAll("\\s+", " ");
        assertThat(lines).hasSizeGreaterThan(5);
        int inText = 0;
        int inPage = 0;
        for (int i = 0; i < lines.size(); i++) {
            for (String value : strings(lines.get(i))) {
                String words = value.strip().replaceAll("\\s+", " ");
                inText = following(text, words, inText);
                // The page has no names in running text.
                inPage = i % 2 == 0 ? inPage : following(page, words, inPage);
            }
        }
    }

    private static int following(String text, String words, int from) {
        int at = text.indexOf(words, from);
        assertThat(at)
                .as("\"%s\" behind: %s", words, text.substring(Math.max(0, from - 80), from))
                .isNotNegative();
        return at;
    }

    private static List<String> strings(String json) {
        List<String> strings = new ArrayList<>();
        try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.VALUE_STRING) {
                    strings.add(parser.getString());
                }
            }
        }
        return strings;
    }

    @ParameterizedTest
    @ValueSource(strings = {"pydicom/test-SR.dcm", "pydicom/reportsi.dcm", ""})
    void thePageCanBeReadByEar(String name) throws Exception {
        Instance instance = name.isEmpty()
                ? StoredInstance.of(report(
                        container(container(everyType("words").toArray(DataSet[]::new)), container()),
                        number("Length", "1.0", unit("mm", "millimeter")),
                        number("Width", "2.0", unit("mm", "millimeter"))))
                : StoredInstance.read(StoredInstance.corpus(name));
        Document page = parse(html(instance));
        assertThat(page.getDocumentElement().getAttribute("lang")).isNotEmpty();
        assertThat(elements(page, "title").getFirst().getTextContent()).isNotBlank();
        assertThat(elements(page, "h1")).hasSize(1);
        assertThat(elements(page, "main")).hasSize(1);
        int level = 0;
        for (org.w3c.dom.Element element : elements(page, "*")) {
            if (element.getLocalName().matches("h[1-6]")) {
                int next = element.getLocalName().charAt(1) - '0';
                assertThat(next).isLessThanOrEqualTo(level + 1);
                level = next;
            }
        }
        Set<String> ids = new HashSet<>();
        for (org.w3c.dom.Element element : elements(page, "*")) {
            if (element.hasAttribute("id")) {
                assertThat(ids.add(element.getAttribute("id"))).isTrue();
            }
        }
        for (org.w3c.dom.Element head : elements(page, "th")) {
            assertThat(head.getAttribute("scope")).isIn("row", "col");
        }
        for (org.w3c.dom.Element table : elements(page, "table")) {
            assertThat(((org.w3c.dom.Element) table.getFirstChild()).getLocalName())
                    .isEqualTo("caption");
        }
        for (org.w3c.dom.Element section : elements(page, "section")) {
            assertThat(ids).contains(section.getAttribute("aria-labelledby"));
        }
        for (org.w3c.dom.Element link : elements(page, "a")) {
            String href = link.getAttribute("href");
            assertThat(href.startsWith("#") ? ids.contains(href.substring(1)) : href.startsWith("../"))
                    .as(href)
                    .isTrue();
        }
    }

    @Test
    void numbersStandAsTheyWereWrittenWithUnitAndQualifier() {
        DataSet none = item("NUM", "Gone")
                .putEmpty(Tag.MeasuredValueSequence)
                .putItems(Tag.NumericValueQualifierCodeSequence, code("Not a number"));
        String text = text(StoredInstance.of(report(
                number("Length", "3.50", unit("mm", "millimeter")),
                number("Count", "4", unit("1", "no units")),
                number("Beats", "72", unit("{H.B.}/min", "Heart beats per minute")),
                none)));
        assertThat(text.lines())
                .contains(
                        "Length: 3.50 mm",
                        "Count: 4",
                        "Beats: 72 Heart beats per minute",
                        "Gone: no value (Not a number)");
    }

    @Test
    void whatMayNotBeReliedOnIsSaidFirst() throws Exception {
        DataSet report = report().putString(Tag.CompletionFlag, "PARTIAL")
                .putString(Tag.VerificationFlag, "UNVERIFIED")
                .putString(Tag.PreliminaryFlag, "PRELIMINARY");
        List<String> warnings = elements(parse(html(StoredInstance.of(report))), "p").stream()
                .filter(paragraph -> paragraph.getAttribute("class").equals("warning"))
                .map(org.w3c.dom.Element::getTextContent)
                .toList();
        assertThat(warnings)
                .containsExactly(
                        "This document is not complete.",
                        "This document is not verified.",
                        "This document is preliminary.");
    }

    @Test
    void instancesOfTheEvidenceAreLinksAndOthersAreNot() throws Exception {
        DataSet report = report(
                        item("IMAGE", "Known").putItems(Tag.ReferencedSOPSequence, reference("1.2.3.4")),
                        item("IMAGE", "Unknown").putItems(Tag.ReferencedSOPSequence, reference("1.2.3.5")))
                .putItems(
                        Tag.CurrentRequestedProcedureEvidenceSequence,
                        inUtf8().putString(Tag.StudyInstanceUID, "1.2")
                                .putItems(
                                        Tag.ReferencedSeriesSequence,
                                        inUtf8().putString(Tag.SeriesInstanceUID, "1.2.3")
                                                .putItems(Tag.ReferencedSOPSequence, reference("1.2.3.4"))));
        assertThat(elements(parse(html(StoredInstance.of(report))), "a"))
                .extracting(link -> link.getAttribute("href"))
                .containsExactly("../1.2/1.2.3/1.2.3.4");
    }

    @Test
    void x18ACycleOfReferencesIsLinksToEachOther() throws Exception {
        DataSet first = inUtf8().putString(Tag.RelationshipType, "INFERRED FROM")
                .putInts(Tag.ReferencedContentItemIdentifier, 1, 2);
        DataSet second = inUtf8().putString(Tag.RelationshipType, "INFERRED FROM")
                .putInts(Tag.ReferencedContentItemIdentifier, 1, 1);
        DataSet nowhere = inUtf8().putString(Tag.RelationshipType, "SELECTED FROM")
                .putInts(Tag.ReferencedContentItemIdentifier, 1, 77);
        Instance report = StoredInstance.of(report(
                item("TEXT", "A").putString(Tag.TextValue, "a").putItems(Tag.ContentSequence, first),
                item("TEXT", "B").putString(Tag.TextValue, "b").putItems(Tag.ContentSequence, second, nowhere)));
        assertThat(elements(parse(html(report)), "a"))
                .extracting(link -> link.getAttribute("href"))
                .containsExactly("#item-1.2", "#item-1.1");
        assertThat(text(report)).contains("Selected from: an item that this document does not have");
    }

    @Test
    void x18WhatIsTooDeepOrTooMuchIsAnnounced() throws Exception {
        DataSet deep = item("TEXT", "Bottom").putString(Tag.TextValue, "deepest");
        for (int i = 0; i < 300; i++) {
            deep = container(deep);
        }
        String page = html(StoredInstance.of(report(deep)));
        assertThat(parse(page).getDocumentElement().getTextContent())
                .contains("at least 1 items are left out")
                .doesNotContain("deepest");
        DataSet same = item("TEXT", "T").putString(Tag.TextValue, "x");
        DataSet[] many = new DataSet[1_000_000];
        java.util.Arrays.fill(many, same);
        String long1 = text(StoredInstance.of(report(many)));
        assertThat(long1).contains("At least 900001 items");
        assertThat(long1.lines().filter("T: x"::equals)).hasSize(ContentTree.ITEMS_MAX - 1);
    }

    @Test
    void aTextThatWasLeftInTheSourceIsReadUpToABound() throws Exception {
        byte[] words = "long ".repeat(200_000).getBytes(StandardCharsets.UTF_8);
        DataSet here = item("TEXT", "Here").put(new Element(Tag.TextValue, Vr.UT, new Value.Bulk(0, words.length)));
        DataSet beyond = item("TEXT", "Beyond").put(new Element(Tag.TextValue, Vr.UT, new Value.Bulk(0, 1L << 31)));
        Instance report =
                new Instance(report(here, beyond), TransferSyntax.EXPLICIT_LITTLE_ENDIAN, BulkSource.of(words));
        assertThat(text(report))
                .contains("Here: " + "long ".repeat(200_000).strip())
                .contains("Beyond: A text of 2147483648 bytes, which is too long to be shown.");
    }

    @Test
    void x18BytesThatAreNoTextOfTheirCharacterSetStillMakeAPage() throws Exception {
        byte[] bytes = {'a', (byte) 0xFF, (byte) 0xC3, 0x1B, '$', 'B', 0x7F, 0};
        for (String set : List.of("ISO_IR 192", "ISO 2022 IR 87", "GB18030", "NO SUCH SET", "")) {
            CharacterSets sets =
                    new DataSet().putString(Tag.SpecificCharacterSet, set).characterSets();
            DataSet item = item("TEXT", "Name");
            item.inherit(sets).put(new Element(Tag.TextValue, Vr.UT, new Value.Bytes(bytes)));
            Instance report = StoredInstance.of(report(item));
            assertThat(parse(html(report)).getDocumentElement().getTextContent())
                    .contains("Name");
            assertThat(text(report)).contains("Name: a");
        }
    }

    @Test
    void itemsWithoutAnythingAreStillItems() throws Exception {
        List<DataSet> empty = new ArrayList<>();
        for (ContentItem.Kind kind : ContentItem.Kind.values()) {
            empty.add(inUtf8().putString(Tag.ValueType, kind.name()));
        }
        empty.add(inUtf8());
        Instance report = StoredInstance.of(report(empty.toArray(DataSet[]::new)));
        assertThat(parse(html(report)).getDocumentElement().getTextContent())
                .contains("no value", "no code", "no text");
        assertThat(text(report)).contains("no name", "no instance", "without coordinates");
        assertThat(text(StoredInstance.of(new DataSet()))).startsWith("Report\n");
        parse(html(StoredInstance.of(new DataSet())));
    }
}
