package org.isocenter.codec.jpeg;

import org.isocenter.codec.MalformedException;
import org.jspecify.annotations.Nullable;

/// The header of a scan (T.81 B.2.3).
///
/// @param components by their places in the frame
/// @param directs the Huffman tables of DC coefficients, or of differences, for each component
/// @param spectralStart the first coefficient, or the predictor
/// @param spectralEnd the last coefficient
/// @param approximation the former and the present position of the lowest bit, four bits each
/// @param restartInterval in units, or 0
/// @param start where the header is in the stream
@SuppressWarnings("ArrayRecordComponent")
record Scan(
        int[] components,
        @Nullable HuffmanTable[] directs,
        @Nullable HuffmanTable[] alternatings,
        int spectralStart,
        int spectralEnd,
        int approximation,
        int restartInterval,
        int start) {

    int formerBit() {
        return approximation >> 4;
    }

    int bit() {
        return approximation & 15;
    }

    HuffmanTable direct(int component) throws MalformedException {
        return required(directs[component]);
    }

    HuffmanTable alternating(int component) throws MalformedException {
        return required(alternatings[component]);
    }

    private HuffmanTable required(@Nullable HuffmanTable table) throws MalformedException {
        if (table == null) {
            throw new MalformedException("a scan without its Huffman table", start);
        }
        return table;
    }
}
