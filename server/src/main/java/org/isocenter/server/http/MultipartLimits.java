package org.isocenter.server.http;

/// What a multipart body may hold.
///
/// @param parts most parts; one more is refused with 413
/// @param partHeadersBytes longest head of a part
/// @param partHeaders most header fields of a part
/// @param fillerBytes most bytes before the first boundary, and most after the last
public record MultipartLimits(int parts, int partHeadersBytes, int partHeaders, int fillerBytes) {
    public static final MultipartLimits DEFAULT = new MultipartLimits(100_000, 8 * 1024, 32, 64 * 1024);

    public MultipartLimits {
        if (partHeadersBytes > 64 * 1024) {
            throw new IllegalArgumentException("the head of a part must fit in the buffer of its reader");
        }
    }
}
