package org.isocenter.server;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The log: one line for each message on standard error, `2026-01-31 12:34:56.789 WARNING archive: the
/// message`.
///
/// Control characters in a message are written as `?`, so that nobody can forge a line of the log.
final class LogFormat extends Formatter {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneId.systemDefault());

    /// What is our own, which never tells anything about a patient. Held, since a logger nobody holds is
    /// forgotten.
    private static final Logger OWN = Logger.getLogger("org.isocenter");

    /// Sends the whole log of this process through this format. Libraries tell of nothing but trouble,
    /// whatever the level: what they say beyond that holds the URLs and the values of requests.
    static void install(LogSettings settings) {
        Level level = levelOf(settings.level());
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        Handler console = new ConsoleHandler();
        console.setFormatter(new LogFormat());
        console.setLevel(Level.ALL);
        root.addHandler(console);
        root.setLevel(level.intValue() > Level.WARNING.intValue() ? level : Level.WARNING);
        OWN.setLevel(level);
    }

    private static Level levelOf(LogSettings.Level level) {
        return switch (level) {
            case ERROR -> Level.SEVERE;
            case WARNING -> Level.WARNING;
            case INFO -> Level.INFO;
            case DEBUG -> Level.FINE;
            case TRACE -> Level.FINEST;
        };
    }

    @Override
    public String format(LogRecord entry) {
        StringBuilder line = new StringBuilder(160)
                .append(TIME.format(entry.getInstant()))
                .append(' ')
                .append(nameOf(entry.getLevel()))
                .append(' ')
                .append(shortName(entry.getLoggerName()))
                .append(": ")
                .append(formatMessage(entry).replaceAll("\\p{Cntrl}", "?"))
                .append(System.lineSeparator());
        if (entry.getThrown() != null) {
            StringWriter trace = new StringWriter();
            entry.getThrown().printStackTrace(new PrintWriter(trace, true));
            line.append(trace.toString().indent(4));
        }
        return line.toString();
    }

    private static String nameOf(Level level) {
        if (level.intValue() >= Level.SEVERE.intValue()) {
            return "ERROR";
        }
        if (level.intValue() >= Level.WARNING.intValue()) {
            return "WARNING";
        }
        if (level.intValue() >= Level.INFO.intValue()) {
            return "INFO";
        }
        return level.intValue() >= Level.FINE.intValue() ? "DEBUG" : "TRACE";
    }

    /// The last part of a logger's name.
    private static String shortName(@Nullable String name) {
        return name == null ? "root" : name.substring(name.lastIndexOf('.') + 1);
    }
}
