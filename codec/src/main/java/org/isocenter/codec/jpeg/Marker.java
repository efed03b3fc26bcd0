package org.isocenter.codec.jpeg;

/// Second bytes of the markers of T.81 table B.1.
final class Marker {
    static final int TEMPORARY = 0x01;
    static final int BASELINE = 0xC0;
    static final int EXTENDED = 0xC1;
    static final int PROGRESSIVE = 0xC2;
    static final int LOSSLESS = 0xC3;
    static final int HUFFMAN_TABLES = 0xC4;
    static final int FIRST_RESTART = 0xD0;
    static final int LAST_RESTART = 0xD7;
    static final int START_OF_IMAGE = 0xD8;
    static final int END_OF_IMAGE = 0xD9;
    static final int START_OF_SCAN = 0xDA;
    static final int QUANTIZATION_TABLES = 0xDB;
    static final int NUMBER_OF_LINES = 0xDC;
    static final int RESTART_INTERVAL = 0xDD;
    static final int APPLICATION_0 = 0xE0;
    static final int APPLICATION_14 = 0xEE;
    static final int LAST_APPLICATION = 0xEF;
    static final int COMMENT = 0xFE;

    private Marker() {}

    static boolean isRestart(int code) {
        return code >= FIRST_RESTART && code <= LAST_RESTART;
    }

    /// What a marker announces that is no part of what is decoded here.
    static String foreign(int code) {
        return switch (code) {
            case 0xC5, 0xC6, 0xC7, 0xDE, 0xDF -> "hierarchical JPEG";
            case 0xC9, 0xCA, 0xCB, 0xCC -> "JPEG with arithmetic coding";
            case 0xCD, 0xCE, 0xCF -> "hierarchical JPEG with arithmetic coding";
            case 0xF7, 0xF8 -> "JPEG-LS";
            case 0x4F, 0x51, 0x52, 0x5C -> "JPEG 2000";
            default -> "marker FF%02X in JPEG".formatted(code);
        };
    }
}
