package org.isocenter.server.render;

/// A finished picture.
///
/// @param bytes of the file, or of the bare pixels ({@link RenderOptions.Output#RAW})
/// @param mediaType what they are
/// @param width in pixels
/// @param height in pixels
/// @param components of a pixel: 1 for grey, 3 for red, green and blue
public record Picture(byte[] bytes, String mediaType, int width, int height, int components) {}
