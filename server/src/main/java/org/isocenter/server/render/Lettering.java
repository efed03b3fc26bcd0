package org.isocenter.server.render;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes text into a picture: white letters with a dark edge, so that they are read on any ground. The
/// letters come from the fonts of the machine, or are plain ones ({@link PlainLetters}) where it has none.
final class Lettering {
    private static final int LINES_MAX = 40;
    private static final int CHARACTERS_MAX = 128;
    private static final int MARGIN = 4;
    /// Where nothing is seen of a text, whichever side of the picture it is on.
    private static final int BESIDE = 4 * Viewport.SIDE_MAX;

    static {
        JdkImages.headless();
    }

    private Lettering() {}

    /// The lines of a text, as many and as long as are written, without what cannot be seen.
    static List<String> lines(String text) {
        List<String> lines = new ArrayList<>();
        for (String line : text.split("\\R", LINES_MAX + 1)) {
            if (lines.size() < LINES_MAX) {
                lines.add(visible(line));
            }
        }
        return lines;
    }

    private static String visible(String line) {
        StringBuilder visible = new StringBuilder();
        line.codePoints().limit(CHARACTERS_MAX).forEach(point -> {
            int kind = Character.getType(point);
            boolean hidden = kind == Character.CONTROL
                    || kind == Character.FORMAT
                    || kind == Character.SURROGATE
                    || kind == Character.PRIVATE_USE
                    || kind == Character.UNASSIGNED;
            visible.appendCodePoint(hidden ? ' ' : point);
        });
        return visible.toString();
    }

    /// Writes lines into the upper left corner, or the lower right one.
    static void writeInCorner(Canvas canvas, List<String> lines, boolean lowerRight) {
        Block block = Block.of(lines, canvas.height());
        if (block != null) {
            int x = lowerRight ? canvas.width() - block.width() - MARGIN : MARGIN;
            int y = lowerRight ? canvas.height() - block.height() - MARGIN : MARGIN;
            block.burn(canvas, x, y);
        }
    }

    /// Writes lines with their upper left corner at a place.
    static void write(Canvas canvas, List<String> lines, int x, int y) {
        Block block = Block.of(lines, canvas.height());
        if (block != null) {
            block.burn(canvas, Math.clamp(x, -BESIDE, BESIDE), Math.clamp(y, -BESIDE, BESIDE));
        }
    }

    /// Letters before they are in the picture: how much of each pixel they cover.
    record Block(int width, int height, byte[] covered) {

        static @Nullable Block of(List<String> texts, int pictureHeight) {
            List<String> lines = texts.stream()
                    .limit(LINES_MAX)
                    .map(Lettering::visible)
                    .filter(line -> !line.isBlank())
                    .toList();
            if (lines.isEmpty()) {
                return null;
            }
            int pixels = Math.clamp(pictureHeight / 36, 9, 48);
            return Fonts.PRESENT ? write(lines, pixels) : PlainLetters.write(lines, pixels);
        }

        private static Block write(List<String> lines, int pixels) {
            Font font = new Font(Font.SANS_SERIF, Font.PLAIN, pixels);
            FontMetrics metrics = Fonts.measure(font);
            int width = 0;
            for (String line : lines) {
                width = Math.max(width, metrics.stringWidth(line));
            }
            BufferedImage image = new BufferedImage(
                    Math.clamp(width + 2, 1, Viewport.SIDE_MAX),
                    lines.size() * metrics.getHeight() + 2,
                    BufferedImage.TYPE_BYTE_GRAY);
            Graphics2D graphics = image.createGraphics();
            graphics.setFont(font);
            graphics.setColor(Color.WHITE);
            graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            for (int i = 0; i < lines.size(); i++) {
                graphics.drawString(lines.get(i), 1, 1 + i * metrics.getHeight() + metrics.getAscent());
            }
            graphics.dispose();
            byte[] covered = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
            return new Block(image.getWidth(), image.getHeight(), covered);
        }

        private int at(int x, int y) {
            return x < 0 || y < 0 || x >= width || y >= height ? 0 : covered[y * width + x] & 0xFF;
        }

        void burn(Canvas canvas, int left, int top) {
            byte[] pixels = canvas.pixels();
            int components = canvas.components();
            for (int y = Math.max(-1, -top); y <= height && top + y < canvas.height(); y++) {
                for (int x = Math.max(-1, -left); x <= width && left + x < canvas.width(); x++) {
                    int letter = at(x, y);
                    int edge = Math.max(Math.max(at(x - 1, y), at(x + 1, y)), Math.max(at(x, y - 1), at(x, y + 1)));
                    if (letter == 0 && edge == 0) {
                        continue;
                    }
                    int to = ((top + y) * canvas.width() + left + x) * components;
                    for (int i = 0; i < components; i++) {
                        int ground = (pixels[to + i] & 0xFF) * (255 - Math.max(letter, edge)) / 255;
                        pixels[to + i] = (byte) (ground + (255 - ground) * letter / 255);
                    }
                }
            }
        }
    }

    /// The fonts of the machine.
    private static final class Fonts {
        /// Whether there are any. The JDK tells by an error, whose kind depends on what is missing.
        static final boolean PRESENT = present();

        private static boolean present() {
            try {
                return measure(new Font(Font.SANS_SERIF, Font.PLAIN, 12)).stringWidth("0") > 0;
            } catch (Error | RuntimeException none) {
                return false;
            }
        }

        static FontMetrics measure(Font font) {
            Graphics2D graphics = new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY).createGraphics();
            try {
                return graphics.getFontMetrics(font);
            } finally {
                graphics.dispose();
            }
        }
    }
}
