package org.isocenter.server.render;

import java.io.IOException;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Tags;
import org.jspecify.annotations.Nullable;

/// Three tables that give a stored value its colour (PS3.3 C.7.6.3.1.5).
///
/// @param first the stored value that the first entry is for
/// @param colors red, green and blue of 8 bits each in one number, red highest
record Palette(int first, int[] colors) {

    /// The palette of an image; null where it has none.
    ///
    /// @param signed whether stored values are
    static @Nullable Palette find(DataSet dataSet, ValueBytes values, boolean signed)
            throws IOException, MalformedException {
        LookupTable red = LookupTable.findColor(
                dataSet,
                Tag.RedPaletteColorLookupTableDescriptor,
                Tag.RedPaletteColorLookupTableData,
                Tag.SegmentedRedPaletteColorLookupTableData,
                values,
                signed);
        LookupTable green = LookupTable.findColor(
                dataSet,
                Tag.GreenPaletteColorLookupTableDescriptor,
                Tag.GreenPaletteColorLookupTableData,
                Tag.SegmentedGreenPaletteColorLookupTableData,
                values,
                signed);
        LookupTable blue = LookupTable.findColor(
                dataSet,
                Tag.BluePaletteColorLookupTableDescriptor,
                Tag.BluePaletteColorLookupTableData,
                Tag.SegmentedBluePaletteColorLookupTableData,
                values,
                signed);
        if (red == null || green == null || blue == null) {
            return null;
        }
        return of(red, green, blue);
    }

    /// @throws MalformedException where the tables have different lengths, which the standard forbids
    static Palette of(LookupTable red, LookupTable green, LookupTable blue) throws MalformedException {
        int count = red.entries().length;
        if (green.entries().length != count || blue.entries().length != count) {
            throw new MalformedException(
                    "tables of %d, %d and %d entries".formatted(count, green.entries().length, blue.entries().length),
                    Tags.format(Tag.RedPaletteColorLookupTableDescriptor),
                    -1);
        }
        int shift = Math.max(shift(red), Math.max(shift(green), shift(blue)));
        int[] colors = new int[count];
        for (int i = 0; i < count; i++) {
            colors[i] = red.entries()[i] >> shift << 16 | green.entries()[i] >> shift << 8 | blue.entries()[i] >> shift;
        }
        return new Palette(red.first(), colors);
    }

    /// How far entries are to be shifted to have 8 bits. Entries that are said to have 16 bits and keep to
    /// the lower 8 have 8: otherwise all would be black.
    private static int shift(LookupTable table) {
        int all = 0;
        for (int entry : table.entries()) {
            all |= entry;
        }
        return all <= 0xFF ? 0 : Math.max(0, table.bits() - 8);
    }

    /// The colour of a stored value.
    int at(int value) {
        long place = (long) value - first;
        return colors[place <= 0 ? 0 : (int) Math.min(place, colors.length - 1)];
    }
}
