package org.isocenter.codec.jpegls;

/// Second bytes of the markers of T.87 table C.1 and T.81 table B.1 that JPEG-LS knows.
final class Marker {
    static final int FIRST_RESTART = 0xD0;
    static final int START_OF_IMAGE = 0xD8;
    static final int END_OF_IMAGE = 0xD9;
    static final int START_OF_SCAN = 0xDA;
    static final int NUMBER_OF_LINES = 0xDC;
    static final int RESTART_INTERVAL = 0xDD;
    static final int FIRST_APPLICATION = 0xE0;
    static final int APPLICATION_8 = 0xE8;
    static final int LAST_APPLICATION = 0xEF;
    static final int START_OF_FRAME = 0xF7;
    static final int PRESET = 0xF8;
    static final int COMMENT = 0xFE;

    private Marker() {}
}
