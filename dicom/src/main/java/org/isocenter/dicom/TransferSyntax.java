package org.isocenter.dicom;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A transfer syntax (PS3.5 section 10, PS3.6 annex A): how a data set and its pixel data are encoded.
///
/// All those of the standard are known, the retired ones included.
///
/// @param uid its unique identifier
/// @param name its name in PS3.6, without the parenthetical remarks
/// @param explicitVr whether elements carry their value representation
/// @param bigEndian whether numbers stand with their highest byte first
/// @param deflated whether the data set as a whole is deflated (PS3.5 A.5)
/// @param encapsulated whether pixel data stand in fragments (PS3.5 A.4)
/// @param lossy whether decoded pixels may differ from the ones that were encoded
/// @param mediaType of a single frame, or of the whole video, over the web (PS3.18 section 8.7.3);
///     `application/octet-stream` for native pixel data
public record TransferSyntax(
        String uid,
        String name,
        boolean explicitVr,
        boolean bigEndian,
        boolean deflated,
        boolean encapsulated,
        boolean lossy,
        String mediaType) {

    /// The media type of native frames.
    public static final String OCTET_STREAM = "application/octet-stream";

    private static final String JPEG = "image/jpeg";
    private static final String JPEG_LS = "image/jls";
    private static final String JPEG_2000 = "image/jp2";
    private static final String JPEG_2000_PART_2 = "image/jpx";
    private static final String HIGH_THROUGHPUT_JPEG_2000 = "image/jphc";
    private static final String JPEG_XL_IMAGE = "image/jxl";
    private static final String MPEG2 = "video/mpeg";
    private static final String MPEG4 = "video/mp4";
    private static final String HEVC = "video/H265";

    private static final Map<String, TransferSyntax> BY_UID = new LinkedHashMap<>();

    public static final TransferSyntax IMPLICIT_LITTLE_ENDIAN =
            add("1.2.840.10008.1.2", "Implicit VR Little Endian", false, false, false);
    public static final TransferSyntax EXPLICIT_LITTLE_ENDIAN =
            add("1.2.840.10008.1.2.1", "Explicit VR Little Endian", true, false, false);
    public static final TransferSyntax ENCAPSULATED_UNCOMPRESSED =
            lossless("1.2.840.10008.1.2.1.98", "Encapsulated Uncompressed Explicit VR Little Endian", OCTET_STREAM);
    public static final TransferSyntax DEFLATED_EXPLICIT_LITTLE_ENDIAN =
            add("1.2.840.10008.1.2.1.99", "Deflated Explicit VR Little Endian", true, false, true);
    public static final TransferSyntax EXPLICIT_BIG_ENDIAN =
            add("1.2.840.10008.1.2.2", "Explicit VR Big Endian", true, true, false);

    public static final TransferSyntax JPEG_BASELINE =
            lossy("1.2.840.10008.1.2.4.50", "JPEG Baseline (Process 1)", JPEG);
    public static final TransferSyntax JPEG_EXTENDED =
            lossy("1.2.840.10008.1.2.4.51", "JPEG Extended (Process 2 & 4)", JPEG);
    public static final TransferSyntax JPEG_LOSSLESS =
            lossless("1.2.840.10008.1.2.4.57", "JPEG Lossless, Non-Hierarchical (Process 14)", JPEG);
    public static final TransferSyntax JPEG_LOSSLESS_FIRST_ORDER = lossless(
            "1.2.840.10008.1.2.4.70",
            "JPEG Lossless, Non-Hierarchical, First-Order Prediction (Process 14 [Selection Value 1])",
            JPEG);
    public static final TransferSyntax JPEG_LS_LOSSLESS =
            lossless("1.2.840.10008.1.2.4.80", "JPEG-LS Lossless Image Compression", JPEG_LS);
    public static final TransferSyntax JPEG_LS_NEAR_LOSSLESS =
            lossy("1.2.840.10008.1.2.4.81", "JPEG-LS Lossy (Near-Lossless) Image Compression", JPEG_LS);
    public static final TransferSyntax JPEG_2000_LOSSLESS =
            lossless("1.2.840.10008.1.2.4.90", "JPEG 2000 Image Compression (Lossless Only)", JPEG_2000);
    public static final TransferSyntax JPEG_2000_LOSSY =
            lossy("1.2.840.10008.1.2.4.91", "JPEG 2000 Image Compression", JPEG_2000);
    public static final TransferSyntax JPEG_XL_LOSSLESS =
            lossless("1.2.840.10008.1.2.4.110", "JPEG XL Lossless", JPEG_XL_IMAGE);
    public static final TransferSyntax JPEG_XL_RECOMPRESSION =
            lossy("1.2.840.10008.1.2.4.111", "JPEG XL JPEG Recompression", JPEG_XL_IMAGE);
    public static final TransferSyntax JPEG_XL = lossy("1.2.840.10008.1.2.4.112", "JPEG XL", JPEG_XL_IMAGE);
    public static final TransferSyntax HTJ2K_LOSSLESS = lossless(
            "1.2.840.10008.1.2.4.201",
            "High-Throughput JPEG 2000 Image Compression (Lossless Only)",
            HIGH_THROUGHPUT_JPEG_2000);
    public static final TransferSyntax HTJ2K_LOSSLESS_RPCL = lossless(
            "1.2.840.10008.1.2.4.202",
            "High-Throughput JPEG 2000 with RPCL Options Image Compression (Lossless Only)",
            HIGH_THROUGHPUT_JPEG_2000);
    public static final TransferSyntax HTJ2K =
            lossy("1.2.840.10008.1.2.4.203", "High-Throughput JPEG 2000 Image Compression", HIGH_THROUGHPUT_JPEG_2000);
    public static final TransferSyntax RLE_LOSSLESS =
            lossless("1.2.840.10008.1.2.5", "RLE Lossless", "image/dicom-rle");
    public static final TransferSyntax DEFLATED_IMAGE_FRAME =
            lossless("1.2.840.10008.1.2.8.1", "Deflated Image Frame Compression", "application/x-deflate");

    static {
        addJpegRetired();
        addJpeg2000();
        addVideo();
        add("1.2.840.10008.1.2.6.1", "RFC 2557 MIME encapsulation", true, false, false);
        add("1.2.840.10008.1.2.6.2", "XML Encoding", true, false, false);
        add("1.2.840.10008.1.2.7.1", "SMPTE ST 2110-20 Uncompressed Progressive Active Video", true, false, false);
        add("1.2.840.10008.1.2.7.2", "SMPTE ST 2110-20 Uncompressed Interlaced Active Video", true, false, false);
        add("1.2.840.10008.1.2.7.3", "SMPTE ST 2110-30 PCM Digital Audio", true, false, false);
        add("1.2.840.10008.1.20", "Papyrus 3 Implicit VR Little Endian", false, false, false);
    }

    private static void addJpegRetired() {
        lossy("1.2.840.10008.1.2.4.52", "JPEG Extended (Process 3 & 5)", JPEG);
        lossy("1.2.840.10008.1.2.4.53", "JPEG Spectral Selection, Non-Hierarchical (Process 6 & 8)", JPEG);
        lossy("1.2.840.10008.1.2.4.54", "JPEG Spectral Selection, Non-Hierarchical (Process 7 & 9)", JPEG);
        lossy("1.2.840.10008.1.2.4.55", "JPEG Full Progression, Non-Hierarchical (Process 10 & 12)", JPEG);
        lossy("1.2.840.10008.1.2.4.56", "JPEG Full Progression, Non-Hierarchical (Process 11 & 13)", JPEG);
        lossless("1.2.840.10008.1.2.4.58", "JPEG Lossless, Non-Hierarchical (Process 15)", JPEG);
        lossy("1.2.840.10008.1.2.4.59", "JPEG Extended, Hierarchical (Process 16 & 18)", JPEG);
        lossy("1.2.840.10008.1.2.4.60", "JPEG Extended, Hierarchical (Process 17 & 19)", JPEG);
        lossy("1.2.840.10008.1.2.4.61", "JPEG Spectral Selection, Hierarchical (Process 20 & 22)", JPEG);
        lossy("1.2.840.10008.1.2.4.62", "JPEG Spectral Selection, Hierarchical (Process 21 & 23)", JPEG);
        lossy("1.2.840.10008.1.2.4.63", "JPEG Full Progression, Hierarchical (Process 24 & 26)", JPEG);
        lossy("1.2.840.10008.1.2.4.64", "JPEG Full Progression, Hierarchical (Process 25 & 27)", JPEG);
        lossless("1.2.840.10008.1.2.4.65", "JPEG Lossless, Hierarchical (Process 28)", JPEG);
        lossless("1.2.840.10008.1.2.4.66", "JPEG Lossless, Hierarchical (Process 29)", JPEG);
    }

    private static void addJpeg2000() {
        lossless(
                "1.2.840.10008.1.2.4.92",
                "JPEG 2000 Part 2 Multi-component Image Compression (Lossless Only)",
                JPEG_2000_PART_2);
        lossy("1.2.840.10008.1.2.4.93", "JPEG 2000 Part 2 Multi-component Image Compression", JPEG_2000_PART_2);
        add("1.2.840.10008.1.2.4.94", "JPIP Referenced", true, false, false);
        add("1.2.840.10008.1.2.4.95", "JPIP Referenced Deflate", true, false, true);
        add("1.2.840.10008.1.2.4.204", "JPIP HTJ2K Referenced", true, false, false);
        add("1.2.840.10008.1.2.4.205", "JPIP HTJ2K Referenced Deflate", true, false, true);
    }

    private static void addVideo() {
        video("1.2.840.10008.1.2.4.100", "MPEG2 Main Profile / Main Level", MPEG2);
        video("1.2.840.10008.1.2.4.101", "MPEG2 Main Profile / High Level", MPEG2);
        video("1.2.840.10008.1.2.4.102", "MPEG-4 AVC/H.264 High Profile / Level 4.1", MPEG4);
        video("1.2.840.10008.1.2.4.103", "MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1", MPEG4);
        video("1.2.840.10008.1.2.4.104", "MPEG-4 AVC/H.264 High Profile / Level 4.2 For 2D Video", MPEG4);
        video("1.2.840.10008.1.2.4.105", "MPEG-4 AVC/H.264 High Profile / Level 4.2 For 3D Video", MPEG4);
        video("1.2.840.10008.1.2.4.106", "MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2", MPEG4);
        lossy("1.2.840.10008.1.2.4.107", "HEVC/H.265 Main Profile / Level 5.1", HEVC);
        lossy("1.2.840.10008.1.2.4.108", "HEVC/H.265 Main 10 Profile / Level 5.1", HEVC);
    }

    /// The transfer syntax with this UID, or null where the standard has none. Padding must have been removed.
    public static @Nullable TransferSyntax find(String uid) {
        return BY_UID.get(uid);
    }

    /// All transfer syntaxes of the standard.
    public static Collection<TransferSyntax> all() {
        return Collections.unmodifiableCollection(BY_UID.values());
    }

    /// Whether the pixel data are one video stream, whose frames have no fragments of their own.
    public boolean video() {
        return mediaType.startsWith("video/");
    }

    /// This transfer syntax as some files have it: its pixel data, in a data set of another encoding.
    TransferSyntax withEncoding(boolean otherExplicitVr, boolean otherBigEndian) {
        return new TransferSyntax(uid, name, otherExplicitVr, otherBigEndian, deflated, encapsulated, lossy, mediaType);
    }

    @Override
    public String toString() {
        return name + " (" + uid + ")";
    }

    private static TransferSyntax add(
            String uid, String name, boolean explicitVr, boolean bigEndian, boolean deflated) {
        return add(new TransferSyntax(uid, name, explicitVr, bigEndian, deflated, false, false, OCTET_STREAM));
    }

    private static TransferSyntax lossless(String uid, String name, String mediaType) {
        return add(new TransferSyntax(uid, name, true, false, false, true, false, mediaType));
    }

    private static TransferSyntax lossy(String uid, String name, String mediaType) {
        return add(new TransferSyntax(uid, name, true, false, false, true, true, mediaType));
    }

    /// MPEG streams come in one fragment, or under a UID of their own in several.
    private static void video(String uid, String name, String mediaType) {
        lossy(uid, name, mediaType);
        lossy(uid + ".1", "Fragmentable " + name, mediaType);
    }

    private static TransferSyntax add(TransferSyntax syntax) {
        BY_UID.put(syntax.uid, syntax);
        return syntax;
    }
}
