package org.isocenter.server.render;

import java.io.IOException;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.isocenter.codec.Samples;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.pixel.Photometric;
import org.jspecify.annotations.Nullable;

/// The way of a stored value to a shade of grey (PS3.3 C.11, PS3.4 N.2): modality transform, values of
/// interest, presentation.
///
/// The shades of up to 16 bits of stored values are worked out once for all of them, whatever the transforms
/// are, and a pixel costs one look into that table. So no table is larger than 65,536 entries.
///
/// Where nothing says what values are of interest, it is all there can be of images of up to 8 bits without a
/// sign, which are made for the screen, and otherwise all that there are in the frame.
final class GreyPipeline {
    /// X-ray angiography and fluoroscopy, whose modality tables are for subtraction and not for display
    /// (PS3.3 C.8.7.1.1.2).
    private static final List<String> UNMODIFIED =
            List.of("1.2.840.10008.5.1.4.1.1.12.1", "1.2.840.10008.5.1.4.1.1.12.2", "1.2.840.10008.5.1.4.1.1.12.3");

    private static final int SHADES = 255;
    private static final Curve IDENTITY = value -> value;

    private final Curve modality;
    private final @Nullable Curve voi;
    private final @Nullable Curve presentation;
    private final boolean inverted;
    private final Padding padding;
    /// Whether all values that there can be are of interest, where no others are named.
    private final boolean whole;

    private GreyPipeline(
            Curve modality,
            @Nullable Curve voi,
            @Nullable Curve presentation,
            boolean inverted,
            Padding padding,
            boolean whole) {
        this.modality = modality;
        this.voi = voi;
        this.presentation = presentation;
        this.inverted = inverted;
        this.padding = padding;
        this.whole = whole;
    }

    /// How a frame of an image says it is shown.
    ///
    /// @param photometric of its samples
    static GreyPipeline ofImage(
            DataSet head,
            FunctionalGroups groups,
            int frame,
            ValueBytes values,
            Photometric photometric,
            boolean signed,
            Padding padding,
            RenderOptions options)
            throws IOException, MalformedException {
        Curve modality = modality(head, groups, frame, values, signed);
        Curve voi = options.window();
        if (voi == null) {
            DataSet frameVoi = groups.find(frame, Tag.FrameVOILUTSequence);
            voi = frameVoi == null ? null : findVoi(frameVoi, values, options.voiName(), true);
        }
        if (voi == null) {
            boolean negative = signed || modality.at(0) < 0;
            voi = findVoi(head, values, options.voiName(), negative);
        }
        return new GreyPipeline(modality, voi, null, photometric == Photometric.MONOCHROME1, padding, false);
    }

    /// How a presentation state says a frame of an image is shown. The image's own photometric interpretation
    /// plays no part (PS3.4 N.2.1.4).
    static GreyPipeline ofState(
            PresentationState state, int frame, boolean signed, Padding padding, RenderOptions options)
            throws IOException, MalformedException {
        DataSet dataSet = state.dataSet();
        ValueBytes values = new ValueBytes(state.instance());
        Curve modality = modality(dataSet, values, signed);
        Curve voi = options.window();
        DataSet item = state.findItemFor(frame, Tag.SoftcopyVOILUTSequence);
        if (voi == null && item != null) {
            voi = findVoi(item, values, options.voiName(), signed || modality.at(0) < 0);
        }
        DataSet table = dataSet.findItem(Tag.PresentationLUTSequence);
        return new GreyPipeline(
                modality,
                voi,
                table == null ? null : presentation(LookupTable.of(table, values, false)),
                "INVERSE".equals(dataSet.findString(Tag.PresentationLUTShape)),
                padding,
                true);
    }

    private static Curve modality(DataSet head, FunctionalGroups groups, int frame, ValueBytes values, boolean signed)
            throws IOException, MalformedException {
        DataSet own = groups.find(frame, Tag.PixelValueTransformationSequence);
        if (own != null) {
            return rescale(own);
        }
        String kind = head.findString(Tag.SOPClassUID);
        return kind != null && UNMODIFIED.contains(kind) ? IDENTITY : modality(head, values, signed);
    }

