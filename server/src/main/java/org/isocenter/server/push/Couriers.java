package org.isocenter.server.push;

import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.isocenter.server.db.Database;
import org.isocenter.server.telemetry.UnavailableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The webhooks that this process works for. It takes one at a time of those that nobody works for, so that
/// processes that start together share them, and keeps what it has as long as it lives.
public final class Couriers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Couriers.class);

    /// Whose process has died is without one for so long.
    private static final Duration TERM = Duration.ofSeconds(10);

    private static final long KEEP_MILLISECONDS = TERM.toMillis() / 4;
    private static final long TAKE_MILLISECONDS = 300;

    private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(
            2, Thread.ofPlatform().name("webhooks").factory());
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("webhook-", 0).factory());
    private final UUID holder = UUID.randomUUID();
    private final Set<Long> held = ConcurrentHashMap.newKeySet();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Database database;
    private final Tail tail;
    private final AllowedHosts destinations;
    private final Duration timeout;
    private final Duration retryFor;
    private final SSLSocketFactory tls;

    private Couriers(
            Database database,
            Tail tail,
            AllowedHosts destinations,
            Duration timeout,
            Duration retryFor,
            SSLSocketFactory tls) {
        this.database = database;
        this.tail = tail;
        this.destinations = destinations;
        this.timeout = timeout;
        this.retryFor = retryFor;
        this.tls = tls;
    }

    /// @param timeout for one request
    /// @param retryFor how long an event is tried before it is given up
    /// @param tls by which receivers are believed, or null for that of Java
    public static Couriers start(
            Database database,
            Tail tail,
            AllowedHosts destinations,
            Duration timeout,
            Duration retryFor,
            @Nullable SSLContext tls) {
        SSLSocketFactory sockets =
                tls == null ? (SSLSocketFactory) SSLSocketFactory.getDefault() : tls.getSocketFactory();
        Couriers couriers = new Couriers(database, tail, destinations, timeout, retryFor, sockets);
        couriers.every(TAKE_MILLISECONDS, couriers::take);
        couriers.every(KEEP_MILLISECONDS, couriers::keep);
        return couriers;
    }

    private void every(long milliseconds, Runnable work) {
        clock.scheduleWithFixedDelay(() -> attempt(work), milliseconds, milliseconds, TimeUnit.MILLISECONDS);
    }

    private void take() {
        if (database.query(session -> new WebhookRows(session).anyFree())) {
            Long key = database.transaction(session -> new WebhookRows(session).take(holder, TERM));
            if (key != null) {
                Post post = new Post(destinations, timeout, tls, clock);
                Courier courier = new Courier(database, tail, post, holder, key, retryFor, stopping);
                held.add(key);
                threads.execute(() -> {
                    try {
                        courier.run();
                    } finally {
                        held.remove(key);
                    }
                });
            }
        }
    }

    private void keep() {
        if (held.isEmpty()) {
            return;
        }
        database.transaction(session -> {
            new WebhookRows(session).keep(holder, TERM);
            return null;
        });
    }

    /// An exception would end the repetitions.
    private static void attempt(Runnable work) {
        try {
            work.run();
        } catch (UnavailableException unavailable) {
            LOG.warn("webhooks wait: {}", unavailable.getMessage());
        } catch (RuntimeException failure) {
            LOG.error("webhooks were not looked after", failure);
        }
    }

    /// Lets the requests under way end; what is left is for other servers, or for later.
    @Override
    public void close() {
        stopping.countDown();
        threads.close();
        clock.shutdownNow();
        clock.close();
    }
}
