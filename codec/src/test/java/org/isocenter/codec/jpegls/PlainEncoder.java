package org.isocenter.codec.jpegls;

import java.io.ByteArrayOutputStream;
import org.isocenter.codec.Pictures;
import org.isocenter.codec.SampleFormat;
import org.isocenter.codec.Samples;

/// JPEG-LS as the code segments of T.87 annex A have it, step by step and with no thought of speed, sharing
/// nothing with the codec: what both agree on is hardly an error of both. It writes what the codec only
/// reads, too.
final class PlainEncoder {
    private static final int[] J = {
        0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13, 14, 15
    };

    private final SampleFormat format;
    private final int[][][] samples;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    int near;
    int maxval;
    int t1;
    int t2;
    int t3;
    int reset = 64;

    /// Whether the parameters are written to the frame.
    boolean presets;

    int interleaving;
    int restartLines;
    int restartBytes = 2;

    /// The number of the first component.
    int firstId = 10;

    /// The table that a component is mapped with, 0 for none.
    int table;

    private int range;
    private int qbpp;
    private int limit;
    private final int[] a = new int[367];
    private final int[] b = new int[367];
    private final int[] c = new int[367];
    private final int[] n = new int[367];
    private final int[] nn = new int[367];
    private final int[] runIndex = new int[4];

    private int octet;
    private int free;

    PlainEncoder(Samples samples, int near) {
        format = samples.format();
        this.near = near;
        maxval = (1 << format.bits()) - 1;
        this.samples = new int[format.components()][format.height()][format.width()];
        for (int i = 0; i < format.sampleCount(); i++) {
            int component = i % format.components();
            int pixel = i / format.components();
            this.samples[component][pixel / format.width()][pixel % format.width()] = Pictures.getBits(samples, i);
        }
        defaults();
    }

    /// Code segment C.1.
    void defaults() {
        if (maxval >= 128) {
            int factor = (Math.min(maxval, 4095) + 128) / 256;
            t1 = clamp(factor * (3 - 2) + 2 + 3 * near, near + 1);
            t2 = clamp(factor * (7 - 3) + 3 + 5 * near, t1);
            t3 = clamp(factor * (21 - 4) + 4 + 7 * near, t2);
        } else {
            int factor = 256 / (maxval + 1);
            t1 = clamp(Math.max(2, 3 / factor + 3 * near), near + 1);
            t2 = clamp(Math.max(3, 7 / factor + 5 * near), t1);
            t3 = clamp(Math.max(4, 21 / factor + 7 * near), t2);
        }
    }

    private int clamp(int i, int j) {
        return i > maxval || i < j ? j : i;
    }

    byte[] encode() {
        start();
        if (interleaving == 0) {
            for (int component = 0; component < format.components(); component++) {
                scan(component);
            }
        } else {
            int[] all = new int[format.components()];
            for (int component = 0; component < all.length; component++) {
                all[component] = component;
            }
            scan(all);
        }
        return end();
    }

    /// A sample as the decoder will see it.
    int seen(int index) {
        int pixel = index / format.components();
        return samples[index % format.components()][pixel / format.width()][pixel % format.width()];
    }

    /// Everything before the first scan.
    void start() {
        number(2, 0xFFD8);
        number(2, 0xFFF7);
        number(2, 8 + 3 * format.components());
        number(1, format.bits());
        number(2, format.height());
        number(2, format.width());
        number(1, format.components());
        for (int component = 0; component < format.components(); component++) {
            number(1, component + firstId);
            number(2, 0x1100);
        }
        if (presets) {
            number(2, 0xFFF8);
            number(2, 13);
            number(1, 1);
            number(2, maxval);
            number(2, t1);
            number(2, t2);
            number(2, t3);
            number(2, reset);
        }
        if (restartLines > 0) {
            number(2, 0xFFDD);
            number(2, 2 + restartBytes);
            number(restartBytes, restartLines);
        }
    }

    byte[] end() {
        number(2, 0xFFD9);
        return out.toByteArray();
    }

    void number(int bytes, int value) {
        for (int place = bytes - 1; place >= 0; place--) {
            out.write(value >> 8 * place);
        }
    }

    void scan(int... components) {
        number(2, 0xFFDA);
        number(2, 6 + 2 * components.length);
        number(1, components.length);
        for (int component : components) {
            number(1, component + firstId);
            number(1, table);
        }
        number(1, near);
        number(1, components.length == 1 ? 0 : interleaving);
        number(1, 0);
        int interval = restartLines == 0 ? format.height() : restartLines;
        for (int y = 0, restart = 0; y < format.height(); y += interval, restart++) {
            if (y > 0) {
                number(2, 0xFFD0 + (restart - 1) % 8);
            }
            interval(components, y, Math.min(format.height(), y + interval));
        }
    }

