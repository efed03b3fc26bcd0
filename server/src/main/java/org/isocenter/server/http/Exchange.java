package org.isocenter.server.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Blocker;
import org.jspecify.annotations.Nullable;

/// One request and its answer, used by one thread.
public final class Exchange {
    private static final int ZIP_FROM_BYTES = 1024;
    private static final int MENTIONED_MAX = 1_000;

    private final Request request;
    private final Response response;
    private final Pace pace;
    private final Forwarding forwarding;
    private final RequestBody body;
    private final Channels channels;
    private Map<String, String> pathValues = Map.of();
    private String path = "";
    private @Nullable Query query;
    private Forwarding.@Nullable View view;
    private @Nullable ResponseBody responseBody;
    private final Map<String, Set<String>> mentioned = new LinkedHashMap<>();
    private final Map<String, Long> counted = new LinkedHashMap<>();
    private @Nullable IntConsumer beforeAnswer;
    private boolean statusGiven;
    private boolean upgraded;

    Exchange(Request request, Response response, Forwarding forwarding, long bytesMax, Pace pace, Channels channels) {
        this.request = request;
        this.response = response;
        this.forwarding = forwarding;
        this.pace = pace;
        this.body = new RequestBody(request, bytesMax, pace);
        this.channels = channels;
    }

