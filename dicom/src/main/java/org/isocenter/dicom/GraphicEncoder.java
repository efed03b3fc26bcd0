package org.isocenter.dicom;

import java.io.ByteArrayOutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes one value in graphic sets, with the escape sequences of ISO 2022 (PS3.5 section 6.1.2.5).
///
/// A character that no set has becomes a question mark. So does ¥ of JIS X 0201 where its byte would part
/// values. A backslash and a tilde are written as their bytes even where that set has ¥ and ‾ for them, as is
/// the use in Japan.
final class GraphicEncoder {
    private final List<GraphicSet> announced;
    private final GraphicSet initialG0;
    private final @Nullable GraphicSet initialG1;
    private final Vr vr;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private GraphicSet g0;
    private @Nullable GraphicSet g1;
    private boolean lossy;

    GraphicEncoder(List<GraphicSet> announced, GraphicSet initialG0, @Nullable GraphicSet initialG1, Vr vr) {
        this.announced = announced;
        this.initialG0 = initialG0;
        this.initialG1 = initialG1;
        this.vr = vr;
        this.g0 = initialG0;
        this.g1 = initialG1;
    }

    /// Whether a character had no set.
    boolean lossy() {
        return lossy;
    }

    byte[] encode(String text) {
        for (int at = 0; at < text.length(); ) {
            int character = text.codePointAt(at);
            at += Character.charCount(character);
            if (character < 0x20 || GraphicDecoder.delimiter(character, vr)) {
                begin();
                bytes.write(character);
                g1 = initialG1;
            } else {
                write(character);
            }
        }
        begin();
        return bytes.toByteArray();
    }

    /// Brings back the sets that were in force at first.
    private void begin() {
        designate(initialG0);
        if (initialG1 != null) {
            designate(initialG1);
        }
    }

    private void write(int character) {
        GraphicSet set = find(character);
        if (set != null) {
            designate(set);
            int code = set.code(character);
            if (set.width == 2) {
                bytes.write(code >>> 8);
            }
            bytes.write(code);
            return;
        }
        lossy = true;
        designate(initialG0);
        bytes.write(character == '\\' || character == '~' ? character : '?');
    }

    /// A set that has the character, preferably one that is in force.
    private @Nullable GraphicSet find(int character) {
        if (g1 != null && has(g1, character)) {
            return g1;
        }
        if (has(g0, character)) {
            return g0;
        }
        for (GraphicSet set : announced) {
            if (has(set, character)) {
                return set;
            }
        }
        return null;
    }

    private boolean has(GraphicSet set, int character) {
        int code = set.code(character);
        return code >= 0 && !(code == '\\' && character != '\\' && vr.multiValuedText());
    }

    private void designate(GraphicSet set) {
        if (set.element == 0 && set != g0) {
            g0 = set;
            bytes.writeBytes(set.escape);
        } else if (set.element == 1 && set != g1) {
            g1 = set;
            bytes.writeBytes(set.escape);
        }
    }
}
