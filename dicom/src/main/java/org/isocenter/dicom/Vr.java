package org.isocenter.dicom;

import org.jspecify.annotations.Nullable;

/// Value representation (PS3.5 section 6.2): how the bytes of an element's value are to be read.
public enum Vr {
    AE(Kind.TEXT, 1),
    AS(Kind.TEXT, 1),
    AT(Kind.NUMBER, 2),
    CS(Kind.TEXT, 1),
    DA(Kind.TEXT, 1),
    DS(Kind.TEXT, 1),
    DT(Kind.TEXT, 1),
    FD(Kind.NUMBER, 8),
    FL(Kind.NUMBER, 4),
    IS(Kind.TEXT, 1),
    LO(Kind.LOCAL_TEXT, 1),
    LT(Kind.LOCAL_TEXT, 1),
    OB(Kind.BINARY, 1),
    OD(Kind.BINARY, 8),
    OF(Kind.BINARY, 4),
    OL(Kind.BINARY, 4),
    OV(Kind.BINARY, 8),
    OW(Kind.BINARY, 2),
    PN(Kind.LOCAL_TEXT, 1),
    SH(Kind.LOCAL_TEXT, 1),
    SL(Kind.NUMBER, 4),
    SQ(Kind.SEQUENCE, 1),
    SS(Kind.NUMBER, 2),
    ST(Kind.LOCAL_TEXT, 1),
    SV(Kind.NUMBER, 8),
    TM(Kind.TEXT, 1),
    UC(Kind.LOCAL_TEXT, 1),
    UI(Kind.TEXT, 1),
    UL(Kind.NUMBER, 4),
    UN(Kind.BINARY, 1),
    UR(Kind.TEXT, 1),
    US(Kind.NUMBER, 2),
    UT(Kind.LOCAL_TEXT, 1),
    UV(Kind.NUMBER, 8);

    private enum Kind {
        TEXT,
        LOCAL_TEXT,
        NUMBER,
        BINARY,
        SEQUENCE
    }

    private static final @Nullable Vr[] BY_CODE = new Vr[1 << 16];

    static {
        for (Vr vr : values()) {
            BY_CODE[vr.code()] = vr;
        }
    }

    private final Kind kind;
    private final int unitBytes;
    private final int code;

    Vr(Kind kind, int unitBytes) {
        this.kind = kind;
        this.unitBytes = unitBytes;
        this.code = name().charAt(0) << 8 | name().charAt(1);
    }

    /// The two letters as they stand in explicit VR encodings, first letter in the high byte.
    public int code() {
        return code;
    }

    /// The representation with these two letters, or null where PS3.5 has none.
    public static @Nullable Vr find(int code) {
        return BY_CODE[code & 0xFFFF];
    }

    /// Whether explicit VR encodings give this representation two reserved bytes and a length of 32 bits
    /// (PS3.5 table 7.1-1) rather than a length of 16 bits (table 7.1-2).
    public boolean longLength() {
        return switch (this) {
            case OB, OD, OF, OL, OV, OW, SQ, SV, UC, UN, UR, UT, UV -> true;
            case AE, AS, AT, CS, DA, DS, DT, FD, FL, IS, LO, LT, PN, SH, SL, SS, ST, TM, UI, UL, US -> false;
        };
    }

    /// Whether values are text, in the default or in the specific character set.
    public boolean text() {
        return kind == Kind.TEXT || kind == Kind.LOCAL_TEXT;
    }

    /// Whether values are text in the character set that (0008,0005) names.
    public boolean localText() {
        return kind == Kind.LOCAL_TEXT;
    }

    /// Whether values are binary numbers (or tags) of {@link #unitBytes()} each.
    public boolean number() {
        return kind == Kind.NUMBER;
    }

    /// Whether values are octets, words or streams that JSON and XML show as inline binary or bulk data.
    public boolean binary() {
        return kind == Kind.BINARY;
    }

    /// Whether a backslash parts several values. It is an ordinary character in the others.
    public boolean multiValuedText() {
        return switch (this) {
            case AE, AS, CS, DA, DS, DT, IS, LO, PN, SH, TM, UC, UI -> true;
            case AT, FD, FL, LT, OB, OD, OF, OL, OV, OW, SL, SQ, SS, ST, SV, UL, UN, UR, US, UT, UV -> false;
        };
    }

    /// The bytes that change places together between little and big endian; 1 where order is not an issue.
    public int unitBytes() {
        return unitBytes;
    }

    /// The byte that fills a value to an even length.
    public byte padding() {
        return (byte) (this == UI || !text() ? 0 : ' ');
    }
}
