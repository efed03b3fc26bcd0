package org.isocenter.dicom;

/// The bounds that every parser of this library keeps. Whatever exceeds one is malformed.
///
/// @param nesting sequences within sequences
/// @param elements elements of one instance, those of all items included
/// @param items items of one sequence
/// @param valueInMemoryBytes larger values of binary and unlimited text stay in the source as bulk
/// @param fragments fragments of encapsulated pixel data
/// @param inflateRatio inflated bytes per deflated byte, watched beyond {@link #inflateFreeBytes}
/// @param inflateFreeBytes inflated bytes that any ratio may reach
/// @param instanceBytes of one instance, inflated where it is deflated
/// @param jsonDepth nesting of JSON or XML, deep enough for what {@link #nesting} allows
public record Limits(
        int nesting,
        int elements,
        int items,
        int valueInMemoryBytes,
        int fragments,
        int inflateRatio,
        long inflateFreeBytes,
        long instanceBytes,
        int jsonDepth) {

    public static final Limits DEFAULT =
            new Limits(64, 1_000_000, 100_000, 64 << 10, 1_000_000, 200, 64L << 20, 4L << 30, 256);
}
