package org.isocenter.codec.jpeg;

/// A component of a frame (T.81 B.2.2).
///
/// @param id what scans call it
/// @param horizontal its sampling factor H, 1 to 4
/// @param vertical its sampling factor V, 1 to 4
/// @param quantization the number of its quantisation table
/// @param width its samples in a line (A.1.1)
/// @param height its lines
record Component(int id, int horizontal, int vertical, int quantization, int width, int height) {}
