package org.isocenter.server.render.report;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.isocenter.dicom.Tag;
import org.isocenter.server.render.Instance;
import org.isocenter.server.render.document.Code;
import org.isocenter.server.render.document.Markup;
import org.isocenter.server.render.report.ContentItem.Kind;
import org.isocenter.server.render.report.ContentItem.Relation;
import org.jspecify.annotations.Nullable;

/// Writes a structured report (PS3.3 A.35) or a key object selection as a page of HTML.
///
/// The tree of content becomes what a reader of pages, by eye or by ear, finds the way in: containers are
/// sections with headings, measurements that follow each other a table, other named values a list of terms, and
/// references links. A continuous container is a paragraph. Every item of the tree is there; what the bounds of
/// {@link ContentTree} leave out is announced.
///
/// The page has no script and loads nothing. Every value is escaped. It is XML as well as HTML.
final class HtmlPage {
    /// How siblings that follow each other are set.
    private enum Layout {
        /// Containers, each a section.
        SECTIONS,
        /// Tables of values.
        TABLES,
        /// Measurements as the rows of one table.
        ROWS,
        /// Names with their values.
        TERMS,
        /// Values without names.
        LIST,
        /// Running text.
        PROSE
    }

    /// Siblings that are set together.
    ///
    /// @param end the index behind the last of them and all below it
    /// @param notes whether one of them has more to say than fits its row
    private record Group(Layout layout, Relation relation, int end, boolean notes) {
        boolean goesOn(Group next) {
            return layout == next.layout && relation == next.relation && layout != Layout.ROWS;
        }
    }

    /// The items below one, as far as they are written.
    private static final class Level {
        final ContentItem above;
        /// How many elements stay open when all is written.
        final int outside;
        /// Of the headings in it.
        final int heading;

        int next;
        int inside;

        @Nullable
        Group group;

        Level(ContentItem above, int outside, int inside, int heading) {
            this.above = above;
            this.outside = outside;
            this.inside = inside;
            this.heading = heading;
            this.next = above.index + 1;
        }
    }

    private final ContentTree tree;
    private final ReportHead header;
    private final ItemWords words;
    private final Markup markup;

    HtmlPage(Instance report, Report.Links links, Appendable out) {
        tree = new ContentTree(report.dataSet());
        Evidence evidence = new Evidence(report.dataSet(), links);
        header = ReportHead.of(tree, evidence);
        words = new ItemWords(report, tree, evidence);
        markup = new Markup(out);
    }

    void write() throws IOException {
        markup.raw("<!DOCTYPE html>\n")
                .open("html", "xmlns", "http://www.w3.org/1999/xhtml", "lang", "en")
                .line()
                .open("head")
                .empty("meta", "charset", "utf-8")
                .empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1")
                .empty("meta", "name", "robots", "content", "noindex")
                .element("title", title())
                .open("style")
                .raw(StyleSheet.SHEET)
                .close()
                .close()
                .line()
                .open("body")
                .line();
        head();
        markup.open("main", "id", ItemWords.anchor(tree.root()), "lang", header.language());
        content();
        if (tree.left() > 0) {
            markup.element("p", left(), "class", "warning", "lang", "en");
        }
        markup.closeTo(0).line();
    }

    private String title() {
        return header.patient().isEmpty()
                ? header.title()
                : header.title() + ": "
                        + header.patient().getFirst().values().getFirst().words();
    }

    private String left() {
        return "This document has more than is shown here: at least " + tree.left() + " items are left out.";
    }

    private void head() throws IOException {
        markup.open("header").element("h1", header.title(), "dir", "auto", "lang", header.language());
        for (String warning : header.warnings()) {
            markup.element("p", warning, "class", "warning");
        }
        if (tree.left() > 0) {
            markup.element("p", left(), "class", "warning");
        }
        markup.line().open("div", "class", "facts");
        facts(header.patient(), "patient");
        facts(header.document(), "document");
        markup.close().close().line();
    }

    private void facts(List<ReportHead.Field> fields, String name) throws IOException {
        if (fields.isEmpty()) {
            return;
        }
        markup.open("dl", "class", name);
        for (ReportHead.Field field : fields) {
            markup.line().open("div").element("dt", field.label());
            for (Reference value : field.values()) {
                markup.open("dd", "dir", "auto");
                reference(value);
                markup.close();
            }
            markup.close();
        }
        markup.close().line();
    }

