package org.isocenter.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;

/// How many files a second the file system itself makes durable: written under a temporary name, synced,
/// renamed. No server that keeps its promise on this disk can be faster.
final class DiskProbe {

    private DiskProbe() {}

    /// Files a second, all writers together.
    static double filesPerSecond(Path folder, int writers, int bytes, Duration duration) throws InterruptedException {
        List<Future<Double>> rates = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(writers)) {
            for (int i = 0; i < writers; i++) {
                Path own = folder.resolve("probe-" + i);
                rates.add(threads.submit(() -> write(own, bytes, duration)));
            }
            double sum = 0;
            for (Future<Double> rate : rates) {
                sum += rate.get();
            }
            return sum;
        } catch (ExecutionException failure) {
            throw new IllegalStateException("the disk probe failed", failure);
        }
    }

    private static double write(Path folder, int bytes, Duration duration) {
        byte[] noise = new byte[bytes];
        ThreadLocalRandom.current().nextBytes(noise);
        ByteBuffer content = WireClient.direct(noise);
        try {
            Files.createDirectories(folder);
            long start = System.nanoTime();
            int files = 0;
            do {
                Path temporary = folder.resolve("t" + files);
                try (FileChannel file =
                        FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                    content.clear();
                    while (content.hasRemaining()) {
                        file.write(content);
                    }
                    file.force(true);
                }
                Files.move(temporary, folder.resolve("f" + files), StandardCopyOption.ATOMIC_MOVE);
                files++;
            } while (System.nanoTime() - start < duration.toNanos());
            double rate = files / ((System.nanoTime() - start) / 1e9);
            Folders.delete(folder);
            return rate;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
