package org.isocenter.bench;

/// How rows name a number of clients.
final class Clients {

    private Clients() {}

    static String title(int clients) {
        return clients == 1 ? "1 client" : clients + " clients";
    }
}
