package org.isocenter.server.render;

import java.util.Arrays;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Tags;
import org.jspecify.annotations.Nullable;

/// What the codes of red, green and blue of an image mean, by an ICC profile of it (ICC.1): a way to the
/// connection space, which is XYZ under D50 here, with white at Y = 1.
///
/// Profiles come with images, from anywhere. So they are read here and not by the native library of the JDK:
/// whatever is in one, it is read or refused, and never takes more memory than some times its bytes.
///
/// Of the ways that a profile can have, that for the perceptual intent is taken, which is for pictures. Steps
/// that are absent do nothing.
final class ColorProfile {
    private static final int CODES = 256;
    private static final int TAGS_MAX = 200;
    private static final int TAGS_AT = 128;
    private static final int SPACE_AT = 16;
    private static final int CONNECTION_AT = 20;
    private static final int RGB = name("RGB ");
    private static final int XYZ = name("XYZ ");
    private static final int LAB = name("Lab ");
    /// XYZ of the white under D50, 7.2.16.
    private static final double[] WHITE = {0.9642, 1, 0.8249};

    /// For each component what each of its codes becomes first.
    private final double[][] first;

    private final @Nullable Grid grid;
    private final Curve @Nullable [] middle;
    /// Three by four numbers, the last one of a row to be added.
    private final double @Nullable [] matrix;

    private final Curve @Nullable [] last;
    private final Connection connection;

    private ColorProfile(
            double[][] first,
            @Nullable Grid grid,
            Curve @Nullable [] middle,
            double @Nullable [] matrix,
            Curve @Nullable [] last,
            Connection connection) {
        this.first = first;
        this.grid = grid;
        this.middle = middle;
        this.matrix = matrix;
        this.last = last;
        this.connection = connection;
    }

    /// How numbers from 0 to 1 stand for a colour of the connection space (6.3.4).
    private record Connection(boolean lab, double scale) {
        static final Connection LINEAR = new Connection(false, 1);
        private static final double XYZ_SCALE = 65535 / 32768.0;
        /// Before version 4, numbers of 16 bits had 0xFF00 for the most.
        private static final double OLD_LAB_SCALE = 65535 / 65280.0;

        static Connection of(int space, boolean old) {
            return space == LAB ? new Connection(true, old ? OLD_LAB_SCALE : 1) : new Connection(false, XYZ_SCALE);
        }

        void toXyz(double[] color) {
            for (int i = 0; i < 3; i++) {
                color[i] *= scale;
            }
            if (lab) {
                double y = (100 * color[0] + 16) / 116;
                double x = y + (255 * color[1] - 128) / 500;
                double z = y - (255 * color[2] - 128) / 200;
                color[0] = WHITE[0] * cubed(x);
                color[1] = WHITE[1] * cubed(y);
                color[2] = WHITE[2] * cubed(z);
            }
        }

        private static double cubed(double f) {
            return f > 6.0 / 29 ? f * f * f : 108.0 / 841 * (f - 4.0 / 29);
        }
    }

    /// Colours at the corners of boxes, in between which others are found by straight lines.
    private record Grid(int[] sides, float[] values) {

        void at(double[] color) {
            int base = 0;
            int[] steps = new int[3];
            double[] shares = new double[3];
            int step = 3;
            for (int i = 2; i >= 0; i--) {
                double place = bounded(color[i]) * (sides[i] - 1);
                int low = Math.min((int) place, sides[i] - 2);
                shares[i] = place - low;
                steps[i] = step;
                base += low * step;
                step *= sides[i];
            }
            Arrays.fill(color, 0);
            for (int corner = 0; corner < 8; corner++) {
                double share = 1;
                int at = base;
                for (int i = 0; i < 3; i++) {
                    boolean upper = (corner >> i & 1) != 0;
                    share *= upper ? shares[i] : 1 - shares[i];
                    at += upper ? steps[i] : 0;
                }
                if (share > 0) {
                    for (int k = 0; k < 3; k++) {
                        color[k] += share * values[at + k];
                    }
                }
            }
        }
    }

    /// The colour of some codes.
    ///
    /// @param xyz that is filled with it
    void toXyz(int red, int green, int blue, double[] xyz) {
        xyz[0] = first[0][red];
        xyz[1] = first[1][green];
        xyz[2] = first[2][blue];
        if (grid != null) {
            grid.at(xyz);
        }
        apply(middle, xyz);
        if (matrix != null) {
            double x = xyz[0];
            double y = xyz[1];
            double z = xyz[2];
            for (int i = 0; i < 3; i++) {
                xyz[i] = matrix[4 * i] * x + matrix[4 * i + 1] * y + matrix[4 * i + 2] * z + matrix[4 * i + 3];
            }
        }
        apply(last, xyz);
        connection.toXyz(xyz);
    }

