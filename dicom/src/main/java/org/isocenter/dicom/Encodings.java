package org.isocenter.dicom;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Tells from its first elements how a data set is encoded: which of the three encodings of PS3.5 annex A
/// they fit.
final class Encodings {
    /// What is looked at.
    private static final int WINDOW = 8 << 10;

    private static final int ELEMENTS = 6;

    private Encodings() {}

    /// Whether the first element is in the encoding of the syntax beyond doubt.
    static boolean plain(Input in, TransferSyntax syntax) throws IOException, MalformedException {
        if (!in.has(8)) {
            return false;
        }
        byte[] buffer = in.buffer;
        int group = DataSetReader.tag(buffer, in.at, syntax.bigEndian()) >>> 16;
        if (group >= 0x100) {
            return false;
        }
        boolean vr = vrAt(buffer, in.at + 4) != null;
        return syntax.explicitVr() ? vr : !vr && LittleEndian.unsignedShort(buffer, in.at + 6) == 0;
    }

    /// The encodings that the first elements fit.
    static List<TransferSyntax> fitting(Input in) throws IOException, MalformedException {
        List<TransferSyntax> fitting = new ArrayList<>(3);
        boolean whole = !in.has(WINDOW);
        for (TransferSyntax syntax : List.of(
                TransferSyntax.EXPLICIT_LITTLE_ENDIAN,
                TransferSyntax.EXPLICIT_BIG_ENDIAN,
                TransferSyntax.IMPLICIT_LITTLE_ENDIAN)) {
            if (fits(in, syntax, whole)) {
                fitting.add(syntax);
            }
        }
        return fitting;
    }

    /// Whether the elements that begin within the window have known representations, ascending tags and
    /// lengths that lead from one to the next.
    private static boolean fits(Input in, TransferSyntax syntax, boolean whole) {
        byte[] buffer = in.buffer;
        boolean bigEndian = syntax.bigEndian();
        long at = in.at;
        int before = 0;
        for (int i = 0; i < ELEMENTS; i++) {
            long left = in.limit - at;
            if (left < 8) {
                return i > 0 && (whole ? left == 0 : left >= 0 || i > 1);
            }
            int tag = DataSetReader.tag(buffer, (int) at, bigEndian);
            if (Integer.compareUnsigned(tag, before) <= 0 || !possible(tag >>> 16)) {
                return false;
            }
            before = tag;
            Vr vr = syntax.explicitVr() ? vrAt(buffer, (int) at + 4) : Vr.UN;
            if (vr == null) {
                return false;
            }
            int header = syntax.explicitVr() && vr.longLength() ? 12 : 8;
            if (left < header) {
                return i > 0 && !whole;
            }
            long length = header == 12
                    ? DataSetReader.integer(buffer, (int) at + 8, bigEndian)
                    : syntax.explicitVr()
                            ? shortLength(buffer, (int) at + 6, bigEndian)
                            : DataSetReader.integer(buffer, (int) at + 4, false);
            if (length == 0xFFFFFFFFL) {
                return left >= header + 4 && DataSetReader.tag(buffer, (int) at + header, bigEndian) >>> 16 == 0xFFFE;
            }
            at += header + length;
        }
        return true;
    }

    private static boolean possible(int group) {
        return group != 0 && group != 1 && group != 2 && group != 3 && group != 5 && group != 7 && group < 0xFFFD;
    }

    private static int shortLength(byte[] buffer, int at, boolean bigEndian) {
        int length = LittleEndian.unsignedShort(buffer, at);
        return bigEndian ? Short.reverseBytes((short) length) & 0xFFFF : length;
    }

    static @Nullable Vr vrAt(byte[] buffer, int at) {
        return Vr.find(buffer[at] << 8 | buffer[at + 1] & 0xFF);
    }
}
