package org.isocenter.dicom;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Puts the text of a data set, and of all items in it, into other character sets (PS3.5 section 6.1).
final class TextRecoder {
    /// A data set that is being copied, and the sequence whose item it is.
    private static final class Place {
        final Iterator<Element> elements;
        final CharacterSets from;
        final DataSet copy;
        final boolean undefinedLength;
        final @Nullable Sequence sequence;

        Place(DataSet dataSet, DataSet copy, boolean undefinedLength, @Nullable Sequence sequence) {
            this.elements = dataSet.iterator();
            this.from = dataSet.characterSets();
            this.copy = copy;
            this.undefinedLength = undefinedLength;
            this.sequence = sequence;
        }
    }

    /// A sequence whose items are being copied.
    private static final class Sequence {
        final Element element;
        final Value.Items items;
        final Iterator<Value.Item> rest;
        final List<Value.Item> copies = new ArrayList<>();

        Sequence(Element element, Value.Items items) {
            this.element = element;
            this.items = items;
            this.rest = items.items().iterator();
        }
    }

    private final CharacterSets to;

    TextRecoder(CharacterSets to) {
        this.to = to;
    }

    /// A copy, or null where the character sets have no code for some of the text, or some of it is not in
    /// memory.
    @Nullable
    DataSet copy(DataSet dataSet) {
        DataSet outermost = new DataSet();
        if (!to.terms().isEmpty()) {
            outermost.putString(Tag.SpecificCharacterSet, to.terms().toArray(String[]::new));
        }
        Deque<Place> places = new ArrayDeque<>();
        places.push(new Place(dataSet, outermost, false, null));
        while (true) {
            Place place = places.element();
            if (place.elements.hasNext()) {
                Element element = place.elements.next();
                if (element.value() instanceof Value.Items items) {
                    nextItem(new Sequence(element, items), place, places);
                } else if (element.tag() != Tag.SpecificCharacterSet) {
                    Element recoded = recoded(element, place.from);
                    if (recoded == null) {
                        return null;
                    }
                    place.copy.put(recoded);
                }
            } else {
                places.pop();
                if (place.sequence == null) {
                    return outermost;
                }
                place.sequence.copies.add(new Value.Item(place.copy, place.undefinedLength));
                nextItem(place.sequence, places.element(), places);
            }
        }
    }

    /// Goes into the next item of a sequence, or puts the sequence into the data set around it.
    private void nextItem(Sequence sequence, Place around, Deque<Place> places) {
        if (sequence.rest.hasNext()) {
            Value.Item item = sequence.rest.next();
            places.push(new Place(item.dataSet(), new DataSet().inherit(to), item.undefinedLength(), sequence));
        } else {
            Value.Items items = sequence.items;
            around.copy.put(new Element(
                    sequence.element.tag(),
                    sequence.element.vr(),
                    new Value.Items(sequence.copies, items.undefinedLength(), items.implicitVr())));
        }
    }

    private @Nullable Element recoded(Element element, CharacterSets from) {
        if (!element.vr().localText() || element.value().lengthBytes() == 0) {
            return element;
        }
        if (!(element.value() instanceof Value.Bytes bytes)) {
            return null;
        }
        String padded = from.decode(bytes.array(), bytes.offset(), bytes.length(), element.vr());
        // The last space may have been added to make the length even.
        String text = padded.endsWith(" ") ? padded.substring(0, padded.length() - 1) : padded;
        if (!to.canEncode(text, element.vr())) {
            return null;
        }
        byte[] encoded = to.encode(text, element.vr());
        if ((encoded.length & 1) != 0) {
            encoded = Arrays.copyOf(encoded, encoded.length + 1);
            encoded[encoded.length - 1] = element.vr().padding();
        }
        return new Element(element.tag(), element.vr(), new Value.Bytes(encoded));
    }
}
