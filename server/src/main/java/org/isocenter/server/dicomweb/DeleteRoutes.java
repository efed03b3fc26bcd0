package org.isocenter.server.dicomweb;

import java.io.IOException;
import org.isocenter.server.archive.Delete;
import org.isocenter.server.http.Exchange;
import org.jspecify.annotations.Nullable;

/// Deletes a study, a series or an instance, as the compatible API does (PS3.18 has no such transaction).
final class DeleteRoutes {
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
        if (delete.delete(view.caller(), study, series, instance) == 0) {
            throw PathUids.notFound();
        }
        exchange.sendEmpty(204);
    }
}
