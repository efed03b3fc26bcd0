/// What is shown otherwise than by pictures of frames: what kind it is, documents that are given out as they are,
/// and the words and markup that reports and waveforms are written with.
@org.jspecify.annotations.NullMarked
package org.isocenter.server.render.document;
