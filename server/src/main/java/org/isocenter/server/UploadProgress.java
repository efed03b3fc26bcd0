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

/// Tells how far an upload or an import has come.
sealed interface UploadProgress extends AutoCloseable {

    /// What is counted.
    ///
    /// @param task what is done with it
    /// @param name what so many of it are called
    /// @param size how many these are
    record Unit(String task, String name, long size) {
        static final Unit BYTES = new Unit("Sending", " MB", 1_000_000);
        static final Unit FILES = new Unit("Importing", " files", 1);

        String print(long count) {
            return size == 1 ? Long.toString(count) : String.format(Locale.ROOT, "%.1f", (double) count / size);
        }
    }

    /// So much more is to be done than was known before.
    void expect(long count);

    /// So much more is done; negative when it has to be done again.
    void advance(long count);

    @Override
    void close();

    /// A bar on a terminal: how much, how fast, how long still.
    final class Bar implements UploadProgress {
        private final ProgressBar bar;
        private final AtomicLong expected = new AtomicLong();

        Bar(PrintStream terminal, Unit unit) {
            bar = ProgressBar.builder()
                    .setTaskName(unit.task)
                    .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                    .setUnit(unit.name, unit.size)
                    .showSpeed(new DecimalFormat("#.0", DecimalFormatSymbols.getInstance(Locale.ROOT)))
                    .setUpdateIntervalMillis(200)
                    .setConsumer(new ConsoleProgressBarConsumer(terminal))
                    .clearDisplayOnFinish()
                    .build();
        }

        @Override
        public void expect(long count) {
            bar.maxHint(expected.addAndGet(count));
        }

        @Override
        public void advance(long count) {
            bar.stepBy(count);
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
        private final Unit unit;
        private final AtomicLong expected = new AtomicLong();
        private final AtomicLong reached = new AtomicLong();
        private final AtomicLong nextLineNanos = new AtomicLong(System.nanoTime() + PAUSE.toNanos());

        Lines(PrintWriter out) {
            this(out, Unit.BYTES);
        }

        Lines(PrintWriter out, Unit unit) {
            this.out = out;
            this.unit = unit;
        }

        @Override
        public void expect(long count) {
            expected.addAndGet(count);
        }

        @Override
        public void advance(long count) {
            long done = reached.addAndGet(count);
            long due = nextLineNanos.get();
            long now = System.nanoTime();
            if (now - due >= 0 && nextLineNanos.compareAndSet(due, now + PAUSE.toNanos())) {
                out.printf("%s of %s%s%n", unit.print(done), unit.print(expected.get()), unit.name);
                out.flush();
            }
        }

        @Override
        public void close() {
            out.flush();
        }
    }
}
