package org.isocenter.dicom;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A data set (PS3.5 section 7): elements by ascending tag.
///
/// Elements stand in the order they were read or put; a reader that met them out of order keeps that order,
/// so that a writer can give the same bytes back. Looking up is a binary search as long as the order is
/// ascending.
///
/// Text is decoded with the data set's own (0008,0005), or with that of the data set around it.
public final class DataSet implements Iterable<Element> {
    private static final Element[] NONE = {};

    private Element[] elements = NONE;
    private int size;
    private boolean ascending = true;
    private CharacterSets characterSets = CharacterSets.DEFAULT;

    /// The character sets in force: from (0008,0005) of this data set or the ones around it.
    public CharacterSets characterSets() {
        return characterSets;
    }

    /// Sets the character sets that this data set inherits. (0008,0005), when put later, takes their place.
    public DataSet inherit(CharacterSets sets) {
        characterSets = sets;
        return this;
    }

    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    /// The element with this tag, or null.
    public @Nullable Element find(int tag) {
        int index = indexOf(tag);
        return index < 0 ? null : elements[index];
    }

    /// The element of a private block (PS3.5 section 7.8.1), or null.
    ///
    /// @param group an odd group
    /// @param element the element within the block, 00 to FF
    public @Nullable Element findPrivate(int group, String creator, int element) {
        for (int block = 0x10; block <= 0xFF; block++) {
            if (creator.equals(findString(Tags.of(group, block)))) {
                Element found = find(Tags.of(group, block << 8 | (element & 0xFF)));
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    public boolean contains(int tag) {
        return indexOf(tag) >= 0;
    }

    /// Puts an element in the place of the one with its tag, or where ascending order wants it.
    public DataSet put(Element element) {
        int index = indexOf(element.tag());
        if (index >= 0) {
            elements[index] = element;
        } else {
            insert(ascending ? -index - 1 : size, element);
        }
        readCharacterSets(element);
        return this;
    }

    /// Appends an element as a reader meets it, whatever its tag; the caller has seen to duplicates.
    ///
    /// @return whether the tag is greater than the one before
    boolean append(Element element) {
        boolean inOrder = size == 0 || Integer.compareUnsigned(elements[size - 1].tag(), element.tag()) < 0;
        ascending &= inOrder;
        insert(size, element);
        readCharacterSets(element);
        return inOrder;
    }

    /// Puts text, with the representation that the dictionary gives the tag. Several values are joined by
    /// backslashes.
    public DataSet putString(int tag, String... values) {
        return putString(tag, Dictionary.vr(tag), values);
    }

    public DataSet putString(int tag, Vr vr, String... values) {
        byte[] text = characterSets.encode(String.join("\\", values), vr);
        if ((text.length & 1) != 0) {
            text = Arrays.copyOf(text, text.length + 1);
            text[text.length - 1] = vr.padding();
        }
        return put(new Element(tag, vr, new Value.Bytes(text)));
    }

    /// Puts binary integers, with the representation that the dictionary gives the tag.
    public DataSet putInts(int tag, int... values) {
        Vr vr = Dictionary.vr(tag);
        if (vr == Vr.IS || vr == Vr.DS) {
            return putString(
                    tag, vr, Arrays.stream(values).mapToObj(Integer::toString).toArray(String[]::new));
        }
        ByteBuffer bytes = ByteBuffer.allocate(values.length * vr.unitBytes() * (vr == Vr.AT ? 2 : 1))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (int value : values) {
            switch (vr) {
                case US, SS -> bytes.putShort((short) value);
                case UL, SL -> bytes.putInt(value);
                case UV, SV -> bytes.putLong(value);
                case FL -> bytes.putFloat(value);
                case FD -> bytes.putDouble(value);
                case AT -> bytes.putShort((short) (value >>> 16)).putShort((short) value);
                case AE,
                        AS,
                        CS,
                        DA,
                        DS,
                        DT,
                        IS,
                        LO,
                        LT,
                        OB,
                        OD,
                        OF,
                        OL,
                        OV,
                        OW,
                        PN,
                        SH,
                        SQ,
                        ST,
                        TM,
                        UC,
                        UI,
                        UN,
                        UR,
                        UT ->
                    throw new IllegalArgumentException(Tags.format(tag) + " is " + vr + ", which holds no integers");
            }
        }
        return put(new Element(tag, vr, new Value.Bytes(bytes.array())));
    }

    public DataSet putItems(int tag, DataSet... items) {
        List<Value.Item> list = new ArrayList<>(items.length);
        for (DataSet item : items) {
            list.add(new Value.Item(item));
        }
        return put(new Element(tag, Vr.SQ, new Value.Items(list)));
    }

    public DataSet putEmpty(int tag) {
        Vr vr = Dictionary.vr(tag);
        return put(new Element(tag, vr, vr == Vr.SQ ? new Value.Items(List.of()) : Value.Bytes.EMPTY));
    }

    public DataSet remove(int tag) {
        int index = indexOf(tag);
        if (index >= 0) {
            System.arraycopy(elements, index + 1, elements, index, --size - index);
        }
        return this;
    }

    /// The first value as text without its padding, or null where the element is absent, empty or not in
    /// memory. Binary numbers are written in decimal.
    public @Nullable String findString(int tag) {
        Element element = find(tag);
        if (element == null) {
            return null;
        }
        List<String> values = Text.values(element, characterSets);
        return values.isEmpty() || values.getFirst().isEmpty() ? null : values.getFirst();
    }

    /// All values as text without their padding; an empty list where the element is absent or empty.
    public List<String> strings(int tag) {
        Element element = find(tag);
        return element == null ? List.of() : Text.values(element, characterSets);
    }

    /// The first value as an integer, or null where it is absent or is none.
    public @Nullable Integer findInt(int tag) {
        Double value = findDouble(tag);
        return value == null || value != Math.rint(value) || Math.abs(value) > Integer.MAX_VALUE
                ? null
                : value.intValue();
    }

    /// The first value as a number, or null where it is absent or is none.
    public @Nullable Double findDouble(int tag) {
        String text = findString(tag);
        if (text == null || text.length() > 64) {
            return null;
        }
        try {
            return Double.valueOf(text);
        } catch (NumberFormatException notANumber) {
            return null;
        }
    }

    /// A copy whose text, that of items included, is in other character sets (PS3.5 section 6.1), or null
    /// where these have no code for some of it, or some of it is not in memory.
    public @Nullable DataSet in(CharacterSets sets) {
        return new TextRecoder(sets).copy(this);
    }

    /// The data sets of a sequence; an empty list where the element is absent, empty or no sequence.
    public List<DataSet> items(int tag) {
        Element element = find(tag);
        return element != null && element.value() instanceof Value.Items items
                ? items.items().stream().map(Value.Item::dataSet).toList()
                : List.of();
    }

    /// The first data set of a sequence, or null.
    public @Nullable DataSet findItem(int tag) {
        List<DataSet> items = items(tag);
        return items.isEmpty() ? null : items.getFirst();
    }

    /// The elements by ascending tag, whatever order they stand in. The array may be shared and be longer
    /// than {@link #size()}: treat it as read only.
    Element[] ascendingElements() {
        if (ascending) {
            return elements;
        }
        Element[] sorted = Arrays.copyOf(elements, size);
        Arrays.sort(sorted, (a, b) -> Integer.compareUnsigned(a.tag(), b.tag()));
        return sorted;
    }

    /// Brings the elements into ascending order, and tells whether every tag is there only once.
    boolean sort() {
        elements = ascendingElements();
        ascending = true;
        for (int i = 1; i < size; i++) {
            if (elements[i - 1].tag() == elements[i].tag()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public Iterator<Element> iterator() {
        return Arrays.asList(elements).subList(0, size).iterator();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DataSet that && Arrays.equals(elements, 0, size, that.elements, 0, that.size);
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (int i = 0; i < size; i++) {
            hash = 31 * hash + elements[i].hashCode();
        }
        return hash;
    }

    @Override
    public String toString() {
        return "DataSet[" + size + " elements]";
    }

    /// The index of the tag, or `-(place to insert) - 1`.
    private int indexOf(int tag) {
        if (!ascending) {
            for (int i = 0; i < size; i++) {
                if (elements[i].tag() == tag) {
                    return i;
                }
            }
            return -size - 1;
        }
        int low = 0;
        int high = size - 1;
        while (low <= high) {
            int middle = low + high >>> 1;
            int order = Integer.compareUnsigned(elements[middle].tag(), tag);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -low - 1;
    }

    private void insert(int index, Element element) {
        if (size == elements.length) {
            elements = Arrays.copyOf(elements, Math.max(8, size + (size >> 1)));
        }
        System.arraycopy(elements, index, elements, index + 1, size - index);
        elements[index] = element;
        size++;
    }

    private void readCharacterSets(Element element) {
        if (element.tag() == 0x00080005) {
            characterSets = CharacterSets.of(Text.values(element, CharacterSets.DEFAULT));
        }
    }
}
