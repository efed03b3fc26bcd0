package org.isocenter.server.dicomweb;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.TransferSyntax;
import org.isocenter.dicom.Uids;
import org.isocenter.server.archive.Head;
import org.isocenter.server.archive.Retrieve;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.Query;
import org.isocenter.server.http.Refusal;
import org.isocenter.server.index.Located;
import org.isocenter.server.render.RenderOptions;
import org.isocenter.server.render.RenderOptions.Output;
import org.isocenter.server.render.Viewport;
import org.isocenter.server.render.Window;
import org.jspecify.annotations.Nullable;

/// The URI service (PS3.18 section 9): one instance, as a file, as a picture or as what it is shown as, by
/// query parameters alone. Older viewers and report systems speak it.
final class WadoUriRoutes {
    private static final String DICOM = "application/dicom";

    private final Retrieve retrieve;
    private final WadoRoutes wado;
    private final RenderedRoutes rendered;

    WadoUriRoutes(Retrieve retrieve, WadoRoutes wado, RenderedRoutes rendered) {
        this.retrieve = retrieve;
        this.wado = wado;
        this.rendered = rendered;
    }

    void get(View view, Exchange exchange) throws IOException {
        Query query = exchange.query();
        if (!"WADO".equals(query.findFirst("requestType"))) {
            throw RenderParameters.refused("requestType", "is WADO");
        }
        if (query.findFirst("anonymize") != null) {
            throw new Refusal(406, "not-acceptable", "instances are not made anonymous here");
        }
        String study = uid(query, "studyUID");
        Located located = WadoRoutes.locate(retrieve, view, study, uid(query, "seriesUID"), uid(query, "objectUID"));
        exchange.header("Vary", "Accept");
        Head head = retrieve.head(located);
        List<String> shownAs = RenderedRoutes.mediaTypes(located, head);
        for (String type : contentTypes(query, head, shownAs)) {
            String document = findShown(shownAs, type);
            if (document != null) {
                rendered.documents().send(exchange, located, head, document, WadoUriRoutes::link);
                return;
            }
            Output output = findOutput(type);
            if (output != null && shownAs.isEmpty()) {
                sendPicture(view, exchange, study, located, output);
                return;
            }
            if (type.equals(DICOM)) {
                wado.sendFirst(exchange, located, syntaxes(query));
                return;
            }
        }
        List<String> forms = new ArrayList<>(shownAs.isEmpty() ? List.of("image/jpeg", "image/png") : shownAs);
        forms.add(DICOM);
        throw RenderedDocuments.notAcceptable(forms);
    }

    private static @Nullable String findShown(List<String> shownAs, String asked) {
        for (String type : shownAs) {
            boolean any = asked.endsWith("/*") && type.startsWith(asked.substring(0, asked.length() - 1));
            if (any || type.equalsIgnoreCase(asked)) {
                return type;
            }
        }
        return null;
    }

    /// Where the instances that a report names are shown: here.
    private static String link(String study, String series, String instance) {
        return "?requestType=WADO&studyUID=" + study + "&seriesUID=" + series + "&objectUID=" + instance;
    }

    private static String uid(Query query, String parameter) {
        String uid = query.findFirst(parameter);
        if (uid == null || !Uids.readable(uid)) {
            throw new Refusal(400, "invalid-uid", parameter + " is no UID");
        }
        return uid;
    }

    /// What is asked for, best first; without a wish what the instance is shown as, else the file (9.5.1.2).
    private static List<String> contentTypes(Query query, Head head, List<String> shownAs) {
        String asked = query.findFirst("contentType");
        if (asked == null || asked.isBlank() || asked.strip().equals("*/*")) {
            if (!shownAs.isEmpty()) {
                return shownAs;
            }
            return List.of(head.dataSet().contains(Tag.Rows) ? Output.JPEG.mediaType() : DICOM);
        }
        List<String> types = new ArrayList<>();
        for (String one : asked.split(",", -1)) {
            types.add(one.split(";", 2)[0].strip().toLowerCase(Locale.ROOT));
        }
        return types;
    }

    private static @Nullable Output findOutput(String type) {
        return switch (type) {
            case "image/jpeg", "image/*" -> Output.JPEG;
            case "image/png" -> Output.PNG;
            default -> null;
        };
    }

