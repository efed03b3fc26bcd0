package org.isocenter.dicom;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads one value in graphic sets, following the escape sequences of ISO 2022 (PS3.5 section 6.1.2.5).
final class GraphicDecoder {
    private static final int ESCAPE = 0x1B;

    private final List<GraphicSet> announced;
    private final GraphicSet initialG0;
    private final @Nullable GraphicSet initialG1;
    private final @Nullable GraphicSet spareG1;
    private final Vr vr;

    private GraphicSet g0;
    private @Nullable GraphicSet g1;
    private boolean faithful = true;

    GraphicDecoder(
            List<GraphicSet> announced,
            GraphicSet initialG0,
            @Nullable GraphicSet initialG1,
            @Nullable GraphicSet spareG1,
            Vr vr) {
        this.announced = announced;
        this.initialG0 = initialG0;
        this.initialG1 = initialG1;
        this.spareG1 = spareG1;
        this.vr = vr;
        this.g0 = initialG0;
        this.g1 = initialG1;
    }

    /// Whether the sets in force at first are in force again after this character (PS3.5 section 6.1.2.5.3).
    static boolean delimiter(int character, Vr vr) {
        return switch (character) {
            case '\\' -> vr.multiValuedText();
            case '^', '=' -> vr == Vr.PN;
            default -> character < 0x20 && character != ESCAPE;
        };
    }

    CharacterSets.Decoded decode(byte[] array, int start, int end) {
        StringBuilder text = new StringBuilder(end - start);
        int at = start;
        while (at < end) {
            int code = array[at] & 0xFF;
            if (code == ESCAPE) {
                at += escape(array, at, end, text);
            } else if (code <= 0x20 || code == 0x7F || g0.width == 1 && delimiter(code, vr)) {
                text.append((char) code);
                if (delimiter(code, vr)) {
                    g0 = initialG0;
                    g1 = initialG1;
                }
                at++;
            } else if (code < 0x80) {
                at += graphic(g0, array, at, end, text);
            } else {
                at += high(array, at, end, text);
            }
        }
        return new CharacterSets.Decoded(text.toString(), faithful);
    }

    /// Follows the escape sequence and returns its length; an unknown one stays in the text.
    private int escape(byte[] array, int at, int end, StringBuilder text) {
        GraphicSet set = GraphicSet.escapedAt(array, at, end);
        if (set == null) {
            faithful = false;
            text.append((char) ESCAPE);
            return 1;
        }
        faithful &= set == GraphicSet.ASCII || announced.contains(set);
        if (set.element == 0) {
            g0 = set;
        } else {
            g1 = set;
        }
        return set.escape.length;
    }

    private int high(byte[] array, int at, int end, StringBuilder text) {
        int code = array[at] & 0xFF;
        GraphicSet set = g1;
        if (set == null) {
            faithful = false;
            set = spareG1;
        }
        if (set == null || code < 0xA0) {
            faithful = false;
            text.append((char) code);
            return 1;
        }
        return graphic(set, array, at, end, text);
    }

    /// Appends one character and returns the bytes it took.
    private int graphic(GraphicSet set, byte[] array, int at, int end, StringBuilder text) {
        int code = array[at] & 0xFF;
        char character = GraphicSet.NONE;
        int taken = 1;
        if (set.width == 1) {
            character = set.character(code);
        } else if (set.partOfTwo(code) && at + 1 < end && set.partOfTwo(array[at + 1] & 0xFF)) {
            character = set.character(code, array[at + 1] & 0xFF);
            taken = 2;
        }
        if (character == GraphicSet.NONE) {
            faithful = false;
            if (set == GraphicSet.KANJI && taken == 2) {
                character = GraphicSet.vendorKanji(code, array[at + 1]);
            }
        }
        text.append(character);
        return taken;
    }
}
