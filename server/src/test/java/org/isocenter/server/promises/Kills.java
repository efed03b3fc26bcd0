package org.isocenter.server.promises;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.isocenter.server.db.Database;
import org.isocenter.server.job.Operation;
import org.isocenter.server.job.OperationRows;
import org.isocenter.server.telemetry.CrashPoint;

/// Kills servers at random moments while they work on operations, has the next ones go on, and has what must be
/// true looked at after every kill.
///
/// A kill counts only where it met a server that held the lease of the operation: one that comes before the
/// server took it up, or after the end, proves nothing.
final class Kills {
    private static final Duration BOUND = Duration.ofSeconds(60);

    private final String name;
    private final int wanted;
    private final Database database;
    private final Supplier<ChildServer.Command> servers;
    private final Duration longest;
    private final List<CrashPoint> points;
    private final SplittableRandom random;
    private int started;
    private int met;

    /// @param name of the promise and of what is killed, under which the seed is printed
    /// @param wanted how many kills have to meet a server at work
    /// @param longest that a server is left alone with an operation that comes forward
    /// @param points at which some of the servers die by themselves, between two effects; may be empty
    Kills(
            String name,
            int wanted,
            Database database,
            Supplier<ChildServer.Command> servers,
            Duration longest,
            CrashPoint... points) {
        this.name = name;
        this.wanted = wanted;
        this.database = database;
        this.servers = servers;
        this.longest = longest;
        this.points = List.of(points);
        this.random = new SplittableRandom(Size.seed(name));
    }

    /// What has to be true.
    @FunctionalInterface
    interface Truth {
        /// @param which kill it is, for messages
        void check(String which) throws Exception;
    }

    /// The random numbers of the test.
    SplittableRandom random() {
        return random;
    }

    /// Whether there were kills enough.
    boolean enough() {
        if (met >= wanted) {
            System.out.println(name + ": " + met + " of " + started + " servers were killed at work");
            return true;
        }
        return false;
    }

    /// Kills servers until the operation has ended. When there were kills enough, the next server may live.
    ///
    /// @param between what is true after a kill, before another server goes on
    /// @return the operation, which has succeeded
    Operation end(Operation operation, Truth between) throws Exception {
        while (!now(database, operation).state().ended()) {
            if (met >= wanted) {
                live(operation);
            } else {
                kill(operation);
                between.check(name + ", server " + started);
                overtake(database);
            }
        }
        Operation ended = now(database, operation);
        assertThat(ended.state()).as("%s: %s", name, ended).isEqualTo(Operation.State.SUCCEEDED);
        return ended;
    }

    private void kill(Operation operation) throws Exception {
        started++;
        assertThat(started)
                .as("servers that were started for %d kills at work", met)
                .isLessThan(20 + 10 * wanted);
        // An operation that never comes forward fails, so it is given more time after each try that came to nothing.
        int fruitless = now(database, operation).attempts();
        ChildServer.Command command = servers.get();
        if (!points.isEmpty() && random.nextInt(3 + fruitless) == 0) {
            command.machine(at(points.get(random.nextInt(points.size())), random.nextInt(4)));
        }
        try (ChildServer server = command.start()) {
            Polls.until(
                    "the operation is taken up",
                    BOUND,
                    () -> !server.isAlive()
                            || held(operation)
                            || now(database, operation).state().ended());
            LockSupport.parkNanos(random.nextLong(longest.toNanos() * (1 + fruitless)));
            server.kill();
        }
        // What the dead had sent is committed or rolled back before anybody looks.
        Polls.until("the sessions of the dead end", BOUND, () -> sessions() == 0);
        met += held(operation) ? 1 : 0;
    }

    private void live(Operation operation) throws Exception {
        try (ChildServer server = servers.get().start()) {
            Polls.until(
                    "the operation ends",
                    BOUND,
                    () -> now(database, operation).state().ended());
            assertThat(server.isAlive()).isTrue();
        }
    }

    /// How many sessions of servers the database has.
    private long sessions() {
        String select =
                "select count(*) from pg_stat_activity where datname = current_database() and application_name = ?";
        return database.query(
                session -> session.sql(select).bind(ChildServer.APPLICATION).get(row -> row.getLong(1)));
    }

    private boolean held(Operation operation) {
        return database.query(
                session -> session.sql("select coalesce(lease_until > now(), false) from operation where id = ?")
                        .bind(operation.id())
                        .get(row -> row.getBoolean(1)));
    }

    /// The option of the machine that has a server die at a point.
    ///
    /// @param passes how often the point is passed unharmed
    static String at(CrashPoint point, int passes) {
        return "-Disocenter.crash=" + point.name().toLowerCase(Locale.ROOT).replace('_', '-') + ":" + passes;
    }

    /// The operation as it is by now.
    static Operation now(Database database, Operation operation) {
        return database.query(session -> Objects.requireNonNull(new OperationRows(session).find(null, operation.id())));
    }

    /// The next server need not wait until the leases of the dead run out.
    static void overtake(Database database) {
        database.transaction(session -> session.sql("""
                        update operation set lease_until = now() - interval '1 second', next_attempt = now()
                        where ended is null""").update());
    }
}
