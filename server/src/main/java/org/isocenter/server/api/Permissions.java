package org.isocenter.server.api;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.isocenter.server.access.Action;
import org.isocenter.server.archive.Partitions;
import org.isocenter.server.audit.Act;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.Router;
import org.jspecify.annotations.Nullable;

/// Which action each route asks for, and what act it is: the one table of that. A route that no line fits is closed to
/// everybody.
///
/// Lines name routes as they stand behind a root and, where they are within one, a data partition. `**` is
/// any number of segments. The first line that fits counts.
final class Permissions {
    /// What a route is about.
    enum Place {
        /// Open to everybody, with a token or without.
        OPEN,
        /// A data partition: the one that the path names, or the default one.
        PARTITION,
        /// What is one for the whole server, unless the path names a data partition.
        SERVER,
        /// An operation, which belongs to a data partition.
        OPERATION
    }

    /// A line of the table.
    ///
    /// @param act what the audit trail calls it; null for what is open, and is not recorded
    /// @param actions of which one suffices
    record Permission(
            String method,
            String template,
            Place place,
            @Nullable Act act,
            Set<Action> actions) {
        /// The name of the data partition that a request is about, or null where it is the whole server.
        @Nullable
        String findPartition(Exchange exchange) {
            if (exchange.hasPathValue(PARTITION)) {
                return exchange.pathValue(PARTITION);
            }
            return place == Place.PARTITION ? Partitions.DEFAULT : null;
        }

        private boolean fits(String asked, List<String> segments) {
            return method.equals(asked) && fits(List.of(template.substring(1).split("/", -1)), segments);
        }

        private static boolean fits(List<String> wanted, List<String> segments) {
            int fixed = wanted.getLast().equals("**") ? wanted.size() - 1 : wanted.size();
            return (fixed == wanted.size() ? segments.size() == fixed : segments.size() >= fixed)
                    && IntStream.range(0, fixed).allMatch(i -> fits(wanted.get(i), segments.get(i)));
        }

        /// Whatever a variable is called, it fits another.
        private static boolean fits(String wanted, String segment) {
            return wanted.startsWith("{") ? segment.startsWith("{") : wanted.equals(segment);
        }
    }

    private static final String PARTITION = "partition";

    /// What stands in front of the resources: the roots of DICOMweb, a snapshot of a cohort, a data partition.
    private static final Pattern ROOT = Pattern.compile(
            "^(/dicom-web|/v1|/v2|/cohorts/\\{cohort}/snapshots/\\{snapshot}/dicom-web)?(/partitions/\\{partition}(?=/))?(?=/)");

    private static final Action[] WHO_BEGIN = {
        Action.UPDATE, Action.DELETE, Action.ERASE, Action.TAGS, Action.EXPORT, Action.IMPORT, Action.OPERATE
    };

    private static final Action[] WHO_FOLLOW = {
        Action.SEARCH,
        Action.STORE,
        Action.UPDATE,
        Action.DELETE,
        Action.ERASE,
        Action.TAGS,
        Action.EXPORT,
        Action.IMPORT,
        Action.OPERATE
    };

