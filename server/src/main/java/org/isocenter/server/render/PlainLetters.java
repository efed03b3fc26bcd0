package org.isocenter.server.render;

import java.text.Normalizer;
import java.util.List;
import java.util.Locale;

/// Letters that come along, for machines without fonts: capitals, digits and signs, of 5 x 7 points.
final class PlainLetters {
    private static final int WIDTH = 5;
    private static final int HEIGHT = 7;
    private static final int STEP = WIDTH + 1;
    private static final int IN_ROW = 16;
    private static final int FIRST = ' ';
    private static final int LAST = '_';

    /// All from the space to the underscore, sixteen in a row, in the order of their codes.
    private static final String[] POINTS = """
            ..... ..#.. .#.#. .#.#. ..#.. ##..# .##.. ..#.. ...#. .#... ..... ..... ..... ..... ..... ....#
            ..... ..#.. .#.#. .#.#. .#### ##..# #..#. ..#.. ..#.. ..#.. #.#.# ..#.. ..... ..... ..... ...#.
            ..... ..#.. ..... ##### #.#.. ...#. #.#.. ..... .#... ...#. .###. ..#.. ..... ..... ..... ...#.
            ..... ..#.. ..... .#.#. .###. ..#.. .#... ..... .#... ...#. ##### ##### ..... ##### ..... ..#..
            ..... ..#.. ..... ##### ..#.# .#... #.#.# ..... .#... ...#. .###. ..#.. ..#.. ..... ..... .#...
            ..... ..... ..... .#.#. ####. #..## #..#. ..... ..#.. ..#.. #.#.# ..#.. ..#.. ..... .##.. .#...
            ..... ..#.. ..... .#.#. ..#.. #..## .##.# ..... ...#. .#... ..... ..... .#... ..... .##.. #....

            .###. ..#.. .###. .###. ...#. ##### .###. ##### .###. .###. ..... ..... ...#. ..... .#... .###.
            #...# .##.. #...# #...# ..##. #.... #.... ....# #...# #...# .##.. .##.. ..#.. ..... ..#.. #...#
            #..## #.#.. ....# ....# .#.#. ####. #.... ...#. #...# #...# .##.. .##.. .#... ##### ...#. ....#
            #.#.# ..#.. ..##. ..##. #..#. ....# ####. ...#. .###. .#### ..... ..... #.... ..... ....# ...#.
            ##..# ..#.. .#... ....# ##### ....# #...# ..#.. #...# ....# .##.. .##.. .#... ##### ...#. ..#..
            #...# ..#.. #.... #...# ...#. #...# #...# ..#.. #...# ....# .##.. ..#.. ..#.. ..... ..#.. .....
            .###. ##### ##### .###. ...#. .###. .###. ..#.. .###. .###. ..... .#... ...#. ..... .#... ..#..

            .###. .###. ####. .###. ####. ##### ##### .###. #...# .###. ..### #...# #.... #...# #...# .###.
            #...# #...# #...# #...# #...# #.... #.... #...# #...# ..#.. ...#. #..#. #.... ##.## ##..# #...#
            #.### #...# #...# #.... #...# #.... #.... #.... #...# ..#.. ...#. #.#.. #.... #.#.# ##..# #...#
            #.#.# ##### ####. #.... #...# ####. ####. #.### ##### ..#.. ...#. ##... #.... #.#.# #.#.# #...#
            #.### #...# #...# #.... #...# #.... #.... #...# #...# ..#.. ...#. #.#.. #.... #...# #..## #...#
            #.... #...# #...# #...# #...# #.... #.... #...# #...# ..#.. #..#. #..#. #.... #...# #..## #...#
            .#### #...# ####. .###. ####. ##### #.... .###. #...# .###. .##.. #...# ##### #...# #...# .###.

            ####. .###. ####. .#### ##### #...# #...# #...# #...# #...# ##### .###. #.... .###. ..#.. .....
            #...# #...# #...# #.... ..#.. #...# #...# #...# #...# #...# ....# .#... .#... ...#. .#.#. .....
            #...# #...# #...# #.... ..#.. #...# #...# #...# .#.#. .#.#. ...#. .#... .#... ...#. #...# .....
            ####. #...# ####. .###. ..#.. #...# #...# #.#.# ..#.. ..#.. ..#.. .#... ..#.. ...#. ..... .....
            #.... #.#.# #.#.. ....# ..#.. #...# .#.#. #.#.# .#.#. ..#.. .#... .#... ...#. ...#. ..... .....
            #.... #..#. #..#. ....# ..#.. #...# .#.#. ##.## #...# ..#.. #.... .#... ...#. ...#. ..... .....
            #.... .##.# #...# ####. ..#.. .###. ..#.. #...# #...# ..#.. ##### .###. ....# .###. ..... #####
            """.split("\n", -1);

    private PlainLetters() {}

    /// Lines of letters that are so many pixels high, at least.
    static Lettering.Block write(List<String> lines, int pixels) {
        int scale = Math.max(1, pixels / (HEIGHT + 3));
        int longest = 0;
        for (String line : lines) {
            longest = Math.max(longest, known(line).length());
        }
        int width = Math.max(1, longest * STEP * scale);
        int height = lines.size() * (HEIGHT + 3) * scale;
        byte[] covered = new byte[width * height];
        for (int i = 0; i < lines.size(); i++) {
            String line = known(lines.get(i));
            for (int k = 0; k < line.length(); k++) {
                letter(line.charAt(k) - FIRST, covered, width, k * STEP * scale, i * (HEIGHT + 3) * scale, scale);
            }
        }
        return new Lettering.Block(width, height, covered);
    }

    /// The line in letters that there are: without accents, in capitals, and question marks for the rest.
    private static String known(String line) {
        String plain = Normalizer.normalize(line, Normalizer.Form.NFD).toUpperCase(Locale.ROOT);
        StringBuilder known = new StringBuilder();
        plain.codePoints()
                .filter(point -> Character.getType(point) != Character.NON_SPACING_MARK)
                .forEach(point -> known.append(point < FIRST || point > LAST ? '?' : (char) point));
        return known.toString();
    }

    private static void letter(int index, byte[] covered, int width, int left, int top, int scale) {
        for (int y = 0; y < HEIGHT * scale; y++) {
            String points = POINTS[index / IN_ROW * (HEIGHT + 1) + y / scale];
            for (int x = 0; x < WIDTH * scale; x++) {
                if (points.charAt(index % IN_ROW * STEP + x / scale) == '#') {
                    covered[(top + y) * width + left + x] = (byte) 255;
                }
            }
        }
    }
}
