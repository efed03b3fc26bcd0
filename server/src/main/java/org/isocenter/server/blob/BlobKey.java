package org.isocenter.server.blob;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/// The name of a blob, made by the store from random numbers and places and from nothing else: no byte that a
/// client sent is ever part of it. The text has one of three forms, in lower-case hexadecimal digits only;
/// where the blob is of another class than `standard`, the name of that and a colon stand before it:
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

    private final String storageClass;
    private final String text;

    private BlobKey(String storageClass, String text) {
        this.storageClass = storageClass;
        this.text = text;
    }

    /// Reads a key that a store once made and that was kept as text since.
    ///
    /// @throws IllegalArgumentException if no store can have made it
    public static BlobKey parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            return parse(StorageClass.STANDARD, text);
        }
        if (!StorageClass.isName(text.substring(0, colon))) {
            throw new IllegalArgumentException("not a blob key");
        }
        return parse(text.substring(0, colon), text.substring(colon + 1));
    }

    private static BlobKey parse(String storageClass, String text) {
        boolean packed = text.length() == PACKED_LENGTH && (text.charAt(0) == 'p' || text.charAt(0) == 'l');
        boolean file = text.length() == FILE_LENGTH && text.charAt(0) == 'f';
        if (!(packed || file) || !isLowerHex(text, 1)) {
            throw new IllegalArgumentException("not a blob key");
        }
        BlobKey key = new BlobKey(storageClass, text);
        if (packed && (key.packOffset() < PackFormat.FIRST_ENTRY || key.packedLength() < 0)) {
            throw new IllegalArgumentException("not a blob key");
        }
        return key;
    }

    /// A new key for a blob in a file of its own.
    ///
    /// @param drawer the four digits of its folder
    static BlobKey newFile(String storageClass, String drawer) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new BlobKey(
                storageClass,
                "f" + drawer + HEX.toHexDigits(random.nextLong(), 12) + HEX.toHexDigits(random.nextLong(), 16));
    }

    static BlobKey file(String storageClass, String name) {
        return parse(storageClass, "f" + name);
    }

    /// @param link whether the entry is a link
    static BlobKey packed(String storageClass, String pack, int offset, int length, boolean link) {
        return new BlobKey(storageClass, (link ? "l" : "p") + pack + HEX.toHexDigits(offset) + HEX.toHexDigits(length));
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

    /// The class that the blob is of.
    public String storageClass() {
        return storageClass;
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
        return other instanceof BlobKey that && text.equals(that.text) && storageClass.equals(that.storageClass);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /// The text that [#parse] reads.
    @Override
    public String toString() {
        return storageClass.equals(StorageClass.STANDARD) ? text : storageClass + ":" + text;
    }
}
