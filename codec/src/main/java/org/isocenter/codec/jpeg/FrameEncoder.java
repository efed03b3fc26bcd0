package org.isocenter.codec.jpeg;

import org.isocenter.codec.SampleFormat;
import org.isocenter.codec.Samples;

/// One of the processes that frames are encoded by.
sealed interface FrameEncoder permits BaselineEncoder, LosslessEncoder {
    boolean encodes(SampleFormat format);

    byte[] encode(Samples samples);
}