    private void interval(int[] components, int from, int to) {
        initialize();
        for (int y = from; y < to; y++) {
            if (components.length > 1 && interleaving == 2) {
                pixels(components, y, from);
            } else {
                for (int i = 0; i < components.length; i++) {
                    line(components[i], i, y, from);
                }
            }
        }
        while (free < 8) {
            bit(0);
        }
    }

    /// A.2.1.
    private void initialize() {
        range = (maxval + 2 * near) / (2 * near + 1) + 1;
        qbpp = log2(range);
        int bpp = Math.max(2, log2(maxval + 1));
        limit = 2 * (bpp + Math.max(8, bpp));
        for (int q = 0; q < a.length; q++) {
            a[q] = Math.max(2, (range + 32) / 64);
            b[q] = 0;
            c[q] = 0;
            n[q] = 1;
            nn[q] = 0;
        }
        for (int i = 0; i < runIndex.length; i++) {
            runIndex[i] = 0;
        }
        octet = 0;
        free = 8;
    }

    private static int log2(int value) {
        int log = 0;
        while (1 << log < value) {
            log++;
        }
        return log;
    }

    private int ra(int component, int x, int y, int from) {
        return x > 0 ? samples[component][y][x - 1] : y == from ? 0 : samples[component][y - 1][0];
    }

    private int rb(int component, int x, int y, int from) {
        return y == from ? 0 : samples[component][y - 1][x];
    }

    private int rc(int component, int x, int y, int from) {
        return y == from ? 0 : ra(component, x, y - 1, from);
    }

    private int rd(int component, int x, int y, int from) {
        return y == from ? 0 : samples[component][y - 1][Math.min(x + 1, format.width() - 1)];
    }

    private void line(int component, int index, int y, int from) {
        int x = 0;
        while (x < format.width()) {
            if (!flat(component, x, y, from)) {
                regular(component, x, y, from);
                x++;
                continue;
            }
            int value = ra(component, x, y, from);
            int start = x;
            while (x < format.width() && Math.abs(samples[component][y][x] - value) <= near) {
                samples[component][y][x] = value;
                x++;
            }
            run(x - start, x == format.width(), index);
            if (x < format.width()) {
                int above = rb(component, x, y, from);
                int kind = Math.abs(value - above) <= near ? 1 : 0;
                interruption(component, x, y, value, above, kind, index);
                if (runIndex[index] > 0) {
                    runIndex[index]--;
                }
                x++;
            }
        }
    }

    /// B.3: a run is one of all components, and each sample after it is of kind 0.
    private void pixels(int[] components, int y, int from) {
        int x = 0;
        while (x < format.width()) {
            boolean flat = true;
            for (int component : components) {
                flat &= flat(component, x, y, from);
            }
            if (!flat) {
                for (int component : components) {
                    regular(component, x, y, from);
                }
                x++;
                continue;
            }
            int start = x;
            while (x < format.width() && sameAsLeft(components, x, start, y, from)) {
                for (int component : components) {
                    samples[component][y][x] = ra(component, start, y, from);
                }
                x++;
            }
            run(x - start, x == format.width(), 0);
            if (x < format.width()) {
                for (int component : components) {
                    int value = ra(component, x, y, from);
                    interruption(component, x, y, value, rb(component, x, y, from), 0, 0);
                }
                if (runIndex[0] > 0) {
                    runIndex[0]--;
                }
                x++;
            }
        }
    }

    private boolean sameAsLeft(int[] components, int x, int start, int y, int from) {
        for (int component : components) {
            if (Math.abs(samples[component][y][x] - ra(component, start, y, from)) > near) {
                return false;
            }
        }
        return true;
    }

    private boolean flat(int component, int x, int y, int from) {
        int a = ra(component, x, y, from);
        int b = rb(component, x, y, from);
        int c = rc(component, x, y, from);
        int d = rd(component, x, y, from);
        return Math.abs(d - b) <= near && Math.abs(b - c) <= near && Math.abs(c - a) <= near;
    }

    /// Code segment A.4.
    private int quantized(int d) {
        if (d <= -t3) {
            return -4;
        } else if (d <= -t2) {
            return -3;
        } else if (d <= -t1) {
            return -2;
        } else if (d < -near) {
            return -1;
        } else if (d <= near) {
            return 0;
        } else if (d < t1) {
            return 1;
        } else if (d < t2) {
            return 2;
        } else if (d < t3) {
            return 3;
        }
        return 4;
    }