    private void content() throws IOException {
        Deque<Level> levels = new ArrayDeque<>();
        levels.push(new Level(tree.root(), markup.depth(), markup.depth(), 2));
        while (!levels.isEmpty()) {
            Level level = levels.element();
            if (level.next >= level.above.end()) {
                markup.closeTo(level.outside);
                levels.pop();
                continue;
            }
            ContentItem item = tree.get(level.next);
            level.next = item.end();
            Group group = level.group;
            if (group == null || item.index >= group.end()) {
                group = group(level.above, item);
                begin(level, group);
            }
            markup.line();
            switch (group.layout()) {
                case PROSE -> prose(item);
                case SECTIONS -> levels.push(section(item, level.heading));
                case TABLES -> levels.push(table(item, level.heading));
                case ROWS -> levels.push(row(item, group.notes(), level.heading));
                case TERMS -> levels.push(term(item, level.heading));
                case LIST -> levels.push(entry(item, level.heading));
            }
        }
    }

    private static Layout layout(ContentItem above, ContentItem item) {
        return switch (item.kind) {
            case CONTAINER -> Layout.SECTIONS;
            case TABLE -> Layout.TABLES;
            case NUM -> above.continuous() ? Layout.PROSE : item.name().isEmpty() ? Layout.LIST : Layout.ROWS;
            case TEXT,
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
                    REFERENCE,
                    UNKNOWN -> above.continuous() ? Layout.PROSE : item.name().isEmpty() ? Layout.LIST : Layout.TERMS;
        };
    }

    /// The item and those behind it that are set in the same way. A single measurement needs no table.
    private Group group(ContentItem above, ContentItem first) {
        Layout layout = layout(above, first);
        int end = first.index;
        int count = 0;
        boolean notes = false;
        while (end < above.end()) {
            ContentItem item = tree.get(end);
            if (layout(above, item) != layout || item.relation != first.relation) {
                break;
            }
            notes |= !item.leaf() || ItemWords.findWhen(tree, item) != null;
            count++;
            end = item.end();
        }
        return new Group(layout == Layout.ROWS && count == 1 ? Layout.TERMS : layout, first.relation, end, notes);
    }

    private void begin(Level level, Group group) throws IOException {
        Group former = level.group;
        level.group = group;
        if (former != null && former.goesOn(group)) {
            return;
        }
        markup.closeTo(level.inside).line();
        if (group.layout() != Layout.PROSE
                && !group.relation().words().isEmpty()
                && (former == null || former.relation() != group.relation())) {
            markup.element("p", group.relation().words(), "class", "relation", "lang", "en");
        }
        switch (group.layout()) {
            case SECTIONS, TABLES -> {}
            case ROWS -> {
                markup.open("div", "class", "scroll").open("table").element("caption", "Measurements", "lang", "en");
                markup.open("thead", "lang", "en").open("tr");
                markup.element("th", "Name", "scope", "col")
                        .element("th", "Value", "scope", "col")
                        .element("th", "Unit", "scope", "col");
                if (group.notes()) {
                    markup.element("th", "Notes", "scope", "col");
                }
                markup.close().close().open("tbody");
            }
            case TERMS -> markup.open("dl");
            case LIST -> markup.open("ul");
            case PROSE -> markup.open("p", "class", "prose", "dir", "auto");
        }
    }

    /// Whether its name is needed, for links to lead to it.
    private @Nullable String anchor(ContentItem item) {
        return tree.isTarget(item) ? ItemWords.anchor(item) : null;
    }

    private @Nullable String language(ContentItem item) {
        return ReportHead.findLanguage(tree, item);
    }

    private Level section(ContentItem item, int heading) throws IOException {
        int outside = markup.depth();
        boolean named = !item.name().isEmpty();
        String id = ItemWords.anchor(item);
        markup.open(
                named ? "section" : "div",
                "id",
                id,
                "lang",
                language(item),
                "aria-labelledby",
                named ? id + "-name" : null);
        if (named) {
            // HTML has six levels of headings; screen readers know more.
            markup.open(
                    "h" + Math.min(heading, 6),
                    "id",
                    id + "-name",
                    "dir",
                    "auto",
                    "aria-level",
                    heading > 6 ? Integer.toString(heading) : null);
            markup.text(item.name());
            when(item);
            markup.close();
        }
        return new Level(item, outside, markup.depth(), named ? heading + 1 : heading);
    }

    private Level table(ContentItem item, int heading) throws IOException {
        int outside = markup.depth();
        TableValue table = TableValue.of(item.dataSet, tree);
        markup.open("div", "class", "scroll", "id", anchor(item)).open("table");
        markup.element("caption", item.name().isEmpty() ? "Table" : item.name());
        boolean heads = table.rows().stream().anyMatch(head -> !head.isEmpty());
        markup.open("thead").open("tr");
        if (heads) {
            markup.element("td", "");
        }
        for (String column : table.columns()) {
            markup.element("th", column, "scope", "col");
        }
        markup.close().close().open("tbody");
        for (int row = 0; row < table.cells().size(); row++) {
            markup.line().open("tr");
            if (heads) {
                markup.element("th", table.rows().get(row), "scope", "row");
            }
            for (String cell : table.cells().get(row)) {
                markup.element("td", cell);
            }
            markup.close();
        }
        markup.close().close();
        if (!table.left().isEmpty()) {
            markup.element("p", table.left(), "class", "warning", "lang", "en");
        }
        return new Level(item, outside, markup.depth(), heading);
    }

