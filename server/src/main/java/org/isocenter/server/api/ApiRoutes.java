package org.isocenter.server.api;

import java.util.List;
import org.isocenter.server.archive.AuditTrail;
import org.isocenter.server.archive.Changes;
import org.isocenter.server.archive.Events;
import org.isocenter.server.archive.Follow;
import org.isocenter.server.archive.Health;
import org.isocenter.server.archive.Import;
import org.isocenter.server.archive.Operations;
import org.isocenter.server.archive.Partitions;
import org.isocenter.server.archive.QueryTags;
import org.isocenter.server.archive.Removal;
import org.isocenter.server.archive.Webhooks;
import org.isocenter.server.http.Router;

/// The server's own resources and where they stand.
public final class ApiRoutes {
    private static final String V1 = "/v1";
    private static final String IN_PARTITION = "/partitions/{partition}";

    /// The roots under which there is what is one for all data partitions, like the DICOMweb resources.
    private static final List<String> ROOTS = List.of("", "/dicom-web", V1, "/v2");

    private final ChangeFeedRoutes feed;
    private final EventRoutes events;
    private final WebhookRoutes webhooks;
    private final HealthRoutes health;
    private final CastRoutes cast;
    private final Partitions partitions;
    private final List<String> storageClasses;
    private final Removal removal;
    private final Operations operations;
    private final QueryTags tags;
    private final Import importing;
    private final AuditTrail trail;
    private final OpenApiRoutes openApi = new OpenApiRoutes();
    private final HomePage home = new HomePage();

    /// @param streamsMax streams of events at a time
    /// @param cast of the link to a FHIR server
    public ApiRoutes(
            Changes changes,
            Events events,
            int streamsMax,
            Webhooks webhooks,
            Health health,
            Follow cast,
            Partitions partitions,
            List<String> storageClasses,
            Removal removal,
            Operations operations,
            QueryTags tags,
            Import importing,
            AuditTrail trail) {
        this.feed = new ChangeFeedRoutes(changes);
        this.events = new EventRoutes(events, streamsMax);
        this.webhooks = new WebhookRoutes(webhooks);
        this.health = new HealthRoutes(health);
        this.cast = new CastRoutes(cast);
        this.partitions = partitions;
        this.storageClasses = storageClasses;
        this.removal = removal;
        this.operations = operations;
        this.tags = tags;
        this.importing = importing;
        this.trail = trail;
    }

    public void register(Router router) {
        AuditRoutes auditing = new AuditRoutes(trail, partitions);
        PartitionRoutes parting = new PartitionRoutes(partitions, storageClasses);
        for (String root : ROOTS) {
            router.on("GET", root + "/changefeed", root.equals(V1) ? feed::readByPosition : feed::read);
            router.on("GET", root + "/changefeed/latest", feed::latest);
            router.on("GET", root + "/changefeed/events", events::stream);
            router.on("GET", root + "/webhooks", webhooks::list);
            router.on("GET", root + "/webhooks/{webhook}", webhooks::get);
            router.on("PUT", root + "/webhooks/{webhook}", webhooks::put);
            router.on("DELETE", root + "/webhooks/{webhook}", webhooks::delete);
            router.on("POST", root + "/webhooks/{webhook}/$pause", webhooks::pause);
            router.on("POST", root + "/webhooks/{webhook}/$resume", webhooks::resume);
            router.on("POST", root + "/webhooks/{webhook}/$replay", webhooks::replay);
            router.on("GET", root + "/webhooks/{webhook}/deadletters", webhooks::deadLetters);
            router.on("POST", root + "/webhooks/{webhook}/deadletters/$resend", webhooks::resend);
            router.on("POST", root + "/webhooks/{webhook}/deadletters/{sequence}/$resend", webhooks::resend);
            router.on("GET", root + "/partitions", parting::list);
            router.on("GET", root + IN_PARTITION, parting::get);
            router.on("PUT", root + IN_PARTITION, parting::put);
            OperationRoutes operating = new OperationRoutes(operations, root);
            RemovalRoutes removing = new RemovalRoutes(removal, operating);
            router.on("DELETE", root + IN_PARTITION, removing::delete);
            router.on("POST", root + IN_PARTITION + "/$remove", removing::begin);
            router.on("GET", root + "/operations", operating::list);
            router.on("GET", root + "/operations/{operation}", operating::read);
            router.on("GET", root + "/operations/{operation}/errors", operating::errors);
            router.on("POST", root + "/operations/{operation}/$cancel", operating::cancel);
            ImportRoutes imports = new ImportRoutes(importing, operating, root.equals(V1));
            router.on("POST", root + "/import", x -> imports.begin(x, null));
            if (!root.isEmpty()) {
                router.on("POST", root + IN_PARTITION + "/import", x -> imports.begin(x, PartitionRoutes.name(x)));
            }
            QueryTagRoutes tagging = new QueryTagRoutes(tags, partitions, operating, root);
            register(router, root, tagging);
            router.on("GET", root + "/audit", auditing::read);
            if (!root.isEmpty()) {
                router.on("GET", root + IN_PARTITION + "/audit", auditing::read);
                register(router, root + IN_PARTITION, tagging);
            }
        }
        router.on("GET", "/health/live", health::live);
        router.on("GET", "/health/ready", health::ready);
        router.on("GET", "/health/check", health::check);
        router.on("GET", "/cast/status", cast::status);
        router.on("GET", "/cast/failures", cast::failures);
        router.on("POST", "/cast/failures/{failure}/$retry", cast::retry);
        router.on("POST", "/cast/$resync", cast::resync);
        router.on("GET", "/", home::send);
        router.on("GET", "/openapi.json", openApi::send);
        for (String root : ROOTS.subList(1, ROOTS.size())) {
            router.on("GET", root + "/api.json", x -> openApi.send(root, x));
            router.on("GET", root + "/api.yaml", x -> openApi.sendYaml(root, x));
            router.describing(root, new Capabilities(root)::send);
        }
    }

    private static void register(Router router, String at, QueryTagRoutes tagging) {
        router.on("POST", at + "/extendedquerytags", tagging::add);
        router.on("GET", at + "/extendedquerytags", tagging::list);
        router.on("GET", at + "/extendedquerytags/{tag}", tagging::read);
        router.on("PATCH", at + "/extendedquerytags/{tag}", tagging::change);
        router.on("DELETE", at + "/extendedquerytags/{tag}", tagging::delete);
        router.on("GET", at + "/extendedquerytags/{tag}/errors", tagging::errors);
        router.on("POST", at + "/extendedquerytags/{tag}/$reindex", tagging::reindex);
    }
}
