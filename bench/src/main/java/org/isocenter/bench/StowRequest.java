package org.isocenter.bench;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A store request of some parts, laid out once in direct memory. Making the next request is patching its
/// heads: the length never changes, and the pixels are the template's own buffer, sent as often as there are
/// parts and frames.
final class StowRequest {

    private static final String BOUNDARY = "isocenter-bench-boundary";

    private final ObjectTemplate template;
    private final int parts;
    private final ByteBuffer heads;
    private final int[] headPositions;
    private final ByteBuffer[] pieces;

    StowRequest(ObjectTemplate template, int parts, InetSocketAddress address, String path) {
        this.template = template;
        this.parts = parts;
        byte[] opening = ascii("--" + BOUNDARY + "\r\nContent-Type: application/dicom\r\n\r\n");
        byte[] next = ascii("\r\n--" + BOUNDARY + "\r\nContent-Type: application/dicom\r\n\r\n");
        byte[] closing = ascii("\r\n--" + BOUNDARY + "--\r\n");
        long bodyBytes = opening.length + (parts - 1L) * next.length + closing.length + parts * template.fileBytes();
        byte[] head = ascii("""
                POST %s HTTP/1.1\r
                Host: %s\r
                Content-Type: multipart/related; type="application/dicom"; boundary=%s\r
                Accept: application/dicom+json\r
                Content-Length: %d\r
                \r
                """.formatted(path, WireClient.host(address), BOUNDARY, bodyBytes));
        this.heads = ByteBuffer.allocateDirect(
                head.length + opening.length + (parts - 1) * next.length + parts * template.headBytes());
        this.headPositions = new int[parts];
        List<ByteBuffer> all = new ArrayList<>();
        heads.put(head).put(opening);
        int from = 0;
        for (int part = 0; part < parts; part++) {
            if (part > 0) {
                heads.put(next);
            }
            headPositions[part] = heads.position();
            template.write(new Identity(template.seed(), 0, 0, 0), heads, heads.position());
            heads.position(heads.position() + template.headBytes());
            all.add(heads.slice(from, heads.position() - from));
            from = heads.position();
            for (int frame = 0; frame < template.shape().frames; frame++) {
                all.add(template.frame());
            }
        }
        all.add(WireClient.direct(closing));
        this.pieces = all.toArray(ByteBuffer[]::new);
    }

    int parts() {
        return parts;
    }

    long fileBytes() {
        return parts * template.fileBytes();
    }

    /// The request with these instances, one for each part. The buffers are this object's own: one request at
    /// a time.
    ByteBuffer[] with(List<Identity> identities) {
        for (int part = 0; part < parts; part++) {
            template.patch(identities.get(part), heads, headPositions[part]);
        }
        for (ByteBuffer piece : pieces) {
            piece.rewind();
        }
        return pieces;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
