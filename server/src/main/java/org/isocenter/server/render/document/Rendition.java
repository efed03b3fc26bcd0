package org.isocenter.server.render.document;

import java.util.List;
import java.util.Set;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.TransferSyntax;

/// What an instance is shown as. The one place that decides it: by what the instance holds rather than by its SOP
/// class, so that private classes are shown as well.
public enum Rendition {
    /// Pixels, of which pictures are made.
    PICTURE,
    /// A stream of moving pictures, which is given out as it is.
    VIDEO,
    /// A tree of content: a structured report or a key object selection.
    REPORT,
    /// Samples over time, which are drawn.
    WAVEFORM,
    /// A document of another standard, which is given out as it is.
    DOCUMENT,
    /// Nothing that can be shown by itself: plans, presentation states, sound, raw data.
    NONE;

    public static final String HTML = "text/html";
    public static final String TEXT = "text/plain";
    public static final String SVG = "image/svg+xml";

    /// All that documents, reports, waveforms and videos are had in.
    public static final Set<String> OF_DOCUMENTS = Set.of(
            HTML,
            TEXT,
            SVG,
            "application/pdf",
            "text/xml",
            "application/xml",
            "model/stl",
            "model/obj",
            "model/mtl",
            "video/mpeg",
            "video/mp4",
            "video/H265");

    private static final String STORAGE = "1.2.840.10008.5.1.4.1.1.";

    /// Basic Voice Audio and General Audio Waveform Storage.
    private static final Set<String> SOUND = Set.of(STORAGE + "9.4.1", STORAGE + "9.4.2");

    /// @param dataSet the head of the instance; values may be left in the source
    public static Rendition of(DataSet dataSet, TransferSyntax syntax) {
        if (dataSet.contains(Tag.PixelData)) {
            return syntax.video() ? VIDEO : PICTURE;
        }
        if (dataSet.contains(Tag.FloatPixelData) || dataSet.contains(Tag.DoubleFloatPixelData)) {
            return PICTURE;
        }
        if (dataSet.contains(Tag.EncapsulatedDocument)) {
            return DOCUMENT;
        }
        if (!dataSet.items(Tag.WaveformSequence).isEmpty()) {
            return isSound(dataSet) ? NONE : WAVEFORM;
        }
        boolean tree = "CONTAINER".equals(dataSet.findString(Tag.ValueType)) || dataSet.contains(Tag.ContentSequence);
        return tree ? REPORT : NONE;
    }

    private static boolean isSound(DataSet dataSet) {
        String sopClass = dataSet.findString(Tag.SOPClassUID);
        return sopClass != null && SOUND.contains(sopClass) || "AU".equals(dataSet.findString(Tag.Modality));
    }

    /// The media types that it can be had in (PS3.18 8.7.4), the usual one first; none for pictures, which have
    /// many, and for what is not shown.
    public List<String> mediaTypes(DataSet dataSet, TransferSyntax syntax) {
        return switch (this) {
            case REPORT -> List.of(HTML, TEXT);
            case WAVEFORM -> List.of(SVG);
            case DOCUMENT -> Encapsulated.Type.of(dataSet).mediaTypes();
            // HEVC may stand in an MP4 as well (PS3.5 8.2.8), which players know by the second name.
            case VIDEO ->
                syntax.mediaType().equals("video/H265")
                        ? List.of(syntax.mediaType(), "video/mp4")
                        : List.of(syntax.mediaType());
            case PICTURE, NONE -> List.of();
        };
    }
}