    private static void apply(Curve @Nullable [] curves, double[] color) {
        if (curves != null) {
            for (int i = 0; i < 3; i++) {
                color[i] = bounded(curves[i].at(bounded(color[i])));
            }
        }
    }

    private static double bounded(double value) {
        return value > 0 ? Math.min(value, 1) : 0;
    }

    // Reading

    /// @throws MalformedException where it is none for red, green and blue, or is broken
    static ColorProfile read(byte[] bytes) throws MalformedException {
        return new Reader(bytes).read();
    }

    private static int name(String name) {
        return name.charAt(0) << 24 | name.charAt(1) << 16 | name.charAt(2) << 8 | name.charAt(3);
    }

    private static final class Reader {
        private final byte[] bytes;

        Reader(byte[] bytes) {
            this.bytes = bytes;
        }

        ColorProfile read() throws MalformedException {
            int space = number(CONNECTION_AT);
            if (number(SPACE_AT) != RGB || space != XYZ && space != LAB) {
                throw broken("not from red, green and blue to XYZ or Lab");
            }
            for (String name : new String[] {"A2B0", "A2B1"}) {
                int at = find(name);
                if (at >= 0) {
                    return table(at, space);
                }
            }
            return matrix();
        }

        /// Where the value of a tag begins, or -1.
        private int find(String name) throws MalformedException {
            int count = Math.min(number(TAGS_AT), TAGS_MAX);
            for (int i = 0; i < count; i++) {
                int entry = TAGS_AT + 4 + 12 * i;
                if (number(entry) == name(name)) {
                    return number(entry + 4);
                }
            }
            return -1;
        }

        private int get(String name) throws MalformedException {
            int at = find(name);
            if (at < 0) {
                throw broken("without " + name);
            }
            return at;
        }

        /// Three curves and a matrix (8.3.3).
        private ColorProfile matrix() throws MalformedException {
            if (number(CONNECTION_AT) != XYZ) {
                throw broken("three curves to Lab");
            }
            double[] matrix = new double[12];
            double[][] first = new double[3][];
            String[] colors = {"r", "g", "b"};
            for (int i = 0; i < 3; i++) {
                int column = get(colors[i] + "XYZ");
                for (int row = 0; row < 3; row++) {
                    matrix[4 * row + i] = fixed(column + 8 + 4 * row);
                }
                first[i] = codes(new Curves(get(colors[i] + "TRC")).next());
            }
            return new ColorProfile(first, null, null, matrix, null, Connection.LINEAR);
        }

        private static double[] codes(Curve curve) {
            double[] codes = new double[CODES];
            for (int i = 0; i < CODES; i++) {
                codes[i] = bounded(curve.at(i / (CODES - 1.0)));
            }
            return codes;
        }

        private ColorProfile table(int at, int space) throws MalformedException {
            if (unsigned(at + 8) != 3 || unsigned(at + 9) != 3) {
                throw broken("a table that is not from three to three components");
            }
            int type = number(at);
            if (type == name("mft1")) {
                return oldTable(at, space, 1, CODES, CODES, at + 48);
            }
            if (type == name("mft2")) {
                return oldTable(at, space, 2, word(at + 48), word(at + 50), at + 52);
            }
            if (type == name("mAB ")) {
                return newTable(at, space);
            }
            throw broken("a table of a kind that is not known");
        }

        /// Tables of bytes or words (10.10, 10.11). Their matrix is for XYZ, from which nothing comes here.
        private ColorProfile oldTable(int at, int space, int width, int inputs, int outputs, int tables)
                throws MalformedException {
            int side = unsigned(at + 10);
            int gridAt = tables + 3 * inputs * width;
            Grid grid = grid(new int[] {side, side, side}, width, gridAt);
            int outputsAt = gridAt + grid.values.length * width;
            double[][] first = new double[3][];
            Curve[] last = new Curve[3];
            for (int i = 0; i < 3; i++) {
                first[i] = codes(sampled(tables + i * inputs * width, inputs, width));
                last[i] = sampled(outputsAt + i * outputs * width, outputs, width);
            }
            return new ColorProfile(first, grid, null, null, last, Connection.of(space, width == 2));
        }

        /// Curves, a grid, curves, a matrix and curves, of which some may be absent (10.12).
        private ColorProfile newTable(int at, int space) throws MalformedException {
            double[][] first = {codes(v -> v), codes(v -> v), codes(v -> v)};
            Grid grid = null;
            int gridAt = number(at + 24);
            if (gridAt != 0) {
                int[] sides = new int[3];
                for (int i = 0; i < 3; i++) {
                    sides[i] = unsigned(at + gridAt + i);
                }
                grid = grid(sides, unsigned(at + gridAt + 16), at + gridAt + 20);
                Curve[] curves = findCurves(at, number(at + 28));
                for (int i = 0; i < 3 && curves != null; i++) {
                    first[i] = codes(curves[i]);
                }
            }
            Curve[] middle = findCurves(at, number(at + 20));
            double[] matrix = null;
            int matrixAt = number(at + 16);
            if (matrixAt != 0) {
                matrix = new double[12];
                for (int i = 0; i < 9; i++) {
                    matrix[i / 3 * 4 + i % 3] = fixed(at + matrixAt + 4 * i);
                }
                for (int i = 0; i < 3; i++) {
                    matrix[4 * i + 3] = fixed(at + matrixAt + 4 * (9 + i));
                }
            }
            Curve[] last = findCurves(at, number(at + 12));
            return new ColorProfile(first, grid, middle, matrix, last, Connection.of(space, false));
        }

