package org.isocenter.codec.jpeg2000;

/// Reads the adaptive run length code of the cleanup pass (MEL, T.814 clauses 7.1 and 7.3): runs of zeros,
/// each of which ends by a one or is so long that another run follows.
///
/// Its bytes are read forwards, most significant bit first; after 255 a byte has 7 bits. They share their end
/// with the variable length codes that come backwards, and whatever lies beyond it is ones.
final class HtRunReader {
    private byte[] data = {};
    private int at;
    private int end;
    private int bits;
    private int count;
    private boolean stuffed;
    private int state;

    /// @param end the end of the cleanup segment, of whose last 12 bits the length of the codes takes the
    ///     place
    void start(byte[] data, int from, int end) {
        this.data = data;
        this.at = from;
        this.end = end;
        bits = 0;
        count = 0;
        stuffed = false;
        state = 0;
    }

    /// The next run, counted down by 2 with each symbol: it is below 0 when the run is at its end, and then
    /// -1 if the symbol is a one.
    int next() {
        while (count < 8) {
            int value = at < end - 2 ? data[at] & 0xFF : at == end - 2 ? data[at] & 0xFF | 0x0F : 0xFF;
            at++;
            int more = stuffed ? 7 : 8;
            bits = bits << more | value & (1 << more) - 1;
            count += more;
            stuffed = value == 0xFF;
        }
        int exponent = HtCodes.RUN_EXPONENTS[state];
        if ((bits >>> --count & 1) != 0) {
            state = Math.min(state + 1, HtCodes.RUN_EXPONENTS.length - 1);
            return (1 << exponent) - 1 << 1;
        }
        count -= exponent;
        state = Math.max(state - 1, 0);
        return (bits >>> count & (1 << exponent) - 1) << 1 | 1;
    }
}
