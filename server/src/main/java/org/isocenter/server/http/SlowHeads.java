package org.isocenter.server.http;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.thread.Scheduler;

/// Closes connections whose client takes too long over the head of a request, a byte now and then being enough to
/// satisfy an idle timeout, or that have sent nothing since they were opened.
final class SlowHeads implements Runnable {
    private final ServerConnector connector;
    private final Scheduler scheduler;
    private final Duration patience;

    SlowHeads(ServerConnector connector, Scheduler scheduler, Duration patience) {
        this.connector = connector;
        this.scheduler = scheduler;
        this.patience = patience;
    }

    void watch() {
        scheduler.schedule(this, Math.max(1, patience.toMillis() / 10), TimeUnit.MILLISECONDS);
    }

    @Override
    public void run() {
        if (scheduler.isRunning()) {
            connector.getConnectedEndPoints().forEach(this::look);
            watch();
        }
    }

    private void look(EndPoint endPoint) {
        if (endPoint.getConnection() instanceof HttpConnection connection) {
            HttpParser parser = connection.getParser();
            boolean inHead = parser.inHeaderState() && !parser.isIdle() && !parser.isStart();
            boolean late = System.nanoTime() - parser.getBeginNanoTime() > patience.toNanos();
            boolean silent = connection.getMessagesIn() == 0
                    && parser.isStart()
                    && System.currentTimeMillis() - endPoint.getCreatedTimeStamp() > patience.toMillis();
            if (inHead && late || silent) {
                endPoint.close();
            }
        }
    }
}