        private Curve @Nullable [] findCurves(int at, int offset) throws MalformedException {
            if (offset == 0) {
                return null;
            }
            Curves curves = new Curves(at + offset);
            return new Curve[] {curves.next(), curves.next(), curves.next()};
        }

        private Grid grid(int[] sides, int width, int at) throws MalformedException {
            long count = 3L * sides[0] * sides[1] * sides[2];
            boolean flat = sides[0] < 2 || sides[1] < 2 || sides[2] < 2;
            if (flat || width != 1 && width != 2 || at < 0 || at + count * width > bytes.length) {
                throw broken("a grid of %d x %d x %d".formatted(sides[0], sides[1], sides[2]));
            }
            float[] values = new float[(int) count];
            for (int i = 0; i < values.length; i++) {
                values[i] = width == 1 ? unsigned(at + i) / 255f : word(at + 2 * i) / 65535f;
            }
            return new Grid(sides, values);
        }

        /// A curve by samples of it, the first of which is for 0 and the last for 1.
        private Curve sampled(int at, int count, int width) throws MalformedException {
            if (count < 2 || at < 0 || at + (long) count * width > bytes.length) {
                throw broken("a curve of " + count + " samples");
            }
            float[] samples = new float[count];
            for (int i = 0; i < count; i++) {
                samples[i] = width == 1 ? unsigned(at + i) / 255f : word(at + 2 * i) / 65535f;
            }
            return value -> {
                double place = value * (count - 1);
                int low = Math.min((int) place, count - 2);
                return samples[low] + (place - low) * (samples[low + 1] - samples[low]);
            };
        }

        /// Curves one behind the other (10.6, 10.18).
        private final class Curves {
            private int at;

            Curves(int at) {
                this.at = at;
            }

            Curve next() throws MalformedException {
                int type = number(at);
                if (type == name("curv")) {
                    return simple();
                }
                if (type == name("para")) {
                    return formula();
                }
                throw broken("a curve of a kind that is not known");
            }

            private Curve simple() throws MalformedException {
                int start = at + 12;
                int count = number(at + 8);
                if (count < 0 || count > bytes.length) {
                    throw broken("a curve of " + count + " samples");
                }
                at = start + (count + 1) / 2 * 4;
                if (count == 0) {
                    return value -> value;
                }
                if (count == 1) {
                    double gamma = word(start) / 256.0;
                    return value -> Math.pow(value, gamma);
                }
                return sampled(start, count, 2);
            }

            private Curve formula() throws MalformedException {
                int kind = word(at + 8);
                int[] counts = {1, 3, 4, 5, 7};
                if (kind >= counts.length) {
                    throw broken("a formula that is not known");
                }
                double[] given = new double[7];
                for (int i = 0; i < counts[kind]; i++) {
                    given[i] = fixed(at + 12 + 4 * i);
                }
                at += 12 + 4 * counts[kind];
                double gamma = given[0];
                double a = kind == 0 ? 1 : given[1];
                double b = given[2];
                // Below this the curve is a straight line of the slope c.
                double from = switch (kind) {
                    case 0 -> 0;
                    case 1, 2 -> -b / a;
                    default -> given[4];
                };
                double c = kind > 2 ? given[3] : 0;
                double upper = kind == 2 ? given[3] : given[5];
                double lower = kind == 2 ? given[3] : given[6];
                return value -> value >= from ? Math.pow(Math.max(0, a * value + b), gamma) + upper : c * value + lower;
            }
        }

        private int unsigned(int at) throws MalformedException {
            if (at < 0 || at >= bytes.length) {
                throw broken("an end after " + bytes.length + " bytes");
            }
            return bytes[at] & 0xFF;
        }

        private int word(int at) throws MalformedException {
            return unsigned(at) << 8 | unsigned(at + 1);
        }

        private int number(int at) throws MalformedException {
            return word(at) << 16 | word(at + 2);
        }

        private double fixed(int at) throws MalformedException {
            return number(at) / 65536.0;
        }

        private static MalformedException broken(String reason) {
            return new MalformedException("a colour profile: " + reason, Tags.format(Tag.ICCProfile), -1);
        }
    }
}
