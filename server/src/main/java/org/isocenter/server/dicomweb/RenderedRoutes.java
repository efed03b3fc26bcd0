package org.isocenter.server.dicomweb;

import java.io.IOException;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.TransferSyntax;
import org.isocenter.server.archive.Head;
import org.isocenter.server.archive.Render;
import org.isocenter.server.archive.Retrieve;
import org.isocenter.server.http.Accept;
import org.isocenter.server.http.EntityTag;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.Header;
import org.isocenter.server.http.MediaType;
import org.isocenter.server.http.MultipartWriter;
import org.isocenter.server.http.Query;
import org.isocenter.server.http.Refusal;
import org.isocenter.server.http.ResponseBody;
import org.isocenter.server.index.Located;
import org.isocenter.server.index.State;
import org.isocenter.server.render.Picture;
import org.isocenter.server.render.RenderOptions;
import org.isocenter.server.render.RenderOptions.Output;
import org.isocenter.server.render.Viewport;
import org.isocenter.server.render.document.Rendition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Rendered resources and thumbnails (PS3.18 10.4.1.1.3 and 10.4.1.1.5).
final class RenderedRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(RenderedRoutes.class);

    private final Retrieve retrieve;
    private final Render render;
    private final RenderedDocuments documents;

    RenderedRoutes(Retrieve retrieve, Render render) {
        this.retrieve = retrieve;
        this.render = render;
        this.documents = new RenderedDocuments(render);
    }

    RenderedDocuments documents() {
        return documents;
    }

    // Instances and frames

    /// An instance: a picture of its first frame, or with GIF of all of them; and what is no image as what
    /// it is.
    void instance(View view, Exchange exchange) throws IOException {
        Located located = WadoRoutes.locate(retrieve, view, exchange);
        Head head = retrieve.head(located);
        List<String> types = mediaTypes(located, head);
        if (types.isEmpty()) {
            picture(view, exchange, located, head);
        } else {
            String type = RenderedDocuments.negotiate(exchange, types);
            exchange.header("Vary", "Accept");
            documents.send(exchange, located, head, type, RenderedDocuments::besideInstance);
        }
    }

    /// What an instance that is no image is shown as, the usual media type first; empty for images, and for
    /// what cannot be shown.
    static List<String> mediaTypes(Located located, Head head) {
        TransferSyntax syntax = WadoRoutes.syntax(located);
        return Rendition.of(head.dataSet(), syntax).mediaTypes(head.dataSet(), syntax);
    }

    private void picture(View view, Exchange exchange, Located located, Head head) throws IOException {
        Form form = Form.negotiate(exchange, true);
        RenderOptions options = RenderParameters.read(exchange, form.output());
        Located state = findState(view, exchange, PathUids.study(exchange));
        if (notModified(exchange, located, "rendered-" + form + state(state))) {
            return;
        }
        if (form.output() == Output.GIF) {
            animate(exchange, located, head, options, state);
        } else if (form.multipart()) {
            sendParts(exchange, List.of(located).iterator(), options, state);
        } else {
            send(exchange, firstPicture(located, head, options, state));
        }
    }

    /// The picture of an instance, which is no image where it has no first frame.
    private Picture firstPicture(Located located, Head head, RenderOptions options, @Nullable Located state)
            throws IOException {
        try {
            Picture picture = render.find(located, head, 1, options, state);
            if (picture == null) {
                throw new MalformedException("it has no frames");
            }
            return picture;
        } catch (MalformedException notShown) {
            throw notShown(notShown);
        }
    }

    void frames(View view, Exchange exchange) throws IOException {
        Located located = WadoRoutes.locate(retrieve, view, exchange);
        int[] numbers = WadoRoutes.frameNumbers(exchange.pathValue("frames"));
        Form form = Form.negotiate(exchange, numbers.length == 1);
        RenderOptions options = RenderParameters.read(exchange, form.output());
        Located state = findState(view, exchange, PathUids.study(exchange));
        if (notModified(exchange, located, "rendered-" + form + state(state))) {
            return;
        }
        Picture first = picture(located, numbers[0], options, state);
        if (!form.multipart()) {
            send(exchange, first);
            return;
        }
        String boundary = MultipartWriter.newBoundary();
        try (ResponseBody body = exchange.begin(200, multipart(first.mediaType(), boundary), -1)) {
            MultipartWriter multipart = new MultipartWriter(body, boundary);
            part(multipart, first);
            for (int i = 1; i < numbers.length; i++) {
                part(multipart, picture(located, numbers[i], options, state));
            }
            multipart.finish();
        }
    }

    /// The presentation state that is named; null where none is.
    @Nullable
    Located findState(View view, Exchange exchange, String study) {
        Query query = exchange.query();
        String series = query.findFirst("presentationSeriesUID");
        String instance = query.findFirst("presentationUID");
        if (series == null && instance == null) {
            return null;
        }
        if (series == null || instance == null) {
            throw RenderParameters.refused("presentationUID", "goes with presentationSeriesUID");
        }
        Located state = retrieve.findInstance(view.caller(), study, series, instance);
        if (state == null) {
            throw new Refusal(404, "not-found", "there is no such presentation state");
        }
        return state;
    }

    private static String state(@Nullable Located state) {
        return state == null ? "" : "-" + HexFormat.of().formatHex(state.bytes().sha256(), 0, 8);
    }

    /// A picture of a frame, or a refusal that says why there is none.
    Picture picture(Located located, int number, RenderOptions options, @Nullable Located state) throws IOException {
        try {
            Picture picture = render.find(located, retrieve.head(located), number, options, state);
            if (picture == null) {
                throw new Refusal(404, "no-such-frame", "the instance has no frame " + number);
            }
            return picture;
        } catch (MalformedException notShown) {
            throw notShown(notShown);
        }
    }

    static Refusal notShown(MalformedException reason) {
        return new Refusal(406, "not-rendered", "the instance cannot be shown as a picture: " + reason.getMessage());
    }

    private void animate(Exchange exchange, Located located, Head head, RenderOptions options, @Nullable Located state)
            throws IOException {
        try {
            render.animate(located, head, options, state, () -> exchange.begin(200, Output.GIF.mediaType(), -1));
        } catch (MalformedException notShown) {
            if (exchange.committed()) {
                throw new IOException("a frame cannot be shown: " + notShown.getMessage(), notShown);
            }
            throw notShown(notShown);
        }
    }

    // Studies and series

    void study(View view, Exchange exchange) throws IOException {
        sendAll(view, exchange, WadoRoutes.series(retrieve, view, exchange, false));
    }

    void series(View view, Exchange exchange) throws IOException {
        sendAll(view, exchange, WadoRoutes.series(retrieve, view, exchange, true));
    }

    /// A part for each instance that can be shown.
    private void sendAll(View view, Exchange exchange, List<State> series) throws IOException {
        Iterator<Located> instances = retrieve.instances(view.caller(), series, true);
        String documentType = RenderedDocuments.findPartType(exchange);
        if (documentType != null) {
            sendDocuments(exchange, instances, documentType);
            return;
        }
        Form form = Form.negotiate(exchange, false);
        RenderOptions options = RenderParameters.read(exchange, form.output());
        Located state = findState(view, exchange, PathUids.study(exchange));
        sendParts(exchange, instances, options, state);
    }

    /// A part for each instance that can be shown as this media type.
    private void sendDocuments(Exchange exchange, Iterator<Located> instances, String type) throws IOException {
        Located next = findShownAs(instances, type);
        if (next == null) {
            throw new Refusal(406, "not-rendered", "there is nothing that can be shown as " + type);
        }
        String boundary = MultipartWriter.newBoundary();
        exchange.header("Vary", "Accept");
        try (ResponseBody body = exchange.begin(200, multipart(type, boundary), -1)) {
            MultipartWriter multipart = new MultipartWriter(body, boundary);
            for (; next != null; next = findShownAs(instances, type)) {
                documents.part(multipart, next, retrieve.head(next), type);
            }
            multipart.finish();
        }
    }

    private @Nullable Located findShownAs(Iterator<Located> instances, String type) {
        while (instances.hasNext()) {
            Located next = instances.next();
            if (mediaTypes(next, retrieve.head(next)).contains(type)) {
                return next;
            }
        }
        return null;
    }

    private void sendParts(
            Exchange exchange, Iterator<Located> instances, RenderOptions options, @Nullable Located state)
            throws IOException {
        Picture first = null;
        while (first == null && instances.hasNext()) {
            first = findPicture(instances.next(), options, state);
        }
        if (first == null) {
            throw new Refusal(406, "not-rendered", "there is nothing that can be shown as a picture");
        }
        String boundary = MultipartWriter.newBoundary();
        exchange.header("Vary", "Accept");
        try (ResponseBody body = exchange.begin(200, multipart(first.mediaType(), boundary), -1)) {
            MultipartWriter multipart = new MultipartWriter(body, boundary);
            part(multipart, first);
            while (instances.hasNext()) {
                Picture next = findPicture(instances.next(), options, state);
                if (next != null) {
                    part(multipart, next);
                }
            }
            multipart.finish();
        }
    }

    private @Nullable Picture findPicture(Located located, RenderOptions options, @Nullable Located state)
            throws IOException {
        try {
            return render.find(located, retrieve.head(located), 1, options, state);
        } catch (MalformedException notShown) {
            LOG.debug("An instance is not shown: {}", notShown.getMessage());
            return null;
        }
    }

    // Thumbnails

    void studyThumbnail(View view, Exchange exchange) throws IOException {
        sendThumbnail(view, exchange, WadoRoutes.series(retrieve, view, exchange, false));
    }

    void seriesThumbnail(View view, Exchange exchange) throws IOException {
        sendThumbnail(view, exchange, WadoRoutes.series(retrieve, view, exchange, true));
    }

    private void sendThumbnail(View view, Exchange exchange, List<State> series) throws IOException {
        Output output = Form.thumbnail(exchange);
        long revision = series.stream().mapToLong(State::revision).max().orElse(0);
        if (notModified(
                exchange, "\"" + revision + "-" + output + exchange.query().findFirst("viewport") + "\"")) {
            return;
        }
        Picture picture = render.thumbnail(view.caller(), series, viewport(exchange), output);
        if (picture == null) {
            throw new Refusal(404, "no-thumbnail", "there is nothing that can be shown as a picture");
        }
        send(exchange, picture);
    }

    void instanceThumbnail(View view, Exchange exchange) throws IOException {
        sendThumbnail(exchange, WadoRoutes.locate(retrieve, view, exchange), 0);
    }

    void frameThumbnail(View view, Exchange exchange) throws IOException {
        Located located = WadoRoutes.locate(retrieve, view, exchange);
        sendThumbnail(exchange, located, WadoRoutes.frameNumbers(exchange.pathValue("frames"))[0]);
    }

    private void sendThumbnail(Exchange exchange, Located located, int number) throws IOException {
        Output output = Form.thumbnail(exchange);
        if (notModified(exchange, located, "thumbnail-" + output)) {
            return;
        }
        try {
            Picture picture = render.thumbnail(located, number, viewport(exchange), output);
            if (picture == null && number > 0) {
                throw new Refusal(404, "no-such-frame", "the instance has no such frame");
            }
            if (picture == null) {
                throw new MalformedException("it has no frames");
            }
            send(exchange, picture);
        } catch (MalformedException notShown) {
            throw new Refusal(404, "no-thumbnail", "the instance cannot be shown: " + notShown.getMessage());
        }
    }

    private static Viewport viewport(Exchange exchange) {
        Viewport asked = RenderParameters.findViewport(exchange.query());
        return asked == null ? new Viewport(Render.THUMBNAIL_SIDE, Render.THUMBNAIL_SIDE) : asked;
    }

    // Answers

    /// The same instance shown in the same way is the same picture.
    private static boolean notModified(Exchange exchange, Located located, String form) throws IOException {
        String digest = HexFormat.of().formatHex(located.bytes().sha256(), 0, 16);
        String asked = Integer.toHexString(exchange.query().parameters().hashCode());
        return notModified(exchange, '"' + digest + "-" + form + "-" + asked + '"');
    }

    private static boolean notModified(Exchange exchange, String tag) throws IOException {
        exchange.header("ETag", tag).header("Vary", "Accept").header("Cache-Control", "private, no-cache");
        if (!EntityTag.matches(exchange.headers("If-None-Match"), tag)) {
            return false;
        }
        exchange.sendEmpty(304);
        return true;
    }

    static void send(Exchange exchange, Picture picture) throws IOException {
        exchange.send(200, picture.mediaType(), picture.bytes());
    }

    private static void part(MultipartWriter multipart, Picture picture) throws IOException {
        multipart.part(List.of(
                new Header("Content-Type", picture.mediaType()),
                new Header("Content-Length", Integer.toString(picture.bytes().length))));
        multipart.body().write(picture.bytes());
    }

    private static String multipart(String mediaType, String boundary) {
        return "multipart/related; type=\"" + mediaType + "\"; boundary=" + boundary;
    }

    /// In what form a client takes pictures.
    private record Form(Output output, boolean multipart) {

        /// The form that the client likes best.
        ///
        /// @param single whether there is but one picture, so that it may stand alone
        static Form negotiate(Exchange exchange, boolean single) {
            for (Accept.Range range : Accept.parse(exchange.headers("Accept")).ranges()) {
                MediaType type = range.type();
                if (range.q() == 0) {
                    continue;
                }
                boolean related = type.is("multipart", "related");
                String part = related ? type.parameter("type") : null;
                MediaType picture = part == null ? type : MediaType.parse(part);
                Output output = related && part == null || type.is("multipart", "*") ? Output.JPEG : find(picture);
                if (output != null && (output != Output.GIF || single && !related)) {
                    return new Form(output, !single || related);
                }
            }
            throw new Refusal(
                    406,
                    "not-acceptable",
                    "pictures are image/jpeg, image/png, image/jp2, image/jph, image/jphc or, of a frame or of all"
                            + " frames of an instance, image/gif; several are multipart/related of one but the last");
        }

        /// The same for one that always stands alone.
        static Output thumbnail(Exchange exchange) {
            for (Accept.Range range : Accept.parse(exchange.headers("Accept")).ranges()) {
                Output output = range.q() == 0 ? null : find(range.type());
                if (output == Output.JPEG || output == Output.PNG) {
                    return output;
                }
            }
            throw new Refusal(406, "not-acceptable", "thumbnails are image/jpeg or image/png");
        }

        private static @Nullable Output find(MediaType type) {
            return switch (type.type() + "/" + type.subtype()) {
                case "*/*", "image/*", "image/jpeg" -> Output.JPEG;
                case "image/png" -> Output.PNG;
                case "image/gif" -> Output.GIF;
                case "image/jp2" -> Output.JP2;
                case "image/jph" -> Output.JPH;
                case "image/jphc" -> Output.JPHC;
                default -> null;
            };
        }

        @Override
        public String toString() {
            return output + (multipart ? "-m" : "-s");
        }
    }
}
