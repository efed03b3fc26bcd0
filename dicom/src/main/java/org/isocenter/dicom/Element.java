package org.isocenter.dicom;

/// A data element (PS3.5 section 7.1): a tag, the representation of its value, and the value.
public record Element(int tag, Vr vr, Value value) {

    /// The same with the representation of the dictionary, where it was written as UN though its attribute is
    /// known: by software that did not know it (PS3.5 6.2.2).
    public Element known() {
        if (vr != Vr.UN || !(value instanceof Value.Bytes)) {
            return this;
        }
        Vr known = Dictionary.vr(tag);
        return known == Vr.UN || known == Vr.SQ ? this : new Element(tag, known, value);
    }

    /// Whether the value has no bytes and no items.
    public boolean empty() {
        return switch (value) {
            case Value.Bytes bytes -> bytes.length() == 0;
            case Value.Items items -> items.items().isEmpty();
            case Value.Bulk bulk -> bulk.lengthBytes() == 0;
            case Value.Fragments fragments -> fragments.count() == 0;
            case Value.Link link -> link.uri().isEmpty();
        };
    }

    @Override
    public String toString() {
        return Tags.format(tag) + " " + vr + " " + value;
    }
}
