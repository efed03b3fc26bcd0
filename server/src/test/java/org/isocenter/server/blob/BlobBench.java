package org.isocenter.server.blob;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Measures the file store beside plain files, on whatever disk the folder of the first argument is.
final class BlobBench {
    private interface Work {
        void run(int number) throws Exception;
    }

    private BlobBench() {}

    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 3;
        int threshold = args.length > 2 ? Integer.parseInt(args[2]) << 10 : 256 << 10;
        byte[] large = Blobs.bytes(1, 525_000);
        byte[] small = Blobs.bytes(2, 10_000);
        Path plain = Files.createDirectories(folder.resolve("plain"));
        try (FileBlobs store = FileBlobs.open(
                folder.resolve("store"), FileBlobsOptions.defaults().withPackThresholdBytes(threshold))) {
            List<BlobRef> refs = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                String turn = round + "-";
                measure("plain 525 kB x16", 16, 1600, large.length, n -> plain(plain, turn + n, large));
                measure("store 525 kB x16", 16, 1600, large.length, n -> keep(refs, Blobs.store(store, large)));
                measure("store 525 kB x1", 1, 300, large.length, n -> keep(refs, Blobs.store(store, large)));
                measure("plain 525 kB x1", 1, 300, large.length, n -> plain(plain, turn + "s" + n, large));
                byte[] medium = Blobs.bytes(3, 200_000);
                measure("store 200 kB x16", 16, 2000, medium.length, n -> Blobs.store(store, medium));
                measure("plain 200 kB x16", 16, 2000, medium.length, n -> plain(plain, turn + "m" + n, medium));
                for (int threads : new int[] {1, 16, 64}) {
                    int count = threads == 1 ? 2000 : 20_000;
                    measure("store 10 kB x" + threads, threads, count, small.length, n -> Blobs.store(store, small));
                }
                try (FileChannel append = FileChannel.open(
                        folder.resolve("append-" + round), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                    measure("write + fdatasync 10 kB x1", 1, 2000, small.length, n -> {
                        append.write(ByteBuffer.wrap(small));
                        append.force(false);
                    });
                }
                measure("read 525 kB x1", 1, refs.size(), large.length, n -> read(store, refs.get(n)));
                measure("read 525 kB x2", 2, refs.size(), large.length, n -> read(store, refs.get(n)));
            }
        }
    }

    private static void keep(List<BlobRef> refs, BlobRef ref) {
        synchronized (refs) {
            refs.add(ref);
        }
    }

    private static void read(BlobStore store, BlobRef ref) {
        try (BlobReader reader = store.open(ref)) {
            reader.transfer(0, reader.lengthBytes(), slice -> {});
        }
    }

    private static void plain(Path folder, String name, byte[] bytes) throws Exception {
        Path part = folder.resolve(name + ".part");
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes));
            channel.force(true);
        }
        Files.move(part, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private static void measure(String what, int threads, int count, int bytes, Work work) throws Exception {
        AtomicInteger next = new AtomicInteger();
        long cpu = cpuNanos();
        long start = System.nanoTime();
        List<Thread> running = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            running.add(Thread.ofPlatform().start(() -> {
                for (int n = next.getAndIncrement(); n < count; n = next.getAndIncrement()) {
                    try {
                        work.run(n);
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                }
            }));
        }
        for (Thread thread : running) {
            thread.join();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                "%-28s %8.0f /s %8.1f MB/s  cpu %.3f ms each%n",
                what, count / seconds, count / seconds * bytes / 1e6, (cpuNanos() - cpu) / 1e6 / count);
    }

    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}
