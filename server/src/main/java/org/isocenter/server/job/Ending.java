package org.isocenter.server.job;

import java.util.List;
import org.isocenter.server.db.Session;

/// Is told of operations that end, in the transaction in which they do.
@FunctionalInterface
public interface Ending {
    /// Tells nobody.
    Ending UNTOLD = (session, operation, studies) -> {};

    /// @param studies that the operation was to change
    void note(Session session, Operation operation, List<String> studies);
}
