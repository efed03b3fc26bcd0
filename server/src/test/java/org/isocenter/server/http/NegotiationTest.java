package org.isocenter.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.isocenter.server.http.ByteRanges.All;
import org.isocenter.server.http.ByteRanges.One;
import org.isocenter.server.http.ByteRanges.Several;
import org.isocenter.server.http.ByteRanges.Unsatisfiable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Small values that headers and queries are made of.
class NegotiationTest {
    @Test
    void rangesAreWhatTheyShouldBe() {
        Map<String, ByteRanges> table = Map.ofEntries(
                Map.entry("bytes=0-0", new One(0, 0)),
                Map.entry("bytes=0-99", new One(0, 99)),
                Map.entry("BYTES=10-", new One(10, 99)),
                Map.entry("bytes=-10", new One(90, 99)),
                Map.entry("bytes=-1000", new One(0, 99)),
                Map.entry("bytes=5-1000", new One(5, 99)),
                Map.entry("bytes=5-99999999999999999999999", new One(5, 99)),
                Map.entry("bytes=0-4, 10-14", new Several(List.of(new One(0, 4), new One(10, 14)))),
                Map.entry("bytes=10-14,0-4", new Several(List.of(new One(10, 14), new One(0, 4)))),
                Map.entry("bytes=0-4,3-9", new One(0, 9)),
                Map.entry("bytes=50-60,0-9,5-20", new Several(List.of(new One(0, 20), new One(50, 60)))),
                Map.entry("bytes=0-4,200-300", new One(0, 4)),
                Map.entry("bytes=-0", new Unsatisfiable()),
                Map.entry("bytes=100-", new Unsatisfiable()),
                Map.entry("bytes=99999999999999999999-", new Unsatisfiable()),
                Map.entry("bytes=100-200,-0", new Unsatisfiable()),
                Map.entry("bytes=5-4", new All()),
                Map.entry("bytes=", new All()),
                Map.entry("bytes=-", new All()),
                Map.entry("bytes=a-b", new All()),
                Map.entry("bytes=1-2-3", new All()),
                Map.entry("bytes=1-2,", new All()),
                Map.entry("bytes=+1-2", new All()),
                Map.entry("items=0-1", new All()),
                Map.entry("0-1", new All()),
                Map.entry("bytes=" + "0-0,".repeat(16) + "1-1", new All()),
                Map.entry("bytes=" + "0-0,".repeat(10_000) + "1-1", new All()));
        table.forEach((header, expected) ->
                assertThat(ByteRanges.parse(header, 100)).as(header).isEqualTo(expected));
        assertThat(ByteRanges.parse(null, 100)).isEqualTo(new All());
        assertThat(ByteRanges.parse("bytes=0-", 0)).isEqualTo(new Unsatisfiable());
        assertThat(ByteRanges.parse("bytes=-5", 0)).isEqualTo(new Unsatisfiable());
        assertThat(ByteRanges.parse("bytes=" + "0-0,".repeat(15) + "1-1", 100))
                .isEqualTo(new Several(List.of(new One(0, 0), new One(1, 1))));
    }

    private static List<String> ranges(String... values) {
        return Accept.parse(List.of(values)).ranges().stream()
                .map(range -> range.type() + " " + range.q())
                .toList();
    }

    @Test
    void acceptIsSortedByLikingThenByPrecision() {
        assertThat(ranges()).containsExactly("*/* 1.0");
        assertThat(ranges("")).containsExactly("*/* 1.0");
        assertThat(ranges("*/*, text/*, text/html, text/html;level=1"))
                .containsExactly("text/html;level=1 1.0", "text/html 1.0", "text/* 1.0", "*/* 1.0");
        assertThat(ranges("a/b;q=0.2,", "c/d;q=0.9;x=1, e/f")).containsExactly("e/f 1.0", "c/d;x=1 0.9", "a/b 0.2");
        assertThat(ranges("multipart/related; type=\"application/dicom\"; transfer-syntax=*;q=.5"))
                .containsExactly("multipart/related;type=\"application/dicom\";transfer-syntax=* 0.5");
        assertThat(ranges("multipart/related;type=application/dicom"))
                .containsExactly("multipart/related;type=\"application/dicom\" 1.0");
        assertThat(ranges("text/html, image/gif, *; q=.2, */*; q=.2")).hasSize(4);
    }