    /// A table, or else a straight line (PS3.3 C.11.1).
    private static Curve modality(DataSet dataSet, ValueBytes values, boolean signed)
            throws IOException, MalformedException {
        DataSet table = dataSet.findItem(Tag.ModalityLUTSequence);
        return table == null ? rescale(dataSet) : LookupTable.of(table, values, signed);
    }

    /// Numbers that are none, and a slope of 0, which would leave nothing of the image, are as if absent.
    private static Curve rescale(DataSet dataSet) {
        Double slopeValue = dataSet.findDouble(Tag.RescaleSlope);
        Double interceptValue = dataSet.findDouble(Tag.RescaleIntercept);
        double slope = slopeValue == null || !Double.isFinite(slopeValue) || slopeValue == 0 ? 1 : slopeValue;
        double intercept = interceptValue == null || !Double.isFinite(interceptValue) ? 0 : interceptValue;
        return slope == 1 && intercept == 0 ? IDENTITY : value -> value * slope + intercept;
    }

    /// A table, or else a window (PS3.3 C.11.2); null where there is neither. A table says more than a window
    /// beside it, which approximates it.
    ///
    /// @param name its explanation, of several
    /// @param negative whether the values it is for may be
    private static @Nullable Curve findVoi(DataSet dataSet, ValueBytes values, @Nullable String name, boolean negative)
            throws IOException, MalformedException {
        List<DataSet> tables = dataSet.items(Tag.VOILUTSequence);
        List<String> explanations = dataSet.strings(Tag.WindowCenterWidthExplanation);
        DataSet table = tables.isEmpty() ? null : tables.getFirst();
        int windowIndex = -1;
        if (name != null) {
            windowIndex = explanations.indexOf(name);
            for (DataSet one : tables) {
                if (name.equals(one.findString(Tag.LUTExplanation))) {
                    table = one;
                    windowIndex = -1;
                }
            }
        }
        if (table != null && windowIndex < 0) {
            LookupTable lookup = LookupTable.of(table, values, negative);
            int max = lookup.max();
            return value -> lookup.at(value) / max;
        }
        return findWindow(dataSet, windowIndex);
    }

    /// The window with an index, or else the first one that is valid; null where none is.
    private static @Nullable Window findWindow(DataSet dataSet, int index) {
        List<String> centers = dataSet.strings(Tag.WindowCenter);
        List<String> widths = dataSet.strings(Tag.WindowWidth);
        String term = dataSet.findString(Tag.VOILUTFunction);
        Window.Function named = term == null ? null : Window.Function.find(term);
        Window.Function function = named == null ? Window.Function.LINEAR : named;
        int count = Math.min(centers.size(), widths.size());
        Window chosen = index < 0 || index >= count ? null : window(centers.get(index), widths.get(index), function);
        for (int i = 0; i < count && chosen == null; i++) {
            chosen = window(centers.get(i), widths.get(i), function);
        }
        return chosen;
    }

    private static @Nullable Window window(String centerText, String widthText, Window.Function function) {
        double center = Numbers.parse(centerText);
        double width = Numbers.parse(widthText);
        return Window.valid(center, width) ? new Window(center, width, function) : null;
    }

    /// A table over the whole range of what comes out of the step before (PS3.3 C.11.4).
    private static Curve presentation(LookupTable table) {
        int last = table.entries().length - 1;
        int max = table.max();
        return value -> table.at(table.first() + value * last) / max;
    }

