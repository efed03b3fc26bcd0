package org.isocenter.server.render.waveform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.isocenter.dicom.BulkSource;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.TransferSyntax;
import org.isocenter.dicom.Value;
import org.isocenter.dicom.Vr;
import org.isocenter.server.render.Instance;
import org.isocenter.server.render.document.StoredInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/// Drawings of waveforms (PS3.3 C.10.9), read back as numbers.
final class WaveformSvgTest {
    private static final Pattern NUMBER = Pattern.compile("-?\\d+");
    private static final String LEAD = "Lead I";

    /// A line as it is drawn, in hundredths of a millimetre from the left end of its strip and from its reference
    /// upwards.
    private record Line(List<int[]> points) {}

    private static String svg(Instance waveform) throws IOException, MalformedException {
        StringBuilder out = new StringBuilder();
        WaveformSvg.write(waveform, out);
        return out.toString();
    }

    private static Document parse(String svg) throws Exception {
        return DocumentBuilderFactory.newNSInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<org.w3c.dom.Element> children(org.w3c.dom.Element parent, String name) {
        List<org.w3c.dom.Element> children = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof org.w3c.dom.Element element
                    && element.getLocalName().equals(name)) {
                children.add(element);
            }
        }
        return children;
    }

    /// The traces by the number of their group and what they are of. Where a strip stands is taken from the mark of
    /// calibration before it, which begins 750 to the left of it on its zero line.
    private static Map<String, Line> lines(Document svg) {
        Map<String, Line> lines = new LinkedHashMap<>();
        List<org.w3c.dom.Element> groups = children(svg.getDocumentElement(), "g");
        for (int group = 0; group < groups.size(); group++) {
            for (org.w3c.dom.Element strip : children(groups.get(group), "g")) {
                List<org.w3c.dom.Element> paths = children(strip, "path");
                List<Integer> mark = numbers(paths.getFirst().getAttribute("d"));
                assertThat(paths.getFirst().getAttribute("class")).isEqualTo("mark");
                String title = children(strip, "title").getFirst().getTextContent();
                lines.put(group + "\t" + title, line(paths.getLast(), mark.get(0) + 750, mark.get(1)));
            }
        }
        return lines;
    }

    private static Line get(Map<String, Line> lines, String name) {
        return Objects.requireNonNull(lines.get(name), name);
    }

    private static List<Integer> numbers(String path) {
        List<Integer> numbers = new ArrayList<>();
        Matcher matcher = NUMBER.matcher(path);
        while (matcher.find()) {
            numbers.add(Integer.parseInt(matcher.group()));
        }
        return numbers;
    }

    private static Line line(org.w3c.dom.Element trace, int left, int zero) {
        assertThat(trace.getAttribute("class")).isEqualTo("trace");
        List<int[]> points = new ArrayList<>();
        for (String part : trace.getAttribute("d").split("M")) {
            if (part.isEmpty()) {
                continue;
            }
            String[] ends = part.split("l");
            List<Integer> start = numbers(ends[0]);
            int x = start.get(0);
            int y = start.get(1);
            List<Integer> moves = numbers(ends[1]);
            for (int i = 0; i < moves.size(); i += 2) {
                x += moves.get(i);
                y += moves.get(i + 1);
                points.add(new int[] {x - left, zero - y});
            }
        }
        return new Line(points);
    }

    @Test
    void anElectrocardiogramLiesWherePydicomsValuesLie() throws Exception {
        Path file = StoredInstance.corpus("pydicom/waveform_ecg.dcm");
        List<String> channels = StoredInstance.pydicom(WaveformSvgTest.class, "samples.py", file);
        String svg = svg(StoredInstance.read(file));
        Map<String, Line> lines = lines(parse(svg));
        assertThat(svg).contains("25 mm/s", "10 mm/mV", "1000 Hz").hasSizeLessThan(1 << 20);
        assertThat(channels).hasSize(24);
        assertThat(lines).hasSize(24);
        for (String channel : channels) {
            String[] parts = channel.split("\t");
            assertThat(parts[2]).isEqualTo("uV");
            double[] microvolts = Arrays.stream(parts[3].split(" "))
                    .mapToDouble(Double::parseDouble)
                    .toArray();
            Line line = get(lines, parts[0] + "\t" + parts[1] + " in mV");
            assertOnTheLine(line, microvolts);
        }
    }

    /// At 1000 samples per second, 25 mm/s and 10 mm/mV a sample is 2.5 wide and a microvolt 1 high.
    private static void assertOnTheLine(Line line, double[] microvolts) {
        int[] low = new int[microvolts.length];
        int[] high = new int[microvolts.length];
        Arrays.fill(low, Integer.MAX_VALUE);
        Arrays.fill(high, Integer.MIN_VALUE);
        for (int[] point : line.points) {
            int sample = (int) Math.round(point[0] / 2.5);
            assertThat((double) point[1]).isCloseTo(microvolts[sample], within(0.51));
            // Every run has three samples.
            for (int near = Math.max(0, sample - 2); near <= Math.min(low.length - 1, sample + 2); near++) {
                low[near] = Math.min(low[near], point[1]);
                high[near] = Math.max(high[near], point[1]);
            }
        }
        for (int i = 0; i < microvolts.length; i++) {
            assertThat(microvolts[i]).isBetween(low[i] - 0.51, high[i] + 0.51);
        }
    }

    private static DataSet unit(String symbol) {
        return new DataSet()
                .putString(Tag.CodeValue, symbol)
                .putString(Tag.CodingSchemeDesignator, "UCUM")
                .putString(Tag.CodeMeaning, "unit");
    }

    private static DataSet channel(String source) {
        return new DataSet()
                .putItems(Tag.ChannelSourceSequence, new DataSet().putString(Tag.CodeMeaning, source))
                .putString(Tag.ChannelSensitivity, "2")
                .putString(Tag.ChannelSensitivityCorrectionFactor, "0.5")
                .putString(Tag.ChannelBaseline, "100")
                .putItems(Tag.ChannelSensitivityUnitsSequence, unit("uV"));
    }

    private static DataSet group(String interpretation, int bits, byte[] samples, DataSet... channels) {
        return new DataSet()
                .putInts(Tag.NumberOfWaveformChannels, channels.length)
                .putInts(Tag.NumberOfWaveformSamples, samples.length / (bits / 8) / channels.length)
                .putString(Tag.SamplingFrequency, "100")
                .putInts(Tag.WaveformBitsAllocated, bits)
                .putString(Tag.WaveformSampleInterpretation, interpretation)
                .putItems(Tag.ChannelDefinitionSequence, channels)
                .put(new Element(Tag.WaveformData, bits == 8 ? Vr.OB : Vr.OW, new Value.Bytes(samples)));
    }

    private static DataSet ecg(DataSet... groups) {
        return new DataSet()
                .putString(Tag.SpecificCharacterSet, "ISO_IR 192")
                .putString(Tag.SOPClassUID, "1.2.840.10008.5.1.4.1.1.9.1.2")
                .putItems(Tag.WaveformSequence, groups);
    }

    private static byte[] shorts(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int value : values) {
            bytes.putShort((short) value);
        }
        return bytes.array();
    }

    static Stream<Arguments> encodings() {
        return Stream.of(
                arguments("SB", 8, new byte[] {0, -128, 127, -1}, new int[] {0, -128, 127, -1}),
                arguments("UB", 8, new byte[] {0, -128, 127, -1}, new int[] {0, 128, 127, 255}),
                arguments("SS", 16, shorts(0, -1000, 1000, -1), new int[] {0, -1000, 1000, -1}),
                arguments("US", 16, shorts(0, 1000, 0x8000, 0xFFFF), new int[] {0, 1000, 32768, 65535}),
                // ITU-T G.711 tables 1a and 2a: the ends of the scale and the values next to zero.
                arguments("MB", 8, new byte[] {-1, -2, -128, 0}, new int[] {0, 2, 8031, -8031}),
                arguments("AB", 8, new byte[] {(byte) 0xD5, 0x55, (byte) 0xAA, 0x2A}, new int[] {1, -1, 4032, -4032}));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("encodings")
    void samplesBecomeValuesBySensitivityCorrectionAndBaseline(String interpretation, int bits, byte[] data, int[] raw)
            throws Exception {
        DataSet wave = group(interpretation, bits, data, channel(LEAD));
        String svg = svg(StoredInstance.of(ecg(wave)));
        Matcher gain = Pattern.compile("([0-9.]+) mm/mV").matcher(svg);
        Matcher speed = Pattern.compile("([0-9.]+) mm/s").matcher(svg);
        assertThat(gain.find() && speed.find()).isTrue();
        List<int[]> points = points(parse(svg));
        assertThat(points).hasSize(raw.length);
        for (int i = 0; i < raw.length; i++) {
            double microvolts = raw[i] * 2 * 0.5 + 100;
            double height = microvolts / 1000 * Double.parseDouble(gain.group(1)) * 100;
            assertThat((double) points.get(i)[1] - points.getFirst()[1])
                    .isCloseTo(height - (raw[0] + 100) / 10.0 * Double.parseDouble(gain.group(1)), within(1.01));
            assertThat((double) points.get(i)[0]).isCloseTo(i * Double.parseDouble(speed.group(1)), within(0.51));
        }
    }

    /// The points of the only trace, from its first one to the right and up.
    private static List<int[]> points(Document svg) {
        NodeList paths = svg.getElementsByTagNameNS("*", "path");
        for (int i = 0; i < paths.getLength(); i++) {
            org.w3c.dom.Element path = (org.w3c.dom.Element) paths.item(i);
            if (path.getAttribute("class").equals("trace")) {
                List<Integer> start = numbers(path.getAttribute("d").split("l")[0]);
                return line(path, start.get(0), start.get(1)).points;
            }
        }
        throw new AssertionError("no trace");
    }

    @Test
    void bothLawsAreThoseOfPythonsDecoder() throws Exception {
        List<String> laws = StoredInstance.pydicom(WaveformSvgTest.class, "g711.py", Path.of("none"));
        for (int law = 0; law < 2; law++) {
            String[] samples = laws.get(law).split(" ");
            SampleFormat format = law == 0 ? SampleFormat.MB : SampleFormat.AB;
            // 14 and 13 bits at the upper end of 16.
            double unit = law == 0 ? 4 : 8;
            for (int code = 0; code < 256; code++) {
                assertThat(format.read(new byte[] {(byte) code}, 0) * unit)
                        .as(format + " " + code)
                        .isEqualTo(Integer.parseInt(samples[code]));
            }
        }
    }

    @Test
    void channelsOfAGroupStandSideBySideInItsData() throws Exception {
        DataSet wave = group("SS", 16, shorts(0, 0, 1000, -500, 0, 0, 1000, -500), channel(LEAD), channel("Lead II"));
        Map<String, Line> lines = lines(parse(svg(StoredInstance.of(ecg(wave)))));
        assertThat(get(lines, "0\tLead I in mV").points)
                .extracting(point -> point[1])
                .containsExactly(100, 1100, 100, 1100);
        assertThat(get(lines, "0\tLead II in mV").points)
                .extracting(point -> point[1])
                .containsExactly(100, -400, 100, -400);
    }

    @Test
    void paddingIsAGap() throws Exception {
        DataSet wave = group("SS", 16, shorts(0, 10, -9999, -9999, 20, 30), channel(LEAD))
                .put(new Element(Tag.WaveformPaddingValue, Vr.OW, new Value.Bytes(shorts(-9999))));
        String path = svg(StoredInstance.of(ecg(wave))).replaceAll("(?s).*class=\"trace\" d=\"([^\"]*)\".*", "$1");
        assertThat(path.chars().filter(c -> c == 'M')).hasSize(2);
        assertThat(points(parse(svg(StoredInstance.of(ecg(wave)))))).hasSize(4);
    }

    @Test
    void samplesThatWereLeftInTheSourceAreTheSame() throws Exception {
        byte[] data = shorts(0, 10, -20, 30, 40, -50);
        DataSet here = group("SS", 16, data, channel(LEAD));
        DataSet there = group("SS", 16, data, channel(LEAD))
                .put(new Element(Tag.WaveformData, Vr.OW, new Value.Bulk(2, data.length)));
        ByteBuffer source = ByteBuffer.allocate(data.length + 2).put(2, data);
        Instance instance =
                new Instance(ecg(there), TransferSyntax.EXPLICIT_LITTLE_ENDIAN, BulkSource.of(source.array()));
        assertThat(svg(instance)).isEqualTo(svg(StoredInstance.of(ecg(here))));
    }

    @Test
    void peaksOutliveDecimationAndTheDrawingStaysSmall() throws Exception {
        int[] values = new int[3_000_000];
        values[1_234_567] = 3000;
        values[2_222_222] = -3000;
        DataSet wave = group("SS", 16, shorts(values), channel(LEAD)).putString(Tag.SamplingFrequency, "100000");
        String svg = svg(StoredInstance.of(ecg(wave)));
        assertThat(svg).contains("the least and the greatest are drawn").hasSizeLessThan(1 << 20);
        List<Integer> heights = new ArrayList<>();
        NodeList paths = parse(svg).getElementsByTagNameNS("*", "path");
        for (int i = 0; i < paths.getLength(); i++) {
            org.w3c.dom.Element path = (org.w3c.dom.Element) paths.item(i);
            if (path.getAttribute("class").equals("trace")) {
                List<Integer> start = numbers(path.getAttribute("d").split("l")[0]);
                line(path, start.get(0), start.get(1)).points.forEach(point -> heights.add(point[1]));
            }
        }
        assertThat(heights).contains(3000, -3000);
    }

    @Test
    void whatIsNoVoltageHasItsOwnScaleWithNumbers() throws Exception {
        DataSet pressure = channel("Aorta").putItems(Tag.ChannelSensitivityUnitsSequence, unit("mm[Hg]"));
        DataSet wave = ecg(group("SS", 16, shorts(0, 20, 10, 0), pressure))
                .putString(Tag.SOPClassUID, "1.2.840.10008.5.1.4.1.1.9.2.1");
        assertThat(svg(StoredInstance.of(wave))).contains("Aorta in mm[Hg]").doesNotContain("mm/mV");
    }

    @Test
    void annotationsStandAboveOrAtTheirTime() throws Exception {
        DataSet whole = new DataSet().putString(Tag.UnformattedTextValue, "Sinus rhythm");
        DataSet moment = new DataSet()
                .putItems(Tag.ConceptNameCodeSequence, new DataSet().putString(Tag.CodeMeaning, "R peak"))
                .putInts(Tag.ReferencedWaveformChannels, 1, 1)
                .putString(Tag.TemporalRangeType, "POINT")
                .putInts(Tag.ReferencedSamplePositions, 3);
        DataSet wave = ecg(group("SS", 16, shorts(new int[200]), channel(LEAD)))
                .putItems(Tag.WaveformAnnotationSequence, whole, moment);
        String svg = svg(StoredInstance.of(wave));
        // The third sample is two hundredths of a second from the first, at 25 mm/s.
        assertThat(svg)
                .contains(">Sinus rhythm</text>", "<title>R peak at 0.02 s</title>", "class=\"moment\" d=\"M1550 ");
    }

    @Test
    void x19NothingOfAHostileWaveformBecomesMarkup() throws Exception {
        String evil = "</title><script>alert(1)</script>\" onload='x'\u202E\u0007";
        DataSet hostile =
                ecg(group("SS", 16, shorts(1, 2, 3, 4), channel(evil).putString(Tag.ChannelLabel, Vr.LT, evil)));
        hostile.putString(Tag.PatientName, evil)
                .putString(Tag.PatientID, evil)
                .putString(Tag.InstitutionName, evil)
                .putItems(
                        Tag.WaveformAnnotationSequence,
                        new DataSet().inherit(hostile.characterSets()).putString(Tag.UnformattedTextValue, evil));
        String svg = svg(StoredInstance.of(hostile));
        assertThat(svg).contains("&lt;script&gt;").doesNotContain("<script", "\u202E", "\u0007");
        NodeList all = parse(svg).getElementsByTagNameNS("*", "*");
        for (int i = 0; i < all.getLength(); i++) {
            org.w3c.dom.Element element = (org.w3c.dom.Element) all.item(i);
            assertThat(element.getLocalName())
                    .isIn("svg", "title", "desc", "style", "rect", "text", "tspan", "g", "path");
            for (int j = 0; j < element.getAttributes().getLength(); j++) {
                assertThat(element.getAttributes().item(j).getNodeName())
                        .doesNotStartWith("on")
                        .isNotEqualTo("style");
            }
        }
    }

    static Stream<DataSet> senseless() {
        byte[] data = shorts(1, 2, 3, 4);
        return Stream.of(
                new DataSet(),
                ecg(),
                ecg(new DataSet()),
                ecg(group("SS", 16, data, channel(LEAD)).putInts(Tag.NumberOfWaveformSamples, 1_000_000_000)),
                ecg(group("SS", 16, data, channel(LEAD)).putInts(Tag.NumberOfWaveformSamples, 0)),
                ecg(group("SS", 16, data, channel(LEAD)).putInts(Tag.NumberOfWaveformSamples, -1)),
                ecg(group("SS", 16, data, channel(LEAD)).putInts(Tag.NumberOfWaveformChannels, 65535)),
                ecg(group("SS", 8, data, channel(LEAD))),
                ecg(group("XX", 16, data, channel(LEAD))),
                ecg(group("SS", 16, data, channel(LEAD)).remove(Tag.SamplingFrequency)),
                ecg(group("SS", 16, data, channel(LEAD)).putString(Tag.SamplingFrequency, "0")),
                ecg(group("SS", 16, data, channel(LEAD)).putString(Tag.SamplingFrequency, "-1")),
                ecg(group("SS", 16, data, channel(LEAD)).putString(Tag.SamplingFrequency, "1e-300")),
                ecg(group("SS", 16, data, channel(LEAD)).putString(Tag.SamplingFrequency, "1e300")),
                ecg(group("SS", 16, data, channel(LEAD)).putString(Tag.SamplingFrequency, "NaN")),
                ecg(group("SS", 16, data, channel(LEAD)).remove(Tag.WaveformData)));
    }

    @ParameterizedTest
    @MethodSource("senseless")
    void x19WhatSaysTooLittleOfItsSamplesIsRefused(DataSet waveform) {
        assertThatThrownBy(() -> svg(StoredInstance.of(waveform))).isInstanceOf(MalformedException.class);
    }

    static Stream<Arguments> odd() {
        return Stream.of(
                arguments(Tag.ChannelSensitivity, "1e300"),
                arguments(Tag.ChannelSensitivity, "1e25"),
                arguments(Tag.ChannelSensitivity, "1e-300"),
                arguments(Tag.ChannelSensitivity, "0"),
                arguments(Tag.ChannelSensitivity, "-1"),
                arguments(Tag.ChannelSensitivity, "NaN"),
                arguments(Tag.ChannelSensitivityCorrectionFactor, "1e300"),
                arguments(Tag.ChannelBaseline, "1e29"),
                arguments(Tag.ChannelBaseline, "-1e300"),
                arguments(Tag.ChannelTimeSkew, "1e300"),
                arguments(Tag.ChannelTimeSkew, "-1e300"),
                arguments(Tag.ChannelSampleSkew, "1e308"));
    }

    @ParameterizedTest
    @MethodSource("odd")
    void x19ScalesThatLieMakeAStrangeDrawingOfTheUsualSize(int tag, String value) throws Exception {
        for (String symbol : List.of("uV", "mm[Hg]")) {
            for (int[] samples : List.of(new int[] {1, 2, 3, 4}, new int[] {5, 5, 5, 5}, new int[] {-32768, 32767})) {
                DataSet channel = channel(LEAD)
                        .putItems(Tag.ChannelSensitivityUnitsSequence, unit(symbol))
                        .putString(tag, value);
                String svg = svg(StoredInstance.of(ecg(group("SS", 16, shorts(samples), channel))));
                assertThat(svg).hasSizeLessThan(100_000);
                parse(svg);
            }
        }
    }

    @Test
    void x19GroupsAndChannelsBeyondTheBoundsAreAnnounced() throws Exception {
        DataSet[] channels = new DataSet[300];
        Arrays.fill(channels, channel(LEAD));
        DataSet[] groups = new DataSet[100];
        Arrays.fill(groups, group("SS", 16, shorts(new int[600]), channels));
        String svg = svg(StoredInstance.of(ecg(groups)));
        assertThat(svg).contains("Not shown: 44 channels of Group 1.", "Not shown: 36 further groups.");
        parse(svg);
    }
}
