package org.isocenter.dicom;

/// How {@link Part10Reader} reads.
///
/// @param limits the bounds kept
/// @param untilPixelData whether reading ends before the pixel data of the instance, (7FE0,0008), (7FE0,0009) or
///     (7FE0,0010), and leaves the rest of the stream unread
/// @param acceptTruncated whether input that ends too early gives what is complete, with {@link
///     Deviation.Kind#TRUNCATED}, where it would be refused otherwise; meant for tools that look into damaged
///     files, not for archives
public record ReadOptions(Limits limits, boolean untilPixelData, boolean acceptTruncated) {
    /// Everything to the end of the stream, nothing truncated, within {@link Limits#DEFAULT}.
    public static final ReadOptions DEFAULT = new ReadOptions(Limits.DEFAULT, false, false);

    /// The same within these limits.
    public ReadOptions within(Limits other) {
        return new ReadOptions(other, untilPixelData, acceptTruncated);
    }

    /// The same, but ending before the pixel data.
    public ReadOptions untilPixels() {
        return new ReadOptions(limits, true, acceptTruncated);
    }

    /// The same, but giving what is complete of input that ends too early.
    public ReadOptions acceptingTruncated() {
        return new ReadOptions(limits, untilPixelData, true);
    }
}
