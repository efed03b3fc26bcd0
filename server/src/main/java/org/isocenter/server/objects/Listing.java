package org.isocenter.server.objects;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/// What a store lists, as XML: entries, each with a name and a length, and texts that say more about all of
/// them. Of other elements nothing is kept. What is outside the document is never looked at, and no entity
/// that it declares is resolved.
///
/// @param texts of elements outside the entries, by their names
record Listing(List<Entry> entries, Map<String, String> texts) {

    /// @param encoded whether the name says of itself that it has percent signs for bytes
    record Entry(String name, boolean encoded, long lengthBytes) {}

    private static final XMLInputFactory XML = XMLInputFactory.newDefaultFactory();

    static {
        XML.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        XML.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        XML.setProperty(XMLInputFactory.IS_COALESCING, true);
    }

    /// @param root name of the element of the whole
    /// @param entry name of the element of an entry
    /// @param name of the element with its name
    /// @param length of the element with its length
    /// @throws XMLStreamException where it is something else
    static Listing read(byte[] bytes, String root, String entry, String name, String length) throws XMLStreamException {
        XMLStreamReader xml = XML.createXMLStreamReader(new ByteArrayInputStream(bytes));
        xml.nextTag();
        xml.require(XMLStreamConstants.START_ELEMENT, null, root);
        List<Entry> entries = new ArrayList<>();
        Map<String, String> texts = new HashMap<>();
        Draft draft = null;
        boolean encoded = false;
        StringBuilder text = new StringBuilder();
        while (xml.hasNext()) {
            switch (xml.next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    text.setLength(0);
                    if (xml.getLocalName().equals(entry)) {
                        draft = new Draft();
                    }
                    encoded = "true".equals(xml.getAttributeValue(null, "Encoded"));
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> text.append(xml.getText());
                case XMLStreamConstants.END_ELEMENT -> {
                    String ended = xml.getLocalName();
                    if (draft == null) {
                        texts.put(ended, text.toString());
                    } else if (ended.equals(entry)) {
                        entries.add(draft.entry(xml));
                        draft = null;
                    } else if (ended.equals(name)) {
                        draft.name = text.toString();
                        draft.encoded = encoded;
                    } else if (ended.equals(length)) {
                        draft.length = text.toString().strip();
                    }
                    text.setLength(0);
                }
                default -> {}
            }
        }
        return new Listing(entries, texts);
    }

    String text(String name) {
        return texts.getOrDefault(name, "");
    }

    private static final class Draft {
        private @Nullable String name;
        private boolean encoded;
        private String length = "";

        Entry entry(XMLStreamReader at) throws XMLStreamException {
            if (name == null || !length.matches("[0-9]{1,18}")) {
                throw new XMLStreamException("an entry without a name or a length", at.getLocation());
            }
            return new Entry(name, encoded, Long.parseLong(length));
        }
    }
}
