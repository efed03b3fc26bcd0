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
import org.isocenter.server.index.TagValues.Part;
import org.jspecify.annotations.Nullable;

/// Reads the values of tags, those of a study or series once for all of its instances.
///
/// The instances of a series say the same about what is above them, byte for byte. What was read of such
/// bytes is remembered by their digest, which costs a tenth of reading them again.
public final class TagReader {
    private static final int REMEMBERED_MAX = 1_024;

    private final Cache<ByteBuffer, Part> remembered =
            Caffeine.newBuilder().maximumSize(REMEMBERED_MAX).build();

    public TagValues read(TagSet set, DataSet dataSet) {
        return TagValues.of(set, (level, tags) -> read(level, tags, dataSet));
    }

    private Part read(Level level, List<QueryTag> tags, DataSet dataSet) {
        ByteBuffer digest = level == Level.INSTANCE ? null : findDigest(tags, dataSet);
        return digest == null
                ? TagValues.read(tags, dataSet)
                : remembered.get(digest, unknown -> TagValues.read(tags, dataSet));
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
