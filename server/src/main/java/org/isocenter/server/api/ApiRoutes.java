package org.isocenter.server.api;

import java.util.List;
import org.isocenter.server.archive.Changes;
import org.isocenter.server.archive.Health;
import org.isocenter.server.http.Router;

/// The server's own resources and where they stand.
public final class ApiRoutes {
    /// The roots under which the change feed stands, like the DICOMweb resources.
    private static final List<String> ROOTS = List.of("", "/dicom-web", "/v2");

    private final ChangeFeedRoutes feed;
    private final HealthRoutes health;
    private final OpenApiRoutes openApi = new OpenApiRoutes();

    public ApiRoutes(Changes changes, Health health) {
        this.feed = new ChangeFeedRoutes(changes);
        this.health = new HealthRoutes(health);
    }

    public void register(Router router) {
        for (String root : ROOTS) {
            router.on("GET", root + "/changefeed", feed::read);
            router.on("GET", root + "/changefeed/latest", feed::latest);
        }
        router.on("GET", "/health/live", health::live);
        router.on("GET", "/health/ready", health::ready);
        router.on("GET", "/health/check", health::check);
        router.on("GET", "/openapi.json", openApi::send);
    }
}
