package org.isocenter.server.db;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Where the database is and how to log in.
///
/// @param url `jdbc:postgresql://host:port/name?…` or `postgresql://user:password@host:port/name?…`
/// @param user wins over the user in the URL
/// @param password wins over the password in the URL
/// @param connectionsMax how many connections are open at once at most
public record DatabaseOptions(
        String url, @Nullable String user, @Nullable String password, int connectionsMax) {
    private static final String JDBC = "jdbc:postgresql:";

    public DatabaseOptions {
        if (connectionsMax < 1) {
            throw new IllegalArgumentException("A database needs at least one connection");
        }
        if (!url.startsWith(JDBC)) {
            URI uri = parse(url);
            String[] login = uri.getRawUserInfo() == null
                    ? new String[0]
                    : uri.getRawUserInfo().split(":", 2);
            user = user == null && login.length > 0 ? decode(login[0]) : user;
            password = password == null && login.length > 1 ? decode(login[1]) : password;
            String authority =
                    uri.getRawAuthority().substring(uri.getRawAuthority().lastIndexOf('@') + 1);
            String path = uri.getRawPath() == null ? "" : uri.getRawPath();
            url = JDBC + "//" + authority + path + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
        }
    }

    /// Without the password and without the parameters of the URL, which may hold one.
    @Override
    public String toString() {
        int query = url.indexOf('?');
        return query < 0 ? url : url.substring(0, query);
    }

    private static URI parse(String url) {
        try {
            URI uri = URI.create(url);
            String scheme = uri.getScheme();
            if (uri.getRawAuthority() != null && ("postgresql".equals(scheme) || "postgres".equals(scheme))) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // Not kept as the cause: its message repeats the URL, password and all.
        }
        throw new IllegalArgumentException(
                "The database URL is neither jdbc:postgresql://host/name nor postgresql://user:password@host/name");
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
