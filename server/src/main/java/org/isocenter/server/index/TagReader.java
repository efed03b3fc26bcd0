package org.isocenter.server.index;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Value;
import org.isocenter.server.index.QueryTag.Found;
import org.isocenter.server.index.TagValues.Members;
import org.isocenter.server.index.TagValues.Part;
import org.jspecify.annotations.Nullable;

/// Reads the values of tags without reading the same again and again.
///
/// The instances of a series say the same about what is above them, byte for byte. What was read of such
/// bytes is remembered by their digest, which costs a tenth of reading them again. Most of what instances say
/// of themselves they say alike too, only not all of it: that is remembered attribute by attribute.
public final class TagReader {
    private static final int REMEMBERED_MAX = 1_024;
    private static final int MEMBERS_MAX = 16_384;

    /// Longer values are hardly ever the same.
    private static final int VALUE_BYTES_MAX = 128;

    private final Cache<ByteBuffer, Part> remembered =
            Caffeine.newBuilder().maximumSize(REMEMBERED_MAX).build();
    private final Cache<ByteBuffer, Members> members =
            Caffeine.newBuilder().maximumSize(MEMBERS_MAX).build();

    public TagValues read(TagSet set, DataSet dataSet) {
        return TagValues.of(set, (level, tags) -> read(level, tags, dataSet));
    }

    private Part read(Level level, List<QueryTag> tags, DataSet dataSet) {
        if (level == Level.INSTANCE) {
            ByteBuffer context = findContext(dataSet);
            return TagValues.read(level, tags, tag -> members(tag, dataSet, context));
        }
        ByteBuffer digest = findDigest(tags, dataSet);
        return digest == null
                ? TagValues.read(level, tags, dataSet)
                : remembered.get(digest, unknown -> TagValues.read(level, tags, dataSet));
    }

    private Members members(QueryTag tag, DataSet dataSet, @Nullable ByteBuffer context) {
        List<Found> found = tag.definition().find(dataSet);
        if (context == null
                || found.size() != 1
                || found.getFirst().place() != dataSet
                || !(found.getFirst().element().value() instanceof Value.Bytes bytes)
                || bytes.length() > VALUE_BYTES_MAX) {
            return TagValues.members(tag, found, dataSet);
        }
        ByteBuffer key = ByteBuffer.allocate(8 + context.remaining() + bytes.length())
                .putInt(tag.key())
                .putInt(found.getFirst().element().vr().code())
                .put(context.duplicate())
                .put(bytes.array(), bytes.offset(), bytes.length())
                .flip();
        return members.get(key, unknown -> TagValues.members(tag, found, dataSet));
    }

    /// What values are read by beside their own bytes, or null where it cannot be told.
    private static @Nullable ByteBuffer findContext(DataSet dataSet) {
        ByteBuffer context = ByteBuffer.allocate(2 * (4 + VALUE_BYTES_MAX));
        for (int tag : new int[] {Tag.SpecificCharacterSet, Tag.TimezoneOffsetFromUTC}) {
            Element element = dataSet.find(tag);
            if (element == null) {
                context.putInt(-1);
            } else if (element.value() instanceof Value.Bytes bytes && bytes.length() <= VALUE_BYTES_MAX) {
                context.putInt(bytes.length()).put(bytes.array(), bytes.offset(), bytes.length());
            } else {
                return null;
            }
        }
        return context.flip();
    }

    /// The digest of everything that the values of tags depend on, or null where it cannot be told.
    private static @Nullable ByteBuffer findDigest(List<QueryTag> tags, DataSet dataSet) {
        MessageDigest digest = sha256();
        add(digest, 0, dataSet.find(Tag.SpecificCharacterSet));
        add(digest, 0, dataSet.find(Tag.TimezoneOffsetFromUTC));
        for (QueryTag tag : tags) {
            for (Found found : tag.definition().find(dataSet)) {
                if (found.place() != dataSet || !add(digest, tag.key(), found.element())) {
                    return null;
                }
            }
        }
        return ByteBuffer.wrap(digest.digest());
    }

    /// @return whether the element has bytes that could be added
    private static boolean add(MessageDigest digest, int key, @Nullable Element element) {
        if (element == null || !(element.value() instanceof Value.Bytes bytes)) {
            return element == null;
        }
        digest.update(ByteBuffer.allocate(12)
                .putInt(key)
                .putInt(element.vr().code())
                .putInt(bytes.length())
                .flip());
        digest.update(bytes.array(), bytes.offset(), bytes.length());
        return true;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
