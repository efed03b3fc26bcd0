package org.isocenter.server.db;

import java.sql.Connection;
import java.sql.SQLException;

/// One use of a connection: the statements of a transaction, or single statements that only read.
///
/// The first statement may carry others before it in the same round trip ([Lead]).
public final class Session {
    private final Connection connection;
    private final boolean transaction;
    private Lead lead;
    private boolean used;

    /// A session whose statements only read, each for itself.
    static Session reading(Connection connection, Lead lead) {
        return new Session(connection, false, lead);
    }

    /// The session of a transaction.
    static Session ofTransaction(Connection connection, Lead lead) {
        return new Session(connection, true, lead);
    }

    private Session(Connection connection, boolean transaction, Lead lead) {
        this.connection = connection;
        this.transaction = transaction;
        this.lead = lead;
    }

    /// A statement with a `?` for each value. The text comes from the program, never from a request.
    public Sql sql(String text) {
        return new Sql(this, text);
    }

    boolean isTransaction() {
        return transaction;
    }

    Connection connection() {
        return connection;
    }

    /// What is to be sent before the next statement.
    Lead lead() {
        return lead;
    }

    /// Notes that what is to be sent before a statement was.
    void led() {
        lead = Lead.NONE;
    }

    /// Notes that the link works.
    void used() {
        used = true;
    }

    RuntimeException failure(SQLException failure) {
        return used ? Failures.translate(failure) : Failures.translateFirst(failure);
    }
}
