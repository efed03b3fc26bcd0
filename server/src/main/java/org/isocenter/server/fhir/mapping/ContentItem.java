package org.isocenter.server.fhir.mapping;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// An item of the content of a structured report (PS3.3 C.17.3), with the items below it.
///
/// A tree is read level by level, so that the bounds cut what lies deepest and comes last.
final class ContentItem {
    /// Items of one report that are read.
    static final int ITEMS_MAX = 20_000;

    /// Levels of one report that are read.
    static final int DEPTH_MAX = 32;

    final DataSet dataSet;

    /// Which child it is at each level, the root being 1: `1.3.2` (PS3.3 C.17.3.2.5).
    final String path;

    final @Nullable ContentItem above;
    final List<ContentItem> children = new ArrayList<>();
    private final int depth;

    private ContentItem(DataSet dataSet, String path, @Nullable ContentItem above) {
        this.dataSet = dataSet;
        this.path = path;
        this.above = above;
        this.depth = above == null ? 1 : above.depth + 1;
    }

    /// The root of a report, with all that is below it.
    static ContentItem read(DataSet report) {
        ContentItem root = new ContentItem(report, "1", null);
        Deque<ContentItem> open = new ArrayDeque<>(List.of(root));
        int items = 1;
        while (!open.isEmpty()) {
            ContentItem above = open.remove();
            if (above.depth == DEPTH_MAX) {
                continue;
            }
            for (DataSet below : above.dataSet.items(Tag.ContentSequence)) {
                if (items++ == ITEMS_MAX) {
                    return root;
                }
                String path = above.path + "." + (above.children.size() + 1);
                ContentItem item = new ContentItem(below, path, above);
                above.children.add(item);
                open.add(item);
            }
        }
        return root;
    }

    /// All items below, in the order of reading.
    List<ContentItem> below() {
        List<ContentItem> below = new ArrayList<>();
        Deque<ContentItem> open = new ArrayDeque<>(children);
        while (!open.isEmpty()) {
            ContentItem item = open.pop();
            below.add(item);
            item.children.reversed().forEach(open::push);
        }
        return below;
    }

    boolean is(String valueType) {
        return valueType.equals(dataSet.findString(Tag.ValueType));
    }

    boolean isRelated(String relationship) {
        return relationship.equals(dataSet.findString(Tag.RelationshipType));
    }

    @Nullable
    DataSet concept() {
        return dataSet.findItem(Tag.ConceptNameCodeSequence);
    }

    /// Whether its concept is this code.
    boolean isNamed(String code, String designator) {
        return Codes.is(concept(), code, designator);
    }

    /// Whether its concept is this code of the DICOM Controlled Terminology (PS3.16 annex D).
    boolean isNamed(String code) {
        return isNamed(code, "DCM");
    }

    /// The first child of this name, or null.
    @Nullable
    ContentItem find(String code, String designator) {
        for (ContentItem child : children) {
            if (child.isNamed(code, designator)) {
                return child;
            }
        }
        return null;
    }

    @Nullable
    ContentItem find(String code) {
        return find(code, "DCM");
    }

    /// The value of the first child of this name, as text, or null.
    @Nullable
    String findText(String code) {
        ContentItem child = find(code);
        return child == null ? null : child.text();
    }

    /// The value of a text, name, UID, date or time, or null where it is of another type.
    @Nullable
    String text() {
        String type = dataSet.findString(Tag.ValueType);
        return switch (type == null ? "" : type) {
            case "TEXT" -> dataSet.findString(Tag.TextValue);
            case "PNAME" -> dataSet.findString(Tag.PersonName);
            case "UIDREF" -> dataSet.findString(Tag.UID);
            case "DATETIME" -> dataSet.findString(Tag.DateTime);
            case "DATE" -> dataSet.findString(Tag.Date);
            case "TIME" -> dataSet.findString(Tag.Time);
            default -> null;
        };
    }

    /// The concept that a CODE item has as its value, or null.
    @Nullable
    ObjectNode code() {
        DataSet code = dataSet.findItem(Tag.ConceptCodeSequence);
        return code == null ? null : Codes.findConcept(code);
    }
}
