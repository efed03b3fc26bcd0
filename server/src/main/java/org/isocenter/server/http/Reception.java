package org.isocenter.server.http;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Meets every request: admits it or not, asks of it what every request must satisfy, finds its route, and
/// turns whatever the route throws into an answer. The only place where everything is caught.
final class Reception extends Handler.Abstract {
    static final int URL_CHARS_MAX = 8 * 1024;
    static final int HEADERS_BYTES_MAX = 32 * 1024;
    static final int HEADERS_MAX = 100;

    private static final Logger LOG = LoggerFactory.getLogger(Reception.class);
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
    private static final Header RETRY_SOON = new Header("Retry-After", "1");

    private final Router router;
    private final Forwarding forwarding;
    private final long requestBytesMax;
    private final Pace pace;
    private final Channels channels;
    private final Semaphore admission;

    Reception(HttpOptions options, Router router, Pace pace, Channels channels) {
        this.pace = pace;
        this.channels = channels;
        this.router = router;
        this.forwarding = new Forwarding(options);
        this.requestBytesMax = options.requestBytesMax();
        this.admission = new Semaphore(options.requestsMax());
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Exchange exchange = new Exchange(request, response, forwarding, requestBytesMax, pace, channels);
        Throwable failure = null;
        boolean admitted = admission.tryAcquire();
        try {
            if (admitted) {
                serve(exchange, request);
            } else {
                Problem busy = new Problem(503, "busy", "The server has as much to do as it can.");
                exchange.refuse(busy, ProblemForm.RFC_9457, List.of(RETRY_SOON), false);
            }
        } catch (Throwable thrown) {
            failure = thrown;
        } finally {
            exchange.release();
            if (admitted) {
                admission.release();
            }
        }
        if (failure == null) {
            callback.succeeded();
        } else {
            // Quiet: whatever there was to say has been said.
            callback.failed(new EofException(failure));
        }
        return true;
    }

    private void serve(Exchange exchange, Request request) throws Exception {
        String template = "-";
        boolean inspected = false;
        try {
            List<String> segments = inspect(exchange, request);
            inspected = true;
            switch (router.find(request.getMethod(), segments)) {
                case Router.Matched matched -> {
                    Router.Endpoint endpoint = matched.endpoint();
                    template = endpoint.entry().template();
                    exchange.routed(endpoint.names(), matched.segments());
                    router.guard().admit(endpoint.entry(), exchange);
                    Header announced = router.findHeader(path(request));
                    if (announced != null) {
                        exchange.header(announced.name(), announced.value());
                    }
                    endpoint.route().answer(exchange);
                }
                case Router.WrongMethod wrong -> {
                    String allow = String.join(", ", wrong.allowed());
                    if (!request.getMethod().equals("OPTIONS")) {
                        throw new Refusal(405, "method-not-allowed", "The resource does not know that method.")
                                .withHeader("Allow", allow);
                    }
                    describe(exchange, segments, allow);
                }
                case Router.Missing ignored -> {
                    if (!request.getMethod().equals("OPTIONS")) {
                        throw nothing();
                    }
                    describeBase(exchange, segments);
                }
            }
            exchange.complete();
        } catch (Throwable thrown) {
            settle(exchange, request, template, thrown, !inspected);
        }
    }

    /// Answers `OPTIONS`: with the methods that there are, and with a description where there is one. A browser
    /// that asks whether a page of another origin may send something is told no more than the methods.
    private void describe(Exchange exchange, List<String> segments, String allow) throws Exception {
        exchange.header("Allow", allow);
        Route description = router.findDescription(path(segments));
        if (description == null || exchange.header("Access-Control-Request-Method") != null) {
            exchange.status(204);
            return;
        }
        exchange.routed(List.of(), segments);
        description.answer(exchange);
    }

    /// Answers `OPTIONS` for a base URI: nothing but its description need stand there, and it may end with a
    /// slash.
    private void describeBase(Exchange exchange, List<String> segments) throws Exception {
        boolean slash = !segments.isEmpty() && segments.getLast().isEmpty();
        List<String> base = slash ? segments.subList(0, segments.size() - 1) : segments;
        if (router.describes(path(base))) {
            describe(exchange, base, "OPTIONS");
        } else if (slash
                && router.findDescription(path(base)) != null
                && router.find("OPTIONS", base) instanceof Router.WrongMethod wrong) {
            describe(exchange, base, String.join(", ", wrong.allowed()));
        } else {
            throw nothing();
        }
    }

