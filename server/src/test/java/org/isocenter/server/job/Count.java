package org.isocenter.server.job;

import java.util.List;
import java.util.function.Consumer;
import org.isocenter.server.db.Database;
import org.isocenter.server.job.Step.Effect;

/// A job whose steps can be counted: it counts from 1 to its input, and writes down each number in the
/// database. Numbers that end in 7 cannot be done.
///
/// @param within is told the number of each step before the step ends
record Count(Consumer<Operation> within) implements Job {
    static final String KIND = "count";

    static void createTable(Database database) {
        database.transaction(session -> session.sql("create table counted (operation bigint, number int)")
                .update());
    }

    @Override
    public Step next(Operation operation) {
        within.accept(operation);
        int number = number(operation);
        int last = Integer.parseInt(operation.input());
        Effect effect = session -> session.sql("insert into counted values (?, ?)")
                .bind(operation.key())
                .bind(number)
                .update();
        if (number == last) {
            return new Step.Succeeded("{\"counted\":" + last + "}", effect);
        }
        List<String> errors = number % 10 == 7 ? List.of("{\"number\":" + number + "}") : List.of();
        return new Step.More(Integer.toString(number), number, last, errors, effect);
    }

    /// The number that the next step writes down.
    static int number(Operation operation) {
        String checkpoint = operation.checkpoint();
        return checkpoint == null ? 1 : Integer.parseInt(checkpoint) + 1;
    }

    /// What the operation has written down, in the order in which it did.
    static List<Integer> written(Database database, Operation operation) {
        return database.query(session -> session.sql("select number from counted where operation = ? order by ctid")
                .bind(operation.key())
                .list(row -> row.getInt(1)));
    }
}
