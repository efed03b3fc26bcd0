package org.isocenter.dicom;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One level of nesting while a data set is read: a sequence, and the data set of the item that is open. The
/// outermost level has no sequence.
final class Level {
    /// The end of what has no defined length, nor anything around it.
    static final long UNBOUNDED = Long.MAX_VALUE;

    /// The sequence.
    int tag;

    Vr vr = Vr.SQ;
    List<Value.Item> items = new ArrayList<>(4);
    boolean undefinedLength;
    boolean implicitItems;
    /// Where the sequence ends, or where the innermost item of defined length around it does.
    long sequenceEnd = UNBOUNDED;

    /// How its items are encoded.
    boolean explicitVr;

    boolean bigEndian;

    /// The item.
    boolean itemOpen;

    DataSet dataSet = new DataSet();
    boolean itemUndefinedLength;
    /// Where the item ends, or where the innermost sequence or item of defined length around it does.
    long end = UNBOUNDED;

    /// The greatest tag of the item.
    private int greatestTag;
    /// All tags of the item, once one of them was out of order.
    private @Nullable Set<Integer> tags;

    /// What decides between representations in implicit VR: (0028,0103), and the first value of (0028,3002).
    boolean signed;

    int lutEntries = -1;

    void openSequence(int tag, Vr vr, Level around) {
        this.tag = tag;
        this.vr = vr;
        items.clear();
        itemOpen = false;
        explicitVr = around.explicitVr;
        bigEndian = around.bigEndian;
        signed = around.signed;
    }

    void openItem(DataSet item, boolean undefined, long itemEnd) {
        dataSet = item;
        itemUndefinedLength = undefined;
        end = itemEnd;
        itemOpen = true;
        greatestTag = 0;
        tags = null;
        lutEntries = -1;
    }

    /// Takes note of the values that decide between representations.
    void note(int tag, Value value) {
        if (value instanceof Value.Bytes bytes && bytes.length() >= 2) {
            if (tag == Tag.PixelRepresentation) {
                signed = LittleEndian.unsignedShort(bytes.array(), bytes.offset()) == 1;
            } else if (tag == Tag.LUTDescriptor) {
                lutEntries = LittleEndian.unsignedShort(bytes.array(), bytes.offset());
            }
        }
    }

    /// Whether the tag is greater than all before.
    boolean ascends(int next) {
        if (Integer.compareUnsigned(next, greatestTag) <= 0) {
            return false;
        }
        greatestTag = next;
        if (tags != null) {
            tags.add(next);
        }
        return true;
    }

    /// Whether the item has no element yet with a tag that does not ascend.
    boolean isNew(int next) {
        if (tags == null) {
            tags = new HashSet<>();
            for (Element element : dataSet) {
                tags.add(element.tag());
            }
        }
        return tags.add(next);
    }
}
