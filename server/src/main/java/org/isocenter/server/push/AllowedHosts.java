package org.isocenter.server.push;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Where requests may go: to hosts that an operator has named, and of these to addresses that are meant.
///
/// A name is looked up for each connection, and the connection goes to the address that was looked at, so
/// nothing can be put in between. Addresses of this machine and of private networks are for hosts that are
/// named in full; those of a link, under which clouds keep their secrets, for nobody.
public final class AllowedHosts {
    private static final int URL_CHARS_MAX = 2_000;

    private static final Pattern HOST =
            Pattern.compile("(\\*|(?:\\*\\.)?[a-z0-9_-]+(?:\\.[a-z0-9_-]+)*|\\[[0-9a-f:.]+])(?::(\\d{1,5}))?");

    private final List<Host> hosts;

    /// @param hosts `hooks.example.org`, with a port where it is another than that of the scheme;
    ///     `*.example.org`, or `*` for any
    public AllowedHosts(List<String> hosts) {
        this.hosts = hosts.stream().map(Host::of).toList();
    }

    /// @param name that it has, or the end of its name behind a star
    /// @param port or 0 for that of the scheme
    private record Host(String name, int port) {
        static Host of(String text) {
            Matcher host = HOST.matcher(text.toLowerCase(Locale.ROOT));
            if (!host.matches()) {
                throw new IllegalArgumentException("no host");
            }
            return new Host(host.group(1), host.group(2) == null ? 0 : Integer.parseInt(host.group(2)));
        }

        boolean isNamed() {
            return name.charAt(0) != '*';
        }

        boolean admits(URI url) {
            String asked = url.getHost().toLowerCase(Locale.ROOT);
            boolean known = isNamed() ? asked.equals(name) : asked.endsWith(name.substring(1));
            return known && AllowedHosts.port(url) == (port == 0 ? ownPort(url) : port);
        }
    }

    /// Whether a host may be named so.
    public static boolean isHost(String text) {
        return HOST.matcher(text.toLowerCase(Locale.ROOT)).matches();
    }

    /// Says why requests do not go to a URL, or returns null where they may.
    public @Nullable String findFault(URI url) {
        String scheme = url.getScheme();
        if (!"https".equalsIgnoreCase(scheme) && !"http".equalsIgnoreCase(scheme)) {
            return "the url of a webhook begins with https:// or http://";
        }
        if (url.getRawUserInfo() != null
                || url.getRawFragment() != null
                || url.getHost() == null
                || url.getPort() == 0
                || url.getPort() > 65_535
                || url.toString().length() > URL_CHARS_MAX
                || !url.toString().chars().allMatch(c -> c > ' ' && c < 127)) {
            return "the url of a webhook has a host, no user, no fragment, and at most " + URL_CHARS_MAX
                    + " characters of ASCII";
        }
        if (hosts.stream().noneMatch(host -> host.admits(url))) {
            return "requests go to hosts of the setting push.allowed-hosts only, and this host is not among them";
        }
        return null;
    }

    /// The addresses of a URL.
    ///
    /// @throws IOException where it has none that requests may go to
    InetAddress[] resolve(URI url) throws IOException {
        String fault = findFault(url);
        if (fault != null) {
            throw new IOException(fault);
        }
        InetAddress[] addresses = InetAddress.getAllByName(url.getHost());
        boolean named = hosts.stream().anyMatch(host -> host.isNamed() && host.admits(url));
        for (InetAddress address : addresses) {
            if (isForNobody(address) || !named && isPrivate(address)) {
                throw new IOException("the host has an address that requests do not go to");
            }
        }
        return addresses;
    }

    static int port(URI url) {
        return url.getPort() >= 0 ? url.getPort() : ownPort(url);
    }

    private static int ownPort(URI url) {
        return "https".equalsIgnoreCase(url.getScheme()) ? 443 : 80;
    }

    /// The host as it stands in a request.
    static String authority(URI url) {
        return url.getHost() + (url.getPort() >= 0 ? ":" + url.getPort() : "");
    }

    private static boolean isForNobody(InetAddress address) {
        byte[] bytes = address.getAddress();
        boolean mapped = address instanceof Inet6Address
                && isTranslated(bytes)
                && (bytes[12] & 0xFF) == 169
                && (bytes[13] & 0xFF) == 254;
        return address.isLinkLocalAddress() || address.isAnyLocalAddress() || address.isMulticastAddress() || mapped;
    }

    private static boolean isPrivate(InetAddress address) {
        byte[] bytes = address.getAddress();
        int first = bytes[0] & 0xFF;
        int second = bytes[1] & 0xFF;
        if (address.isLoopbackAddress() || address.isSiteLocalAddress()) {
            return true;
        }
        if (address instanceof Inet4Address) {
            // RFC 6890: this network, shared, protocol assignments and benchmarks, reserved.
            return first == 0
                    || first == 100 && (second & 0xC0) == 64
                    || first == 192 && second == 0 && bytes[2] == 0
                    || first == 198 && (second & 0xFE) == 18
                    || first >= 240;
        }
        // Unique local (RFC 4193), and IPv4 in other clothes (RFC 6052, RFC 3056, RFC 4380).
        return (first & 0xFE) == 0xFC
                || isTranslated(bytes)
                || first == 0x20 && second == 0x02
                || first == 0x20 && second == 0x01 && bytes[2] == 0 && bytes[3] == 0;
    }

    /// An IPv4 address as the last part of one that is 64:ff9b::/96 or ::/96.
    private static boolean isTranslated(byte[] bytes) {
        boolean wellKnown = bytes[0] == 0 && bytes[1] == 0x64 && (bytes[2] & 0xFF) == 0xFF && (bytes[3] & 0xFF) == 0x9B;
        for (int i = wellKnown ? 4 : 0; i < 12; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }
}