    /// The shades of a part of a frame of integers.
    ///
    /// @param columns of the frame
    byte[] shades(Samples samples, int columns, Region part) {
        int bits = samples.format().bits();
        boolean signed = samples.format().signed();
        return switch (samples) {
            case Samples.Bytes bytes -> {
                byte[] table = table(samples);
                int mask = table.length - 1;
                byte[] shades = new byte[part.pixels()];
                for (int y = 0, to = 0; y < part.height(); y++) {
                    int from = (part.y() + y) * columns + part.x();
                    for (int end = from + part.width(); from < end; from++, to++) {
                        shades[to] = table[bytes.array()[from] & mask];
                    }
                }
                yield shades;
            }
            case Samples.Shorts shorts -> {
                byte[] table = table(samples);
                int mask = table.length - 1;
                byte[] shades = new byte[part.pixels()];
                for (int y = 0, to = 0; y < part.height(); y++) {
                    int from = (part.y() + y) * columns + part.x();
                    for (int end = from + part.width(); from < end; from++, to++) {
                        shades[to] = table[shorts.array()[from] & mask];
                    }
                }
                yield shades;
            }
            case Samples.Ints ints -> {
                int[] array = ints.array();
                int count = (int) samples.format().sampleCount();
                yield signed || bits < Integer.SIZE
                        ? shades(i -> array[i], count, columns, part)
                        : shades(i -> array[i] & 0xFFFFFFFFL, count, columns, part);
            }
        };
    }

    /// The shades of a part of a frame of numbers that no table can be made for.
    byte[] shades(IntToDoubleFunction stored, int count, int columns, Region part) {
        Curve interest = voi;
        if (interest == null) {
            Range range = new Range();
            for (int i = 0; i < count; i++) {
                include(stored.applyAsDouble(i), range);
            }
            interest = range;
        }
        byte[] shades = new byte[part.pixels()];
        for (int y = 0, to = 0; y < part.height(); y++) {
            int from = (part.y() + y) * columns + part.x();
            for (int end = from + part.width(); from < end; from++, to++) {
                shades[to] = shade(stored.applyAsDouble(from), interest);
            }
        }
        return shades;
    }

    /// The shade of each stored value that a frame of up to 16 bits can have, by its bits.
    byte[] table(Samples samples) {
        int bits = samples.format().bits();
        boolean signed = samples.format().signed();
        byte[] table = new byte[1 << bits];
        Curve interest = voi;
        if (interest == null) {
            boolean[] present = whole || bits <= 8 && !signed ? null : present(samples);
            Range range = new Range();
            for (int i = 0; i < table.length; i++) {
                if (present == null || present[i]) {
                    include(stored(i, bits, signed), range);
                }
            }
            interest = range;
        }
        for (int i = 0; i < table.length; i++) {
            table[i] = shade(stored(i, bits, signed), interest);
        }
        return table;
    }

    /// The value that bits stand for.
    static int stored(int value, int bits, boolean signed) {
        return signed ? value << Integer.SIZE - bits >> Integer.SIZE - bits : value;
    }

    /// Which values there are, by their bits.
    private static boolean[] present(Samples samples) {
        boolean[] present = new boolean[1 << samples.format().bits()];
        int mask = present.length - 1;
        int count = (int) samples.format().sampleCount();
        switch (samples) {
            case Samples.Bytes bytes -> {
                for (int i = 0; i < count; i++) {
                    present[bytes.array()[i] & mask] = true;
                }
            }
            case Samples.Shorts shorts -> {
                for (int i = 0; i < count; i++) {
                    present[shorts.array()[i] & mask] = true;
                }
            }
            case Samples.Ints ints -> throw new IllegalArgumentException("more than 16 bits");
        }
        return present;
    }

    private void include(double stored, Range range) {
        if (!padding.contains(stored)) {
            range.include(modality.at(stored));
        }
    }

    private byte shade(double stored, Curve interest) {
        if (padding.contains(stored) || Double.isNaN(stored)) {
            return 0;
        }
        double place = bounded(interest.at(modality.at(stored)));
        if (presentation != null) {
            place = bounded(presentation.at(place));
        }
        int shade = (int) (place * SHADES + 0.5);
        return (byte) (inverted ? SHADES - shade : shade);
    }

    private static double bounded(double place) {
        return place > 0 ? Math.min(place, 1) : 0;
    }

    /// From the lowest value to the highest.
    private static final class Range implements Curve {
        private double low = Double.POSITIVE_INFINITY;
        private double high = Double.NEGATIVE_INFINITY;

        void include(double value) {
            if (Double.isFinite(value)) {
                low = Math.min(low, value);
                high = Math.max(high, value);
            }
        }

        /// Of a range of one value, that value is at the lower end.
        @Override
        public double at(double value) {
            return high > low ? (value - low) / (high - low) : value > low ? 1 : 0;
        }
    }
}
