package org.isocenter.dicom;

/// Input that does not have the form it claims, with the place where that became certain.
///
/// The message reads `<what is wrong> at <tag path>, byte <offset>`; path and offset are also given apart, for
/// callers that count or report them.
public final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String reason;
    private final String path;
    private final long offset;

    /// @param reason what is wrong, in words that name the value seen and the value expected
    /// @param path the tag path, such as `(0040,0275)[2].(0040,0007)`, or the empty string at the top
    /// @param offset the byte offset in the input, or -1 where the input has no bytes to count
    public MalformedException(String reason, String path, long offset) {
        super(describe(reason, path, offset));
        this.reason = reason;
        this.path = path;
        this.offset = offset;
    }

    public MalformedException(String reason) {
        this(reason, "", -1);
    }

    private static String describe(String reason, String path, long offset) {
        StringBuilder text = new StringBuilder(reason);
        if (!path.isEmpty()) {
            text.append(" at ").append(path);
        }
        if (offset >= 0) {
            text.append(path.isEmpty() ? " at byte " : ", byte ").append(offset);
        }
        return text.toString();
    }

    /// What is wrong, without the place.
    public String reason() {
        return reason;
    }

    /// The tag path, or the empty string at the top.
    public String path() {
        return path;
    }

    /// The byte offset, or -1.
    public long offset() {
        return offset;
    }
}
