package org.isocenter.server.dicomweb;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.isocenter.dicom.BulkLinks;
import org.isocenter.dicom.JsonReader;
import org.isocenter.dicom.Limits;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Tags;
import org.isocenter.server.archive.Find;
import org.isocenter.server.archive.QueryTags;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.MultipartWriter;
import org.isocenter.server.http.ResponseBody;
import org.isocenter.server.index.Attributes.Attribute;
import org.isocenter.server.index.IndexSearcher.Page;
import org.isocenter.server.index.Level;
import org.isocenter.server.index.Match;
import org.isocenter.server.index.Search;

/// Search (PS3.18 section 10.6).
final class QidoRoutes {
    private final Find find;
    private final QueryParser parser;

    QidoRoutes(Find find, QueryTags tags, DicomwebOptions.SearchLimits limits) {
        this.find = find;
        this.parser = new QueryParser(tags, limits);
    }

    void search(View view, Exchange exchange, Level level) throws IOException {
        Representation representation = Representation.negotiate(exchange);
        QueryParser.Parsed parsed = parser.parse(view.caller(), exchange, level);
        Search search = parsed.search();
        if (!parsed.erroneous().isEmpty()) {
            exchange.header("erroneous-dicom-attributes", String.join(",", parsed.erroneous()));
        }
        Page page = find.page(view.caller(), search);
        if (parsed.countAll()) {
            exchange.header("X-Total-Count", Long.toString(find.count(view.caller(), search)));
        }
        if (page.more()) {
            exchange.header(
                    "Warning",
                    "299 isocenter \"There are more results; ask for them with offset="
                            + (search.offset() + search.limit()) + "\"");
        }
        exchange.header("Vary", "Accept");
        if (page.matches().isEmpty()) {
            exchange.sendEmpty(204);
            return;
        }
        String url = view.url();
        switch (representation) {
            case JSON -> sendJson(exchange, url, page.matches());
            case XML -> sendXml(exchange, url, page.matches());
        }
    }

    private static void sendJson(Exchange exchange, String url, List<Match> matches) throws IOException {
        ByteArrayOutputStream json = new ByteArrayOutputStream(matches.size() * 1024);
        json.write('[');
        for (int i = 0; i < matches.size(); i++) {
            if (i > 0) {
                json.write(',');
            }
            write(json, url, matches.get(i));
        }
        json.write(']');
        exchange.send(200, DataSetOutput.JSON, json.toByteArray());
    }

    /// One result as a JSON object: ready pieces, with the URL where its tag belongs.
    private static void write(ByteArrayOutputStream json, String url, Match match) {
        byte[] retrieveUrl =
                ("{\"vr\":\"UR\",\"Value\":[\"" + retrieveUrl(url, match) + "\"]}").getBytes(StandardCharsets.UTF_8);
        Attribute link = new Attribute(Tag.RetrieveURL, retrieveUrl, 0, retrieveUrl.length);
        json.write('{');
        boolean first = true;
        boolean linked = false;
        for (Attribute attribute : match.attributes()) {
            if (!linked && Integer.compareUnsigned(attribute.tag(), link.tag()) > 0) {
                write(json, link, first);
                first = false;
                linked = true;
            }
            write(json, attribute, first);
            first = false;
        }
        if (!linked) {
            write(json, link, first);
        }
        json.write('}');
    }

    private static void write(ByteArrayOutputStream json, Attribute attribute, boolean first) {
        if (!first) {
            json.write(',');
        }
        json.write('"');
        json.writeBytes(Tags.hex(attribute.tag()).getBytes(StandardCharsets.ISO_8859_1));
        json.write('"');
        json.write(':');
        json.write(attribute.array(), attribute.offset(), attribute.length());
    }

    private static String retrieveUrl(String url, Match match) {
        StringBuilder link = new StringBuilder(url).append("/studies/").append(match.studyUid());
        if (match.seriesUid() != null) {
            link.append("/series/").append(match.seriesUid());
        }
        if (match.instanceUid() != null) {
            link.append("/instances/").append(match.instanceUid());
        }
        return link.toString();
    }

    private static void sendXml(Exchange exchange, String url, List<Match> matches) throws IOException {
        String boundary = MultipartWriter.newBoundary();
        try (ResponseBody body = exchange.begin(200, DataSetOutput.multipartXml(boundary), -1)) {
            MultipartWriter multipart = new MultipartWriter(body, boundary);
            for (Match match : matches) {
                ByteArrayOutputStream json = new ByteArrayOutputStream();
                write(json, url, match);
                DataSetOutput.xmlPart(
                        multipart,
                        JsonReader.readOne(new java.io.ByteArrayInputStream(json.toByteArray()), Limits.DEFAULT),
                        BulkLinks.NONE);
            }
            multipart.finish();
        } catch (MalformedException impossible) {
            throw new IllegalStateException("the index holds JSON that is none", impossible);
        }
    }
}
