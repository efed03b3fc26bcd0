package org.isocenter.server.render.report;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Value;
import org.isocenter.dicom.Vr;
import org.isocenter.server.render.Instance;
import org.isocenter.server.render.document.Code;
import org.isocenter.server.render.document.Words;
import org.jspecify.annotations.Nullable;

/// The values of content items in words, which are the same whatever the report is written as.
final class ItemWords {
    /// A larger text is not shown.
    private static final int TEXT_BYTES_MAX = 16 << 20;

    private final Instance instance;
    private final ContentTree tree;
    private final Evidence evidence;

    ItemWords(Instance instance, ContentTree tree, Evidence evidence) {
        this.instance = instance;
        this.tree = tree;
        this.evidence = evidence;
    }

    /// The value of an item in one line or several; empty for containers and tables, which are no values.
    String value(ContentItem item) throws IOException {
        DataSet dataSet = item.dataSet;
        return switch (item.kind) {
            case CONTAINER, TABLE -> "";
            case TEXT -> text(dataSet);
            case NUM -> NumberValue.of(dataSet).words();
            case CODE -> or(Code.findWords(dataSet, Tag.ConceptCodeSequence), "no code");
            case PNAME -> or(Words.findPerson(dataSet, Tag.PersonName), "no name");
            case DATE -> Words.date(or(Words.find(dataSet, Tag.Date), "no date"));
            case TIME -> Words.time(or(Words.find(dataSet, Tag.Time), "no time"));
            case DATETIME -> Words.dateTime(or(Words.find(dataSet, Tag.DateTime), "no date"));
            case UIDREF -> or(Words.find(dataSet, Tag.UID), "no UID");
            case IMAGE, COMPOSITE, WAVEFORM, REFERENCE -> join(references(item));
            case SCOORD -> Coordinates.space(dataSet, 2);
            case SCOORD3D -> Coordinates.space(dataSet, 3);
            case TCOORD -> Coordinates.time(dataSet);
            case UNKNOWN -> unknown(dataSet);
        };
    }

    /// What an item of this kind refers to: instances with what they are shown by, or another item.
    List<Reference> references(ContentItem item) {
        return item.kind == ContentItem.Kind.REFERENCE ? List.of(target(item)) : instances(item.dataSet);
    }

    private Reference target(ContentItem item) {
        ContentItem target = tree.findTarget(item);
        if (target == null) {
            return Reference.to("an item that this document does not have");
        }
        String words = target.name().isEmpty() ? "Item " : target.name() + ", item ";
        return new Reference(words + target.identifier, "#" + anchor(target));
    }

    /// The name of an item within the document.
    static String anchor(ContentItem item) {
        return "item-" + item.identifier;
    }

    /// When an item was observed, where that is not when the whole document was; or null.
    static @Nullable String findWhen(ContentTree tree, ContentItem item) {
        String when = Words.find(item.dataSet, Tag.ObservationDateTime);
        String whole = Words.find(tree.root().dataSet, Tag.ObservationDateTime);
        return when == null || when.equals(whole) ? null : Words.dateTime(when);
    }

    private List<Reference> instances(DataSet item) {
        List<Reference> references = new ArrayList<>();
        for (DataSet reference : item.items(Tag.ReferencedSOPSequence)) {
            Reference instance = evidence.reference(reference);
            String part = Coordinates.findPart(reference);
            references.add(part == null ? instance : new Reference(instance.words() + ", " + part, instance.link()));
            // A presentation state that the image is shown by (PS3.3 C.18.4).
            for (DataSet state : reference.items(Tag.ReferencedSOPSequence)) {
                references.add(evidence.reference(state));
            }
            for (DataSet mapping : reference.items(Tag.ReferencedRealWorldValueMappingInstanceSequence)) {
                references.add(evidence.reference(mapping));
            }
        }
        return references.isEmpty() ? List.of(Reference.to("no instance")) : references;
    }

    private static String join(List<Reference> references) {
        return String.join(", ", references.stream().map(Reference::words).toList());
    }

    private String text(DataSet dataSet) throws IOException {
        Element element = dataSet.find(Tag.TextValue);
        if (element != null && element.value() instanceof Value.Bulk bulk) {
            if (bulk.lengthBytes() > TEXT_BYTES_MAX) {
                return "A text of " + bulk.lengthBytes() + " bytes, which is too long to be shown.";
            }
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            instance.bulk().transfer(bulk.offset(), bulk.lengthBytes(), bytes);
            return Words.lines(dataSet.characterSets().decode(bytes.toByteArray(), 0, bytes.size(), Vr.UT));
        }
        String text = dataSet.findString(Tag.TextValue);
        return text == null ? "no text" : Words.lines(text);
    }

    /// Whatever can be read where the value type is missing or is none of the standard's.
    private static String unknown(DataSet dataSet) {
        String type = Words.find(dataSet, Tag.ValueType);
        String text = Words.find(dataSet, Tag.TextValue);
        String code = Code.findWords(dataSet, Tag.ConceptCodeSequence);
        String value = text == null ? code : text;
        String what = type == null ? "a value without a type" : "a value of the unknown type " + type;
        return value == null ? what : Words.lines(value) + " (" + what + ")";
    }

    private static String or(@Nullable String value, String otherwise) {
        return value == null ? otherwise : value;
    }
}
