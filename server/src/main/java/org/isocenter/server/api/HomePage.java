package org.isocenter.server.api;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import org.isocenter.server.http.Accept;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.Refusal;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What this server is and where its resources stand: JSON for programs, a page without scripts for people.
final class HomePage {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private static final String STYLE = """
            :root { color-scheme: light dark; --ink: #1b2733; --dim: #5b6b7a; --line: #d8dee4; --mark: #0b6e8f; --paper: #fff }
            @media (prefers-color-scheme: dark) {
              :root { --ink: #e6edf3; --dim: #93a1af; --line: #33404c; --mark: #5cc0de; --paper: #10171e }
            }
            body { margin: 0 auto; padding: 3rem 1.5rem; max-width: 42rem; background: var(--paper); color: var(--ink);
                   font: 1rem/1.6 system-ui, sans-serif }
            h1 { margin: 0; font-size: 2rem; letter-spacing: -.02em }
            h2 { margin: 2.5rem 0 .5rem; font-size: 1rem; color: var(--dim); font-weight: 600 }
            p { margin: .25rem 0 0; color: var(--dim) }
            ul { margin: 0; padding: 0; list-style: none; border-top: 1px solid var(--line) }
            li { display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding: .6rem 0; border-bottom: 1px solid var(--line) }
            li span { flex: 1 1 14rem }
            code { font: .95em ui-monospace, monospace }
            a { color: var(--mark) }
            """;

    private static final String POLICY = "default-src 'none'; style-src '" + digest(STYLE)
            + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// A place, what stands there, and what it is to the server (RFC 8631), if anything.
    private record Place(String path, String title, String relation) {}

    private static final List<Place> ROOTS = List.of(
            new Place("/dicom-web", "DICOMweb", ""),
            new Place("/v2", "Compatible API, version 2", ""),
            new Place("/v1", "Compatible API, version 1", ""),
            new Place("/fhir", "The archive as a FHIR server", ""));

    private static final List<Place> LINKS = List.of(
            new Place("/openapi.json", "All resources in OpenAPI", "service-desc"),
            new Place("/v2/api.json", "The compatible API in OpenAPI", "service-desc"),
            new Place("/health/check", "Health", "status"));

    void send(Exchange exchange) throws IOException {
        Accept accept = Accept.parse(exchange.headers("Accept"));
        double html = accept.quality("text", "html");
        double json = accept.quality("application", "json");
        if (html == 0 && json == 0) {
            throw new Refusal(406, "not-acceptable", "this resource is given as application/json or text/html");
        }
        exchange.header("Vary", "Accept").header("Cache-Control", "no-cache");
        if (html > json) {
            exchange.header("Content-Security-Policy", POLICY).header("Referrer-Policy", "no-referrer");
            exchange.send(200, "text/html; charset=utf-8", page().getBytes(StandardCharsets.UTF_8));
        } else {
            exchange.send(200, "application/json", MAPPER.writeValueAsBytes(description(exchange.baseUrl())));
        }
    }

    private static String version() {
        String version = HomePage.class.getPackage().getImplementationVersion();
        return version == null ? "unknown" : version;
    }

    private static ObjectNode description(URI base) {
        ObjectNode json = MAPPER.createObjectNode()
                .put("name", "Isocenter")
                .put("description", "Medical Imaging Server for DICOM")
                .put("version", version());
        ArrayNode roots = json.putArray("roots");
        ROOTS.forEach(root -> roots.addObject().put("href", base + root.path).put("title", root.title));
        ArrayNode links = json.putArray("links");
        LINKS.forEach(link -> links.addObject()
                .put("rel", link.relation)
                .put("href", base + link.path)
                .put("title", link.title)
                .put("type", "application/json"));
        return json;
    }

    private static String page() {
        StringBuilder page = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>Isocenter</title><style>"
                + STYLE + "</style></head>\n<body><main><h1>Isocenter</h1><p>Medical Imaging Server for DICOM, version "
                + version() + "</p>\n<h2>Roots</h2><ul>");
        for (Place root : ROOTS) {
            page.append("<li><span>").append(root.title).append("</span><code>");
            page.append(root.path).append("</code></li>");
        }
        page.append("</ul>\n<h2>About them</h2><ul>");
        for (Place link : LINKS) {
            page.append("<li><span>").append(link.title).append("</span><a href=\"");
            page.append(link.path.substring(1))
                    .append("\"><code>")
                    .append(link.path)
                    .append("</code></a></li>");
        }
        return page.append("</ul></main></body></html>\n").toString();
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
