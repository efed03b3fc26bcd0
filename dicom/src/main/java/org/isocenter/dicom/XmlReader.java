package org.isocenter.dicom;

import java.io.FilterReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/// Reads data sets from the native DICOM model (PS3.19 annex A.1).
///
/// It takes, in UTF-8, the elements and attributes of the model, with or without its namespace, and
/// nothing else: a document type declaration of any kind, an entity other than XML's own, a processing
/// instruction, an element or attribute from elsewhere (XInclude, schema locations) is malformed.
/// Nothing is ever fetched. Values are held to the same rules and come out in the same form as those
/// that {@link JsonReader} reads.
///
/// A private attribute may leave the block out of its tag where it names its creator, `00090001` and
/// `ACME`: it is given the block of that creator.
public final class XmlReader {
    private static final int LONGEST_DOCUMENT = 64 << 20;
    private static final int LONGEST_TEXT = 16 << 20;
    private static final int MOST_ATTRIBUTES = 16;
    private static final int MOST_NAMESPACES = 8;
    private static final int MOST_DECLARATIONS = 10_000;

    private final XMLStreamReader xml;
    private final ModelAssembly assembly;
    private final Limits limits;
    private final StringBuilder text = new StringBuilder();
    private int depth;

    private XmlReader(XMLStreamReader xml, Limits limits) {
        this.xml = xml;
        this.limits = limits;
        this.assembly = new ModelAssembly(limits);
    }

    /// The data set of a document.
    ///
    /// @throws MalformedException where the input is no such document, or exceeds a limit
    public static DataSet read(InputStream in, Limits limits) throws IOException, MalformedException {
        try {
            Reader strict = new InputStreamReader(
                    in,
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .onMalformedInput(CodingErrorAction.REPORT)
                            .onUnmappableCharacter(CodingErrorAction.REPORT));
            XMLStreamReader xml = factory().createXMLStreamReader(new Bounded(strict));
            try {
                String declared = xml.getCharacterEncodingScheme();
                if (declared != null && !declared.equalsIgnoreCase("UTF-8") && !declared.equalsIgnoreCase("US-ASCII")) {
                    throw new MalformedException("a document in another encoding than UTF-8");
                }
                return new XmlReader(xml, limits).read();
            } finally {
                xml.close();
            }
        } catch (XMLStreamException notXml) {
            throw failure(notXml);
        }
    }

