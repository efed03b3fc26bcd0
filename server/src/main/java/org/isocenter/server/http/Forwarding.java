package org.isocenter.server.http;

import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Who the client is and what it calls the server, seen through the proxies between them.
///
/// Only a trusted peer is believed, and only as far as trust goes: the addresses of `Forwarded` (RFC 7239) or
/// `X-Forwarded-For` are walked from the near end to the first that is not trusted, which is the client;
/// scheme, host and prefix are those written by the proxy that spoke with it.
final class Forwarding {
    private static final int HOPS_MAX = 32;

    private final @Nullable URI publicUrl;
    private final List<AddressRange> trusted;
    private final boolean loopbackOnly;

    Forwarding(HttpOptions options) {
        this.publicUrl = options.publicUrl();
        this.trusted =
                options.trustedProxies().stream().map(AddressRange::parse).toList();
        this.loopbackOnly = isLoopback(options.host());
    }

    /// Whether a request means this server. One that listens on loopback is called by a name of this machine,
    /// by the public name, or through a trusted proxy; anything else is a page of another site whose name was
    /// made to lead here, so that a browser behind the same loopback would read the archive to it (DNS
    /// rebinding).
    boolean isForThisServer(String peer, String host) {
        InetAddress near = literal(peer);
        return !loopbackOnly
                || isLoopback(host)
                || publicUrl != null && host.equalsIgnoreCase(publicUrl.getHost())
                || near != null && isTrusted(near);
    }

    private static boolean isLoopback(String host) {
        InetAddress address = literal(host);
        String name = host.toLowerCase(Locale.ROOT);
        return address != null ? address.isLoopbackAddress() : name.equals("localhost") || name.endsWith(".localhost");
    }

    /// @param address the client
    /// @param base scheme, authority and prefix as the client wrote them, without a slash at the end
    record View(String address, URI base) {}

    private record Hop(
            @Nullable String address,
            @Nullable String scheme,
            @Nullable String host) {}

    View view(String peer, String scheme, String authority, Function<String, List<String>> headers) {
        String address = peer;
        String seenScheme = scheme;
        String seenAuthority = authority;
        String prefix = "";
        InetAddress hop = literal(peer);
        if (hop != null && isTrusted(hop)) {
            List<Hop> hops = hops(headers);
            int at = hops.size();
            while (at > 0 && hop != null && isTrusted(hop)) {
                at--;
                hop = literal(hops.get(at).address);
                address = hop == null ? address : hop.getHostAddress();
            }
            if (!hops.isEmpty()) {
                Hop first = hops.get(at);
                boolean known = first.scheme != null && (first.scheme.equals("https") || first.scheme.equals("http"));
                seenScheme = known ? Objects.requireNonNull(first.scheme) : scheme;
                seenAuthority = first.host != null && isAuthority(first.host) ? first.host : authority;
            }
            prefix = prefix(headers.apply("X-Forwarded-Prefix"));
        }
        return new View(address, publicUrl != null ? bare(publicUrl) : base(seenScheme, seenAuthority, prefix));
    }

    private static List<Hop> hops(Function<String, List<String>> headers) {
        List<String> forwarded = headers.apply("Forwarded");
        try {
            return forwarded.isEmpty() ? legacyHops(headers) : standardHops(forwarded);
        } catch (Refusal ignored) {
            return List.of();
        }
    }

    private static List<Hop> standardHops(List<String> values) {
        List<Hop> hops = new ArrayList<>();
        for (String value : values) {
            HeaderCursor cursor = new HeaderCursor(";" + value.replace(",", ",;"));
            while (!cursor.skipEmptyElements().atEnd() && hops.size() < HOPS_MAX) {
                Map<String, String> hop = cursor.parameters();
                hops.add(new Hop(hop.get("for"), hop.get("proto"), hop.get("host")));
                if (!cursor.skipSpace().atEnd() && !cursor.sees(',')) {
                    throw HeaderCursor.malformed();
                }
            }
        }
        return hops;
    }

