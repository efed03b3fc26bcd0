/// Instances in forms that everybody can look at.
///
/// {@link org.isocenter.server.render.Renderer} makes pictures of frames: it is given an {@link
/// org.isocenter.server.render.Instance}, {@link org.isocenter.server.render.RenderOptions} and the stored
/// bytes of a frame, and answers a {@link org.isocenter.server.render.Picture}.
@org.jspecify.annotations.NullMarked
package org.isocenter.server.render;