    private static MalformedException failure(XMLStreamException notXml) throws IOException {
        Throwable cause = notXml.getNestedException();
        if (cause instanceof TooLong) {
            return new MalformedException("a document of more than " + LONGEST_DOCUMENT + " characters or "
                    + MOST_DECLARATIONS + " namespaces");
        }
        if (cause instanceof IOException unreadable && !(cause instanceof CharacterCodingException)) {
            throw unreadable;
        }
        String place = notXml.getLocation() == null
                ? ""
                : ", line " + notXml.getLocation().getLineNumber() + ", column "
                        + notXml.getLocation().getColumnNumber();
        return new MalformedException("XML that is not well formed or exceeds a limit" + place);
    }

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        factory.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        factory.setProperty("jdk.xml.elementAttributeLimit", Integer.toString(MOST_ATTRIBUTES));
        // Depth is counted here, against the limits.
        factory.setProperty("jdk.xml.maxElementDepth", "0");
        factory.setXMLResolver((publicId, systemId, base, namespace) -> {
            throw new XMLStreamException("external entities are not resolved");
        });
        return factory;
    }

    private DataSet read() throws XMLStreamException, MalformedException {
        DataSet dataSet = null;
        while (xml.hasNext()) {
            switch (next()) {
                case XMLStreamConstants.START_ELEMENT -> start(dataSet == null);
                case XMLStreamConstants.END_ELEMENT -> {
                    if (assembly.inAttribute()) {
                        assembly.endAttribute();
                    } else {
                        dataSet = assembly.endDataSet();
                    }
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
                    if (!xml.isWhiteSpace()) {
                        throw assembly.malformed("text between elements");
                    }
                }
                default -> {}
            }
        }
        if (dataSet == null) {
            throw new MalformedException("no document at all");
        }
        return dataSet;
    }

    /// The next event, with depth counted and refused what no document of the model has.
    private int next() throws XMLStreamException, MalformedException {
        int event = xml.next();
        switch (event) {
            case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
                throw assembly.malformed("a document type declaration or an entity");
            case XMLStreamConstants.PROCESSING_INSTRUCTION -> throw assembly.malformed("a processing instruction");
            case XMLStreamConstants.START_ELEMENT -> {
                if (++depth > limits.jsonDepth()) {
                    throw assembly.malformed("elements nested more than " + limits.jsonDepth() + " deep");
                }
                if (xml.getNamespaceCount() > MOST_NAMESPACES) {
                    throw assembly.malformed("more than " + MOST_NAMESPACES + " namespaces");
                }
                String namespace = xml.getNamespaceURI();
                if (namespace != null && !namespace.isEmpty() && !namespace.equals(XmlWriter.NAMESPACE)) {
                    throw assembly.malformed("an element of another namespace");
                }
            }
            case XMLStreamConstants.END_ELEMENT -> depth--;
            default -> {}
        }
        return event;
    }

    private void start(boolean mayBegin) throws XMLStreamException, MalformedException {
        String name = xml.getLocalName();
        if (assembly.depth() == 0) {
            if (!mayBegin || !name.equals("NativeDicomModel")) {
                throw assembly.malformed("something other than a NativeDicomModel");
            }
            allowAttributes(List.of());
            assembly.startDataSet();
        } else if (assembly.inAttribute()) {
            startPart(name);
        } else if (name.equals("DicomAttribute")) {
            startAttribute();
        } else {
            throw assembly.malformed("an element that a data set does not have");
        }
    }

    private void startAttribute() throws MalformedException {
        allowAttributes(List.of("tag", "vr", "keyword", "privateCreator"));
        String tag = xml.getAttributeValue(null, "tag");
        assembly.startAttribute(tag == null ? "" : tag);
        String creator = xml.getAttributeValue(null, "privateCreator");
        if (creator != null) {
            assembly.resolveBlock(creator);
        }
        String vr = xml.getAttributeValue(null, "vr");
        if (vr != null) {
            assembly.vr(vr);
        }
    }

    private void startPart(String name) throws XMLStreamException, MalformedException {
        switch (name) {
            case "Value" -> {
                number();
                readValue(readText());
            }
            case "PersonName" -> {
                number();
                readName();
            }
            case "Item" -> {
                number();
                assembly.startDataSet();
            }
            case "InlineBinary" -> {
                allowAttributes(List.of());
                assembly.inlineBinary(readText().strip());
            }
            case "BulkData" -> {
                allowAttributes(List.of("uri"));
                String uri = xml.getAttributeValue(null, "uri");
                assembly.link(uri == null ? "" : uri);
                if (!readText().isBlank()) {
                    throw assembly.malformed("bulk data with a content");
                }
            }
            default -> throw assembly.malformed("an element that an attribute does not have");
        }
    }

    /// Takes the place of a value, which counts from 1; places left out are empty values. Items leave
    /// none out.
    private void number() throws MalformedException {
        allowAttributes(List.of("number"));
        if (!assembly.inValues()) {
            assembly.startValues();
        }
        String number = xml.getAttributeValue(null, "number");
        int place = number == null ? assembly.valueCount() + 1 : parsePlace(number);
        if (place <= assembly.valueCount() || place - assembly.valueCount() > limits.items()) {
            throw assembly.malformed("values out of order or far apart");
        }
        while (assembly.valueCount() + 1 < place) {
            assembly.nullValue();
        }
    }

    private int parsePlace(String number) throws MalformedException {
        try {
            return Integer.parseInt(number);
        } catch (NumberFormatException noNumber) {
            throw assembly.malformed("a value without a place");
        }
    }

    private void readValue(String value) throws MalformedException {
        Vr vr = assembly.vr();
        boolean floating = vr == Vr.FL || vr == Vr.FD;
        boolean numeral = floating ? value.chars().anyMatch(c -> c >= '0' && c <= '9') : vr.number() && vr != Vr.AT;
        if (numeral) {
            assembly.numeral(value.strip());
        } else {
            assembly.string(value);
        }
    }

    private void readName() throws XMLStreamException, MalformedException {
        @Nullable String[] groups = new @Nullable String[3];
        for (int event = next(); event != XMLStreamConstants.END_ELEMENT; event = next()) {
            if (event == XMLStreamConstants.START_ELEMENT) {
                int group = XmlWriter.GROUPS.indexOf(xml.getLocalName());
                if (group < 0 || groups[group] != null) {
                    throw assembly.malformed("a component group that names do not have, or that is there twice");
                }
                allowAttributes(List.of());
                groups[group] = readComponents();
            } else {
                requireSpace(event);
            }
        }
        assembly.name(new ModelAssembly.Name(groups[0], groups[1], groups[2]));
    }

    private String readComponents() throws XMLStreamException, MalformedException {
        @Nullable String[] components = new @Nullable String[5];
        int last = -1;
        for (int event = next(); event != XMLStreamConstants.END_ELEMENT; event = next()) {
            if (event == XMLStreamConstants.START_ELEMENT) {
                int component = XmlWriter.COMPONENTS.indexOf(xml.getLocalName());
                if (component < 0 || components[component] != null) {
                    throw assembly.malformed("a component that names do not have, or that is there twice");
                }
                allowAttributes(List.of());
                components[component] = readText();
                last = Math.max(last, component);
            } else {
                requireSpace(event);
            }
        }
        StringBuilder joined = new StringBuilder();
        for (int i = 0; i <= last; i++) {
            String component = components[i];
            joined.append(i == 0 ? "" : "^").append(component == null ? "" : component);
        }
        return joined.toString();
    }

    private void requireSpace(int event) throws MalformedException {
        boolean characters = event == XMLStreamConstants.CHARACTERS || event == XMLStreamConstants.CDATA;
        if (characters && !xml.isWhiteSpace()) {
            throw assembly.malformed("text between elements");
        }
    }

    /// The text up to the end of the element.
    private String readText() throws XMLStreamException, MalformedException {
        text.setLength(0);
        for (int event = next(); event != XMLStreamConstants.END_ELEMENT; event = next()) {
            switch (event) {
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE ->
                    text.append(xml.getTextCharacters(), xml.getTextStart(), xml.getTextLength());
                case XMLStreamConstants.START_ELEMENT -> throw assembly.malformed("an element inside a value");
                default -> {}
            }
            if (text.length() > LONGEST_TEXT) {
                throw assembly.malformed("a value of more than " + LONGEST_TEXT + " characters");
            }
        }
        return text.toString();
    }

    private void allowAttributes(List<String> names) throws MalformedException {
        for (int i = 0; i < xml.getAttributeCount(); i++) {
            String namespace = xml.getAttributeNamespace(i);
            boolean allowed = namespace == null || namespace.isEmpty()
                    ? names.contains(xml.getAttributeLocalName(i))
                    : namespace.equals(XMLConstants.XML_NS_URI)
                            && xml.getAttributeLocalName(i).equals("space");
            if (!allowed) {
                throw assembly.malformed(
                        "the XML attribute '" + xml.getAttributeLocalName(i) + "', which this element does not have");
            }
        }
    }

    /// Ends a document that no parser should be fed: one that is too long, because comments and the
    /// like are held whole, or one that declares too many namespaces, because they are looked up one by
    /// one. Counting the word is enough for that: in UTF-8 there is no other way to write it where it
    /// declares.
    private static final class Bounded extends FilterReader {
        private static final String DECLARATION = "xmlns";

        private int left = LONGEST_DOCUMENT;
        private int declarationsLeft = MOST_DECLARATIONS;
        private int matched;

        private Bounded(Reader in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int c = super.read();
            if (c >= 0) {
                spend((char) c);
            }
            return c;
        }

        @Override
        public int read(char[] buffer, int offset, int length) throws IOException {
            int read = super.read(buffer, offset, length);
            for (int i = 0; i < read; i++) {
                spend(buffer[offset + i]);
            }
            return read;
        }

        private void spend(char c) throws TooLong {
            matched = c == DECLARATION.charAt(matched) ? matched + 1 : c == 'x' ? 1 : 0;
            if (matched == DECLARATION.length()) {
                matched = 0;
                declarationsLeft--;
            }
            if (--left < 0 || declarationsLeft < 0) {
                throw new TooLong();
            }
        }
    }

    private static final class TooLong extends IOException {
        private static final long serialVersionUID = 1L;
    }
}
