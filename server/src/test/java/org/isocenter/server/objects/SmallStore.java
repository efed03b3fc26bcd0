package org.isocenter.server.objects;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A store that speaks as Amazon S3 does as far as reading goes, with a bucket of the name `bucket` in
/// memory. It can be told to fail.
public final class SmallStore implements AutoCloseable {
    static final int PAGE = 2;

    public final SortedMap<String, byte[]> objects = new ConcurrentSkipListMap<>();

    /// So many requests for content end in the middle of it.
    final AtomicInteger cuts = new AtomicInteger();

    /// What is answered to every listing, if anything is.
    volatile @Nullable String listing;

    /// The status of answers to requests for content, if it is not 206.
    volatile int status;

    /// What can be listed and not be had, however often it is asked for.
    public volatile String broken = "";

    /// The status of answers to requests for listings.
    public volatile int listingStatus = 200;

    private final HttpServer http;
    private final int page;

    /// A store that lists two objects a page.
    public SmallStore() throws IOException {
        this(PAGE);
    }

    /// @param page so many objects are listed at a time
    public SmallStore(int page) throws IOException {
        this.page = page;
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext("/", this::answer);
        http.start();
    }

    public Bucket open(String address) {
        return Bucket.s3("source here", address, endpoint(), "us-east-1", "key", "secret");
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
    }

    private void answer(HttpExchange exchange) {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            if (path.equals("/bucket")) {
                send(
                        exchange,
                        listingStatus,
                        list(parameters(exchange.getRequestURI())).getBytes(StandardCharsets.UTF_8));
            } else {
                get(exchange, path.substring("/bucket/".length()));
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static Map<String, String> parameters(URI uri) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String parameter : uri.getRawQuery().split("&")) {
            int equals = parameter.indexOf('=');
            parameters.put(
                    parameter.substring(0, equals),
                    java.net.URLDecoder.decode(parameter.substring(equals + 1), StandardCharsets.UTF_8));
        }
        return parameters;
    }

    private String list(Map<String, String> parameters) {
        String fixed = listing;
        if (fixed != null) {
            return fixed;
        }
        String prefix = parameters.get("prefix");
        String after = parameters.getOrDefault("start-after", "");
        StringBuilder entries = new StringBuilder();
        int count = 0;
        boolean more = false;
        for (Map.Entry<String, byte[]> object : objects.entrySet()) {
            if (!object.getKey().startsWith(prefix) || object.getKey().compareTo(after) <= 0) {
                continue;
            }
            if (count == page) {
                more = true;
                break;
            }
            count++;
            entries.append("<Contents><Key>")
                    .append(URLEncoder.encode(object.getKey(), StandardCharsets.UTF_8))
                    .append("</Key><Size>")
                    .append(object.getValue().length)
                    .append("</Size></Contents>");
        }
        return "<?xml version=\"1.0\"?><ListBucketResult><Name>bucket</Name><EncodingType>url</EncodingType>"
                + "<IsTruncated>" + more + "</IsTruncated>" + entries + "</ListBucketResult>";
    }

    private void get(HttpExchange exchange, String key) throws IOException {
        byte[] bytes = objects.get(key);
        String tag = "\"" + Arrays.hashCode(bytes) + "\"";
        String wanted = exchange.getRequestHeaders().getFirst("If-Match");
        if (status != 0) {
            send(exchange, status, "<Error><Code>Whatever</Code></Error>".getBytes(StandardCharsets.UTF_8));
        } else if (key.equals(broken)) {
            send(exchange, 503, "<Error><Code>SlowDown</Code></Error>".getBytes(StandardCharsets.UTF_8));
        } else if (bytes == null) {
            send(exchange, 404, "<Error><Code>NoSuchKey</Code></Error>".getBytes(StandardCharsets.UTF_8));
        } else if (wanted != null && !wanted.equals(tag)) {
            send(exchange, 412, new byte[0]);
        } else {
            String[] range = exchange.getRequestHeaders().getFirst("Range").split("[=-]");
            byte[] content = Arrays.copyOfRange(
                    bytes, Integer.parseInt(range[1]), Math.min(bytes.length, Integer.parseInt(range[2]) + 1));
            exchange.getResponseHeaders().add("ETag", tag);
            if (cuts.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                exchange.sendResponseHeaders(206, content.length);
                exchange.getResponseBody().write(content, 0, content.length / 2);
                exchange.getResponseBody().flush();
            } else {
                send(exchange, 206, content);
            }
        }
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
