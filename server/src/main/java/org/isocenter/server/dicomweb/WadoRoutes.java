package org.isocenter.server.dicomweb;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.TransferSyntax;
import org.isocenter.dicom.Value;
import org.isocenter.server.archive.Conversion;
import org.isocenter.server.archive.FileSet;
import org.isocenter.server.archive.FrameBytes;
import org.isocenter.server.archive.FrameBytes.Piece;
import org.isocenter.server.archive.Head;
import org.isocenter.server.archive.Retrieve;
import org.isocenter.server.blob.BlobReader;
import org.isocenter.server.http.ByteRanges;
import org.isocenter.server.http.EntityTag;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.Header;
import org.isocenter.server.http.MultipartWriter;
import org.isocenter.server.http.Refusal;
import org.isocenter.server.http.ResponseBody;
import org.isocenter.server.index.Entry.Identity;
import org.isocenter.server.index.Located;
import org.isocenter.server.index.State;
import org.isocenter.server.telemetry.CrashPoint;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Retrieve (PS3.18 section 10.4): instances, frames and bulk data, as they were stored or converted.
final class WadoRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(WadoRoutes.class);
    private static final String OCTET_STREAM = "application/octet-stream";
    private static final int FRAMES_MAX = 10_000;

    private final Retrieve retrieve;

    WadoRoutes(Retrieve retrieve) {
        this.retrieve = retrieve;
    }

    /// The path of an instance below a root.
    static String path(Identity identity) {
        return "/studies/" + identity.studyUid() + "/series/" + identity.seriesUid() + "/instances/"
                + identity.instanceUid();
    }

    void study(View view, Exchange exchange) throws IOException {
        sendAll(view, exchange, series(retrieve, view, exchange, false));
    }

    void series(View view, Exchange exchange) throws IOException {
        sendAll(view, exchange, series(retrieve, view, exchange, true));
    }

    /// The series of the study that the path names, or the one that it names, of which there is at least one.
    static List<State> series(Retrieve retrieve, View view, Exchange exchange, boolean one) {
        String study = PathUids.study(exchange);
        String uid = one ? PathUids.series(exchange) : null;
        List<State> series;
        if (uid == null) {
            series = retrieve.series(view.caller(), study);
        } else {
            State found = retrieve.findSeries(view.caller(), study, uid);
            series = found == null ? List.of() : List.of(found);
        }
        view.check(study, uid, series);
        return series;
    }

    void instance(View view, Exchange exchange) throws IOException {
        sendFirst(exchange, locate(retrieve, view, exchange), InstanceForm.negotiate(exchange, true));
    }

    /// Sends an instance in the first of these forms in which it can be had.
    void sendFirst(Exchange exchange, Located located, List<InstanceForm.Option> options) throws IOException {
        Head head = retrieve.head(located);
        for (InstanceForm.Option option : options) {
            Located given = retrieve.as(located, option.syntax());
            Conversion conversion = null;
            if (!isStored(given, option.syntax())) {
                conversion = retrieve.findRehearsed(located, head, Objects.requireNonNull(option.syntax()));
                if (conversion == null) {
                    continue;
                }
            }
            switch (option.form()) {
                case MULTIPART -> sendMultipart(exchange, List.of(given).iterator(), one -> conversionOf(one, option));
                case ZIP -> sendFileSet(exchange, List.of(given).iterator(), one -> conversionOf(one, option));
                case SINGLE -> sendSingle(exchange, given, head, conversion);
            }
            return;
        }
        throw notConvertible(Set.of(located.transferSyntax()));
    }

    private static boolean isStored(Located located, @Nullable TransferSyntax syntax) {
        return syntax == null || syntax.uid().equals(located.transferSyntax());
    }

    private @Nullable Conversion conversionOf(Located located, InstanceForm.Option option) throws IOException {
        if (isStored(located, option.syntax())) {
            return null;
        }
        return retrieve.findRehearsed(located, retrieve.head(located), Objects.requireNonNull(option.syntax()));
    }

    private static Refusal notConvertible(Set<String> stored) {
        return new Refusal(
                406,
                "transfer-syntax-not-acceptable",
                "stored as " + String.join(", ", stored)
                        + ", and cannot be converted to what is asked for; ask for transfer-syntax=* to get what is stored");
    }

    /// The instance that the path names.
    static Located locate(Retrieve retrieve, View view, Exchange exchange) {
        return locate(retrieve, view, PathUids.study(exchange), PathUids.series(exchange), PathUids.instance(exchange));
    }

    static Located locate(Retrieve retrieve, View view, String study, String series, String instance) {
        Located located = retrieve.findInstance(view.caller(), study, series, instance);
        if (located == null) {
            throw view.missing(study, series, instance);
        }
        return located;
    }

    /// Instances that cannot be had in the transfer syntax that the client likes best are sent as they are
    /// stored: each part tells what it is in. Only where none can be had is the request refused.
    private void sendAll(View view, Exchange exchange, List<State> series) throws IOException {
        Set<String> stored = retrieve.transferSyntaxes(view.caller(), series);
        List<InstanceForm.Option> options = InstanceForm.negotiate(exchange, false);
        for (InstanceForm.Option option : options) {
            TransferSyntax syntax = option.syntax();
            if (syntax == null || stored.stream().anyMatch(from -> retrieve.converts(from, syntax))) {
                boolean asStored = syntax == null || Set.of(syntax.uid()).equals(stored);
                boolean zip = option.form() == InstanceForm.ZIP;
                if (zip && series.stream().mapToInt(State::instances).sum() > FileSet.INSTANCES_MAX) {
                    throw new Refusal(
                            406,
                            "not-acceptable",
                            "a ZIP holds up to " + FileSet.INSTANCES_MAX + " instances; ask for series");
                }
                Iterator<Located> instances = retrieve.instances(view.caller(), series, zip || !asStored);
                if (!asStored) {
                    instances = retrieve.as(instances, syntax);
                }
                Conversions conversions = asStored ? located -> null : located -> conversionOf(located, option);
                if (zip) {
                    sendFileSet(exchange, instances, conversions);
                } else {
                    sendMultipart(exchange, instances, conversions);
                }
                return;
            }
        }
        throw notConvertible(stored);
    }

    /// Finds the conversion of an instance, or null where it is sent as it is stored.
    @FunctionalInterface
    private interface Conversions {
        @Nullable
        Conversion of(Located located) throws IOException;
    }

    private void sendMultipart(Exchange exchange, Iterator<Located> instances, Conversions conversions)
            throws IOException {
        String boundary = MultipartWriter.newBoundary();
        exchange.header("Vary", "Accept");
        try (ResponseBody body =
                exchange.begin(200, "multipart/related; type=\"application/dicom\"; boundary=" + boundary, -1)) {
            CrashPoint.STATUS_LINE_SENT.pass();
            MultipartWriter multipart = new MultipartWriter(body, boundary);
            while (instances.hasNext()) {
                Located located = instances.next();
                Conversion conversion = conversions.of(located);
                try (BlobReader blob = retrieve.open(located)) {
                    if (conversion == null) {
                        multipart.part(List.of(
                                new Header("Content-Type", instanceType(located.transferSyntax())),
                                new Header("Content-Length", Long.toString(blob.lengthBytes()))));
                        blob.transfer(0, blob.lengthBytes(), body::write);
                    } else {
                        multipart.part(List.of(new Header(
                                "Content-Type", instanceType(conversion.to().uid()))));
                        conversion.send(retrieve.frames(located, retrieve.head(located), blob), body);
                    }
                    CrashPoint.BODY_HALF_SENT.pass();
                }
            }
            multipart.finish();
        }
    }

    private void sendFileSet(Exchange exchange, Iterator<Located> instances, Conversions conversions)
            throws IOException {
        exchange.header("Vary", "Accept");
        exchange.header("Content-Disposition", "attachment; filename=\"" + PathUids.study(exchange) + ".zip\"");
        try (ResponseBody body = exchange.begin(200, "application/zip", -1)) {
            FileSet files = new FileSet(body::write);
            CrashPoint.STATUS_LINE_SENT.pass();
            while (instances.hasNext()) {
                Located located = instances.next();
                Head head = retrieve.head(located);
                Conversion conversion = conversions.of(located);
                String syntax = conversion == null
                        ? located.transferSyntax()
                        : conversion.to().uid();
                try (BlobReader blob = retrieve.open(located)) {
                    files.add(located, head, syntax, out -> {
                        if (conversion == null) {
                            blob.transfer(0, blob.lengthBytes(), bytes -> FileSet.copy(bytes, out));
                        } else {
                            conversion.send(retrieve.frames(located, head, blob), out);
                        }
                    });
                }
            }
            files.finish();
        }
    }

    private void sendSingle(Exchange exchange, Located located, Head head, @Nullable Conversion conversion)
            throws IOException {
        String tag =
                tag(located, conversion == null ? "" : "-" + conversion.to().uid());
        if (notModified(exchange, tag)) {
            return;
        }
        try (BlobReader blob = retrieve.open(located)) {
            if (conversion != null) {
                try (ResponseBody body =
                        exchange.begin(200, instanceType(conversion.to().uid()), -1)) {
                    conversion.send(retrieve.frames(located, head, blob), body);
                }
                return;
            }
            exchange.header("Accept-Ranges", "bytes");
            String type = instanceType(located.transferSyntax());
            long length = blob.lengthBytes();
            ByteRanges.One range = range(exchange, tag, length);
            ResponseBody body =
                    range == null ? exchange.begin(200, type, length) : partial(exchange, type, range, length);
            try (body) {
                blob.transfer(
                        range == null ? 0 : range.first(), range == null ? length : range.lengthBytes(), body::write);
            }
        }
    }

    /// A strong validator: the same bytes in the same form have the same tag, whatever becomes of the
    /// index.
    ///
    /// @param form what the URL does not tell
    private static String tag(Located located, String form) {
        return '"' + digest(located) + form + '"';
    }

    private static String digest(Located located) {
        return HexFormat.of().formatHex(located.bytes().sha256(), 0, 16);
    }

    /// Answers 304 where the client has the bytes already.
    private static boolean notModified(Exchange exchange, String tag) throws IOException {
        exchange.header("ETag", tag).header("Vary", "Accept").header("Cache-Control", "private, no-cache");
        if (!EntityTag.matches(exchange.headers("If-None-Match"), tag)) {
            return false;
        }
        exchange.sendEmpty(304);
        return true;
    }

    private static String instanceType(String syntax) {
        return "application/dicom; transfer-syntax=" + syntax;
    }

    /// The range that a request asks for, or null for all. Several ranges are answered with all.
    static ByteRanges.@Nullable One range(Exchange exchange, @Nullable String tag, long lengthBytes) {
        String condition = exchange.header("If-Range");
        if (condition != null && !condition.equals(tag)) {
            return null;
        }
        return switch (ByteRanges.parse(exchange.header("Range"), lengthBytes)) {
            case ByteRanges.All all -> null;
            case ByteRanges.One one -> one;
            case ByteRanges.Several several -> null;
            case ByteRanges.Unsatisfiable none ->
                throw new Refusal(416, "range-not-satisfiable", "the range lies outside the " + lengthBytes + " bytes")
                        .withHeader("Content-Range", "bytes */" + lengthBytes);
        };
    }

    static ResponseBody partial(Exchange exchange, String type, ByteRanges.One range, long lengthBytes)
            throws IOException {
        exchange.header("Content-Range", "bytes " + range.first() + "-" + range.last() + "/" + lengthBytes);
        return exchange.begin(206, type, range.lengthBytes());
    }

    void frames(View view, Exchange exchange) throws IOException {
        Located stored = locate(retrieve, view, exchange);
        int[] numbers = frameNumbers(exchange.pathValue("frames"));
        List<FrameForm.Option> options = FrameForm.negotiate(exchange, syntax(stored), numbers.length);
        Located located = retrieve.as(
                stored, options.isEmpty() ? null : options.getFirst().syntax());
        if (located != stored) {
            options = FrameForm.negotiate(exchange, syntax(located), numbers.length);
        }
        TransferSyntax syntax = syntax(located);
        Head head = retrieve.head(located);
        try (BlobReader blob = retrieve.open(located)) {
            FrameBytes frames = retrieve.frames(located, head, blob);
            List<Piece> pieces = new ArrayList<>(numbers.length);
            for (int number : numbers) {
                Piece piece = frames.find(number);
                if (piece == null) {
                    throw new Refusal(404, "no-such-frame", "the instance has no frame " + number);
                }
                pieces.add(piece);
            }
            for (FrameForm.Option option : options) {
                TransferSyntax target = option.syntax();
                if (target == null) {
                    String type = syntax.mediaType() + "; transfer-syntax=" + syntax.uid();
                    send(exchange, located, option.form(), type, pieces, frames);
                    return;
                }
                Conversion conversion = retrieve.findConversion(located, head, target);
                if (conversion != null
                        && sendConverted(exchange, located, option.form(), conversion, frames, numbers, pieces)) {
                    return;
                }
            }
        }
        throw FrameForm.notAcceptable(syntax);
    }

    /// Sends frames in another transfer syntax; false, and nothing is sent, where the first cannot be
    /// converted.
    private static boolean sendConverted(
            Exchange exchange,
            Located located,
            FrameForm form,
            Conversion conversion,
            FrameBytes frames,
            int[] numbers,
            List<Piece> pieces)
            throws IOException {
        byte[] first;
        try {
            first = conversion.frame(frames, numbers[0], pieces.getFirst());
        } catch (MalformedException broken) {
            LOG.debug("A frame cannot be converted: {}", broken.getMessage());
            return false;
        }
        String suffix = "-" + conversion.to().uid();
        if (notModified(exchange, tag(located, (form == FrameForm.SINGLE ? "-s" : "-m") + suffix))) {
            return true;
        }
        String type = conversion.to().mediaType() + "; transfer-syntax="
                + conversion.to().uid();
        switch (form) {
            case SINGLE -> exchange.send(200, type, first);
            case MULTIPART -> {
                String boundary = "isocenter-" + digest(located);
                try (ResponseBody body = exchange.begin(200, multipart(type, boundary), -1)) {
                    MultipartWriter multipart = new MultipartWriter(body, boundary);
                    for (int i = 0; i < numbers.length; i++) {
                        byte[] frame = i == 0 ? first : converted(conversion, frames, numbers[i], pieces.get(i));
                        multipart.part(List.of(
                                new Header("Content-Type", type),
                                new Header("Content-Length", Integer.toString(frame.length))));
                        body.write(frame);
                    }
                    multipart.finish();
                }
            }
        }
        return true;
    }

    private static byte[] converted(Conversion conversion, FrameBytes frames, int number, Piece piece)
            throws IOException {
        try {
            return conversion.frame(frames, number, piece);
        } catch (MalformedException broken) {
            throw new IOException("frame " + number + " cannot be converted: " + broken.getMessage(), broken);
        }
    }

    static int[] frameNumbers(String list) {
        String[] texts = list.split(",", -1);
        if (texts.length > FRAMES_MAX) {
            throw new Refusal(400, "invalid-frames", "more than " + FRAMES_MAX + " frames are asked for");
        }
        int[] numbers = new int[texts.length];
        for (int i = 0; i < texts.length; i++) {
            try {
                numbers[i] = Integer.parseInt(texts[i]);
            } catch (NumberFormatException notANumber) {
                numbers[i] = 0;
            }
            if (numbers[i] < 1 || texts[i].startsWith("+")) {
                throw new Refusal(400, "invalid-frames", "frames are asked for by numbers from 1, parted by commas");
            }
        }
        return numbers;
    }

    void pixelData(View view, Exchange exchange) throws IOException {
        Located located = locate(retrieve, view, exchange);
        sendPixelData(exchange, located, retrieve.head(located));
    }

    /// All pixel data: the native value, or a part for each frame of an encapsulated one.
    private void sendPixelData(Exchange exchange, Located located, Head head) throws IOException {
        TransferSyntax syntax = syntax(located);
        try (BlobReader blob = retrieve.open(located)) {
            FrameBytes frames = retrieve.frames(located, head, blob);
            List<Piece> pieces = frames.all();
            if (pieces.isEmpty()) {
                throw new Refusal(404, "no-pixel-data", "the instance has no pixel data");
            }
            FrameForm form = FrameForm.findStored(FrameForm.negotiate(exchange, syntax, pieces.size()));
            if (form == null) {
                throw FrameForm.notAcceptable(syntax);
            }
            send(exchange, located, form, syntax.mediaType() + "; transfer-syntax=" + syntax.uid(), pieces, frames);
        }
    }

    void bulkData(View view, Exchange exchange) throws IOException {
        Located located = locate(retrieve, view, exchange);
        Head head = retrieve.head(located);
        Value value = BulkPath.find(head.dataSet(), exchange.pathValue("path"));
        switch (value) {
            case null -> throw new Refusal(404, "no-such-value", "the instance has no bulk value with this path");
            case Value.Bytes bytes -> sendBytes(exchange, bytes);
            case Value.Bulk bulk -> sendOctets(exchange, located, head, new Piece(bulk.offset(), bulk.lengthBytes()));
            case Value.Fragments fragments -> sendPixelData(exchange, located, head);
            case Value.Items items -> throw new Refusal(404, "no-such-value", "the path names a sequence, not a value");
            case Value.Link link -> throw new IllegalStateException("a stored instance holds no links");
        }
    }

    private static void sendBytes(Exchange exchange, Value.Bytes bytes) throws IOException {
        switch (FrameForm.negotiateOctets(exchange, true)) {
            case SINGLE -> exchange.send(200, OCTET_STREAM, bytes.copy());
            case MULTIPART -> {
                String boundary = MultipartWriter.newBoundary();
                try (ResponseBody body = exchange.begin(200, multipart(OCTET_STREAM, boundary), -1)) {
                    MultipartWriter multipart = new MultipartWriter(body, boundary);
                    multipart.part(List.of(new Header("Content-Type", OCTET_STREAM)));
                    body.write(bytes.copy());
                    multipart.finish();
                }
            }
        }
    }

    private void sendOctets(Exchange exchange, Located located, Head head, Piece piece) throws IOException {
        FrameForm form = FrameForm.negotiateOctets(exchange, true);
        try (BlobReader blob = retrieve.open(located)) {
            send(exchange, located, form, OCTET_STREAM, List.of(piece), retrieve.frames(located, head, blob));
        }
    }

    /// Sends pieces of an instance. The parts of a multipart body are parted by the digest of the
    /// instance,
    /// so that the same pieces are always the same body.
    private static void send(
            Exchange exchange, Located located, FrameForm form, String type, List<Piece> pieces, FrameBytes frames)
            throws IOException {
        String tag = tag(located, form == FrameForm.SINGLE ? "-s" : "-m");
        if (notModified(exchange, tag)) {
            return;
        }
        switch (form) {
            case SINGLE -> sendSingle(exchange, tag, type, pieces, frames);
            case MULTIPART -> {
                String boundary = "isocenter-" + digest(located);
                List<List<Header>> heads = new ArrayList<>();
                long length = MultipartWriter.endLengthBytes(boundary);
                for (Piece piece : pieces) {
                    List<Header> head = List.of(
                            new Header("Content-Type", type),
                            new Header("Content-Length", Long.toString(piece.lengthBytes())));
                    heads.add(head);
                    length += MultipartWriter.partLengthBytes(boundary, head, piece.lengthBytes());
                }
                try (ResponseBody body = exchange.begin(200, multipart(type, boundary), length)) {
                    MultipartWriter multipart = new MultipartWriter(body, boundary);
                    for (int i = 0; i < pieces.size(); i++) {
                        multipart.part(heads.get(i));
                        frames.transfer(pieces.get(i), body::write);
                    }
                    multipart.finish();
                }
            }
        }
    }

    private static void sendSingle(Exchange exchange, String tag, String type, List<Piece> pieces, FrameBytes frames)
            throws IOException {
        Piece piece = pieces.getFirst();
        exchange.header("Accept-Ranges", "bytes");
        ByteRanges.One range = range(exchange, tag, piece.lengthBytes());
        ResponseBody body = range == null
                ? exchange.begin(200, type, piece.lengthBytes())
                : partial(exchange, type, range, piece.lengthBytes());
        try (body) {
            frames.transfer(range == null ? piece : piece.part(range.first(), range.lengthBytes()), body::write);
        }
    }

    /// The type of a multipart body whose parts have this type.
    private static String multipart(String type, String boundary) {
        String media = type.split(";", 2)[0];
        return "multipart/related; type=\"" + media + "\"; boundary=" + boundary;
    }

    static TransferSyntax syntax(Located located) {
        TransferSyntax syntax = TransferSyntax.find(located.transferSyntax());
        if (syntax == null) {
            throw new Refusal(406, "unknown-transfer-syntax", "the transfer syntax of the instance is not known here");
        }
        return syntax;
    }
}
