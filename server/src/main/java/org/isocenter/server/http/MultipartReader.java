package org.isocenter.server.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Reads a multipart body (RFC 2046 section 5.1) from a stream, part by part, holding no more than one buffer.
///
/// A delimiter is CRLF, two dashes, the boundary, and then either two dashes, or spaces or tabs and CRLF; the
/// same text anywhere else is content. The buffer starts with a CRLF of our own, so that a delimiter at the
/// very start of the body is one like any other. Bytes before `clean` are known to be content; Horspool's
/// search looks for the next delimiter beyond it, a whole delimiter length at a stride through most of what
/// images are made of.
///
/// Not safe for use by several threads.
public final class MultipartReader {
    private static final int BUFFER_BYTES = 128 * 1024;
    private static final int PADDING_BYTES_MAX = 256;
    private static final int BOUNDARY_CHARS_MAX = 70;
    private static final int NOT_A_DELIMITER = 0;
    private static final int UNDECIDED = -1;

    private enum Stage {
        PREAMBLE,
        PART,
        END
    }

    private final InputStream in;
    private final MultipartLimits limits;
    private final byte[] delimiter;
    private final int[] stride = new int[256];

    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int at;
    private int clean;
    private int limit;
    /// The length of the delimiter that starts at `clean`, 0 while none has been found.
    private int delimiterBytes;

    private boolean delimiterIsLast;
    private Stage stage = Stage.PREAMBLE;
    private int parts;
    private @Nullable PartBody open;

    /// @throws Refusal 400 if the boundary is missing, too long, or has a character no boundary has
    public MultipartReader(InputStream in, @Nullable String boundary, MultipartLimits limits) {
        this.in = in;
        this.limits = limits;
        this.delimiter = ("\r\n--" + checked(boundary)).getBytes(StandardCharsets.US_ASCII);
        Arrays.fill(stride, delimiter.length);
        for (int i = 0; i < delimiter.length - 1; i++) {
            stride[delimiter[i] & 0xff] = delimiter.length - 1 - i;
        }
        buffer[0] = '\r';
        buffer[1] = '\n';
        limit = 2;
    }

    private static String checked(@Nullable String boundary) {
        boolean legal = boundary != null
                && !boundary.isEmpty()
                && boundary.length() <= BOUNDARY_CHARS_MAX
                && !boundary.endsWith(" ");
        for (int i = 0; legal && i < Objects.requireNonNull(boundary).length(); i++) {
            char c = boundary.charAt(i);
            legal = c >= 'a' && c <= 'z'
                    || c >= 'A' && c <= 'Z'
                    || c >= '0' && c <= '9'
                    || c < 0x80 && "'()+_,-./:=? ".indexOf(c) >= 0;
        }
        if (!legal) {
            throw new Refusal(400, "malformed-boundary", "The boundary of the multipart body is missing or not legal.");
        }
        return Objects.requireNonNull(boundary);
    }

    /// The next part, or null behind the last. What the part before it has left unread is skipped.
    ///
    /// @throws MalformedBodyException if the body ends without its last boundary, or a part has a broken head
    /// @throws Refusal 413 if there are too many parts
    public @Nullable Part next() throws IOException {
        switch (stage) {
            case PREAMBLE -> skipPreamble();
            case PART -> skipContent(Long.MAX_VALUE);
            case END -> {
                return null;
            }
        }
        if (open != null) {
            open.closed = true;
            open = null;
        }
        boolean last = delimiterIsLast;
        at += delimiterBytes;
        clean = at;
        delimiterBytes = 0;
        if (last) {
            stage = Stage.END;
            skipEpilogue();
            return null;
        }
        stage = Stage.PART;
        if (++parts > limits.parts()) {
            throw new Refusal(413, "too-many-parts", "The multipart body has more than " + limits.parts() + " parts.");
        }
        List<Header> headers = readHead();
        open = new PartBody();
        return new Part(headers, open);
    }

    private void skipPreamble() throws IOException {
        skipContent(limits.fillerBytes() + 2L);
    }

    private void skipContent(long bytesMax) throws IOException {
        long skipped = 0;
        for (int content = content(); content > 0; content = content()) {
            skipped += content;
            at += content;
            if (skipped > bytesMax) {
                throw new MalformedBodyException("The multipart body has no boundary within its first bytes.");
            }
        }
    }

    /// Reads on to the end of the body, whose framing may yet prove broken.
    private void skipEpilogue() throws IOException {
        long skipped = 0;
        do {
            skipped += limit - at;
            at = limit;
            clean = limit;
            if (skipped > limits.fillerBytes()) {
                throw new MalformedBodyException("The multipart body goes on behind its last boundary.");
            }
        } while (fill());
    }

    /// How many bytes from `at` are content and in the buffer: 0 only at a delimiter.
    private int content() throws IOException {
        while (clean == at && delimiterBytes == 0) {
            search();
            if (clean == at && delimiterBytes == 0 && !fill()) {
                throw new MalformedBodyException("The multipart body ends without its last boundary.");
            }
        }
        return clean - at;
    }

