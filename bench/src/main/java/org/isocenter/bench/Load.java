package org.isocenter.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/// A closed loop: every client sends its next request when it has the answer to the last.
///
/// All clients warm up, meet at a barrier, and start together; an exchange that has started is finished and
/// counted. The rate is the sum of each client's own rate up to the end of its last exchange, so that a slow
/// last exchange of one client does not count as idleness of the others. The server's CPU is read at the
/// barrier and after the last exchange of all, so it is that of exactly the exchanges counted.
final class Load {

    private static final long PATIENCE_SECONDS = 180;

    private final Subject subject;
    private final Window window;
    private final CyclicBarrier barrier;
    private final AtomicLong bytesMoved = new AtomicLong();
    private final List<Client> clients = new ArrayList<>();
    private volatile long start;
    private double serverCpuBefore;
    private double driverCpuBefore;

    private Load(Subject subject, int clients, Window window, Work.Maker maker) {
        this.subject = subject;
        this.window = window;
        this.barrier = new CyclicBarrier(clients, this::begin);
        for (int i = 0; i < clients; i++) {
            this.clients.add(new Client(subject.address(), maker.forClient(i)));
        }
    }

    static Measurement run(Subject subject, int clients, Window window, Work.Maker maker) throws InterruptedException {
        return new Load(subject, clients, window, maker).run();
    }

    private Measurement run() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (Client client : clients) {
            threads.add(Thread.ofPlatform()
                    .daemon()
                    .name("client-" + threads.size())
                    .start(client));
        }
        long limit = System.nanoTime()
                + window.warmUp().plus(window.measured()).toNanos()
                + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        for (Thread thread : threads) {
            thread.join(Math.max(1, (limit - System.nanoTime()) / 1_000_000));
        }
        // A server that hangs is cut off: its clients then fail, and say so.
        clients.forEach(Client::cut);
        for (Thread thread : threads) {
            thread.join();
        }
        return measurement();
    }

    private void begin() {
        serverCpuBefore = subject.cpuSeconds();
        driverCpuBefore = Processes.ownCpuSeconds();
        start = System.nanoTime();
    }

    private Measurement measurement() {
        double seconds = Math.max(1e-9, (System.nanoTime() - start) / 1e9);
        double serverCpu = subject.cpuSeconds() - serverCpuBefore;
        double driverCpu = Processes.ownCpuSeconds() - driverCpuBefore;
        Histogram latencies = new Histogram();
        double rate = 0;
        double byteRate = 0;
        long items = 0;
        long failures = 0;
        String firstFailure = "";
        for (Client client : clients) {
            latencies.addAll(client.latencies);
            double clientSeconds = Math.max(1e-9, (client.end - start) / 1e9);
            rate += client.items / clientSeconds;
            byteRate += client.bytes / clientSeconds;
            items += client.items;
            failures += client.failures;
            firstFailure = firstFailure.isEmpty() ? client.firstFailure : firstFailure;
        }
        return new Measurement(
                rate,
                byteRate,
                latencies.percentile(0.5) / 1e6,
                latencies.percentile(0.99) / 1e6,
                items == 0 ? Double.NaN : serverCpu * 1000 / items,
                driverCpu / seconds,
                items,
                failures,
                firstFailure);
    }

    private final class Client implements Runnable {

        private final WireClient wire;
        private final Work work;
        private final Histogram latencies = new Histogram();
        private volatile boolean cut;
        private long items;
        private long bytes;
        private long failures;
        private String firstFailure = "";
        private long end;

        Client(InetSocketAddress address, Work work) {
            this.wire = new WireClient(address);
            this.work = work;
        }

        @Override
        public void run() {
            try (wire) {
                long warmUntil = System.nanoTime() + window.warmUp().toNanos();
                while (System.nanoTime() < warmUntil && !cut) {
                    once(false);
                }
                barrier.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
                long until = start + window.measured().toNanos();
                do {
                    once(true);
                } while (System.nanoTime() < until && bytesMoved.get() < window.maxBytes() && !cut);
            } catch (InterruptedException | BrokenBarrierException | TimeoutException failure) {
                fail("the warm-up did not end: " + failure);
            } finally {
                end = System.nanoTime();
            }
        }

        private void once(boolean counted) {
            long before = System.nanoTime();
            try {
                Work.Done done = work.once(wire);
                if (!done.wrong().isEmpty()) {
                    fail(done.wrong());
                } else if (counted) {
                    latencies.add(System.nanoTime() - before);
                    items += done.items();
                    bytes += done.bytes();
                    bytesMoved.addAndGet(done.bytes());
                }
            } catch (IOException failure) {
                fail(failure.toString());
            }
        }

        private void fail(String what) {
            failures++;
            if (firstFailure.isEmpty()) {
                firstFailure = what;
            }
        }

        private void cut() {
            cut = true;
            wire.close();
        }
    }
}
