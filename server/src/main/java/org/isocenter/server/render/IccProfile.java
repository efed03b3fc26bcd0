package org.isocenter.server.render;

import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Tag;
import org.jspecify.annotations.Nullable;

/// Says what the colours of a picture are (PS3.3 C.11.15). A profile is handed on as it is and never
/// applied, so that nothing in it is interpreted here.
final class IccProfile {
    private static final int BYTES_MAX = 4 << 20;
    private static final int HEADER_BYTES = 128;
    private static final int SPACE_AT = 16;
    private static final byte[] RGB = "RGB ".getBytes(StandardCharsets.US_ASCII);

    private IccProfile() {}

    /// The profile of an image in colour, or that of sRGB where it has none for red, green and blue.
    static byte[] of(DataSet head, ValueBytes values) throws IOException, MalformedException {
        byte[] own = find(head, values);
        DataSet path = head.findItem(Tag.OpticalPathSequence);
        if (own == null && path != null) {
            own = find(path, values);
        }
        return own == null ? Srgb.PROFILE : own;
    }

    private static byte @Nullable [] find(DataSet dataSet, ValueBytes values) throws IOException, MalformedException {
        byte[] profile = values.find(dataSet, Tag.ICCProfile, BYTES_MAX);
        return profile != null
                        && profile.length > HEADER_BYTES
                        && Arrays.equals(profile, SPACE_AT, SPACE_AT + RGB.length, RGB, 0, RGB.length)
                ? profile
                : null;
    }

    /// Loaded when it is first needed.
    private static final class Srgb {
        static final byte[] PROFILE;

        static {
            JdkImages.headless();
            PROFILE = ICC_Profile.getInstance(ColorSpace.CS_sRGB).getData();
        }
    }
}
