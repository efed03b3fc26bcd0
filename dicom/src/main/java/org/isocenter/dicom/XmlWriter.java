package org.isocenter.dicom;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes data sets in the native DICOM model (PS3.19 annex A.1), one document each, in UTF-8.
///
/// It leaves out what {@link JsonWriter} leaves out: group lengths, file meta information, padding,
/// values that are nowhere. Beyond that, XML 1.0 has no way to write most control characters, and they
/// become U+FFFD; empty components and groups of a name are not written, so that trailing carets are
/// lost; what follows a fifth caret stays in `NameSuffix`. Private attributes keep the block in their
/// tag and name its creator beside it.
public final class XmlWriter {
    static final String NAMESPACE = "http://dicom.nema.org/PS3.19/models/NativeDICOM";
    static final List<String> GROUPS = List.of("Alphabetic", "Ideographic", "Phonetic");
    static final List<String> COMPONENTS = List.of("FamilyName", "GivenName", "MiddleName", "NamePrefix", "NameSuffix");

    private final Writer out;
    private final BulkLinks links;
    private final List<Frame> frames = new ArrayList<>();

    /// A data set on the way, and the sequence in it whose items are being written.
    private static final class Frame {
        private final DataSet dataSet;
        private final Element[] elements;
        private final String path;
        private int next;
        private List<Value.Item> items = List.of();
        private int item;

        private Frame(DataSet dataSet, String path) {
            this.dataSet = dataSet;
            this.elements = dataSet.ascendingElements();
            this.path = path;
        }
    }

    public XmlWriter(OutputStream out, BulkLinks links) {
        this.out = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
        this.links = links;
    }

    /// Writes one document and hands it to the stream.
    public void write(DataSet dataSet) throws IOException {
        out.write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        out.write("<NativeDicomModel xmlns=\"" + NAMESPACE + "\" xml:space=\"preserve\">");
        frames.clear();
        frames.add(new Frame(dataSet, ""));
        while (!frames.isEmpty()) {
            Frame frame = frames.getLast();
            if (frame.item < frame.items.size()) {
                startItem(frame);
            } else if (frame.next < frame.dataSet.size()) {
                writeElement(frame, frame.elements[frame.next++]);
            } else {
                endDataSet();
            }
        }
        out.write("</NativeDicomModel>\n");
        out.flush();
    }

    private void startItem(Frame frame) throws IOException {
        int item = frame.item++;
        int sequence = frame.elements[frame.next - 1].tag();
        out.write("<Item number=\"" + (item + 1) + "\">");
        frames.add(new Frame(frame.items.get(item).dataSet(), frame.path + Tags.hex(sequence) + "/" + item + "/"));
    }

    private void endDataSet() throws IOException {
        frames.removeLast();
        if (frames.isEmpty()) {
            return;
        }
        out.write("</Item>");
        Frame around = frames.getLast();
        if (around.item == around.items.size()) {
            around.items = List.of();
            around.item = 0;
            out.write("</DicomAttribute>");
        }
    }

    private void writeElement(Frame frame, Element element) throws IOException {
        int tag = element.tag();
        if (Tags.isGroupLength(tag) || Tags.group(tag) == 2) {
            return;
        }
        out.write("<DicomAttribute tag=\"" + Tags.hex(tag) + "\" vr=\"" + JsonWriter.shownVr(element) + '"');
        Dictionary.Attribute attribute = Dictionary.find(tag);
        if (attribute != null && !attribute.keyword().isEmpty()) {
            out.write(" keyword=\"" + attribute.keyword() + '"');
        }
        writeCreator(frame.dataSet, tag);
        out.write('>');
        if (element.value() instanceof Value.Items items && !items.items().isEmpty()) {
            frame.items = items.items();
            return;
        }
        writeValue(frame, element);
        out.write("</DicomAttribute>");
    }

    private void writeCreator(DataSet dataSet, int tag) throws IOException {
        if (Tags.isPrivate(tag) && Tags.element(tag) > 0xFF) {
            String creator = dataSet.findString(Tags.of(Tags.group(tag), Tags.element(tag) >>> 8));
            if (creator != null) {
                out.write(" privateCreator=\"");
                writeText(creator);
                out.write('"');
            }
        }
    }

    private void writeValue(Frame frame, Element element) throws IOException {
        if (element.empty()) {
            return;
        }
        String link = findLink(frame, element);
        if (link != null) {
            out.write("<BulkData uri=\"");
            writeText(link);
            out.write("\"/>");
        } else if (element.value() instanceof Value.Bytes bytes) {
            if (element.vr().text() || element.vr().number()) {
                writeValues(element, Text.values(element, frame.dataSet.characterSets()));
            } else {
                out.write("<InlineBinary>");
                out.write(Base64.getEncoder().encodeToString(bytes.copy()));
                out.write("</InlineBinary>");
            }
        }
    }

    private @Nullable String findLink(Frame frame, Element element) {
        if (!(element.value() instanceof Value.Bytes) || element.vr().binary()) {
            String found = links.find(frame.path + Tags.hex(element.tag()), element);
            if (found != null) {
                return found;
            }
        }
        return element.value() instanceof Value.Link link ? link.uri() : null;
    }

    private void writeValues(Element element, List<String> values) throws IOException {
        if (values.size() == 1 && values.getFirst().isEmpty()) {
            return;
        }
        String name = element.vr() == Vr.PN ? "PersonName" : "Value";
        for (int i = 0; i < values.size(); i++) {
            out.write("<" + name + " number=\"" + (i + 1) + "\">");
            if (element.vr() == Vr.PN) {
                writeName(values.get(i));
            } else {
                writeText(values.get(i));
            }
            out.write("</" + name + ">");
        }
    }

    private void writeName(String name) throws IOException {
        String[] groups = name.split("=", 3);
        for (int i = 0; i < groups.length; i++) {
            String[] components = groups[i].split("\\^", 5);
            if (Arrays.stream(components).allMatch(String::isEmpty)) {
                continue;
            }
            out.write("<" + GROUPS.get(i) + ">");
            for (int j = 0; j < components.length; j++) {
                if (!components[j].isEmpty()) {
                    out.write("<" + COMPONENTS.get(j) + ">");
                    writeText(components[j]);
                    out.write("</" + COMPONENTS.get(j) + ">");
                }
            }
            out.write("</" + GROUPS.get(i) + ">");
        }
    }

    /// Text of an element or an attribute. Layout is written as character references, which no parser
    /// normalises.
    private void writeText(String text) throws IOException {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> out.write("&amp;");
                case '<' -> out.write("&lt;");
                case '>' -> out.write("&gt;");
                case '"' -> out.write("&quot;");
                case '\t', '\n', '\r' -> out.write("&#" + (int) c + ";");
                default -> {
                    boolean pair = Character.isHighSurrogate(c)
                            && i + 1 < text.length()
                            && Character.isLowSurrogate(text.charAt(i + 1));
                    if (pair) {
                        out.write(text, i++, 2);
                    } else {
                        out.write(c < ' ' || c >= 0xFFFE || Character.isSurrogate(c) ? 0xFFFD : c);
                    }
                }
            }
        }
    }
}