    private static Refusal nothing() {
        return new Refusal(404, "not-found", "There is nothing at that path.");
    }

    private static String path(List<String> segments) {
        return "/" + String.join("/", segments);
    }

    /// Turns what was thrown into an answer, or passes on what ends the connection.
    private void settle(Exchange exchange, Request request, String template, Throwable thrown, boolean close)
            throws IOException {
        String method = request.getMethod();
        if (thrown instanceof ClientGoneException gone) {
            LOG.debug("{} {}: the client is gone", method, template, gone);
            throw gone;
        }
        List<Header> headers = List.of();
        Problem problem;
        switch (thrown) {
            case Refusal refusal -> {
                problem = refusal.problem();
                headers = refusal.headers();
            }
            case MalformedBodyException malformed ->
                problem = new Problem(400, "malformed-body", String.valueOf(malformed.getMessage()));
            default -> {
                Problem mapped = router.findProblem(thrown);
                problem = mapped == null ? incident(method, template, thrown) : mapped;
            }
        }
        if (exchange.committed()) {
            LOG.debug("{} {}: broken off with {}", method, template, problem.code());
            throw new IOException("the response is broken off");
        }
        try {
            exchange.answering(problem.status());
        } catch (RuntimeException failed) {
            Problem mapped = router.findProblem(failed);
            problem = mapped == null ? incident(method, template, failed) : mapped;
            headers = List.of();
        }
        if (problem.status() == 503 && headers.isEmpty()) {
            headers = List.of(RETRY_SOON);
        }
        String path = path(request);
        Header announced = router.findHeader(path);
        if (announced != null) {
            headers = new ArrayList<>(headers);
            headers.add(announced);
        }
        boolean broken = close || thrown instanceof MalformedBodyException || problem.status() == 408;
        exchange.refuse(problem, router.form(path), headers, broken);
    }

    private static String path(Request request) {
        String path = request.getHttpURI().getPath();
        return path == null ? "" : path;
    }

    /// Logs a failure nobody foresaw. Messages of exceptions may quote what was sent, which may name a
    /// patient: only their classes and frames are told, and all of it to those who ask for debugging.
    private static Problem incident(String method, String template, Throwable thrown) {
        String incident = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong(), 12);
        LOG.error("incident {}: {} {}: {}", incident, method, template, StackText.of(thrown));
        LOG.debug("incident {}", incident, thrown);
        return new Problem(
                500, "internal-error", "The server has failed. Its log tells more under incident " + incident + ".");
    }

    /// What every request must satisfy.
    ///
    /// @return the segments of its path
    private List<String> inspect(Exchange exchange, Request request) {
        if (!METHODS.contains(request.getMethod())) {
            throw new Refusal(501, "not-implemented", "The server does not know that method.");
        }
        String target = request.getHttpURI().getPathQuery();
        if (target == null) {
            throw new Refusal(400, "malformed-uri", "The request has no path.");
        }
        if (target.length() > URL_CHARS_MAX) {
            throw new Refusal(414, "uri-too-long", "The URL is longer than " + URL_CHARS_MAX + " characters.");
        }
        if (!exchange.isForThisServer()) {
            throw new Refusal(
                    421,
                    "unknown-host",
                    "The server listens for this machine alone and is asked under another name."
                            + " If that is meant, say so with http.public-url.");
        }
        inspectHeaders(request.getHeaders());
        if (exchange.bodyLengthBytes() > requestBytesMax) {
            throw RequestBody.tooLong(requestBytesMax);
        }
        String path = request.getHttpURI().getPath();
        List<String> segments = CanonicalPath.parse(path == null ? "" : path).segments();
        exchange.query(URL_CHARS_MAX);
        return segments;
    }

    private static void inspectHeaders(HttpFields headers) {
        long bytes = 0;
        int transferEncodings = 0;
        for (HttpField field : headers) {
            String value = field.getValue() == null ? "" : field.getValue();
            bytes += field.getName().length() + value.length() + 4L;
            if (field.is("Transfer-Encoding") && (++transferEncodings > 1 || !value.equalsIgnoreCase("chunked"))) {
                throw new Refusal(400, "malformed-header", "The Transfer-Encoding is not understood.");
            }
            if (field.is("Content-Encoding") && !value.equalsIgnoreCase("identity")) {
                throw new Refusal(415, "content-encoding", "A compressed body is not taken.");
            }
        }
        if (bytes > HEADERS_BYTES_MAX || headers.size() > HEADERS_MAX) {
            throw new Refusal(431, "headers-too-large", "The headers are too many or too long.");
        }
    }
}
