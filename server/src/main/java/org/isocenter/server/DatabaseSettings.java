package org.isocenter.server;

/// Which PostgreSQL holds the index. An empty `url` asks for the embedded one below the data folder.
public record DatabaseSettings(String url, String user, String password, int connections) {

    /// Whether the server brings its own PostgreSQL.
    public boolean embedded() {
        return url.isEmpty();
    }

    /// Leaves the password out: settings are printed, logged and put into reports.
    @Override
    public String toString() {
        return "DatabaseSettings[url=%s, user=%s, password=%s, connections=%d]"
                .formatted(url, user, password.isEmpty() ? "" : Setting.MASK, connections);
    }
}
