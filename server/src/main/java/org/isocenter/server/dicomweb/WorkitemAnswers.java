package org.isocenter.server.dicomweb;

import org.isocenter.server.archive.Worklist;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.Refusal;

/// What the outcomes of the worklist are over HTTP: the status and the warning that PS3.18 section 11 gives
/// to each status code of PS3.4.
final class WorkitemAnswers {
    static final String ALREADY_CANCELED = "The UPS is already in the requested state of CANCELED.";
    static final String ALREADY_COMPLETED = "The UPS is already in the requested state of COMPLETED.";

    private static final String MISSING = "The Transaction UID is missing.";
    private static final String INCORRECT = "The Transaction UID is incorrect.";
    private static final String UNCLAIMED = "The target URI did not reference a claimed Workitem.";

    private WorkitemAnswers() {}

    /// The transactions that are refused in words of their own.
    enum Transaction {
        CREATE("The Workitem already exists."),
        UPDATE("The submitted request is inconsistent with the current state of the Workitem."),
        CHANGE_STATE("The submitted request is inconsistent with the state of the UPS Instance."),
        REQUEST_CANCEL("The submitted request is inconsistent with the current state of the Workitem.");

        private final String inconsistent;

        Transaction(String inconsistent) {
            this.inconsistent = inconsistent;
        }
    }

    /// The outcome where all went well.
    ///
    /// @throws Refusal where it did not
    static Worklist.Done done(Worklist.Outcome outcome, Transaction transaction) {
        return switch (outcome) {
            case Worklist.Done done -> done;
            case Worklist.Invalid invalid ->
                throw new Refusal(400, "invalid-workitem", invalid.fault().text());
            case Worklist.Refused refused -> throw refusal(refused, transaction);
        };
    }

    static void warn(Exchange exchange, String text) {
        exchange.header("Warning", warning(text));
    }

    static Refusal unknown() {
        return new Refusal(404, "not-found", "there is no workitem with this UID");
    }

    private static Refusal refusal(Worklist.Refused refused, Transaction transaction) {
        Refusal refusal = switch (refused.verdict()) {
            case UNKNOWN -> unknown();
            case DUPLICATE ->
                warned(new Refusal(409, "workitem-exists", "there is a workitem with this UID"), transaction);
            case WRONG_TRANSACTION_UID ->
                new Refusal(
                                400,
                                "wrong-transaction-uid",
                                "the transaction UID is not the one by which the workitem was claimed")
                        .withHeader("Warning", warning(refused.missing() ? MISSING : INCORRECT));
            case NOT_FINAL -> warned(new Refusal(409, "workitem-not-final", lack(refused)), transaction);
            case NO_LONGER_UPDATED ->
                transaction == Transaction.UPDATE
                        ? warned(new Refusal(400, "workitem-ended", "the workitem is " + state(refused)), transaction)
                        : conflict(refused, transaction.inconsistent);
            case NOT_IN_PROGRESS ->
                conflict(refused, transaction == Transaction.UPDATE ? UNCLAIMED : transaction.inconsistent);
            case ALREADY_CANCELED -> conflict(refused, ALREADY_CANCELED);
            case ALREADY_COMPLETED -> conflict(refused, ALREADY_COMPLETED);
            case SCHEDULE,
                    CLAIM,
                    COMPLETE,
                    CANCEL,
                    WITHDRAW,
                    ASK,
                    ALREADY_IN_PROGRESS,
                    ONLY_BY_CREATION,
                    COMPLETED_ALREADY,
                    NOBODY_TO_ASK -> conflict(refused, transaction.inconsistent);
        };
        return refusal;
    }

    private static Refusal conflict(Worklist.Refused refused, String warning) {
        return new Refusal(
                        409,
                        "workitem-state",
                        "the workitem is " + state(refused) + " ("
                                + refused.verdict().text() + ")")
                .withHeader("Warning", warning(warning));
    }

    private static Refusal warned(Refusal refusal, Transaction transaction) {
        return refusal.withHeader("Warning", warning(transaction.inconsistent));
    }

    private static String lack(Worklist.Refused refused) {
        return refused.fault() == null
                ? "the workitem lacks something"
                : refused.fault().text();
    }

    private static String state(Worklist.Refused refused) {
        return refused.state() == null ? "not there" : refused.state().term();
    }

    private static String warning(String text) {
        return "299 isocenter \"" + text + "\"";
    }
}
