/// Waveforms as drawings. {@link org.isocenter.server.render.waveform.WaveformSvg} is the door.
@org.jspecify.annotations.NullMarked
package org.isocenter.server.render.waveform;
