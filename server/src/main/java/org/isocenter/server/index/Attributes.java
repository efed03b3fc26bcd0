package org.isocenter.server.index;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.JsonWriter;

/// The attributes of a level as a search returns them: ready DICOM JSON, attribute by attribute.
///
/// In the index they are one byte array: for each attribute, by ascending tag, the tag and the length in
/// bytes of its JSON (four bytes each, big endian) and the JSON itself. So a row of a search is put together
/// by copying, an attribute that was not asked for is left out without being read, and a newer instance's
/// attributes replace the older ones' without parsing either.
public final class Attributes {
    /// Nothing.
    public static final byte[] NONE = new byte[0];

    private static final int HEADER_BYTES = 8;

    /// An attribute whose JSON lies in a shared array.
    public record Attribute(int tag, byte[] array, int offset, int length) {}

    private Attributes() {}

    /// The attributes of a data set that are among these tags (ascending). Absent ones are left out, and so
    /// are empty ones: a value never gives way to none.
    public static byte[] render(DataSet dataSet, int[] tags) {
        List<Attribute> attributes = new ArrayList<>(tags.length);
        for (int tag : tags) {
            Element element = dataSet.find(tag);
            if (element != null && !element.empty()) {
                attributes.add(of(element, dataSet));
            }
        }
        return pack(attributes);
    }

    static Attribute of(Element element, DataSet dataSet) {
        byte[] json = JsonWriter.attribute(element.known(), dataSet.characterSets());
        return new Attribute(element.tag(), json, 0, json.length);
    }

    /// A number of something.
    static Attribute count(int tag, int count) {
        return json(tag, "{\"vr\":\"IS\",\"Value\":[" + count + "]}");
    }

    static Attribute texts(int tag, String vr, Collection<String> texts) {
        if (texts.isEmpty()) {
            return json(tag, "{\"vr\":\"" + vr + "\"}");
        }
        String values = texts.stream()
                .map(text -> '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
                .collect(Collectors.joining(","));
        return json(tag, "{\"vr\":\"" + vr + "\",\"Value\":[" + values + "]}");
    }

    static Attribute json(int tag, String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return new Attribute(tag, bytes, 0, bytes.length);
    }

    /// The attributes of a data set that are among these tags (ascending), empty ones included.
    public static List<Attribute> of(DataSet dataSet, int[] tags) {
        List<Attribute> attributes = new ArrayList<>(tags.length);
        for (int tag : tags) {
            Element element = dataSet.find(tag);
            if (element != null) {
                attributes.add(of(element, dataSet));
            }
        }
        return attributes;
    }

    /// Those of the tags that no level down to this one keeps, ascending.
    public static int[] notKept(Level level, Set<Integer> tags) {
        return tags.stream()
                .filter(tag -> Stream.of(Level.values())
                        .filter(level::knows)
                        .noneMatch(
                                known -> Arrays.stream(ReturnKeys.kept(known)).anyMatch(kept -> kept == tag)))
                .filter(tag -> !ReturnKeys.computed(tag))
                .sorted(Integer::compareUnsigned)
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /// The attributes of both, the newer ones where both have one.
    public static byte[] merge(byte[] older, byte[] newer) {
        return older.length == 0 ? newer : pack(merge(unpack(older), unpack(newer)));
    }

    static List<Attribute> merge(List<Attribute> older, List<Attribute> newer) {
        List<Attribute> merged = new ArrayList<>(older.size() + newer.size());
        int at = 0;
        for (Attribute attribute : newer) {
            while (at < older.size() && Integer.compareUnsigned(older.get(at).tag, attribute.tag) < 0) {
                merged.add(older.get(at++));
            }
            if (at < older.size() && older.get(at).tag == attribute.tag) {
                at++;
            }
            merged.add(attribute);
        }
        merged.addAll(older.subList(at, older.size()));
        return merged;
    }

    static List<Attribute> unpack(byte[] packed) {
        List<Attribute> attributes = new ArrayList<>();
        ByteBuffer buffer = ByteBuffer.wrap(packed);
        while (buffer.remaining() >= HEADER_BYTES) {
            int tag = buffer.getInt();
            int length = buffer.getInt();
            attributes.add(new Attribute(tag, packed, buffer.position(), length));
            buffer.position(buffer.position() + length);
        }
        return attributes;
    }

    static byte[] pack(List<Attribute> attributes) {
        int bytes = 0;
        for (Attribute attribute : attributes) {
            bytes += HEADER_BYTES + attribute.length;
        }
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        for (Attribute attribute : attributes) {
            buffer.putInt(attribute.tag)
                    .putInt(attribute.length)
                    .put(attribute.array, attribute.offset, attribute.length);
        }
        return buffer.array();
    }
}
