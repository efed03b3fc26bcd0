package org.isocenter.server.render.waveform;

import java.util.ArrayList;
import java.util.List;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.isocenter.server.render.document.Code;
import org.isocenter.server.render.document.Words;
import org.jspecify.annotations.Nullable;

/// What is said about a waveform as a whole (PS3.3 C.10.10): interpretations and measurements that belong to no
/// single channel and no single time.
final class Notes {
    private static final int NOTES_MAX = 32;

    private Notes() {}

    static List<String> of(DataSet waveform) {
        List<String> notes = new ArrayList<>();
        int left = 0;
        for (DataSet annotation : waveform.items(Tag.WaveformAnnotationSequence)) {
            String note = whole(annotation) ? find(annotation) : null;
            if (note != null && notes.size() < NOTES_MAX) {
                notes.add(note);
            } else if (note != null) {
                left++;
            }
        }
        if (left > 0) {
            notes.add("and " + left + " more");
        }
        return notes;
    }

    /// Channel 0 stands for all channels of a group.
    private static boolean whole(DataSet annotation) {
        List<String> channels = annotation.strings(Tag.ReferencedWaveformChannels);
        return (channels.isEmpty() || channels.size() == 2 && channels.get(1).equals("0"))
                && !annotation.contains(Tag.ReferencedSamplePositions)
                && !annotation.contains(Tag.ReferencedTimeOffsets)
                && !annotation.contains(Tag.ReferencedDateTime);
    }

    private static @Nullable String find(DataSet annotation) {
        String text = Words.find(annotation, Tag.UnformattedTextValue);
        if (text != null) {
            return text;
        }
        String name = Code.findWords(annotation, Tag.ConceptNameCodeSequence);
        String number = Words.find(annotation, Tag.NumericValue);
        Code unit = Code.find(annotation, Tag.MeasurementUnitsCodeSequence);
        String code = Code.findWords(annotation, Tag.ConceptCodeSequence);
        String value = number == null ? code : unit == null ? number : (number + " " + unit.unit()).strip();
        return value == null ? null : name == null ? value : name + ": " + value;
    }
}
