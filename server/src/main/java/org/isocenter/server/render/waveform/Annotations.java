package org.isocenter.server.render.waveform;

import java.util.ArrayList;
import java.util.List;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.isocenter.server.render.document.Code;
import org.isocenter.server.render.document.Words;
import org.jspecify.annotations.Nullable;

/// What is said about a waveform (PS3.3 C.10.10).
///
/// @param notes interpretations and measurements of the whole
/// @param moments what belongs to a time
record Annotations(List<String> notes, List<Moment> moments) {
    private static final int NOTES_MAX = 32;
    private static final int MOMENTS_MAX = 200;

    /// A point of time, or the beginning or end of a span.
    ///
    /// @param group in which it is, the first of which is 1; 0 for all
    /// @param channel on which it is, the first of which is 1; 0 for all of the group
    /// @param position of the sample, the first of which is 1; or seconds from the beginning
    /// @param inSamples whether the position is that of a sample
    record Moment(String words, int group, int channel, double position, boolean inSamples) {
        boolean isIn(MultiplexGroup other) {
            return group == 0 || group == other.number();
        }

        /// From the beginning of a group.
        double seconds(MultiplexGroup of) {
            return inSamples ? (position - 1) / of.frequency() : position - of.offsetSeconds();
        }
    }

    static Annotations of(DataSet waveform) {
        List<String> notes = new ArrayList<>();
        List<Moment> moments = new ArrayList<>();
        int left = 0;
        for (DataSet annotation : waveform.items(Tag.WaveformAnnotationSequence)) {
            List<String> samples = annotation.strings(Tag.ReferencedSamplePositions);
            List<String> times = samples.isEmpty() ? annotation.strings(Tag.ReferencedTimeOffsets) : samples;
            String words = findWords(annotation, !times.isEmpty());
            if (words == null) {
                continue;
            }
            if (times.isEmpty() && notes.size() < NOTES_MAX) {
                notes.add(words);
            } else if (times.isEmpty() || moments.size() >= MOMENTS_MAX) {
                left++;
            }
            List<String> channels = annotation.strings(Tag.ReferencedWaveformChannels);
            for (String time : times.subList(0, Math.min(times.size(), MOMENTS_MAX - moments.size()))) {
                double position = number(time);
                if (Math.abs(position) <= 1e12) {
                    moments.add(new Moment(
                            words,
                            channels.isEmpty() ? 0 : (int) number(channels.getFirst()),
                            channels.size() == 2 ? (int) number(channels.get(1)) : 0,
                            position,
                            !samples.isEmpty()));
                }
            }
        }
        if (left > 0) {
            notes.add("and " + left + " more");
        }
        return new Annotations(notes, moments);
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException none) {
            return Double.NaN;
        }
    }

    /// @param named whether the name of what is annotated says enough
    private static @Nullable String findWords(DataSet annotation, boolean named) {
        String text = Words.find(annotation, Tag.UnformattedTextValue);
        if (text != null) {
            return text;
        }
        String name = Code.findWords(annotation, Tag.ConceptNameCodeSequence);
        String number = Words.find(annotation, Tag.NumericValue);
        Code unit = Code.find(annotation, Tag.MeasurementUnitsCodeSequence);
        String code = Code.findWords(annotation, Tag.ConceptCodeSequence);
        String value = number == null ? code : unit == null ? number : (number + " " + unit.unit()).strip();
        if (value == null) {
            return named ? name : null;
        }
        return name == null ? value : name + ": " + value;
    }
}
