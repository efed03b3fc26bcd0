package org.isocenter.server.render.report;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.jspecify.annotations.Nullable;

/// The content of a report (PS3.3 C.17.3): all items in the order of reading, each before the ones below it.
///
/// A tree can hold more than anybody shows: items deeper or later than the bounds are counted and left out,
/// and whoever writes the report says so.
final class ContentTree {
    /// Items that are shown.
    static final int ITEMS_MAX = 100_000;

    /// Levels that are shown.
    static final int DEPTH_MAX = 64;

    private final List<ContentItem> items = new ArrayList<>();
    private final Map<String, ContentItem> byIdentifier = new HashMap<>();
    private final Set<String> targets = new HashSet<>();
    private int left;

    /// An item whose children are being gathered.
    private static final class Open {
        final ContentItem item;
        final List<DataSet> children;
        int next;

        Open(ContentItem item, List<DataSet> children) {
            this.item = item;
            this.children = children;
        }
    }

    ContentTree(DataSet report) {
        Deque<Open> open = new ArrayDeque<>();
        open.push(open(report, 0, "1"));
        while (!open.isEmpty()) {
            Open above = open.element();
            if (above.next == above.children.size()) {
                above.item.end(items.size());
                open.pop();
                continue;
            }
            DataSet child = above.children.get(above.next++);
            int depth = above.item.depth + 1;
            if (items.size() == ITEMS_MAX || depth == DEPTH_MAX) {
                left++;
            } else {
                open.push(open(child, depth, above.item.identifier + "." + above.next));
            }
        }
    }

    private Open open(DataSet dataSet, int depth, String identifier) {
        ContentItem item = new ContentItem(dataSet, items.size(), depth, identifier);
        items.add(item);
        byIdentifier.put(identifier, item);
        String target = item.kind == ContentItem.Kind.REFERENCE ? item.findTarget() : null;
        if (target != null) {
            targets.add(target);
        }
        return new Open(item, dataSet.items(Tag.ContentSequence));
    }

    ContentItem root() {
        return items.getFirst();
    }

    ContentItem get(int index) {
        return items.get(index);
    }

    @Nullable
    ContentItem find(String identifier) {
        return byIdentifier.get(identifier);
    }

    /// Whether another item refers to this one.
    boolean isTarget(ContentItem item) {
        return targets.contains(item.identifier);
    }

    /// The item that a reference stands for, or null where there is none.
    @Nullable
    ContentItem findTarget(ContentItem reference) {
        String target = reference.findTarget();
        return target == null ? null : find(target);
    }

    /// The items directly below.
    List<ContentItem> children(ContentItem above) {
        List<ContentItem> children = new ArrayList<>();
        for (int i = above.index + 1; i < above.end(); i = items.get(i).end()) {
            children.add(items.get(i));
        }
        return children;
    }

    /// How many items that are not shown were seen. Those below them are not counted.
    int left() {
        return left;
    }
}
