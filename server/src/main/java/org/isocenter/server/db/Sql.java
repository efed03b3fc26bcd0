package org.isocenter.server.db;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGStatement;

/// One statement: bind its values in the order of its question marks, then run it once.
public final class Sql {
    /// An array to bind: the name of the element type and either a Java array the driver sends in binary form
    /// or texts.
    private record Elements(String type, Object array) {}

    private final Session session;
    private final String text;
    private final List<@Nullable Object> values = new ArrayList<>();
    private boolean custom;

    Sql(Session session, String text) {
        this.session = session;
        this.text = text;
    }

    /// Binds a String, Integer, Long, Short, Double, Boolean, byte[], LocalDate, LocalTime, LocalDateTime,
    /// OffsetDateTime,
    /// Instant (a timestamp with time zone), UUID or null.
    public Sql bind(@Nullable Object value) {
        values.add(value instanceof Instant instant ? instant.atOffset(ZoneOffset.UTC) : value);
        return this;
    }

    /// Binds a `text[]`.
    public Sql bindTexts(@Nullable String[] elements) {
        return bindElements("text", elements);
    }

    /// Binds a `bigint[]`.
    public Sql bindLongs(long[] elements) {
        return bindElements("int8", elements);
    }

    /// Binds a `bigint[]` with nulls.
    public Sql bindLongs(@Nullable Long[] elements) {
        return bindElements("int8", elements);
    }

    /// Binds an `integer[]`.
    public Sql bindInts(int[] elements) {
        return bindElements("int4", elements);
    }

    /// Binds an `integer[]` with nulls.
    public Sql bindInts(@Nullable Integer[] elements) {
        return bindElements("int4", elements);
    }

    /// Binds a `smallint[]`.
    public Sql bindShorts(short[] elements) {
        return bindElements("int2", elements);
    }

    /// Binds a `boolean[]`.
    public Sql bindBooleans(boolean[] elements) {
        return bindElements("bool", elements);
    }

    /// Binds a `double precision[]` with nulls.
    public Sql bindDoubles(@Nullable Double[] elements) {
        return bindElements("float8", elements);
    }

    /// Binds a `bytea[]`.
    public Sql bindBytes(byte[] @Nullable [] elements) {
        return bindElements("bytea", elements);
    }

    /// Binds a `date[]`.
    public Sql bindDates(@Nullable LocalDate[] elements) {
        return bindElements("date", texts(elements));
    }

    /// Binds a `timestamptz[]`.
    public Sql bindInstants(@Nullable Instant[] elements) {
        return bindElements("timestamptz", texts(elements));
    }

    /// Has this statement planned anew for the values bound to it, at the price of planning it each time. For
    /// searches whose best plan depends on what is searched for.
    public Sql custom() {
        custom = true;
        return this;
    }

    /// The value of each row, in the order of the result.
    public <T extends @Nullable Object> List<T> list(Reader<T> reader) {
        return run(session.lead(), statement -> {
            try (ResultSet rows = rows(statement)) {
                List<T> found = new ArrayList<>();
                Row row = new Row(rows);
                while (rows.next()) {
                    found.add(reader.read(row));
                }
                return found;
            }
        });
    }

    /// The value of the first row; null if there is none.
    public <T> @Nullable T findFirst(Reader<? extends @Nullable T> reader) {
        return this.<@Nullable T>run(session.lead(), statement -> {
            try (ResultSet rows = rows(statement)) {
                return rows.next() ? reader.read(new Row(rows)) : null;
            }
        });
    }

    /// The value of the first row, of which there must be one.
    public <T extends @Nullable Object> T get(Reader<T> reader) {
        return run(session.lead(), statement -> {
            try (ResultSet rows = rows(statement)) {
                if (!rows.next()) {
                    throw new DatabaseException("A statement that must find a row found none");
                }
                return reader.read(new Row(rows));
            }
        });
    }

    /// Hands over row after row while only `fetchSize` of them are held in memory. Only in a transaction.
    public void forEach(int fetchSize, Consumer<Row> consumer) {
        if (!session.isTransaction()) {
            throw new IllegalStateException("Rows are streamed only within a transaction");
        }
        this.<@Nullable Void>run(Lead.NONE, statement -> {
            statement.setFetchSize(fetchSize);
            try (ResultSet rows = statement.executeQuery()) {
                Row row = new Row(rows);
                session.used();
                while (rows.next()) {
                    consumer.accept(row);
                }
                return null;
            }
        });
    }

    /// Runs a statement without a result. Only in a transaction.
    ///
    /// @return the number of rows it changed
    public int update() {
        if (!session.isTransaction()) {
            throw new IllegalStateException("Changes are made only within a transaction");
        }
        return run(session.lead(), statement -> {
            if (execute(statement)) {
                throw new DatabaseException("A statement run for its changes has a result");
            }
            return Math.max(0, statement.getUpdateCount());
        });
    }

    private ResultSet rows(PreparedStatement statement) throws SQLException {
        if (!execute(statement)) {
            throw new DatabaseException("A statement run for its rows has none");
        }
        return statement.getResultSet();
    }

    /// Runs what goes before the statement, and the statement.
    ///
    /// @return whether the statement has rows
    private boolean execute(PreparedStatement statement) throws SQLException {
        statement.execute();
        boolean rows = session.lead().skip(statement);
        session.led();
        return rows;
    }

    private Sql bindElements(String type, Object array) {
        values.add(new Elements(type, array));
        return this;
    }

    private static @Nullable String[] texts(@Nullable Object[] elements) {
        @Nullable String[] texts = new String[elements.length];
        for (int i = 0; i < elements.length; i++) {
            Object element = elements[i];
            texts[i] = element == null ? null : element.toString();
        }
        return texts;
    }

    @FunctionalInterface
    private interface Run<T extends @Nullable Object> {
        T on(PreparedStatement statement) throws SQLException;
    }

    private <T extends @Nullable Object> T run(Lead lead, Run<T> run) {
        try (PreparedStatement statement = session.connection().prepareStatement(lead.text() + text)) {
            if (custom) {
                statement.unwrap(PGStatement.class).setPrepareThreshold(0);
            }
            int position = lead.bind(statement);
            for (Object value : values) {
                position++;
                bind(statement, position, value);
            }
            T result = run.on(statement);
            session.used();
            return result;
        } catch (SQLException e) {
            throw session.failure(e);
        }
    }

    private void bind(PreparedStatement statement, int position, @Nullable Object value) throws SQLException {
        switch (value) {
            case null -> statement.setNull(position, Types.NULL);
            case String string -> statement.setString(position, string);
            case byte[] bytes -> statement.setBytes(position, bytes);
            case Elements elements -> {
                Connection connection = session.connection();
                PGConnection driver = connection.unwrap(PGConnection.class);
                statement.setArray(position, driver.createArrayOf(elements.type(), elements.array()));
            }
            default -> statement.setObject(position, value);
        }
    }
}
