package org.isocenter.codec.jpeg2000;

import java.nio.ByteBuffer;
import org.isocenter.codec.MalformedException;

/// Finds the codestream of a frame. DICOM asks for bare codestreams (PS3.5 8.2.4), but files exist whose
/// frames are whole JP2 or JPH files, which are sequences of boxes (T.800 Annex I).
final class Boxes {
    private static final int SIGNATURE = 0x6A502020; // "jP  "
    private static final int CODESTREAM = 0x6A703263; // "jp2c"

    private Boxes() {}

    /// The bytes of the codestream: the whole frame, or what is in its first codestream box.
    static MarkerReader codestream(byte[] frame) throws MalformedException {
        ByteBuffer bytes = ByteBuffer.wrap(frame);
        if (frame.length >= 2 && bytes.getShort(0) == (short) Marker.SOC) {
            return new MarkerReader(frame, 0, frame.length);
        }
        if (frame.length < 12 || bytes.getInt(0) != 12 || bytes.getInt(4) != SIGNATURE) {
            throw new MalformedException("neither a JPEG 2000 codestream nor a JP2 file", 0);
        }
        int position = 0;
        while (frame.length - position >= 8) {
            long length = Integer.toUnsignedLong(bytes.getInt(position));
            int header = 8;
            if (length == 1 && frame.length - position >= 16) {
                length = bytes.getLong(position + 8);
                header = 16;
            } else if (length == 0) {
                length = frame.length - position;
            }
            if (length < header) {
                throw new MalformedException("a box of " + length + " bytes", position);
            }
            if (bytes.getInt(position + 4) == CODESTREAM) {
                // What is longer than the frame has lost its end, of which the tiles will tell.
                int end = (int) Math.min(frame.length, position + length);
                return new MarkerReader(frame, position + header, end);
            }
            if (length > frame.length - position) {
                break;
            }
            position += (int) length;
        }
        throw new MalformedException("a JP2 file without a codestream", frame.length);
    }
}
