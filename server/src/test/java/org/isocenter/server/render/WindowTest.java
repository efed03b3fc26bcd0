package org.isocenter.server.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.isocenter.server.render.Window.Function;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The functions of PS3.3 C.11.2.1.2 and C.11.2.1.3, with the numbers of the examples there, for a display
/// from 0 to 255.
final class WindowTest {
    private static double at(Function function, double center, double width, double x) {
        return new Window(center, width, function).at(x) * 255;
    }

    @Test
    @DisplayName("LINEAR 2048, 4096: up to 0 black, above 4095 white, ((x - 2047.5) / 4095 + 0.5) * 255 between")
    void linearOverTwelveBits() {
        assertThat(at(Function.LINEAR, 2048, 4096, -1)).isZero();
        assertThat(at(Function.LINEAR, 2048, 4096, 0)).isZero();
        assertThat(at(Function.LINEAR, 2048, 4096, 1)).isEqualTo(((1 - 2047.5) / 4095 + 0.5) * 255, within(1e-12));
        assertThat(at(Function.LINEAR, 2048, 4096, 2047.5)).isEqualTo(127.5, within(1e-12));
        assertThat(at(Function.LINEAR, 2048, 4096, 4095)).isEqualTo(255, within(1e-12));
        assertThat(at(Function.LINEAR, 2048, 4096, 4096)).isEqualTo(255);
    }

    @Test
    @DisplayName("LINEAR 2048, 1: a threshold at 2047.5")
    void linearOfWidthOne() {
        assertThat(at(Function.LINEAR, 2048, 1, 2047.5)).isZero();
        assertThat(at(Function.LINEAR, 2048, 1, 2047.500001)).isEqualTo(255);
        assertThat(at(Function.LINEAR, 2048, 1, 2048)).isEqualTo(255);
    }

    @Test
    @DisplayName("LINEAR 0, 100: up to -50 black, above 49 white")
    void linearAroundZero() {
        assertThat(at(Function.LINEAR, 0, 100, -50)).isZero();
        assertThat(at(Function.LINEAR, 0, 100, -49)).isEqualTo(((-49 + 0.5) / 99 + 0.5) * 255, within(1e-12));
        assertThat(at(Function.LINEAR, 0, 100, 49)).isEqualTo(255, within(1e-12));
        assertThat(at(Function.LINEAR, 0, 100, 50)).isEqualTo(255);
    }

    @Test
    @DisplayName("LINEAR_EXACT 2048, 4096: up to 0 black, above 4096 white, ((x - 2048) / 4096 + 0.5) * 255 between")
    void linearExactOverTwelveBits() {
        assertThat(at(Function.LINEAR_EXACT, 2048, 4096, 0)).isZero();
        assertThat(at(Function.LINEAR_EXACT, 2048, 4096, 1024)).isEqualTo(63.75);
        assertThat(at(Function.LINEAR_EXACT, 2048, 4096, 4095)).isEqualTo(255 * 4095 / 4096.0, within(1e-12));
        assertThat(at(Function.LINEAR_EXACT, 2048, 4096, 4096)).isEqualTo(255);
        assertThat(at(Function.LINEAR_EXACT, 2048, 4096, 4097)).isEqualTo(255);
    }

    @Test
    @DisplayName("LINEAR_EXACT 2048, 1: (x - 2048 + 0.5) * 255 from 2047.5 to 2048.5")
    void linearExactOfWidthOne() {
        assertThat(at(Function.LINEAR_EXACT, 2048, 1, 2047.5)).isZero();
        assertThat(at(Function.LINEAR_EXACT, 2048, 1, 2047.75)).isEqualTo(63.75);
        assertThat(at(Function.LINEAR_EXACT, 2048, 1, 2048.5)).isEqualTo(255);
    }

    @Test
    @DisplayName("SIGMOID: 255 / (1 + exp(-4 (x - c) / w))")
    void sigmoid() {
        assertThat(at(Function.SIGMOID, 100, 40, 100)).isEqualTo(127.5);
        assertThat(at(Function.SIGMOID, 100, 40, 110)).isEqualTo(255 / (1 + Math.exp(-1)), within(1e-12));
        assertThat(at(Function.SIGMOID, 100, 40, 90)).isEqualTo(255 / (1 + Math.E), within(1e-12));
        assertThat(at(Function.SIGMOID, 100, 40, -1e300)).isZero();
        assertThat(at(Function.SIGMOID, 100, 40, 1e300)).isEqualTo(255);
    }

    @Test
    @DisplayName("LINEAR of a width below 1, which the standard forbids, is taken as LINEAR_EXACT")
    void linearBelowOne() {
        assertThat(at(Function.LINEAR, 0.5, 0.5, 0.25)).isZero();
        assertThat(at(Function.LINEAR, 0.5, 0.5, 0.5)).isEqualTo(127.5);
        assertThat(at(Function.LINEAR, 0.5, 0.5, 0.75)).isEqualTo(255);
    }

    @Test
    @DisplayName("a width of 0 or less, or numbers that are none, are no window")
    void noWindow() {
        for (double[] one : new double[][] {{0, 0}, {0, -1}, {Double.NaN, 1}, {0, Double.NaN}, {0, 1 / 0.0}}) {
            assertThat(Window.valid(one[0], one[1])).isFalse();
            assertThatThrownBy(() -> new Window(one[0], one[1], Function.LINEAR))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    @DisplayName("functions are found by the terms of PS3.3 and of PS3.18")
    void terms() {
        assertThat(Function.find("LINEAR_EXACT")).isEqualTo(Function.LINEAR_EXACT);
        assertThat(Function.find("linear-exact")).isEqualTo(Function.LINEAR_EXACT);
        assertThat(Function.find("sigmoid")).isEqualTo(Function.SIGMOID);
        assertThat(Function.find("linear")).isEqualTo(Function.LINEAR);
        assertThat(Function.find("cubic")).isNull();
    }
}
