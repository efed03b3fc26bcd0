package org.isocenter.server.dicomweb;

import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.Cohorts;
import org.isocenter.server.archive.Partitions;
import org.isocenter.server.archive.StoreTarget;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.Refusal;
import org.isocenter.server.index.State;
import org.jspecify.annotations.Nullable;

/// The archive as one request sees it: on whose behalf, and under which URL. All of it, or what a snapshot
/// of a cohort has frozen as far as it still is what it was.
final class View {
    private static final String ORIGINAL = "original";
    private static final Pattern REVISION = Pattern.compile("[1-9]\\d{0,17}");

    private final Exchange exchange;
    private final Root root;
    private final Caller caller;

    /// Where it is known what is frozen; null where all of the archive is seen.
    private final @Nullable Cohorts cohorts;

    private View(Exchange exchange, Root root, Caller caller, @Nullable Cohorts cohorts) {
        this.exchange = exchange;
        this.root = root;
        this.caller = caller;
        this.cohorts = cohorts;
    }

    /// All of the archive, or of the data partition that the path names.
    static View of(Root root, Partitions partitions, Exchange exchange) {
        String name = checkedPartition(root, exchange);
        Caller caller = name == null ? Caller.anyone() : partitions.find(Caller.anyone(), name);
        if (caller == null) {
            throw noPartition(name);
        }
        return new View(exchange, root, caller, null);
    }

    private static Refusal noPartition(@Nullable String name) {
        return new Refusal(404, "no-such-partition", "there is no data partition " + name);
    }

    /// Answers a request that only reads from all of the archive, or from the data partition that the path names.
    static void read(Root root, Partitions partitions, Exchange exchange, Reading reading) throws IOException {
        String name = checkedPartition(root, exchange);
        if (name == null) {
            reading.answer(new View(exchange, root, Caller.anyone(), null), exchange);
        } else if (!partitions.read(
                Caller.anyone(),
                name,
                caller -> reading.answer(new View(exchange, root, caller, null), exchange),
                exchange::begun)) {
            throw noPartition(name);
        }
    }

    /// Answers a request from what it sees of the archive.
    @FunctionalInterface
    interface Reading {
        void answer(View view, Exchange exchange) throws IOException;
    }

    /// What a request stores into: the data partition that the path names.
    static StoreTarget target(Root root, Partitions partitions, Exchange exchange) {
        return partitions.target(checkedPartition(root, exchange));
    }

    private static @Nullable String checkedPartition(Root root, Exchange exchange) {
        String name = root.findPartition(exchange);
        if (name != null && !Partitions.isName(name)) {
            throw new Refusal(
                    400,
                    "invalid-partition",
                    "the name of a data partition is 1 to 64 letters, digits, '.', '-' and '_'");
        }
        return name;
    }

    /// The snapshot that the path names.
    static View ofSnapshot(Cohorts cohorts, Exchange exchange) {
        Caller reader = Root.namesSnapshot(exchange)
                ? cohorts.findReader(Caller.anyone(), Root.cohort(exchange), Root.snapshot(exchange))
                : null;
        if (reader == null) {
            throw new Refusal(404, "not-found", "there is no such cohort or snapshot");
        }
        return new View(exchange, Root.SNAPSHOT, reader, cohorts);
    }

    /// The same as it was at the version that the request asks for: by the parameter `version`, which names a
    /// revision or is `original`, or by the header of the compatible API.
    View asOf(Exchange exchange) {
        String version = exchange.query().findFirst("version");
        if (version == null && "true".equalsIgnoreCase(exchange.header("msdicom-request-original"))) {
            version = ORIGINAL;
        }
        exchange.header("Vary", "msdicom-request-original");
        if (version == null) {
            return this;
        }
        if (cohorts != null) {
            throw new Refusal(400, "invalid-version", "what a snapshot has frozen is of one version");
        }
        if (!version.equals(ORIGINAL) && !REVISION.matcher(version).matches()) {
            throw new Refusal(
                    400, "invalid-version", "version is a number that the history of the study tells, or original");
        }
        long revision = version.equals(ORIGINAL) ? 0 : Long.parseLong(version);
        return new View(exchange, root, caller.asOf(revision), null);
    }

    Caller caller() {
        return caller;
    }

    /// What follows the path of a resource in a link that is to lead to the same version.
    String query() {
        Long version = caller.version();
        return version == null ? "" : "?version=" + (version == 0 ? ORIGINAL : version.toString());
    }

    /// The root as the client sees it.
    String url() {
        return root.url(exchange);
    }

    /// What to say of a study, a series or an instance that is not there: of what a snapshot has frozen,
    /// that it is gone.
    Refusal missing(String study, @Nullable String series, @Nullable String instance) {
        return cohorts == null || cohorts.frozen(caller, study, series, instance) == 0
                ? PathUids.notFound()
                : new Refusal(
                        410,
                        "no-longer-archived",
                        "the snapshot has it, but it has been deleted from the archive or replaced by another version");
    }

    /// Refuses a study or series of which nothing is there, and warns of one of which some of what a
    /// snapshot has frozen is not.
    ///
    /// @param series null for the study
    /// @param found the series that are there
    void check(String study, @Nullable String series, List<State> found) {
        if (found.isEmpty()) {
            throw missing(study, series, null);
        }
        if (cohorts == null) {
            return;
        }
        int frozen = cohorts.frozen(caller, study, series, null);
        int there = found.stream().mapToInt(State::instances).sum();
        if (there < frozen) {
            exchange.header(
                    "Warning",
                    "299 isocenter \"Of the " + frozen + " instances that were frozen, " + (frozen - there)
                            + " have been deleted from the archive or replaced by other versions\"");
        }
    }
}
