package org.isocenter.server.render.report;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import org.isocenter.dicom.Tag;
import org.isocenter.server.render.Instance;
import org.isocenter.server.render.document.Code;
import org.isocenter.server.render.document.Words;
import org.isocenter.server.render.report.ContentItem.Kind;
import org.isocenter.server.render.report.ContentItem.Relation;

/// Writes a structured report (PS3.3 A.35) or a key object selection as plain text: a line or more for each
/// item, below the item that it belongs to.
final class PlainText {
    private static final int INDENT = 2;

    private final ContentTree tree;
    private final ReportHead header;
    private final ItemWords words;
    private final Appendable out;

    PlainText(Instance report, Appendable out) {
        this.tree = new ContentTree(report.dataSet());
        Evidence evidence = new Evidence(report.dataSet(), Report.Links.NONE);
        this.header = ReportHead.of(tree, evidence);
        this.words = new ItemWords(report, tree, evidence);
        this.out = out;
    }

    void write() throws IOException {
        String title = clean(header.title()).replace('\n', ' ');
        line(0, title);
        line(0, "=".repeat(Math.min(title.length(), 100)));
        for (String warning : header.warnings()) {
            line(0, "! " + warning);
        }
        String left = tree.left() == 0 ? "" : "! At least " + tree.left() + " items of this document are left out.";
        if (!left.isEmpty()) {
            line(0, left);
        }
        out.append('\n');
        facts(header.patient());
        facts(header.document());
        out.append('\n');
        for (int i = 1; i < tree.root().end(); i++) {
            item(tree.get(i));
        }
        if (!left.isEmpty()) {
            out.append('\n');
            line(0, left);
        }
    }

    private void facts(List<ReportHead.Field> fields) throws IOException {
        for (ReportHead.Field field : fields) {
            String values = field.values().stream().map(Reference::words).collect(Collectors.joining("; "));
            line(0, field.label() + ": " + values);
        }
    }

    private void item(ContentItem item) throws IOException {
        int indent = (item.depth - 1) * INDENT;
        String name = item.name();
        if (item.kind == Kind.CONTAINER) {
            if (item.depth == 1) {
                out.append('\n');
            }
            line(indent, (name.isEmpty() ? "-" : name) + marks(item));
            return;
        }
        String value = words.value(item);
        if (item.kind == Kind.CODE) {
            Code code = Code.find(item.dataSet, Tag.ConceptCodeSequence);
            value = code == null || code.code().isEmpty() ? value : value + " (" + code.code() + ")";
        }
        String relation = item.relation == Relation.CONTAINS ? "" : item.relation.words();
        String before = relation.isEmpty() ? "" : relation + ": ";
        line(indent, before + (name.isEmpty() ? value : name + ": " + value) + marks(item));
        if (item.kind == Kind.TABLE) {
            table(TableValue.of(item.dataSet, tree), indent + INDENT);
        }
    }

    /// When it was observed, and what others call it.
    private String marks(ContentItem item) {
        String when = ItemWords.findWhen(tree, item);
        return (when == null ? "" : " [" + when + "]") + (tree.isTarget(item) ? " [item " + item.identifier + "]" : "");
    }

    private void table(TableValue table, int indent) throws IOException {
        line(indent, "| " + String.join(" | ", table.columns()) + " |");
        for (int row = 0; row < table.cells().size(); row++) {
            String head = table.rows().get(row);
            line(
                    indent,
                    (head.isEmpty() ? "" : head + ": ") + "| "
                            + String.join(" | ", table.cells().get(row)) + " |");
        }
        if (!table.left().isEmpty()) {
            line(indent, "! " + table.left());
        }
    }

    private void line(int indent, String text) throws IOException {
        String margin = " ".repeat(indent);
        String clean = clean(text);
        for (String line : clean.split("\n", -1)) {
            out.append(margin).append(line).append('\n');
            margin = " ".repeat(indent + INDENT);
        }
    }

    private static String clean(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.chars().forEach(c -> clean.append(Words.isHarmless((char) c) ? (char) c : '\uFFFD'));
        return clean.toString();
    }
}
