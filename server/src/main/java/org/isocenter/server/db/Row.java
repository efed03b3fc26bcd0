package org.isocenter.server.db;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One row of a result, valid only while the reader it was given to runs. Columns count from 1.
///
/// A `find…` method answers null for NULL, a `get…` method throws.
public final class Row {
    private final ResultSet rows;

    Row(ResultSet rows) {
        this.rows = rows;
    }

    public String getString(int column) {
        return present(findString(column), column);
    }

    public @Nullable String findString(int column) {
        try {
            return rows.getString(column);
        } catch (SQLException e) {
            throw Failures.translate(e);
        }
    }

    public long getLong(int column) {
        try {
            long value = rows.getLong(column);
            if (value == 0 && rows.wasNull()) {
                throw isNull(column);
            }
            return value;
        } catch (SQLException e) {
            throw Failures.translate(e);
        }
    }

    public @Nullable Long findLong(int column) {
        try {
            long value = rows.getLong(column);
            return value == 0 && rows.wasNull() ? null : value;
        } catch (SQLException e) {
            throw Failures.translate(e);
        }
    }

    public int getInt(int column) {
        try {
            int value = rows.getInt(column);
            if (value == 0 && rows.wasNull()) {
                throw isNull(column);
            }
            return value;
        } catch (SQLException e) {
            throw Failures.translate(e);
        }
    }

    public @Nullable Integer findInt(int column) {
        try {
            int value = rows.getInt(column);
            return value == 0 && rows.wasNull() ? null : value;
        } catch (SQLException e) {
            throw Failures.translate(e);
        }
    }

    public double getDouble(int column) {
        return present(findDouble(column), column);
    }

    public @Nullable Double findDouble(int column) {
        try {
            double value = rows.getDouble(column);
            return value == 0 && rows.wasNull() ? null : value;
        } catch (SQLException e) {
            throw Failures.translate(e);
        }
    }

    public boolean getBoolean(int column) {
        return present(findBoolean(column), column);
    }

    public @Nullable Boolean findBoolean(int column) {
        try {
            boolean value = rows.getBoolean(column);
            return !value && rows.wasNull() ? null : value;
        } catch (SQLException e) {
            throw Failures.translate(e);
        }
    }

    public byte[] getBytes(int column) {
        return present(findBytes(column), column);
    }

    public byte @Nullable [] findBytes(int column) {
        try {
            return rows.getBytes(column);
        } catch (SQLException e) {
            throw Failures.translate(e);
        }
    }

    public Instant getInstant(int column) {
        return present(findInstant(column), column);
    }

    public @Nullable Instant findInstant(int column) {
        OffsetDateTime value = find(column, OffsetDateTime.class);
        return value == null ? null : value.toInstant();
    }

    public LocalDate getDate(int column) {
        return present(findDate(column), column);
    }

    public @Nullable LocalDate findDate(int column) {
        return find(column, LocalDate.class);
    }

    public LocalTime getTime(int column) {
        return present(findTime(column), column);
    }

    public @Nullable LocalTime findTime(int column) {
        return find(column, LocalTime.class);
    }

    public LocalDateTime getDateTime(int column) {
        return present(findDateTime(column), column);
    }

    public @Nullable LocalDateTime findDateTime(int column) {
        return find(column, LocalDateTime.class);
    }

    public UUID getUuid(int column) {
        return present(findUuid(column), column);
    }

    public @Nullable UUID findUuid(int column) {
        return find(column, UUID.class);
    }

    /// The elements of a `text[]`, each of which may be null.
    public @Nullable String[] getTexts(int column) {
        return present(findTexts(column), column);
    }

    /// The elements of a `text[]`, each of which may be null; null for NULL.
    public @Nullable String @Nullable [] findTexts(int column) {
        return (String[]) findArray(column);
    }

    /// The elements of a `bigint[]` without nulls.
    public long[] getLongs(int column) {
        Long[] boxed = (Long[]) present(findArray(column), column);
        long[] values = new long[boxed.length];
        for (int i = 0; i < boxed.length; i++) {
            values[i] = boxed[i];
        }
        return values;
    }

    /// The elements of an `integer[]` without nulls.
    public int[] getInts(int column) {
        Integer[] boxed = (Integer[]) present(findArray(column), column);
        int[] values = new int[boxed.length];
        for (int i = 0; i < boxed.length; i++) {
            values[i] = boxed[i];
        }
        return values;
    }

    private @Nullable Object findArray(int column) {
        try {
            Array array = rows.getArray(column);
            return array == null ? null : array.getArray();
        } catch (SQLException e) {
            throw Failures.translate(e);
        }
    }

    private <T> @Nullable T find(int column, Class<T> type) {
        try {
            return rows.getObject(column, type);
        } catch (SQLException e) {
            throw Failures.translate(e);
        }
    }

    private static <T> T present(@Nullable T value, int column) {
        if (value == null) {
            throw isNull(column);
        }
        return Objects.requireNonNull(value);
    }

    private static DatabaseException isNull(int column) {
        return new DatabaseException("Column " + column + " is null where the reader needs a value");
    }
}
