package org.isocenter.server.blob;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.isocenter.server.telemetry.UnavailableException;
import org.jspecify.annotations.Nullable;

/// A store that fails on demand: the n-th call of one operation, or every call from the n-th on, before or
/// after it had its effect.
///
/// A loop over n = 1, 2, 3 … that ends when [#hasFailed()] stays false has met every place where a scenario
/// touches the store.
public final class FaultyBlobs implements BlobStore {
    /// The calls that can fail.
    public enum Operation {
        BEGIN,
        WRITE,
        FINISH,
        STORE,
        DISCARD,
        OPEN,
        READ,
        REFER,
        EXISTS,
        DELETE,
        FOR_EACH,
        COMPACT,
        PROBE
    }

    /// How a call fails.
    public enum Fault {
        /// It has no effect and throws.
        REFUSE,
        /// It has its effect, and throws nevertheless: the answer was lost.
        LOSE_ANSWER,
        /// A write or read gets half-way and throws; other calls as [#REFUSE].
        HALF,
        /// A read finds its chunk changed; other calls as [#REFUSE].
        FLIP_BIT
    }

    private record Plan(Operation operation, Fault fault, long call, boolean forGood) {}

    private final BlobStore store;
    private final AtomicLong calls = new AtomicLong();
    private volatile @Nullable Plan plan;
    private volatile boolean failed;

    public FaultyBlobs(BlobStore store) {
        this.store = store;
    }

    /// Lets the `call`-th call of an operation from now on, counted from 1, fail.
    public void failOnce(Operation operation, Fault fault, long call) {
        arm(new Plan(operation, fault, call, false));
    }

    /// Lets all calls of an operation from the `call`-th on fail, until [#heal()].
    public void failForGood(Operation operation, Fault fault, long call) {
        arm(new Plan(operation, fault, call, true));
    }

    /// Ends the fault.
    public void heal() {
        plan = null;
    }

    /// Whether any call has failed since the last fault was planned.
    public boolean hasFailed() {
        return failed;
    }

    private void arm(Plan next) {
        calls.set(0);
        failed = false;
        plan = next;
    }

    /// The fault that this call must meet, or null.
    private @Nullable Fault due(Operation operation) {
        Plan armed = plan;
        if (armed == null || armed.operation != operation) {
            return null;
        }
        long call = calls.incrementAndGet();
        if (call == armed.call || (armed.forGood && call > armed.call)) {
            failed = true;
            return armed.fault;
        }
        return null;
    }

    private static UnavailableException failure(Operation operation) {
        return new UnavailableException("the store fails on purpose: " + operation, null);
    }

    private interface Call<T> {
        T run();
    }

    private <T> T meet(Operation operation, Call<T> call) {
        Fault fault = due(operation);
        if (fault == null) {
            return call.run();
        }
        if (fault == Fault.LOSE_ANSWER && call.run() instanceof AutoCloseable opened) {
            closeLost(opened);
        }
        throw failure(operation);
    }

    private void meet(Operation operation, Runnable call) {
        Boolean done = meet(operation, () -> {
            call.run();
            return true;
        });
        assert done;
    }

    private static void closeLost(AutoCloseable opened) {
        switch (opened) {
            case BlobReader reader -> reader.close();
            case BlobWriter writer -> writer.close();
            default -> throw new IllegalStateException("nothing else is opened by a store");
        }
    }

    @Override
    public List<String> classes() {
        return store.classes();
    }

    @Override
    public BlobWriter write(String storageClass) {
        return new Writer(meet(Operation.BEGIN, () -> store.write(storageClass)));
    }

    @Override
    public BlobWriter link(String storageClass, Folder folder, String path) {
        return new Writer(meet(Operation.BEGIN, () -> store.link(storageClass, folder, path)));
    }

    @Override
    public BlobReader open(BlobRef ref) {
        return new Reader(meet(Operation.OPEN, () -> store.open(ref)), ref.key());
    }

    @Override
    public BlobRef refer(BlobKey key) {
        return meet(Operation.REFER, () -> store.refer(key));
    }

    @Override
    public boolean exists(BlobKey key) {
        return meet(Operation.EXISTS, () -> store.exists(key));
    }