    @Test
    void theMostPreciseRangeDecides() {
        Accept accept = Accept.parse(List.of("application/*;q=0.5, application/json;q=0, */*;q=0.1"));
        assertThat(accept.quality("application", "json")).isZero();
        assertThat(accept.quality("application", "dicom+json")).isEqualTo(0.5);
        assertThat(accept.quality("image", "png")).isEqualTo(0.1);
        assertThat(Accept.parse(List.of("image/png")).quality("image", "jpeg")).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a/b;q=nan",
                "a/b;q=-1",
                "a/b;q=2",
                "a/b;q=1.1",
                "a/b;q=",
                "a/b;q=1e0",
                "a/b;q=.",
                "a/b;q=1.0.0",
                "a",
                "a/",
                "/b",
                "*/b",
                "a/b c/d",
                "a/b;x=\"",
                "a/b;x=1;x=2",
                "a/b;x",
                "a/b;=1"
            })
    void h15BadAcceptHeadersAreRefused(String value) {
        assertThatThrownBy(() -> Accept.parse(List.of(value))).isInstanceOf(Refusal.class);
    }

    @Test
    void h15LongAcceptHeadersAreRefused() {
        assertThatThrownBy(() -> Accept.parse(List.of("a/b,".repeat(101)))).isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> Accept.parse(List.of("a/" + "b".repeat(100_000))))
                .isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> Accept.parse(List.of("a/" + "b".repeat(3000), "a/" + "b".repeat(3000))))
                .isInstanceOf(Refusal.class);
    }

    @Test
    void mediaTypesAreReadAndWritten() {
        MediaType type = MediaType.parse("Multipart/Related; TYPE=\"application/Dicom\" ;Boundary=\"a\\\"b c\"; ");
        assertThat(type.is("multipart", "related")).isTrue();
        assertThat(type.parameter("type")).isEqualTo("application/Dicom");
        assertThat(type.parameter("boundary")).isEqualTo("a\"b c");
        assertThat(type.toString()).isEqualTo("multipart/related;type=\"application/Dicom\";boundary=\"a\\\"b c\"");
        assertThat(MediaType.parse(type.toString())).isEqualTo(type);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a/b, c/d", "a/b;c", "a b/c", "a/b;c=\"\u0001\"", "a/b;c=d;C=e", "a/b x"})
    void brokenMediaTypesAreRefused(String text) {
        assertThatThrownBy(() -> MediaType.parse(text)).isInstanceOf(Refusal.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"a\" | \"a\" | true",
                "W/\"a\" | \"a\" | true",
                "\"a\" | W/\"a\" | true",
                "\"b\", \"a\" | \"a\" | true",
                "\"b,\", W/\"a\" | \"a\" | true",
                "* | \"a\" | true",
                "\"b\" | \"a\" | false",
                "\"a,b\" | \"a\" | false",
                "\"x\"a\"y\" | \"a\" | false",
                "a | \"a\" | false",
                "\"a | \"a\" | false",
                "\"*\" | \"a\" | false"
            })
    void entityTagsAreComparedWeakly(String header, String tag, boolean matches) {
        assertThat(EntityTag.matches(List.of("\"zzz\"", header), tag)).isEqualTo(matches);
    }

    @Test
    void q03QueriesKeepTheirLimits() {
        assertThat(Query.parse("a=1&&b=%C3%BC&a=2", 10).all("a")).containsExactly("1", "2");
        assertThat(Query.parse("a=1&b=%C3%BC", 10).findFirst("b")).isEqualTo("ü");
        assertThat(Query.parse("a=b=c", 10).findFirst("a")).isEqualTo("b=c");
        assertThat(Query.parse(null, 10).parameters()).isEmpty();
        assertThat(Query.parse("a=1&".repeat(64), 10).parameters()).hasSize(64);
        for (String bad : List.of(
                "a=1&".repeat(65),
                "a=" + "x".repeat(11),
                "x".repeat(257) + "=1",
                "=1",
                "a=%",
                "a=%4",
                "a=%g0",
                "a=%00",
                "a=%ff",
                "a=%c0%80",
                "a=<",
                "a=%3c",
                "%3C=1",
                "a=\u00e9",
                "a=\u0001")) {
            assertThatThrownBy(() -> Query.parse(bad, 10)).as(bad).isInstanceOf(Refusal.class);
        }
    }

    @Test
    void h16ForwardingIsBelievedOnlyAlongTrustedProxies() {
        Forwarding forwarding = new Forwarding(options("0.0.0.0", null, "10.0.0.0/8", "2001:db8::1"));
        Map<String, List<String>> standard = Map.of(
                "Forwarded",
                List.of(
                        "for=192.0.2.9;proto=http;host=evil.example, for=192.0.2.1;proto=https;host=pacs.example",
                        "for=\"10.1.1.1:443\";proto=http;host=inner"));
        Forwarding.View view = view(forwarding, "10.0.0.1", standard);
        assertThat(view).isEqualTo(new Forwarding.View("192.0.2.1", URI.create("https://pacs.example")));
        assertThat(view(forwarding, "192.0.2.77", standard))
                .isEqualTo(new Forwarding.View("192.0.2.77", URI.create("http://self:8080")));

        Map<String, List<String>> legacy = Map.of(
                "X-Forwarded-For", List.of("192.0.2.9, 192.0.2.1", "10.1.1.1"),
                "X-Forwarded-Proto", List.of("https"),
                "X-Forwarded-Host", List.of("pacs.example:443"),
                "X-Forwarded-Prefix", List.of("/a/../b"));
        assertThat(view(forwarding, "2001:db8::1", legacy))
                .isEqualTo(new Forwarding.View("192.0.2.1", URI.create("https://pacs.example")));

        Map<String, List<String>> nonsense = Map.of(
                "X-Forwarded-For", List.of("_hidden"),
                "X-Forwarded-Proto", List.of("javascript"),
                "X-Forwarded-Host", List.of("a\"b"));
        assertThat(view(forwarding, "10.0.0.1", nonsense))
                .isEqualTo(new Forwarding.View("10.0.0.1", URI.create("http://self:8080")));

        Forwarding fixed = new Forwarding(options("0.0.0.0", URI.create("https://public.example/x/")));
        assertThat(view(fixed, "192.0.2.1", standard).base()).isEqualTo(URI.create("https://public.example/x"));
    }

    private static Forwarding.View view(Forwarding forwarding, String peer, Map<String, List<String>> headers) {
        return forwarding.view(peer, "http", "self:8080", name -> headers.getOrDefault(name, List.of()));
    }

    @Test
    void h17NothingThatEndsALineFitsIntoAHeader() {
        for (String bad : List.of("a\r\nb", "a\nb", "a\0b", "ü")) {
            assertThatThrownBy(() -> new Header("X", bad)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new Header(bad, "x")).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void h11APaceKeepsCountOfWaitingOnly() {
        Pace pace = Pace.DEFAULT;
        assertThat(pace.isTooSlow(0, 29_000_000_000L)).isFalse();
        assertThat(pace.isTooSlow(31, 31_000_000_000L)).isTrue();
        assertThat(pace.isTooSlow(1024 * 1024, 31_000_000_000L)).isFalse();
        assertThat(pace.longest(1 << 20)).hasSeconds(30 + 1024);
    }

    @Test
    void aSecondRouteForTheSameIsAMistake() {
        Router router = new Router().on("GET", "/a/{b}", exchange -> {});
        assertThatThrownBy(() -> router.on("GET", "/a/{c}", exchange -> {}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(router.on("PUT", "/a/{c}", exchange -> {}).entries())
                .containsExactly(new Router.Entry("GET", "/a/{b}"), new Router.Entry("PUT", "/a/{c}"));
    }

    @Test
    void aServerOnLoopbackAnswersToItsOwnNamesOnly() {
        Forwarding alone = new Forwarding(options("127.0.0.1", null));
        for (String own : List.of("localhost", "LOCALHOST", "pacs.localhost", "127.0.0.1", "127.3.2.1", "[::1]")) {
            assertThat(alone.isForThisServer("127.0.0.1", own)).as(own).isTrue();
        }
        for (String other : List.of("evil.example", "localhost.evil.example", "10.1.2.3", "xlocalhost")) {
            assertThat(alone.isForThisServer("127.0.0.1", other)).as(other).isFalse();
        }
        Forwarding named = new Forwarding(options("127.0.0.1", URI.create("https://pacs.example/x")));
        assertThat(named.isForThisServer("127.0.0.1", "PACS.example")).isTrue();
        assertThat(named.isForThisServer("127.0.0.1", "evil.example")).isFalse();
        Forwarding proxied = new Forwarding(options("127.0.0.1", null, "127.0.0.1"));
        assertThat(proxied.isForThisServer("127.0.0.1", "pacs.example")).isTrue();
        Forwarding wide = new Forwarding(options("0.0.0.0", null));
        assertThat(wide.isForThisServer("10.1.2.3", "pacs.example")).isTrue();
    }

    private static HttpOptions options(String host, @Nullable URI publicUrl, String... trusted) {
        return new HttpOptions(host, 0, publicUrl, List.of(trusted), 1 << 20, Duration.ofSeconds(30), 16);
    }
}