    private void regular(int component, int x, int y, int from) {
        int ra = ra(component, x, y, from);
        int rb = rb(component, x, y, from);
        int rc = rc(component, x, y, from);
        int rd = rd(component, x, y, from);
        int q = 81 * quantized(rd - rb) + 9 * quantized(rb - rc) + quantized(rc - ra);
        int sign = 1;
        if (q < 0) {
            q = -q;
            sign = -1;
        }
        int px;
        if (rc >= Math.max(ra, rb)) {
            px = Math.min(ra, rb);
        } else if (rc <= Math.min(ra, rb)) {
            px = Math.max(ra, rb);
        } else {
            px = ra + rb - rc;
        }
        px += sign == 1 ? c[q] : -c[q];
        px = Math.max(0, Math.min(maxval, px));
        int errval = quantize(sign * (samples[component][y][x] - px));
        samples[component][y][x] = Math.max(0, Math.min(maxval, px + sign * errval * (2 * near + 1)));
        errval = reduce(errval);
        int k = 0;
        while (n[q] << k < a[q]) {
            k++;
        }
        int merrval;
        if (near == 0 && k == 0 && 2 * b[q] <= -n[q]) {
            merrval = errval >= 0 ? 2 * errval + 1 : -2 * (errval + 1);
        } else {
            merrval = errval >= 0 ? 2 * errval : -2 * errval - 1;
        }
        golomb(merrval, k, limit);
        update(q, errval);
    }

    private int quantize(int errval) {
        return errval > 0 ? (errval + near) / (2 * near + 1) : -(near - errval) / (2 * near + 1);
    }

    /// Code segment A.9.
    private int reduce(int errval) {
        int reduced = errval;
        if (reduced < 0) {
            reduced += range;
        }
        if (reduced >= (range + 1) / 2) {
            reduced -= range;
        }
        return reduced;
    }

    /// Code segments A.12 and A.13.
    private void update(int q, int errval) {
        b[q] += errval * (2 * near + 1);
        a[q] += Math.abs(errval);
        if (n[q] == reset) {
            a[q] >>= 1;
            b[q] = b[q] >= 0 ? b[q] >> 1 : -((1 - b[q]) >> 1);
            n[q] >>= 1;
        }
        n[q]++;
        if (b[q] <= -n[q]) {
            b[q] += n[q];
            if (c[q] > -128) {
                c[q]--;
            }
            if (b[q] <= -n[q]) {
                b[q] = -n[q] + 1;
            }
        } else if (b[q] > 0) {
            b[q] -= n[q];
            if (c[q] < 127) {
                c[q]++;
            }
            if (b[q] > 0) {
                b[q] = 0;
            }
        }
    }

    /// Code segments A.15 and A.16.
    private void run(int length, boolean endOfLine, int index) {
        int count = length;
        while (count >= 1 << J[runIndex[index]]) {
            bit(1);
            count -= 1 << J[runIndex[index]];
            if (runIndex[index] < 31) {
                runIndex[index]++;
            }
        }
        if (!endOfLine) {
            bit(0);
            bits(count, J[runIndex[index]]);
        } else if (count > 0) {
            bit(1);
        }
    }

    /// Code segments A.17 to A.23.
    private void interruption(int component, int x, int y, int ra, int rb, int kind, int index) {
        int px = kind == 1 ? ra : rb;
        int sign = kind == 0 && ra > rb ? -1 : 1;
        int errval = quantize(sign * (samples[component][y][x] - px));
        samples[component][y][x] = Math.max(0, Math.min(maxval, px + sign * errval * (2 * near + 1)));
        errval = reduce(errval);
        int q = 365 + kind;
        int temp = kind == 0 ? a[365] : a[366] + (n[366] >> 1);
        int k = 0;
        while (n[q] << k < temp) {
            k++;
        }
        int map = 0;
        if (k == 0 && errval > 0 && 2 * nn[q] < n[q]) {
            map = 1;
        } else if (errval < 0 && 2 * nn[q] >= n[q]) {
            map = 1;
        } else if (errval < 0 && k != 0) {
            map = 1;
        }
        int emerrval = 2 * Math.abs(errval) - kind - map;
        golomb(emerrval, k, limit - J[runIndex[index]] - 1);
        if (errval < 0) {
            nn[q]++;
        }
        a[q] += (emerrval + 1 - kind) >> 1;
        if (n[q] == reset) {
            a[q] >>= 1;
            n[q] >>= 1;
            nn[q] >>= 1;
        }
        n[q]++;
    }

    /// A.5.3.
    private void golomb(int value, int k, int glimit) {
        int high = value >> k;
        if (high < glimit - qbpp - 1) {
            bits(0, high);
            bit(1);
            bits(value, k);
        } else {
            bits(0, glimit - qbpp - 1);
            bit(1);
            bits(value - 1, qbpp);
        }
    }

    private void bits(int value, int count) {
        for (int place = count - 1; place >= 0; place--) {
            bit(place < 32 ? value >> place & 1 : 0);
        }
    }

    private void bit(int bit) {
        free--;
        octet |= bit << free;
        if (free == 0) {
            out.write(octet);
            free = octet == 0xFF ? 7 : 8;
            octet = 0;
        }
    }
}