    @Override
    public void delete(BlobKey key) {
        meet(Operation.DELETE, () -> store.delete(key));
    }

    @Override
    public void forEach(BlobVisitor visitor) {
        meet(Operation.FOR_EACH, () -> store.forEach(visitor));
    }

    @Override
    public CompactReport compact(Relocation relocation) {
        return meet(Operation.COMPACT, () -> store.compact(relocation));
    }

    @Override
    public void purge() {
        meet(Operation.COMPACT, store::purge);
    }

    @Override
    public void probe(String storageClass) {
        meet(Operation.PROBE, () -> store.probe(storageClass));
    }

    @Override
    public void close() {
        store.close();
    }

    private final class Writer implements BlobWriter {
        private final BlobWriter writer;

        Writer(BlobWriter writer) {
            this.writer = writer;
        }

        @Override
        public void write(byte[] buffer, int offset, int length) {
            Fault fault = due(Operation.WRITE);
            if (fault == null) {
                writer.write(buffer, offset, length);
                return;
            }
            if (fault == Fault.LOSE_ANSWER || fault == Fault.HALF) {
                writer.write(buffer, offset, fault == Fault.HALF ? length / 2 : length);
            }
            writer.close();
            throw failure(Operation.WRITE);
        }

        @Override
        public long lengthBytes() {
            return writer.lengthBytes();
        }

        @Override
        public PendingBlob finish() {
            if (due(Operation.FINISH) != null) {
                writer.close();
                throw failure(Operation.FINISH);
            }
            return new Pending(writer.finish());
        }

        @Override
        public void close() {
            writer.close();
        }
    }

    private final class Pending implements PendingBlob {
        private final PendingBlob pending;

        Pending(PendingBlob pending) {
            this.pending = pending;
        }

        @Override
        public BlobRef store() {
            Fault fault = due(Operation.STORE);
            if (fault == null) {
                return pending.store();
            }
            if (fault == Fault.LOSE_ANSWER) {
                pending.store();
            } else {
                pending.discard();
            }
            throw failure(Operation.STORE);
        }

        @Override
        public void discard() {
            meet(Operation.DISCARD, pending::discard);
        }
    }

    private final class Reader implements BlobReader {
        private final BlobReader reader;
        private final BlobKey key;

        Reader(BlobReader reader, BlobKey key) {
            this.reader = reader;
            this.key = key;
        }

        @Override
        public long lengthBytes() {
            return reader.lengthBytes();
        }

        @Override
        public <X extends Exception> void transfer(long offset, long length, BlobSink<X> sink) throws X {
            Fault fault = due(Operation.READ);
            if (fault == null) {
                reader.transfer(offset, length, sink);
                return;
            }
            if (fault == Fault.HALF) {
                reader.transfer(offset, length / 2, sink);
            }
            throw readFailure(fault, offset);
        }

        @Override
        public InputStream stream(long offset, long length) {
            Fault fault = due(Operation.READ);
            if (fault == null) {
                return reader.stream(offset, length);
            }
            long good = fault == Fault.HALF ? length / 2 : 0;
            return new FailingStream(reader.bytes(offset, Math.toIntExact(good)), readFailure(fault, offset + good));
        }

        @Override
        public byte[] bytes(long offset, int length) {
            Fault fault = due(Operation.READ);
            if (fault != null) {
                throw readFailure(fault, offset);
            }
            return reader.bytes(offset, length);
        }

        private RuntimeException readFailure(Fault fault, long offset) {
            return fault == Fault.FLIP_BIT
                    ? new CorruptBlobException(key, (int) (offset / BlobRef.CHUNK_BYTES), "a bit flipped on purpose")
                    : failure(Operation.READ);
        }

        @Override
        public void close() {
            reader.close();
        }
    }

    /// Some bytes and then a failure.
    private static final class FailingStream extends InputStream {
        private final ByteBuffer good;
        private final RuntimeException failure;

        FailingStream(byte[] good, RuntimeException failure) {
            this.good = ByteBuffer.wrap(good);
            this.failure = failure;
        }

        @Override
        public int read() {
            if (!good.hasRemaining()) {
                throw failure;
            }
            return good.get() & 0xFF;
        }
    }
}
