package org.isocenter.server.dicomweb;

import java.io.IOException;
import org.isocenter.server.archive.Delete;
import org.isocenter.server.archive.DeleteOutcome;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.Refusal;
import org.isocenter.server.index.Versions.Cause;
import org.jspecify.annotations.Nullable;

/// Deletes a study, a series or an instance, as the compatible API does (PS3.18 has no such transaction).
final class DeleteRoutes {
    private static final int REASON_MAX = 1_000;

    private final Delete delete;

    DeleteRoutes(Delete delete) {
        this.delete = delete;
    }

    void study(View view, Exchange exchange) throws IOException {
        delete(view, exchange, PathUids.study(exchange), null, null);
    }

    void series(View view, Exchange exchange) throws IOException {
        delete(view, exchange, PathUids.study(exchange), PathUids.series(exchange), null);
    }

    void instance(View view, Exchange exchange) throws IOException {
        delete(view, exchange, PathUids.study(exchange), PathUids.series(exchange), PathUids.instance(exchange));
    }

    private void delete(View view, Exchange exchange, String study, @Nullable String series, @Nullable String instance)
            throws IOException {
        String reason = exchange.query().findFirst("reason");
        if (reason != null && (reason.isBlank() || reason.length() > REASON_MAX)) {
            throw new Refusal(400, "invalid-query", "reason is a text of 1 to " + REASON_MAX + " characters");
        }
        switch (delete.delete(view.caller(), study, series, instance, new Cause(reason, null))) {
            case DeleteOutcome.Deleted deleted -> exchange.sendEmpty(204);
            case DeleteOutcome.NothingThere nothing -> throw PathUids.notFound();
            case DeleteOutcome.Held held ->
                throw new Refusal(409, "held", "the study is held; see its holds for by whom and why");
        }
    }
}
