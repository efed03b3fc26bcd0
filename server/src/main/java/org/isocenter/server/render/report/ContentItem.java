package org.isocenter.server.render.report;

import java.util.List;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.isocenter.server.render.document.Code;
import org.jspecify.annotations.Nullable;

/// A content item of a report (PS3.3 C.17.3), with its place in the tree.
final class ContentItem {
    /// What its value is (PS3.3 C.17.3.2.1).
    enum Kind {
        CONTAINER,
        TEXT,
        NUM,
        CODE,
        PNAME,
        DATE,
        TIME,
        DATETIME,
        UIDREF,
        IMAGE,
        COMPOSITE,
        WAVEFORM,
        SCOORD,
        SCOORD3D,
        TCOORD,
        TABLE,
        /// By reference: the value is that of another item.
        REFERENCE,
        /// A value type that the standard does not have, or none.
        UNKNOWN;

        static Kind of(DataSet item) {
            String type = item.findString(Tag.ValueType);
            if (type == null) {
                return item.contains(Tag.ReferencedContentItemIdentifier) ? REFERENCE : UNKNOWN;
            }
            return switch (type) {
                case "CONTAINER" -> CONTAINER;
                case "TEXT" -> TEXT;
                case "NUM" -> NUM;
                case "CODE" -> CODE;
                case "PNAME" -> PNAME;
                case "DATE" -> DATE;
                case "TIME" -> TIME;
                case "DATETIME" -> DATETIME;
                case "UIDREF" -> UIDREF;
                case "IMAGE" -> IMAGE;
                case "COMPOSITE" -> COMPOSITE;
                case "WAVEFORM" -> WAVEFORM;
                case "SCOORD" -> SCOORD;
                case "SCOORD3D" -> SCOORD3D;
                case "TCOORD" -> TCOORD;
                case "TABLE" -> TABLE;
                default -> UNKNOWN;
            };
        }
    }

    /// How it belongs to the item above (PS3.3 C.17.3.2.4).
    ///
    /// The words are empty where the place says enough: what a container contains, and what modifies the
    /// meaning of a name.
    enum Relation {
        CONTAINS(""),
        HAS_OBS_CONTEXT("Observation context"),
        HAS_ACQ_CONTEXT("Acquisition context"),
        HAS_CONCEPT_MOD(""),
        HAS_PROPERTIES("Properties"),
        INFERRED_FROM("Inferred from"),
        SELECTED_FROM("Selected from"),
        UNKNOWN("Related");

        private final String words;

        Relation(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }

        static Relation of(DataSet item) {
            String type = item.findString(Tag.RelationshipType);
            return switch (type == null ? "" : type) {
                case "", "CONTAINS" -> CONTAINS;
                case "HAS OBS CONTEXT" -> HAS_OBS_CONTEXT;
                case "HAS ACQ CONTEXT" -> HAS_ACQ_CONTEXT;
                case "HAS CONCEPT MOD" -> HAS_CONCEPT_MOD;
                case "HAS PROPERTIES" -> HAS_PROPERTIES;
                case "INFERRED FROM" -> INFERRED_FROM;
                case "SELECTED FROM" -> SELECTED_FROM;
                default -> UNKNOWN;
            };
        }
    }

    /// Without values that are not in memory.
    final DataSet dataSet;

    /// Its place among all items, each before the ones below it.
    final int index;

    /// How many items are above it.
    final int depth;

    /// Which child it is at each level, the root being 1: `1.3.2` (PS3.3 C.17.3.2.5).
    final String identifier;

    final Kind kind;
    final Relation relation;
    final @Nullable Code concept;

    /// The index behind the last item below it.
    private int end;

    ContentItem(DataSet dataSet, int index, int depth, String identifier) {
        this.dataSet = dataSet;
        this.index = index;
        this.depth = depth;
        this.identifier = identifier;
        this.kind = Kind.of(dataSet);
        this.relation = Relation.of(dataSet);
        this.concept = Code.find(dataSet, Tag.ConceptNameCodeSequence);
        this.end = index + 1;
    }

    int end() {
        return end;
    }

    void end(int behind) {
        end = behind;
    }

    boolean leaf() {
        return end == index + 1;
    }

    /// What the value is of, or the empty string.
    String name() {
        return concept == null ? "" : concept.words();
    }

    /// Whether the items below are one text, rather than each a statement of its own (PS3.3 C.18.8).
    boolean continuous() {
        return kind == Kind.CONTAINER && "CONTINUOUS".equals(dataSet.findString(Tag.ContinuityOfContent));
    }

    /// The identifier of the item that takes the place of this one, or null.
    @Nullable
    String findTarget() {
        List<String> path = dataSet.strings(Tag.ReferencedContentItemIdentifier);
        return path.isEmpty() || path.size() > ContentTree.DEPTH_MAX ? null : String.join(".", path);
    }
}
