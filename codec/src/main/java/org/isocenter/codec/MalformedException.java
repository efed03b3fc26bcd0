package org.isocenter.codec;

/// A compressed frame that does not have the form it claims, or asks for more than a frame may.
public final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final long offset;

    /// @param reason what is wrong, in words that name the value seen and the value expected
    /// @param offset the byte offset in the frame, or -1 where there is none to tell
    public MalformedException(String reason, long offset) {
        super(offset < 0 ? reason : reason + " at byte " + offset);
        this.offset = offset;
    }

    public MalformedException(String reason) {
        this(reason, -1);
    }

    /// The byte offset in the frame, or -1.
    public long offset() {
        return offset;
    }
}
