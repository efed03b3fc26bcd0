package org.isocenter.codec.jpeg;

import org.isocenter.codec.MalformedException;
import org.jspecify.annotations.Nullable;

/// The header of a scan (T.81 B.2.3), with the tables that hold for it. Later scans may have others of the
/// same number.
///
/// @param components which components it has, by their places in the frame
/// @param dc the table of each for DC coefficients, or for differences where the process is lossless
/// @param ac the table of each for AC coefficients
/// @param quantization the quantisation table of each, in the order of {@link ZigZag}, empty where there is
///     none
/// @param restartInterval minimum coded units between restarts, 0 for no restarts
/// @param first the first coefficient, or the predictor
/// @param last the last coefficient
/// @param high the lowest bit of the coefficients that earlier scans had, 0 for the first scan of those
/// @param low the lowest bit of coefficients, or of samples, that this scan has
@SuppressWarnings("ArrayRecordComponent")
record Scan(
        int[] components,
        @Nullable HuffmanTable[] dc,
        @Nullable HuffmanTable[] ac,
        int[][] quantization,
        int restartInterval,
        int first,
        int last,
        int high,
        int low) {

    HuffmanTable dcTable(int index) throws MalformedException {
        return required(dc[index]);
    }

    HuffmanTable acTable(int index) throws MalformedException {
        return required(ac[index]);
    }

    int[] steps(int index) throws MalformedException {
        int[] table = quantization[index];
        if (table.length == 0) {
            throw new MalformedException("a scan without its quantisation table");
        }
        return table;
    }

    private static HuffmanTable required(@Nullable HuffmanTable table) throws MalformedException {
        if (table == null) {
            throw new MalformedException("a scan without its Huffman table");
        }
        return table;
    }
}
