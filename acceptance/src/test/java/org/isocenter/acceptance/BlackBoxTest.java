package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

class BlackBoxTest {
    @Test
    void noClassOfTheServerIsAtHand() {
        assertThatExceptionOfType(ClassNotFoundException.class)
                .isThrownBy(() -> Class.forName("org.isocenter.server.Main"));
    }
}
