package org.isocenter.server.audit;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What is told of an act at one moment.
///
/// @param occurred to the microsecond
/// @param exchange what all records of one act have in common
/// @param act what was done, as [Act] calls it
/// @param partition the name of the data partition, or null where the act is about the whole server
/// @param subject whom the token was about, or null where there was none that could be believed
/// @param client to which the token was issued, or null
/// @param address of the client; empty where the server goes on by itself
/// @param uri path and query
/// @param status the status of the answer, or null before there is one
/// @param studies Study Instance UIDs of what the act is about
/// @param details further members, as a JSON object
public record AuditRecord(
        Instant occurred,
        Phase phase,
        UUID exchange,
        String act,
        @Nullable String partition,
        @Nullable String subject,
        @Nullable String client,
        String address,
        String method,
        String uri,
        @Nullable Integer status,
        List<String> studies,
        String details) {
    public AuditRecord {
        occurred = occurred.truncatedTo(ChronoUnit.MICROS);
        studies = List.copyOf(studies);
    }

    public enum Phase {
        /// Before anything is changed: of what was begun, something may have been done.
        BEGAN,
        /// Before the first byte of the answer is sent: all that will be done has been.
        ANSWERED,
        /// When an operation ended that was begun by such an act.
        ENDED;

        /// What it is called in records, such as `began`.
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
