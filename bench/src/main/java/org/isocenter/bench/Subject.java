package org.isocenter.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/// A server under test, with a folder of its own that goes when the subject does.
sealed interface Subject permits Isocenter, Orthanc, Running {

    /// Whose column its figures go to; two variants of a peer share one, and the better figure counts.
    enum Side {
        ISOCENTER("Isocenter"),
        ORTHANC("Orthanc");

        final String title;

        Side(String title) {
            this.title = title;
        }
    }

    Side side();

    /// Its name in progress lines: tells variants apart.
    String name();

    /// Starts the server and waits until it answers.
    void start() throws IOException, InterruptedException;

    /// Stops the server; what it stored stays.
    void stop() throws InterruptedException;

    /// Ends everything and deletes the folder, or keeps it.
    void end(boolean keepData) throws IOException, InterruptedException;

    /// Whether [#stop] followed by [#start] gives a fresh process over the same data.
    default boolean restarts() {
        return true;
    }

    InetSocketAddress address();

    /// The path of the DICOMweb root, without a slash at its end.
    String root();

    /// CPU time of all its processes since they started; NaN where unknown.
    double cpuSeconds();

    /// Memory held by all its processes; 0 where unknown.
    long residentBytes();

    /// The most that any one of its processes ever held; 0 where unknown.
    long peakBytes();

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