    private static List<InstanceForm.Option> syntaxes(Query query) {
        String asked = query.findFirst("transferSyntax");
        TransferSyntax syntax = asked == null ? TransferSyntax.EXPLICIT_LITTLE_ENDIAN : TransferSyntax.find(asked);
        if (syntax == null) {
            throw new Refusal(406, "transfer-syntax-not-acceptable", "the transfer syntax is not known");
        }
        InstanceForm.Option first = new InstanceForm.Option(InstanceForm.SINGLE, syntax);
        // A transfer syntax is a wish here, and what is stored is better than nothing (9.5.2.4).
        return List.of(first, new InstanceForm.Option(InstanceForm.SINGLE, null));
    }

    private void sendPicture(View view, Exchange exchange, String study, Located located, Output output)
            throws IOException {
        Query query = exchange.query();
        RenderOptions options = RenderOptions.of(output);
        String quality = query.findFirst("imageQuality");
        if (quality != null) {
            options = options.withQuality(RenderParameters.quality(quality));
        }
        String annotation = query.findFirst("annotation");
        if (annotation != null) {
            options = options.with(RenderParameters.annotations(annotation));
        }
        String center = query.findFirst("windowCenter");
        String width = query.findFirst("windowWidth");
        if (center != null && width != null) {
            options = options.with(RenderParameters.window(
                    RenderParameters.number(center, "windowCenter"),
                    RenderParameters.number(width, "windowWidth"),
                    Window.Function.LINEAR));
        } else if (center != null || width != null) {
            throw RenderParameters.refused("windowCenter", "goes with windowWidth");
        }
        Viewport viewport = findViewport(query, located);
        if (viewport != null) {
            options = options.within(viewport);
        }
        String frame = query.findFirst("frameNumber");
        int number = frame == null ? 1 : (int) RenderParameters.number(frame, "frameNumber");
        if (number < 1) {
            throw RenderParameters.refused("frameNumber", "is a number from 1");
        }
        Located state = rendered.findState(view, exchange, study);
        RenderedRoutes.send(exchange, rendered.picture(located, number, options, state));
    }

    /// Rows and columns at most, of a region whose edges are parts of the image (9.5.1.7).
    private @Nullable Viewport findViewport(Query query, Located located) {
        String rows = query.findFirst("rows");
        String columns = query.findFirst("columns");
        String region = query.findFirst("region");
        if (rows == null && columns == null && region == null) {
            return null;
        }
        DataSet dataSet = retrieve.head(located).dataSet();
        Integer height = dataSet.findInt(Tag.Rows);
        Integer width = dataSet.findInt(Tag.Columns);
        if (height == null || width == null) {
            return null;
        }
        double[] part = region == null ? new double[] {0, 0, 1, 1} : edges(region);
        double partWidth = (part[2] - part[0]) * width;
        double partHeight = (part[3] - part[1]) * height;
        int most = Viewport.SIDE_MAX;
        int across = columns == null
                ? rows == null ? (int) Math.ceil(partWidth) : most
                : (int) RenderParameters.number(columns, "columns");
        int down = rows == null
                ? columns == null ? (int) Math.ceil(partHeight) : most
                : (int) RenderParameters.number(rows, "rows");
        try {
            return new Viewport(across, down, part[0] * width, part[1] * height, partWidth, partHeight);
        } catch (IllegalArgumentException wrong) {
            throw RenderParameters.refused("rows", "and columns cannot give " + wrong.getMessage());
        }
    }

    private static double[] edges(String region) {
        String[] parts = region.split(",", -1);
        double[] edges = new double[4];
        for (int i = 0; i < 4; i++) {
            edges[i] = parts.length == 4 ? RenderParameters.number(parts[i], "region") : -1;
            if (edges[i] < 0 || edges[i] > 1) {
                throw RenderParameters.refused("region", "is four numbers from 0 to 1: left, top, right and bottom");
            }
        }
        if (edges[0] >= edges[2] || edges[1] >= edges[3]) {
            throw RenderParameters.refused("region", "has its left before its right and its top above its bottom");
        }
        return edges;
    }
}
