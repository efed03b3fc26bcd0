package org.isocenter.server.render.waveform;

import java.util.regex.Pattern;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.isocenter.server.render.document.Code;
import org.isocenter.server.render.document.Words;
import org.jspecify.annotations.Nullable;

/// A channel of a waveform (PS3.3 C.10.9.1.4): what it is of, and what its samples mean.
///
/// @param label short, for the margin
/// @param source in full, as its code says
/// @param unit in which values are; empty where samples have arbitrary units
/// @param scale what one step of a sample is in that unit
/// @param baseline the value of the sample 0, in that unit
/// @param skewSeconds how much later than its group it was sampled
/// @param band the filters it went through; empty where they are not told
record Channel(
        String label, String source, String unit, double scale, double baseline, double skewSeconds, String band) {

    private static final Pattern LEAD = Pattern.compile("(?i)^lead\\s+|\\s*\\([^()]*\\)$");

    static Channel of(DataSet definition, int number, double frequency) {
        String source = Code.findWords(definition, Tag.ChannelSourceSequence);
        String label = Words.find(definition, Tag.ChannelLabel);
        String derived = source == null ? null : LEAD.matcher(source).replaceAll("");
        String shown = label != null ? label : derived == null || derived.isBlank() ? "Channel " + number : derived;
        Code unit = Code.find(definition, Tag.ChannelSensitivityUnitsSequence);
        boolean calibrated = definition.findDouble(Tag.ChannelSensitivity) != null;
        String symbol = unit == null ? "" : unit.scheme().equals("UCUM") ? unit.value() : unit.words();
        double millivolts = calibrated ? millivolts(symbol) : 0;
        double toShown = millivolts > 0 ? millivolts : 1;
        return new Channel(
                shown,
                source == null ? shown : source,
                !calibrated ? "" : millivolts > 0 ? "mV" : symbol,
                toShown
                        * number(definition, Tag.ChannelSensitivity, 1)
                        * number(definition, Tag.ChannelSensitivityCorrectionFactor, 1),
                calibrated ? toShown * number(definition, Tag.ChannelBaseline, 0) : 0,
                skew(definition, frequency),
                band(definition));
    }

    /// How many millivolts a unit is, or 0 where it is no voltage.
    private static double millivolts(String unit) {
        return switch (unit) {
            case "nV" -> 1e-6;
            case "uV" -> 1e-3;
            case "mV" -> 1;
            case "V" -> 1e3;
            default -> 0;
        };
    }

    private static double number(DataSet definition, int tag, double otherwise) {
        Double number = definition.findDouble(tag);
        return number == null || !Double.isFinite(number) ? otherwise : number;
    }

    /// In seconds or in samples (PS3.3 C.10.9.1.4.3), and what was added on purpose.
    private static double skew(DataSet definition, double frequency) {
        return number(definition, Tag.ChannelTimeSkew, 0)
                + number(definition, Tag.ChannelSampleSkew, 0) / frequency
                + number(definition, Tag.ChannelOffset, 0);
    }

    private static String band(DataSet definition) {
        String low = frequency(definition, Tag.FilterLowFrequency);
        String high = frequency(definition, Tag.FilterHighFrequency);
        String notch = frequency(definition, Tag.NotchFilterFrequency);
        String band = low != null && high != null
                ? low + "\u2013" + high + " Hz"
                : low != null ? "above " + low + " Hz" : high != null ? "below " + high + " Hz" : "";
        return notch == null ? band : band.isEmpty() ? "notch " + notch + " Hz" : band + ", notch " + notch + " Hz";
    }

    private static @Nullable String frequency(DataSet definition, int tag) {
        Double hertz = definition.findDouble(tag);
        return hertz == null || !(hertz > 0) ? null : WaveformSvg.number(hertz);
    }

    boolean voltage() {
        return unit.equals("mV");
    }
}
