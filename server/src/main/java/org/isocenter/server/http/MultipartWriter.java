package org.isocenter.server.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;

/// Writes a multipart body: `part`, then the bytes of the part to `body`, and so on; then `finish`.
public final class MultipartWriter {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final byte[] CRLF = {'\r', '\n'};

    private final ResponseBody out;
    private final String boundary;
    private boolean inPart;

    public MultipartWriter(ResponseBody out, String boundary) {
        this.out = out;
        this.boundary = boundary;
    }

    /// A boundary that nobody who wrote the content could have known.
    public static String newBoundary() {
        byte[] random = new byte[16];
        RANDOM.nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    public void part(List<Header> headers) throws IOException {
        endPart();
        StringBuilder head =
                new StringBuilder(256).append("--").append(boundary).append("\r\n");
        for (Header header : headers) {
            head.append(header.name()).append(": ").append(header.value()).append("\r\n");
        }
        out.write(head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
        inPart = true;
    }

    /// Where the bytes of the part last begun go. It is not to be closed between parts.
    public ResponseBody body() {
        return out;
    }

    public void finish() throws IOException {
        endPart();
        out.write(("--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    private void endPart() throws IOException {
        if (inPart) {
            out.write(CRLF);
            inPart = false;
        }
    }

    /// How many bytes a part takes up in all. The whole body is the sum over its parts and `endLengthBytes`.
    public static long partLengthBytes(String boundary, List<Header> headers, long bodyLengthBytes) {
        long head = headers.stream().mapToLong(Header::lengthBytes).sum();
        return 2 + boundary.length() + 2 + head + 2 + bodyLengthBytes + 2;
    }

    public static long endLengthBytes(String boundary) {
        return 2 + boundary.length() + 2 + 2;
    }
}
