package org.isocenter.codec.jpegls;

import org.isocenter.codec.MalformedException;
import org.jspecify.annotations.Nullable;

/// What a start of scan segment says, with what was in force when it came.
///
/// @param components which components of the frame the scan has, in its order
/// @param interleaving how their samples alternate
/// @param parameters the coding parameters
/// @param tables the mapping tables of the components, null where samples are what they are
/// @param restartLines lines from restart to restart, 0 for no restarts
record Scan(
        int[] components,
        Interleaving interleaving,
        Parameters parameters,
        @Nullable MappingTable[] tables,
        long restartLines) {
    /// How the components of a scan alternate (T.87 C.2.3). The order is that of the codes.
    enum Interleaving {
        NONE,
        LINE,
        SAMPLE;

        private static final Interleaving[] ALL = values();

        static Interleaving of(int code) throws MalformedException {
            if (code >= ALL.length) {
                throw new MalformedException("interleaving " + code);
            }
            return ALL[code];
        }
    }
}