    private Level row(ContentItem item, boolean notes, int heading) throws IOException {
        int outside = markup.depth();
        NumberValue number = NumberValue.of(item.dataSet);
        markup.open("tr", "id", anchor(item)).element("th", item.name(), "scope", "row", "dir", "auto");
        markup.open("td", "class", "number").text(number.value().isEmpty() ? "no value" : number.value());
        if (!number.qualifier().isEmpty()) {
            markup.text(" ").element("span", "(" + number.qualifier() + ")", "class", "notes");
        }
        markup.close().open("td");
        unit(number);
        markup.close();
        if (notes) {
            markup.open("td");
            when(item);
        }
        return new Level(item, outside, markup.depth(), heading);
    }

    private void unit(NumberValue number) throws IOException {
        Code unit = number.unit();
        if (unit != null && !unit.unit().isEmpty()) {
            boolean symbol = unit.symbolic();
            markup.element(symbol ? "abbr" : "span", unit.unit(), "title", symbol ? unit.meaning() : null);
        }
    }

    private Level term(ContentItem item, int heading) throws IOException {
        int outside = markup.depth();
        markup.open("div", "id", anchor(item), "lang", language(item));
        markup.element("dt", item.name(), "dir", "auto").open("dd");
        value(item);
        return new Level(item, outside, markup.depth(), heading);
    }

    private Level entry(ContentItem item, int heading) throws IOException {
        int outside = markup.depth();
        markup.open("li", "id", anchor(item), "lang", language(item));
        value(item);
        return new Level(item, outside, markup.depth(), heading);
    }

    private void value(ContentItem item) throws IOException {
        markup.open("p", "class", "value", "dir", "auto");
        inline(item);
        when(item);
        markup.close();
    }

    private void inline(ContentItem item) throws IOException {
        switch (item.kind) {
            case NUM -> {
                NumberValue number = NumberValue.of(item.dataSet);
                markup.text(number.value().isEmpty() ? "no value" : number.value());
                if (!number.value().isEmpty() && !number.unitWords().isEmpty()) {
                    markup.text("\u00A0");
                    unit(number);
                }
                if (!number.qualifier().isEmpty()) {
                    markup.text(" (" + number.qualifier() + ")");
                }
            }
            case CODE -> {
                markup.text(words.value(item));
                Code code = Code.find(item.dataSet, Tag.ConceptCodeSequence);
                if (code != null && !code.code().isEmpty()) {
                    markup.text(" ").element("span", "(" + code.code() + ")", "class", "code");
                }
            }
            case IMAGE, COMPOSITE, WAVEFORM, REFERENCE -> {
                String before = "";
                for (Reference reference : words.references(item)) {
                    markup.text(before);
                    reference(reference);
                    before = ", ";
                }
            }
            case CONTAINER, TABLE, TEXT, PNAME, DATE, TIME, DATETIME, UIDREF, SCOORD, SCOORD3D, TCOORD, UNKNOWN ->
                markup.text(words.value(item));
        }
    }

    private void reference(Reference reference) throws IOException {
        if (reference.link() == null) {
            markup.text(reference.words());
        } else {
            markup.element("a", reference.words(), "href", reference.link());
        }
    }

    /// An item of running text, and in brackets behind it what is below.
    private void prose(ContentItem item) throws IOException {
        int outside = markup.depth();
        int depth = item.depth;
        for (int i = item.index; i < item.end(); i++) {
            ContentItem below = tree.get(i);
            if (i > item.index) {
                if (below.depth > depth) {
                    markup.text(" (");
                } else {
                    markup.text(")".repeat(depth - below.depth) + "; ");
                }
            }
            depth = below.depth;
            markup.closeTo(outside + depth - item.depth);
            markup.open("span", "id", anchor(below), "class", i > item.index ? "notes" : null);
            if (i > item.index) {
                String name = below.name().isEmpty() ? below.relation.words() : below.name();
                markup.text(name.isEmpty() || below.kind == Kind.CONTAINER ? name : name + ": ");
            }
            inline(below);
        }
        markup.text(")".repeat(depth - item.depth)).closeTo(outside);
    }

    private void when(ContentItem item) throws IOException {
        String when = ItemWords.findWhen(tree, item);
        if (when != null) {
            markup.text(" ").element("span", when, "class", "when");
        }
    }
}
