package org.isocenter.server.dicomweb;

import java.io.IOException;
import org.isocenter.server.archive.Export;
import org.isocenter.server.archive.ExportOrder;
import org.isocenter.server.archive.Partitions;
import org.isocenter.server.archive.QueryTags;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.Router;
import org.isocenter.server.job.Operation;

/// Has instances exported, in the form of the compatible API and with more sources and destinations than it
/// has.
public final class ExportRoutes {
    private final Export export;
    private final Partitions partitions;
    private final ExportBody body;

    public ExportRoutes(Export export, Partitions partitions, QueryTags tags, DicomwebOptions.SearchLimits limits) {
        this.export = export;
        this.partitions = partitions;
        this.body = new ExportBody(export, new QueryParser(tags, limits));
    }

    public void register(Router router) {
        for (Root version : new Root[] {Root.DICOM_WEB, Root.V1, Root.V2}) {
            router.on("POST", version.prefix() + "/export", x -> begin(version, version, x));
            Root within = version.inPartition();
            router.on("POST", within.prefix() + "/export", x -> begin(version, within, x));
        }
    }

    /// @param version below which the operation is met, which is one for all data partitions
    private void begin(Root version, Root root, Exchange exchange) throws IOException {
        View view = View.of(root, partitions, exchange);
        ExportOrder order = body.read(view.caller(), exchange);
        if (order.source() instanceof ExportOrder.Source.Named named) {
            named.identifiers().forEach(one -> exchange.mention("study", one.study()));
        }
        exchange.mention("destination", order.destination());
        Operation operation = export.begin(view.caller(), order);
        Begun.send(exchange, version, operation);
    }
}