    static final List<Permission> TABLE = List.of(
            line("GET", "/"),
            line("GET", "/openapi.json"),
            line("GET", "/api.json"),
            line("GET", "/api.yaml"),
            line("GET", "/health/**"),
            line("GET", "/fhir/metadata"),
            // Search
            line("GET", "/studies", Place.PARTITION, Act.QUERY, Action.SEARCH),
            line("GET", "/series", Place.PARTITION, Act.QUERY, Action.SEARCH),
            line("GET", "/instances", Place.PARTITION, Act.QUERY, Action.SEARCH),
            line("GET", "/studies/{study}/series", Place.PARTITION, Act.QUERY, Action.SEARCH),
            line("GET", "/studies/{study}/instances", Place.PARTITION, Act.QUERY, Action.SEARCH),
            line("GET", "/studies/{study}/series/{series}/instances", Place.PARTITION, Act.QUERY, Action.SEARCH),
            line("GET", "/studies/{study}/history", Place.PARTITION, Act.QUERY, Action.SEARCH),
            line("GET", "/studies/{study}/series/{series}/history", Place.PARTITION, Act.QUERY, Action.SEARCH),
            line(
                    "GET",
                    "/studies/{study}/series/{series}/instances/{instance}/history",
                    Place.PARTITION,
                    Act.QUERY,
                    Action.SEARCH),
            line("GET", "/deletions", Place.PARTITION, Act.QUERY, Action.SEARCH),
            // Holds
            line("GET", "/holds", Place.PARTITION, Act.HOLD, Action.SEARCH),
            line("GET", "/studies/{study}/holds", Place.PARTITION, Act.HOLD, Action.SEARCH),
            line("PUT", "/studies/{study}/holds/{hold}", Place.PARTITION, Act.CHANGE_HOLD, Action.OPERATE),
            line("DELETE", "/studies/{study}/holds/{hold}", Place.PARTITION, Act.CHANGE_HOLD, Action.OPERATE),
            // Retrieve
            line("GET", "/studies/{study}/metadata", Place.PARTITION, Act.RETRIEVE_METADATA, Action.RETRIEVE),
            line(
                    "GET",
                    "/studies/{study}/series/{series}/metadata",
                    Place.PARTITION,
                    Act.RETRIEVE_METADATA,
                    Action.RETRIEVE),
            line(
                    "GET",
                    "/studies/{study}/series/{series}/instances/{instance}/metadata",
                    Place.PARTITION,
                    Act.RETRIEVE_METADATA,
                    Action.RETRIEVE),
            line("GET", "/studies/{study}/rendered", Place.PARTITION, Act.RETRIEVE_RENDERED, Action.RETRIEVE),
            line("GET", "/studies/{study}/thumbnail", Place.PARTITION, Act.RETRIEVE_RENDERED, Action.RETRIEVE),
            line(
                    "GET",
                    "/studies/{study}/series/{series}/rendered",
                    Place.PARTITION,
                    Act.RETRIEVE_RENDERED,
                    Action.RETRIEVE),
            line(
                    "GET",
                    "/studies/{study}/series/{series}/thumbnail",
                    Place.PARTITION,
                    Act.RETRIEVE_RENDERED,
                    Action.RETRIEVE),
            line(
                    "GET",
                    "/studies/{study}/series/{series}/instances/{instance}/rendered",
                    Place.PARTITION,
                    Act.RETRIEVE_RENDERED,
                    Action.RETRIEVE),
            line(
                    "GET",
                    "/studies/{study}/series/{series}/instances/{instance}/thumbnail",
                    Place.PARTITION,
                    Act.RETRIEVE_RENDERED,
                    Action.RETRIEVE),
            line(
                    "GET",
                    "/studies/{study}/series/{series}/instances/{instance}/frames/{frames}/rendered",
                    Place.PARTITION,
                    Act.RETRIEVE_RENDERED,
                    Action.RETRIEVE),
            line(
                    "GET",
                    "/studies/{study}/series/{series}/instances/{instance}/frames/{frames}/thumbnail",
                    Place.PARTITION,
                    Act.RETRIEVE_RENDERED,
                    Action.RETRIEVE),
            line("GET", "/studies/**", Place.PARTITION, Act.RETRIEVE, Action.RETRIEVE),
            line("GET", "/wado", Place.PARTITION, Act.RETRIEVE, Action.RETRIEVE),
            line("GET", "/fhir/**", Place.PARTITION, Act.FHIR, Action.RETRIEVE),
            line("POST", "/fhir/{type}/_search", Place.PARTITION, Act.FHIR, Action.RETRIEVE),
            // Store
            line("POST", "/studies", Place.PARTITION, Act.STORE, Action.STORE),
            line("PUT", "/studies", Place.PARTITION, Act.STORE, Action.STORE),
            line("POST", "/studies/{study}", Place.PARTITION, Act.STORE, Action.STORE),
            line("PUT", "/studies/{study}", Place.PARTITION, Act.STORE, Action.STORE),
            line("POST", "/commitment-requests/{transaction}", Place.PARTITION, Act.COMMITMENT, Action.STORE),
            line(
                    "GET",
                    "/commitment-requests/{transaction}",
                    Place.PARTITION,
                    Act.COMMITMENT,
                    Action.STORE,
                    Action.SEARCH),
            // Change
            line("POST", "/studies/$bulkUpdate", Place.PARTITION, Act.UPDATE_STUDY, Action.UPDATE),
            line("POST", "/studies/{study}/$move", Place.PARTITION, Act.REARRANGE_STUDY, Action.UPDATE),
            line("POST", "/studies/{study}/$revert", Place.PARTITION, Act.REARRANGE_STUDY, Action.UPDATE),
            line(
                    "POST",
                    "/studies/{study}/series/{series}/$revert",
                    Place.PARTITION,
                    Act.REARRANGE_STUDY,
                    Action.UPDATE),
            line("POST", "/studies/{study}/$restore", Place.PARTITION, Act.REARRANGE_STUDY, Action.UPDATE),
            line(
                    "POST",
                    "/studies/{study}/series/{series}/$restore",
                    Place.PARTITION,
                    Act.REARRANGE_STUDY,
                    Action.UPDATE),
            line(
                    "POST",
                    "/studies/{study}/series/{series}/instances/{instance}/$restore",
                    Place.PARTITION,
                    Act.REARRANGE_STUDY,
                    Action.UPDATE),
            line("POST", "/patients/$merge", Place.PARTITION, Act.REARRANGE_STUDY, Action.UPDATE),
            // Delete
            line("DELETE", "/studies/**", Place.PARTITION, Act.DELETE, Action.DELETE),
            line("POST", "/studies/$delete", Place.PARTITION, Act.DELETE, Action.DELETE),
            line("POST", "/studies/{study}/$erase", Place.PARTITION, Act.ERASE, Action.ERASE),
            line("POST", "/patients/$erase", Place.PARTITION, Act.ERASE, Action.ERASE),
            // Worklist
            line("GET", "/workitems", Place.PARTITION, Act.QUERY_WORKITEM, Action.WORKLIST_READ),
            line("GET", "/workitems/{workitem}", Place.PARTITION, Act.RETRIEVE_WORKITEM, Action.WORKLIST_READ),
            line("GET", "/subscribers/{subscriber}", Place.PARTITION, Act.SUBSCRIBE_WORKITEM, Action.WORKLIST_READ),
            line(
                    "POST",
                    "/workitems/{workitem}/subscribers/{subscriber}",
                    Place.PARTITION,
                    Act.SUBSCRIBE_WORKITEM,
                    Action.WORKLIST_READ),
            line(
                    "DELETE",
                    "/workitems/{workitem}/subscribers/{subscriber}",
                    Place.PARTITION,
                    Act.SUBSCRIBE_WORKITEM,
                    Action.WORKLIST_READ),
            line(
                    "POST",
                    "/workitems/{workitem}/subscribers/{subscriber}/suspend",
                    Place.PARTITION,
                    Act.SUBSCRIBE_WORKITEM,
                    Action.WORKLIST_READ),
            line("POST", "/workitems", Place.PARTITION, Act.ADD_WORKITEM, Action.WORKLIST_WRITE),
            line("POST", "/workitems/{workitem}", Place.PARTITION, Act.UPDATE_WORKITEM, Action.WORKLIST_WRITE),
            line(
                    "PUT",
                    "/workitems/{workitem}/state",
                    Place.PARTITION,
                    Act.CHANGE_STATE_WORKITEM,
                    Action.WORKLIST_WRITE),
            line(
                    "POST",
                    "/workitems/{workitem}/cancelrequest",
                    Place.PARTITION,
                    Act.CANCEL_WORKITEM,
                    Action.WORKLIST_WRITE),
            // Move in and out
            line("POST", "/export", Place.PARTITION, Act.EXPORT, Action.EXPORT),
            line("POST", "/import", Place.PARTITION, Act.IMPORT, Action.IMPORT),
            // Extended query tags
            line(
                    "GET",
                    "/extendedquerytags",
                    Place.SERVER,
                    Act.GET_ALL_EXTENDED_QUERY_TAGS,
                    Action.SEARCH,
                    Action.TAGS),
            line(
                    "GET",
                    "/extendedquerytags/{tag}",
                    Place.SERVER,
                    Act.GET_EXTENDED_QUERY_TAG,
                    Action.SEARCH,
                    Action.TAGS),
            line(
                    "GET",
                    "/extendedquerytags/{tag}/errors",
                    Place.SERVER,
                    Act.GET_EXTENDED_QUERY_TAG_ERRORS,
                    Action.SEARCH,
                    Action.TAGS),
            line("POST", "/extendedquerytags", Place.SERVER, Act.ADD_EXTENDED_QUERY_TAG, Action.TAGS),
            line("POST", "/extendedquerytags/{tag}/$reindex", Place.SERVER, Act.UPDATE_EXTENDED_QUERY_TAG, Action.TAGS),
            line("PATCH", "/extendedquerytags/{tag}", Place.SERVER, Act.UPDATE_EXTENDED_QUERY_TAG, Action.TAGS),
            line("DELETE", "/extendedquerytags/{tag}", Place.SERVER, Act.REMOVE_EXTENDED_QUERY_TAG, Action.TAGS),
            // Operations
            line("GET", "/operations", Place.SERVER, Act.OPERATION, WHO_FOLLOW),
            line("GET", "/operations/**", Place.OPERATION, Act.OPERATION, WHO_FOLLOW),
            line("POST", "/operations/{operation}/$cancel", Place.OPERATION, Act.CANCEL_OPERATION, WHO_BEGIN),
            // The feed
            line("GET", "/changefeed/**", Place.SERVER, Act.CHANGE_FEED, Action.FEED),
            // Data partitions
            line("GET", "/partitions", Place.SERVER, Act.PARTITION, Action.SEARCH, Action.OPERATE),
            line("GET", "/partitions/{partition}", Place.SERVER, Act.PARTITION, Action.SEARCH, Action.OPERATE),
            line("PUT", "/partitions/{partition}", Place.SERVER, Act.CHANGE_PARTITION, Action.OPERATE),
            line("DELETE", "/partitions/{partition}", Place.SERVER, Act.CHANGE_PARTITION, Action.OPERATE),
            line("POST", "/$remove", Place.SERVER, Act.CHANGE_PARTITION, Action.OPERATE),
            // Operating
            line("GET", "/webhooks/**", Place.SERVER, Act.WEBHOOK, Action.OPERATE),
            line("PUT", "/webhooks/**", Place.SERVER, Act.CHANGE_WEBHOOK, Action.OPERATE),
            line("POST", "/webhooks/**", Place.SERVER, Act.CHANGE_WEBHOOK, Action.OPERATE),
            line("DELETE", "/webhooks/**", Place.SERVER, Act.CHANGE_WEBHOOK, Action.OPERATE),
            line("GET", "/cast/**", Place.SERVER, Act.CAST, Action.OPERATE),
            line("POST", "/cast/**", Place.SERVER, Act.CHANGE_CAST, Action.OPERATE),
            line("GET", "/audit", Place.SERVER, Act.AUDIT, Action.AUDIT_READ),
            // Cohorts
            line("GET", "/cohorts/**", Place.SERVER, Act.COHORT, Action.COHORTS),
            line("POST", "/cohorts/**", Place.SERVER, Act.COHORT, Action.COHORTS),
            line("PUT", "/cohorts/**", Place.SERVER, Act.COHORT, Action.COHORTS),
            line("DELETE", "/cohorts/**", Place.SERVER, Act.COHORT, Action.COHORTS));

    private Permissions() {}

    /// A line of what is open to everybody.
    private static Permission line(String method, String template) {
        return new Permission(method, template, Place.OPEN, null, Set.of());
    }

    private static Permission line(String method, String template, Place place, Act act, Action... actions) {
        return new Permission(method, template, place, act, EnumSet.copyOf(Arrays.asList(actions)));
    }

    /// The line of a route, or null where none fits.
    static @Nullable Permission find(Router.Entry route) {
        String tail = ROOT.matcher(route.template()).replaceFirst("");
        List<String> segments = List.of(tail.substring(1).split("/", -1));
        for (Permission permission : TABLE) {
            if (permission.fits(route.method(), segments)) {
                return permission;
            }
        }
        return null;
    }
}
