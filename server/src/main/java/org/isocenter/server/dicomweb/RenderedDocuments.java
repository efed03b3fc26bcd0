package org.isocenter.server.dicomweb;

import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.isocenter.dicom.MalformedException;
import org.isocenter.server.archive.Head;
import org.isocenter.server.archive.Original;
import org.isocenter.server.archive.Render;
import org.isocenter.server.http.Accept;
import org.isocenter.server.http.ByteRanges;
import org.isocenter.server.http.EntityTag;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.Header;
import org.isocenter.server.http.MultipartWriter;
import org.isocenter.server.http.Refusal;
import org.isocenter.server.http.ResponseBody;
import org.isocenter.server.index.Entry.Identity;
import org.isocenter.server.index.Located;
import org.isocenter.server.render.document.ContentPolicy;
import org.isocenter.server.render.document.Rendition;
import org.isocenter.server.render.report.Report;
import org.isocenter.server.render.waveform.WaveformSvg;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends instances that are no images as what they are: reports as pages or text, waveforms as drawings,
/// documents and videos byte for byte.
///
/// Somebody else has written what is in them, so every answer forbids the browser to run, load or send
/// anything for it, to take it for another type, and to tell others where it came from.
final class RenderedDocuments {
    private static final Logger LOG = LoggerFactory.getLogger(RenderedDocuments.class);

    private final Render render;

    RenderedDocuments(Render render) {
        this.render = render;
    }

    /// The media type that the client likes best, or of those it likes as much, the first.
    static String negotiate(Exchange exchange, List<String> types) {
        Accept accept = Accept.parse(exchange.headers("Accept"));
        String best = null;
        double liked = 0;
        for (String type : types) {
            String[] parts = type.toLowerCase(Locale.ROOT).split("/", 2);
            double quality = accept.quality(parts[0], parts[1]);
            if (quality > liked) {
                best = type;
                liked = quality;
            }
        }
        if (best == null) {
            throw notAcceptable(types);
        }
        return best;
    }

    /// The media type of the parts that the client likes best, where it is none of pictures; or null.
    static @Nullable String findPartType(Exchange exchange) {
        for (Accept.Range range : Accept.parse(exchange.headers("Accept")).ranges()) {
            String part = range.type().is("multipart", "related") ? range.type().parameter("type") : null;
            if (range.q() > 0) {
                return part != null && Rendition.OF_DOCUMENTS.contains(part) ? part : null;
            }
        }
        return null;
    }

    static Refusal notAcceptable(List<String> types) {
        return new Refusal(406, "not-acceptable", "the instance is shown as " + String.join(" or ", types));
    }

    /// Where the instances that a report names are shown, seen from where the report is.
    static String besideInstance(String study, String series, String instance) {
        return "../../../../../" + study + "/series/" + series + "/instances/" + instance + "/rendered";
    }

    /// @param type one of those that {@link Rendition#mediaTypes} gives for the instance
    /// @param links where a page leads to
    void send(Exchange exchange, Located located, Head head, String type, Report.Links links) throws IOException {
        String form = type.replaceAll("[^A-Za-z0-9]", "-");
        String tag = '"' + HexFormat.of().formatHex(located.bytes().sha256(), 0, 16) + "-rendered-" + form + '"';
        exchange.header("ETag", tag).header("Cache-Control", "private, no-cache");
        if (EntityTag.matches(exchange.headers("If-None-Match"), tag)) {
            exchange.sendEmpty(304);
            return;
        }
        exchange.header("Referrer-Policy", "no-referrer");
        switch (type) {
            case Rendition.HTML -> {
                guard(exchange, Report.PAGE_POLICY, located, "html", true);
                render.writeReport(
                        located, head, true, links, () -> exchange.beginCompressible(200, "text/html; charset=utf-8"));
            }
            case Rendition.TEXT -> {
                guard(exchange, ContentPolicy.NOTHING, located, "txt", true);
                render.writeReport(
                        located,
                        head,
                        false,
                        links,
                        () -> exchange.beginCompressible(200, "text/plain; charset=utf-8"));
            }
            case Rendition.SVG -> {
                guard(exchange, WaveformSvg.POLICY, located, "svg", true);
                exchange.send(200, Rendition.SVG, waveform(located, head));
            }
            default -> sendOriginal(exchange, located, head, type, tag);
        }
    }

    /// Writes a part that holds an instance, or none where it cannot be shown after all.
    void part(MultipartWriter multipart, Located located, Head head, String type) throws IOException {
        // A page within a body has no address of its own, against which its links are taken.
        Identity identity = located.identity();
        Header address = new Header(
                "Content-Location",
                besideInstance(identity.studyUid(), identity.seriesUid(), identity.instanceUid())
                        .substring("../../../../../".length()));
        switch (type) {
            case Rendition.HTML, Rendition.TEXT -> {
                multipart.part(List.of(new Header("Content-Type", type + "; charset=utf-8"), address));
                render.writeReport(
                        located, head, type.equals(Rendition.HTML), RenderedDocuments::besideInstance, multipart::body);
            }
            case Rendition.SVG -> {
                try {
                    byte[] drawing = render.waveform(located, head);
                    multipart.part(List.of(new Header("Content-Type", type), address));
                    multipart.body().write(drawing);
                } catch (MalformedException notDrawn) {
                    LOG.debug("A waveform is not drawn: {}", notDrawn.getMessage());
                }
            }
            default -> {
                try (Original original = render.findOriginal(located, head)) {
                    if (original != null) {
                        multipart.part(List.of(new Header("Content-Type", type), address));
                        original.transfer(0, original.lengthBytes(), multipart.body()::write);
                    }
                }
            }
        }
    }

    private byte[] waveform(Located located, Head head) throws IOException {
        try {
            return render.waveform(located, head);
        } catch (MalformedException notDrawn) {
            throw RenderedRoutes.notShown(notDrawn);
        }
    }

    private void sendOriginal(Exchange exchange, Located located, Head head, String type, String tag)
            throws IOException {
        try (Original original = render.findOriginal(located, head)) {
            long length = original == null ? 0 : original.lengthBytes();
            if (original == null || length == 0) {
                throw new Refusal(406, "not-rendered", "the instance holds nothing that can be shown");
            }
            guard(exchange, ContentPolicy.NOTHING, located, original.ending(), original.shown());
            exchange.header("Accept-Ranges", "bytes");
            ByteRanges.@Nullable One range = WadoRoutes.range(exchange, tag, length);
            ResponseBody body = range == null
                    ? exchange.begin(200, type, length)
                    : WadoRoutes.partial(exchange, type, range, length);
            try (body) {
                original.transfer(
                        range == null ? 0 : range.first(), range == null ? length : range.lengthBytes(), body::write);
            }
        }
    }

    /// @param ending of the name under which somebody may keep it; the rest is the UID, of digits and dots
    private static void guard(Exchange exchange, String policy, Located located, String ending, boolean shown) {
        String how = shown ? "inline" : "attachment";
        String name = located.identity().instanceUid() + "." + ending;
        exchange.header("Content-Security-Policy", policy)
                .header("Content-Disposition", how + "; filename=\"" + name + "\"");
    }
}
