package org.isocenter.server.render;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Tag;
import org.isocenter.server.render.RenderOptions.Colors;
import org.jspecify.annotations.Nullable;

/// Says what the colours of a picture are (PS3.3 C.11.15), and brings them into a space where one is asked for
/// (PS3.18 8.3.5.1.5).
///
/// Colours without a profile are taken for sRGB, which is what most writers mean and what browsers take them
/// for; so are those whose profile cannot be read.
final class IccProfile {
    private static final int BYTES_MAX = 4 << 20;
    private static final int HEADER_BYTES = 128;
    private static final int SPACE_AT = 16;
    private static final byte[] RGB = "RGB ".getBytes(StandardCharsets.US_ASCII);

    private IccProfile() {}

    /// The profile that a picture in colour comes with: null where it is to have none.
    ///
    /// @param own of the image, if it has one; it is handed on as it is
    static byte @Nullable [] find(Colors colors, byte @Nullable [] own) {
        RgbSpace space = colors.findSpace();
        return colors == Colors.UNTOLD
                ? null
                : space != null ? space.profile() : own != null ? own : RgbSpace.SRGB.profile();
    }

    /// Brings a picture in colour into the space that is asked for.
    ///
    /// @param own profile of the image, if it has one
    static void convert(Canvas canvas, Colors colors, byte @Nullable [] own) {
        RgbSpace space = colors.findSpace();
        if (space == null) {
            return;
        }
        ColorProfile from = own == null ? null : findReadable(own);
        if (from != null || space != RgbSpace.SRGB) {
            space.convert(canvas, from == null ? Srgb.PROFILE : from);
        }
    }

    private static @Nullable ColorProfile findReadable(byte[] profile) {
        try {
            return ColorProfile.read(profile);
        } catch (MalformedException broken) {
            return null;
        }
    }

    /// The profile of an image in colour; null where it has none for red, green and blue.
    static byte @Nullable [] ofImage(DataSet head, ValueBytes values) throws IOException, MalformedException {
        byte[] own = find(head, values);
        DataSet path = head.findItem(Tag.OpticalPathSequence);
        return own == null && path != null ? find(path, values) : own;
    }

    private static byte @Nullable [] find(DataSet dataSet, ValueBytes values) throws IOException, MalformedException {
        byte[] profile = values.find(dataSet, Tag.ICCProfile, BYTES_MAX);
        return profile != null
                        && profile.length > HEADER_BYTES
                        && Arrays.equals(profile, SPACE_AT, SPACE_AT + RGB.length, RGB, 0, RGB.length)
                ? profile
                : null;
    }

    /// Read when it is first needed.
    private static final class Srgb {
        static final ColorProfile PROFILE;

        static {
            try {
                PROFILE = ColorProfile.read(RgbSpace.SRGB.profile());
            } catch (MalformedException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }
}
