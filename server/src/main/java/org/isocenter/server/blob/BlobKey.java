package org.isocenter.server.blob;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/// The name of a blob, made by the store from random numbers and places and from nothing else: no byte that a
/// client sent is ever part of it. The text has one of three forms, in lower-case hexadecimal digits only:
///
/// - `f` and 32 digits: a file of its own. The first four digits name its folder.
/// - `p` and 40 digits: an entry of a pack. 24 digits name the pack, 8 are the offset of the entry in it, and
///   8 the length of the blob.
/// - `l` and 40 digits: the same for an entry that is a [Link], whose own length it is.
///
/// To everybody outside this package it is opaque, and safe to put into a row or a log line.
public final class BlobKey {
    private static final int FILE_LENGTH = 1 + 32;
    private static final int PACKED_LENGTH = 1 + PackFormat.NAME_LENGTH + 8 + 8;
    private static final HexFormat HEX = HexFormat.of();

    private final String text;

    private BlobKey(String text) {
        this.text = text;
    }

    /// Reads a key that a store once made and that was kept as text since.
    ///
    /// @throws IllegalArgumentException if no store can have made it
    public static BlobKey parse(String text) {
        boolean packed = text.length() == PACKED_LENGTH && (text.charAt(0) == 'p' || text.charAt(0) == 'l');
        boolean file = text.length() == FILE_LENGTH && text.charAt(0) == 'f';
        if (!(packed || file) || !isLowerHex(text, 1)) {
            throw new IllegalArgumentException("not a blob key");
        }
        BlobKey key = new BlobKey(text);
        if (packed && (key.packOffset() < PackFormat.FIRST_ENTRY || key.packedLength() < 0)) {
            throw new IllegalArgumentException("not a blob key");
        }
        return key;
    }

    /// A new key for a blob in a file of its own.
    ///
    /// @param drawer the four digits of its folder
    static BlobKey newFile(String drawer) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new BlobKey(
                "f" + drawer + HEX.toHexDigits(random.nextLong(), 12) + HEX.toHexDigits(random.nextLong(), 16));
    }

    static BlobKey file(String name) {
        return parse("f" + name);
    }

    /// @param link whether the entry is a link
    static BlobKey packed(String pack, int offset, int length, boolean link) {
        return new BlobKey((link ? "l" : "p") + pack + HEX.toHexDigits(offset) + HEX.toHexDigits(length));
    }

    static boolean isLowerHex(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }

    /// Whether there is an entry of a pack under the key, be it the blob or a link.
    boolean isPacked() {
        return text.charAt(0) != 'f';
    }

    boolean isLink() {
        return text.charAt(0) == 'l';
    }

    String fileName() {
        return text.substring(1);
    }

    String pack() {
        return text.substring(1, 1 + PackFormat.NAME_LENGTH);
    }

    int packOffset() {
        return HexFormat.fromHexDigits(text, 1 + PackFormat.NAME_LENGTH, 1 + PackFormat.NAME_LENGTH + 8);
    }

    int packedLength() {
        return HexFormat.fromHexDigits(text, 1 + PackFormat.NAME_LENGTH + 8, PACKED_LENGTH);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BlobKey that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /// The text that [#parse] reads.
    @Override
    public String toString() {
        return text;
    }
}
