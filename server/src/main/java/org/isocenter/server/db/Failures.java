package org.isocenter.server.db;

import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import org.isocenter.server.telemetry.UnavailableException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/// Tells by SQLSTATE what an [SQLException] means to the rest of the server.
final class Failures {
    private static final Set<String> CONTENDED = Set.of("40001", "40P01");
    private static final Set<String> CONFLICTS = Set.of("23503", "23505", "23514", "23P01");

    /// What the migrations have a trigger raise.
    private static final String NO_PARTITION = "IS404";

    /// Read-only, lock not available, cancelled by a time limit.
    private static final Set<String> UNAVAILABLE = Set.of("25006", "55P03");

    /// Connection, credentials, resources (disk full, too many connections), operator intervention, input and
    /// output.
    private static final Set<String> UNAVAILABLE_CLASSES = Set.of("08", "28", "53", "57", "58");

    private Failures() {}

    static RuntimeException translate(SQLException failure) {
        String state = state(failure);
        if (NO_PARTITION.equals(state)) {
            return new NoPartitionException();
        }
        if (CONFLICTS.contains(state)) {
            return new ConflictException(constraint(failure));
        }
        if (CONTENDED.contains(state)) {
            return new RetryException("The database ended a transaction in favour of another (" + state + ")", false);
        }
        if (isUnavailable(failure)) {
            return unavailable("The database is not available", failure);
        }
        return new DatabaseException("The database refused a statement (" + state + ")" + text(failure));
    }

    static UnavailableException unavailable(String what, SQLException failure) {
        return new UnavailableException(what + " (" + state(failure) + ")" + text(failure), null);
    }

    /// What the failure of the first statement sent over a connection means. A link that breaks then was
    /// broken before, unless the wait for an answer was given up.
    static RuntimeException translateFirst(SQLException failure) {
        if (isLinkLost(failure) && !(failure.getCause() instanceof SocketTimeoutException)) {
            return new RetryException("The link to the database is broken (" + state(failure) + ")", true);
        }
        return translate(failure);
    }

    /// Whether the link is gone, so that nobody knows what became of the last thing sent.
    static boolean isLinkLost(SQLException failure) {
        String state = state(failure);
        ServerErrorMessage error = error(failure);
        String severity = error == null ? null : error.getSeverity();
        return state.startsWith("08")
                || state.startsWith("57P0")
                || "FATAL".equals(severity)
                || "PANIC".equals(severity);
    }

    static String state(SQLException failure) {
        String state = failure.getSQLState();
        return state == null ? "no state" : state;
    }

    private static boolean isUnavailable(SQLException failure) {
        String state = state(failure);
        return failure instanceof SQLTransientConnectionException
                || UNAVAILABLE.contains(state)
                || (state.length() == 5 && UNAVAILABLE_CLASSES.contains(state.substring(0, 2)));
    }

    /// The message of the driver where it cannot contain a value: data exceptions (22), violated constraints
    /// (23) and errors raised by functions (P0) may quote one.
    private static String text(SQLException failure) {
        String state = state(failure);
        boolean mayQuote = state.startsWith("22") || state.startsWith("23") || state.startsWith("P0");
        return mayQuote ? "" : ": " + failure.getMessage();
    }

    private static @Nullable ServerErrorMessage error(SQLException failure) {
        return failure instanceof PSQLException server ? server.getServerErrorMessage() : null;
    }

    private static String constraint(SQLException failure) {
        ServerErrorMessage error = error(failure);
        String name = error == null ? null : error.getConstraint();
        return name == null ? "without a name" : name;
    }
}