    void routed(List<String> names, List<String> segments) {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            if (!names.get(i).isEmpty()) {
                values.put(names.get(i), segments.get(i));
            }
        }
        pathValues = Collections.unmodifiableMap(values);
        path = "/" + String.join("/", segments);
    }

    // ---- the request

    /// The method as sent: a route for `GET` also meets `HEAD`, whose body goes nowhere.
    public String method() {
        return request.getMethod();
    }

    /// The decoded path.
    public String path() {
        return path;
    }

    /// The decoded segment that stands for a variable of the template.
    public String pathValue(String name) {
        String value = pathValues.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the template has no variable of that name: " + name);
        }
        return value;
    }

    /// Whether the template has a variable of this name.
    public boolean hasPathValue(String name) {
        return pathValues.containsKey(name);
    }

    /// @throws Refusal 400 if it is malformed or exceeds a limit
    public Query query() {
        return query == null ? (query = query(Query.VALUE_CHARS_MAX)) : query;
    }

    /// The query with a limit of its own on the length of a value.
    public Query query(int valueCharsMax) {
        return Query.parse(request.getHttpURI().getQuery(), valueCharsMax);
    }

    /// The first value of a header, or null.
    public @Nullable String header(String name) {
        return request.getHeaders().get(name);
    }

    /// Every value of a header, one for each line.
    public List<String> headers(String name) {
        return request.getHeaders().getValuesList(name);
    }

    /// The names of all headers.
    public Set<String> headerNames() {
        return request.getHeaders().getFieldNamesCollection();
    }

    /// Whether the name that the client calls is one of this server's.
    boolean isForThisServer() {
        String host = request.getHttpURI().getHost();
        return forwarding.isForThisServer(Request.getRemoteAddr(request), host == null ? "localhost" : host);
    }

    /// The address of the client, seen through trusted proxies.
    public String remoteAddress() {
        return view().address();
    }

    /// Scheme, authority and prefix by which the client knows the server, without a slash at the end.
    public URI baseUrl() {
        return view().base();
    }

    /// Refuses a request that a page of another origin has a browser make. Browsers ask before most
    /// requests of that kind, and are told nothing; they do not ask before a `POST` without a body, nor
    /// before a WebSocket.
    ///
    /// @throws Refusal 403
    public void refuseOtherOrigins() {
        String origin = header("Origin");
        String authority = baseUrl().getAuthority();
        if (origin != null
                && (authority == null
                        || !origin.toLowerCase(Locale.ROOT).endsWith("://" + authority.toLowerCase(Locale.ROOT)))) {
            throw new Refusal(403, "cross-origin", "The request comes from a page of another origin.");
        }
    }

    private Forwarding.View view() {
        if (view == null) {
            String authority = request.getHttpURI().getAuthority();
            String scheme = request.isSecure() ? "https" : "http";
            view = forwarding.view(
                    Request.getRemoteAddr(request), scheme, authority == null ? "localhost" : authority, this::headers);
        }
        return view;
    }

    /// The length of the body in bytes, or -1 if it was not announced.
    public long bodyLengthBytes() {
        return hasBody() ? request.getLength() : 0;
    }

    /// The body. Reading it throws a `Refusal` 413 beyond the limit and 408 for a client that is too slow,
    /// and `MalformedBodyException` if the body is cut short.
    public InputStream body() {
        return body;
    }

    private boolean hasBody() {
        return request.getLength() > 0
                || request.getLength() < 0 && (!isHttp1() || header("Transfer-Encoding") != null);
    }

    private boolean isHttp1() {
        return isHttp1(request);
    }

    static boolean isHttp1(Request request) {
        return request.getConnectionMetaData().getHttpVersion().compareTo(HttpVersion.HTTP_2) < 0;
    }

    // ---- what is told of it

    /// Says what the request turned out to be about, beside what its path says.
    ///
    /// @param what such as `operation`
    public void mention(String what, String name) {
        Set<String> names = mentioned.computeIfAbsent(what, key -> new LinkedHashSet<>());
        if (names.size() < MENTIONED_MAX) {
            names.add(name);
        }
    }

    /// What has been mentioned, by what it is.
    public Map<String, Set<String>> mentioned() {
        return Collections.unmodifiableMap(mentioned);
    }

    /// Says how many of something there turned out to be.
    ///
    /// @param what such as `stored`
    public void count(String what, long number) {
        counted.put(what, number);
    }

    /// What has been counted, by what it is.
    public Map<String, Long> counted() {
        return Collections.unmodifiableMap(counted);
    }

    /// Has something be done once, before the first byte of whatever the answer will be is sent. Where it fails,
    /// the failure is the answer.
    ///
    /// @param act gets the status of the answer; null takes back what was said before
    public void beforeAnswer(@Nullable IntConsumer act) {
        beforeAnswer = act;
    }

    /// Does what is to be done before the answer. Where that has failed it goes on failing, so that nothing of an
    /// answer gets out by its being closed or flushed.
    void answering(int status) {
        IntConsumer act = beforeAnswer;
        if (act == null) {
            return;
        }
        try {
            act.accept(status);
            beforeAnswer = null;
        } catch (RuntimeException failed) {
            beforeAnswer = again -> {
                throw failed;
            };
            throw failed;
        }
    }

    // ---- the response

    /// The status of a response that is begun without one, and of one without a body.
    public Exchange status(int status) {
        response.setStatus(status);
        statusGiven = true;
        return this;
    }

    /// Adds a header, or replaces it if it is one of those that come once.
    public Exchange header(String name, String value) {
        Header header = new Header(name, value);
        String varies = name.equalsIgnoreCase("Vary") ? response.getHeaders().get(header.name()) : null;
        if (varies != null) {
            // One line, for clients and caches that read but the first.
            response.getHeaders().put(header.name(), varies + ", " + header.value());
        } else if (name.equalsIgnoreCase("Warning") || name.equalsIgnoreCase("Link")) {
            response.getHeaders().add(header.name(), header.value());
        } else {
            response.getHeaders().put(header.name(), header.value());
        }
        return this;
    }

    /// Sends a whole response.
    public void send(int status, String contentType, byte[] bytes) throws IOException {
        byte[] sent = bytes;
        if (isCompressible(contentType)) {
            header("Vary", "Accept-Encoding");
            if (bytes.length > ZIP_FROM_BYTES && acceptsGzip()) {
                header("Content-Encoding", "gzip");
                sent = zipped(bytes);
            }
        }
        start(status, contentType, sent.length);
        write(true, ByteBuffer.wrap(isHead() ? new byte[0] : sent));
    }

    public void sendEmpty(int status) throws IOException {
        status(status);
        write(true, ByteBuffer.allocate(0));
    }

    /// Begins a response whose body follows.
    ///
    /// @param lengthBytes the length of the body if it is known, or -1
    public ResponseBody begin(int status, String contentType, long lengthBytes) throws IOException {
        start(status, contentType, lengthBytes);
        return stream(lengthBytes, false);
    }

    /// Begins a response of unknown length whose body is compressed if the client takes that.
    public ResponseBody beginCompressible(int status, String contentType) throws IOException {
        header("Vary", "Accept-Encoding");
        boolean zip = acceptsGzip();
        if (zip) {
            header("Content-Encoding", "gzip");
        }
        start(status, contentType, -1);
        return stream(-1, zip);
    }

    /// Makes a channel of the connection (RFC 6455), which opens when the route has returned.
    ///
    /// @param opened gets it, on a virtual thread of its own
    /// @throws Refusal 426 if no WebSocket is asked for, 403 if a page of another origin asks for it, 429
    ///     if there are too many
    public void openChannel(Consumer<Channel> opened) {
        refuseOtherOrigins();
        channels.open(request, response, opened, () -> answering(101));
        upgraded = true;
    }

    /// Whether the response can no longer be another.
    public boolean begun() {
        return responseBody != null || committed();
    }

    public boolean committed() {
        return response.isCommitted();
    }

    private void start(int status, String contentType, long lengthBytes) {
        status(status);
        header("Content-Type", contentType);
        header("X-Content-Type-Options", "nosniff");
        if (lengthBytes >= 0) {
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, lengthBytes);
        }
    }

    private ResponseBody stream(long lengthBytes, boolean zip) throws IOException {
        if (responseBody != null) {
            throw new IllegalStateException("the response has been begun");
        }
        responseBody = new ResponseBody(bytes -> write(false, bytes), lengthBytes, isHead(), zip);
        return responseBody;
    }

    private boolean isHead() {
        return method().equals("HEAD");
    }

    /// Whether the client takes bodies in gzip.
    public boolean acceptsGzip() {
        for (String value : headers("Accept-Encoding")) {
            HeaderCursor cursor = new HeaderCursor(value);
            try {
                while (!cursor.skipEmptyElements().atEnd()) {
                    String coding = cursor.token();
                    double quality = Accept.quality(cursor.parameters().get("q"));
                    if (coding.equalsIgnoreCase("gzip") || coding.equals("*")) {
                        return quality > 0;
                    }
                }
            } catch (Refusal ignored) {
                return false;
            }
        }
        return false;
    }

    private static boolean isCompressible(String contentType) {
        int semicolon = contentType.indexOf(';');
        String type = (semicolon < 0 ? contentType : contentType.substring(0, semicolon)).toLowerCase(Locale.ROOT);
        return type.startsWith("text/") || type.endsWith("json") || type.endsWith("xml") || type.endsWith("javascript");
    }

    private static byte[] zipped(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length / 4 + 64);
        try (ResponseBody.FastGzip zip = new ResponseBody.FastGzip(out)) {
            zip.write(bytes);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }

    /// Hands a buffer to the engine and waits until it is through. A client that takes forever is cut off
    /// before the buffer is given back, so that nothing written to it later can reach the socket.
    private void write(boolean last, ByteBuffer bytes) throws IOException {
        answering(response.getStatus());
        try (Blocker.Callback done = Blocker.callback()) {
            response.write(last, bytes, done);
            try {
                done.block(pace.longest(bytes.remaining()).toNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException tooSlow) {
                request.getConnectionMetaData().getConnection().getEndPoint().close(tooSlow);
                done.block();
            }
        } catch (IOException | RuntimeException failed) {
            throw new ClientGoneException(failed);
        }
    }

    // ---- the door's end of it

    /// What is left to do after the route has returned.
    void complete() throws IOException {
        if (upgraded) {
            return;
        }
        if (responseBody != null) {
            responseBody.complete();
        } else if (!committed() && !statusGiven) {
            throw new IllegalStateException("the route has not answered");
        }
        if (isHead() && responseBody != null && !committed()) {
            // Committed apart from its end, or the engine would announce a length of 0.
            write(false, ByteBuffer.allocate(0));
        }
        if (!response.hasLastWrite()) {
            write(true, ByteBuffer.allocate(0));
        }
        bidFarewell();
    }

    /// Answers with a problem instead of what the route may have prepared. What is to be done before an answer has
    /// been done.
    void refuse(Problem problem, ProblemForm form, List<Header> headers, boolean close) throws IOException {
        beforeAnswer = null;
        response.reset();
        if (isHttp1() && (close || isBodyUnread())) {
            header("Connection", "close");
        }
        headers.forEach(header -> header(header.name(), header.value()));
        header("Cache-Control", "no-store");
        ProblemForm.Page page = form.page(problem);
        start(problem.status(), page.contentType(), page.bytes().length);
        write(true, ByteBuffer.wrap(isHead() ? new byte[0] : page.bytes()));
        bidFarewell();
    }

    /// Listens a while to a client that has its answer and is still sending, or else a reset may take the
    /// answer from it. One that waits to be asked for its body is not.
    private void bidFarewell() {
        if (isBodyUnread() && !(body.isUntouched() && header("Expect") != null)) {
            body.drain(pace.farewellBytes(), pace.farewell());
        }
    }

    private boolean isBodyUnread() {
        return hasBody() && !body.isEnded();
    }

    void release() {
        body.release();
    }
}