    /// Moves `clean` to the next delimiter, or as far as none can start.
    private void search() {
        int last = delimiter.length - 1;
        byte end = delimiter[last];
        int from = clean;
        while (from + last < limit) {
            byte tail = buffer[from + last];
            if (tail == end && Arrays.equals(buffer, from, from + last, delimiter, 0, last)) {
                int ending = endingBytes(from + delimiter.length);
                if (ending != NOT_A_DELIMITER) {
                    delimiterBytes = ending == UNDECIDED ? 0 : delimiter.length + ending;
                    break;
                }
            }
            from += stride[tail & 0xff];
        }
        clean = from;
    }

    /// The length of what follows the boundary in a delimiter.
    private int endingBytes(int from) {
        int end = Math.min(limit, from + PADDING_BYTES_MAX);
        int i = from;
        while (i < end && (buffer[i] == ' ' || buffer[i] == '\t')) {
            i++;
        }
        if (i == limit) {
            return UNDECIDED;
        }
        boolean dashes = i == from && buffer[i] == '-';
        if (!dashes && buffer[i] != '\r') {
            return NOT_A_DELIMITER;
        }
        if (i + 1 == limit) {
            return UNDECIDED;
        }
        if (buffer[i + 1] != (dashes ? '-' : '\n')) {
            return NOT_A_DELIMITER;
        }
        delimiterIsLast = dashes;
        return i + 2 - from;
    }

    /// Takes in more, after moving what is still needed to the front. False at the end of the input.
    private boolean fill() throws IOException {
        if (at > 0 && limit - at < PADDING_BYTES_MAX || limit == buffer.length) {
            System.arraycopy(buffer, at, buffer, 0, limit - at);
            clean -= at;
            limit -= at;
            at = 0;
        }
        int read = in.read(buffer, limit, buffer.length - limit);
        limit += Math.max(read, 0);
        return read >= 0;
    }

    private List<Header> readHead() throws IOException {
        List<Header> headers = new ArrayList<>();
        int left = limits.partHeadersBytes();
        for (String line = readLine(left); !line.isEmpty(); line = readLine(left)) {
            left -= line.length() + 2;
            headers.add(header(line));
            if (headers.size() > limits.partHeaders()) {
                throw new MalformedBodyException("A part has too many headers.");
            }
        }
        long types = headers.stream()
                .filter(header -> header.name().equalsIgnoreCase("Content-Type"))
                .count();
        if (types > 1) {
            throw new MalformedBodyException("A part has more than one Content-Type.");
        }
        return headers;
    }

    /// A line without its CRLF. The CRLF of the empty line is left where it is if it begins a delimiter: that
    /// part has no body at all.
    private String readLine(int charsMax) throws IOException {
        int i = at;
        while (true) {
            for (; i + 1 < limit; i++) {
                if (buffer[i] == '\r' && buffer[i + 1] == '\n') {
                    return takeLine(i);
                }
                if (i - at >= charsMax) {
                    throw new MalformedBodyException("The head of a part is too long.");
                }
            }
            int done = i - at;
            if (!fill()) {
                throw new MalformedBodyException("The multipart body ends within the head of a part.");
            }
            i = at + done;
        }
    }

    private String takeLine(int end) throws IOException {
        String line = new String(buffer, at, end - at, StandardCharsets.ISO_8859_1);
        at = end;
        clean = end;
        if (!line.isEmpty() || !delimiterIsHere()) {
            at += 2;
            clean = at;
        }
        return line;
    }

    private boolean delimiterIsHere() throws IOException {
        while (true) {
            int here = Math.min(limit - at, delimiter.length);
            if (!Arrays.equals(buffer, at, at + here, delimiter, 0, here)) {
                return false;
            }
            int ending = here < delimiter.length ? UNDECIDED : endingBytes(at + here);
            if (ending != UNDECIDED) {
                delimiterBytes = ending == NOT_A_DELIMITER ? 0 : here + ending;
                return delimiterBytes > 0;
            }
            if (!fill()) {
                return false;
            }
        }
    }

    private static Header header(String line) throws MalformedBodyException {
        int colon = line.indexOf(':');
        try {
            return new Header(
                    line.substring(0, Math.max(colon, 0)),
                    line.substring(colon + 1).strip());
        } catch (IllegalArgumentException ignored) {
            throw new MalformedBodyException("A part has a header that is not well formed.");
        }
    }

    private final class PartBody extends InputStream {
        private boolean closed;

        private int here() throws IOException {
            if (closed) {
                throw new IOException("the part has been passed");
            }
            return content();
        }

        @Override
        public int read() throws IOException {
            return here() == 0 ? -1 : buffer[at++] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            if (length == 0) {
                return 0;
            }
            int count = Math.min(here(), length);
            System.arraycopy(buffer, at, bytes, offset, count);
            at += count;
            return count == 0 ? -1 : count;
        }

        @Override
        public long skip(long count) throws IOException {
            long skipped = 0;
            for (int here = here(); here > 0 && skipped < count; here = here()) {
                int step = (int) Math.min(here, count - skipped);
                at += step;
                skipped += step;
            }
            return skipped;
        }

        @Override
        public int available() {
            return closed ? 0 : clean - at;
        }

        @Override
        public long transferTo(OutputStream out) throws IOException {
            long moved = 0;
            for (int here = here(); here > 0; here = here()) {
                out.write(buffer, at, here);
                at += here;
                moved += here;
            }
            return moved;
        }
    }
}
