package org.isocenter.server;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarStyle;

/// Tells how far an upload has come.
sealed interface UploadProgress extends AutoCloseable {

    /// So much more is to be done than was known before.
    void expect(long bytes);

    /// So much more is done; negative when it has to be done again.
    void advance(long bytes);

    @Override
    void close();

    /// A bar on a terminal: bytes, speed, time left.
    final class Bar implements UploadProgress {
        private final ProgressBar bar;
        private final AtomicLong expectedBytes = new AtomicLong();

        Bar(PrintStream terminal) {
            bar = ProgressBar.builder()
                    .setTaskName("Sending")
                    .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                    .setUnit(" MB", 1_000_000)
                    .showSpeed(new DecimalFormat("#.0", DecimalFormatSymbols.getInstance(Locale.ROOT)))
                    .setUpdateIntervalMillis(200)
                    .setConsumer(new ConsoleProgressBarConsumer(terminal))
                    .clearDisplayOnFinish()
                    .build();
        }

        @Override
        public void expect(long bytes) {
            bar.maxHint(expectedBytes.addAndGet(bytes));
        }

        @Override
        public void advance(long bytes) {
            bar.stepBy(bytes);
        }

        @Override
        public void close() {
            bar.close();
        }
    }

    /// A line now and then, for logs and pipes.
    final class Lines implements UploadProgress {
        private static final Duration PAUSE = Duration.ofSeconds(5);

        private final PrintWriter out;
        private final AtomicLong expectedBytes = new AtomicLong();
        private final AtomicLong doneBytes = new AtomicLong();
        private final AtomicLong nextLineNanos = new AtomicLong(System.nanoTime() + PAUSE.toNanos());

        Lines(PrintWriter out) {
            this.out = out;
        }

        @Override
        public void expect(long bytes) {
            expectedBytes.addAndGet(bytes);
        }

        @Override
        public void advance(long bytes) {
            long done = doneBytes.addAndGet(bytes);
            long due = nextLineNanos.get();
            long now = System.nanoTime();
            if (now - due >= 0 && nextLineNanos.compareAndSet(due, now + PAUSE.toNanos())) {
                out.printf(Locale.ROOT, "%.1f of %.1f MB%n", done / 1e6, expectedBytes.get() / 1e6);
                out.flush();
            }
        }

        @Override
        public void close() {
            out.flush();
        }
    }
}
