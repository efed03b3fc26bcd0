package org.isocenter.codec.jpeg2000;

/// A code-block as a packet has it.
///
/// @param passes the coding passes; 0 for a block of zeros, which is left out
/// @param zeroBitPlanes those from the top that are not coded; P
@SuppressWarnings("ArrayRecordComponent")
record EncodedBlock(byte[] bytes, int passes, int zeroBitPlanes) {
    static final EncodedBlock EMPTY = new EncodedBlock(new byte[0], 0, 0);
}
