package org.isocenter.codec;

/// What a compressed frame says of itself before anything is decoded.
///
/// @param format the samples it decodes to
/// @param lossless whether the codestream is of a kind that gives back what went in
/// @param colors how the components were coded; decoding gives them as {@link Colors} describes
public record FrameHeader(SampleFormat format, boolean lossless, Colors colors) {

    /// What the components of a decoded pixel are, as far as the codestream tells.
    public enum Colors {
        /// One component, or several of which nothing is said.
        UNTOLD,
        /// Red, green and blue. A colour transform that is part of the compression itself (JPEG 2000 RCT and
        /// ICT) is undone by decoding and counts as this.
        RGB,
        /// Luminance and chrominance of full range (JFIF), which decoding leaves as they are, chrominance
        /// brought up to the size of luminance.
        YBR
    }
}
