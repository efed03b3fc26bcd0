package org.isocenter.server.render;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.isocenter.dicom.BulkSource;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Tags;
import org.isocenter.dicom.Value;
import org.jspecify.annotations.Nullable;

/// The bytes of binary values, in little endian, wherever they are: in memory or left in the source.
final class ValueBytes {
    private final BulkSource source;
    private final boolean bigEndian;

    ValueBytes(Instance instance) {
        this.source = instance.bulk();
        this.bigEndian = instance.syntax().bigEndian();
    }

    /// The bytes of a value, or null where it is absent, empty or of another form.
    ///
    /// @throws MalformedException where there are more than `max`
    byte @Nullable [] find(DataSet dataSet, int tag, int max) throws IOException, MalformedException {
        Element element = dataSet.find(tag);
        if (element == null || element.value().lengthBytes() <= 0) {
            return null;
        }
        long length = element.value().lengthBytes();
        if (length > max) {
            throw new MalformedException(length + " bytes", Tags.format(tag), -1);
        }
        return read(element, 0, (int) length);
    }

    /// A part of the bytes of a value, or null where it is absent, of another form or too short.
    ///
    /// @param offset even
    byte @Nullable [] findPart(DataSet dataSet, int tag, long offset, int length) throws IOException {
        Element element = dataSet.find(tag);
        if (element == null || element.value().lengthBytes() - length < offset) {
            return null;
        }
        return read(element, offset, length);
    }

    private byte @Nullable [] read(Element element, long offset, int length) throws IOException {
        return switch (element.value()) {
            case Value.Bytes bytes -> {
                int from = bytes.offset() + (int) offset;
                yield Arrays.copyOfRange(bytes.array(), from, from + length);
            }
            case Value.Bulk bulk -> {
                // Words are fetched whole, for their bytes may have to be swapped.
                boolean swapped = bigEndian && element.vr().unitBytes() == 2;
                long whole = Math.min(bulk.lengthBytes() - offset, swapped ? length + (length & 1) : length);
                ByteArrayOutputStream out = new ByteArrayOutputStream((int) whole);
                source.transfer(bulk.offset() + offset, whole, out);
                byte[] fetched = out.toByteArray();
                if (swapped) {
                    swap(fetched);
                }
                yield fetched.length == length ? fetched : Arrays.copyOf(fetched, length);
            }
            case Value.Items items -> null;
            case Value.Fragments fragments -> null;
            case Value.Link link -> null;
        };
    }

    private static void swap(byte[] words) {
        for (int i = 0; i + 1 < words.length; i += 2) {
            byte first = words[i];
            words[i] = words[i + 1];
            words[i + 1] = first;
        }
    }

    /// A 16-bit word, unsigned.
    static int word(byte[] bytes, int index) {
        return bytes[2 * index] & 0xFF | (bytes[2 * index + 1] & 0xFF) << 8;
    }
}
