package org.isocenter.server.render;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;

/// Pictures as the graphics of the JDK see them, which write files and letters here, and are kept from looking
/// for a screen.
final class JdkImages {
    private static final ColorModel GREY;
    private static final ColorModel COLOR;

    static {
        headless();
        GREY = model(ColorSpace.CS_GRAY);
        COLOR = model(ColorSpace.CS_sRGB);
    }

    private JdkImages() {}

    /// To be called before the first use of the JDK's graphics.
    static void headless() {
        if (System.getProperty("java.awt.headless") == null) {
            System.setProperty("java.awt.headless", "true");
        }
    }

    private static ColorModel model(int space) {
        return new ComponentColorModel(
                ColorSpace.getInstance(space), false, false, Transparency.OPAQUE, DataBuffer.TYPE_BYTE);
    }

    /// The picture, without a copy of its pixels.
    static BufferedImage of(Canvas canvas) {
        return of(canvas.components() == 1 ? GREY : COLOR, canvas, canvas.pixels());
    }

    /// A picture of the same size, of which one byte for each pixel and component is given.
    static BufferedImage of(ColorModel model, Canvas canvas, byte[] pixels) {
        int components = pixels.length / (canvas.width() * canvas.height());
        WritableRaster raster = Raster.createInterleavedRaster(
                new DataBufferByte(pixels, pixels.length),
                canvas.width(),
                canvas.height(),
                canvas.width() * components,
                components,
                components == 1 ? new int[] {0} : new int[] {0, 1, 2},
                null);
        return new BufferedImage(model, raster, false, null);
    }
}