    /// Lists that count differently are aligned at their near ends; a list of one speaks for every hop.
    private static List<Hop> legacyHops(Function<String, List<String>> headers) {
        List<String> addresses = elements(headers.apply("X-Forwarded-For"));
        List<String> schemes = elements(headers.apply("X-Forwarded-Proto"));
        List<String> hosts = elements(headers.apply("X-Forwarded-Host"));
        int count = Math.max(addresses.size(), Math.max(schemes.size(), hosts.size()));
        List<Hop> hops = new ArrayList<>();
        for (int fromEnd = Math.min(count, HOPS_MAX); fromEnd >= 1; fromEnd--) {
            String address = fromEnd <= addresses.size() ? addresses.get(addresses.size() - fromEnd) : null;
            hops.add(new Hop(address, fromEndOrOnly(schemes, fromEnd), fromEndOrOnly(hosts, fromEnd)));
        }
        return hops;
    }

    private static @Nullable String fromEndOrOnly(List<String> list, int fromEnd) {
        return list.isEmpty() ? null : list.get(Math.max(0, list.size() - fromEnd));
    }

    private static List<String> elements(List<String> values) {
        List<String> elements = new ArrayList<>();
        for (String value : values) {
            for (String element : value.split(",", -1)) {
                elements.add(element.strip());
            }
        }
        return elements;
    }

    private static String prefix(List<String> values) {
        String prefix = values.isEmpty() ? "" : values.getLast().strip();
        while (prefix.endsWith("/")) {
            prefix = prefix.substring(0, prefix.length() - 1);
        }
        try {
            return prefix.isEmpty() || CanonicalPath.parse(prefix).segments().isEmpty() ? "" : prefix;
        } catch (Refusal ignored) {
            return "";
        }
    }

    private static URI base(String scheme, String authority, String prefix) {
        String defaultPort = scheme.equals("https") ? ":443" : ":80";
        String host = authority.endsWith(defaultPort)
                ? authority.substring(0, authority.length() - defaultPort.length())
                : authority;
        return URI.create(scheme + "://" + host + prefix);
    }

    private static URI bare(URI url) {
        String text = url.toString();
        return text.endsWith("/") ? URI.create(text.substring(0, text.length() - 1)) : url;
    }

    /// A name or an address in brackets, perhaps with a port.
    static boolean isAuthority(String text) {
        return text.length() <= 262 && text.matches("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(:[0-9]{1,5})?");
    }

    private boolean isTrusted(InetAddress address) {
        return trusted.stream().anyMatch(range -> range.holds(address));
    }

    /// The address of a peer or hop, with or without brackets and port; null if it is not one.
    private static @Nullable InetAddress literal(@Nullable String text) {
        if (text == null) {
            return null;
        }
        String bare = text;
        int colon = bare.indexOf(':');
        if (bare.startsWith("[") && bare.indexOf(']') > 0) {
            bare = bare.substring(1, bare.indexOf(']'));
        } else if (colon >= 0 && colon == bare.lastIndexOf(':')) {
            bare = bare.substring(0, colon);
        }
        try {
            return InetAddress.ofLiteral(bare);
        } catch (IllegalArgumentException ignored) {
            return null;
        }
    }

    /// An address or a CIDR range of them.
    private record AddressRange(byte[] network, int bits) {
        static AddressRange parse(String text) {
            int slash = text.indexOf('/');
            byte[] network = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash))
                    .getAddress();
            int bits = slash < 0 ? network.length * 8 : Integer.parseInt(text.substring(slash + 1));
            if (bits < 0 || bits > network.length * 8) {
                throw new IllegalArgumentException("not an address range: " + text);
            }
            return new AddressRange(network, bits);
        }

        boolean holds(InetAddress address) {
            byte[] octets = address.getAddress();
            int whole = bits / 8;
            int mask = 0xff00 >> bits % 8 & 0xff;
            return octets.length == network.length
                    && Arrays.equals(octets, 0, whole, network, 0, whole)
                    && (mask == 0 || ((octets[whole] ^ network[whole]) & mask) == 0);
        }
    }
}
