package org.isocenter.server.api;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.isocenter.server.access.Action;
import org.isocenter.server.http.Router;
import org.jspecify.annotations.Nullable;

/// Which action each route asks for: the one table of that. A route that no line fits is closed to everybody.
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
    /// @param actions of which one suffices
    record Permission(String method, String template, Place place, Set<Action> actions) {
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
            line("GET", "/", Place.OPEN),
            line("GET", "/openapi.json", Place.OPEN),
            line("GET", "/api.json", Place.OPEN),
            line("GET", "/api.yaml", Place.OPEN),
            line("GET", "/health/**", Place.OPEN),
            line("GET", "/fhir/metadata", Place.OPEN),
            // Search
            line("GET", "/studies", Place.PARTITION, Action.SEARCH),
            line("GET", "/series", Place.PARTITION, Action.SEARCH),
            line("GET", "/instances", Place.PARTITION, Action.SEARCH),
            line("GET", "/studies/{study}/series", Place.PARTITION, Action.SEARCH),
            line("GET", "/studies/{study}/instances", Place.PARTITION, Action.SEARCH),
            line("GET", "/studies/{study}/series/{series}/instances", Place.PARTITION, Action.SEARCH),
            line("GET", "/studies/{study}/history", Place.PARTITION, Action.SEARCH),
            line("GET", "/studies/{study}/series/{series}/history", Place.PARTITION, Action.SEARCH),
            line(
                    "GET",
                    "/studies/{study}/series/{series}/instances/{instance}/history",
                    Place.PARTITION,
                    Action.SEARCH),
            line("GET", "/deletions", Place.PARTITION, Action.SEARCH),
            // Holds
            line("GET", "/holds", Place.PARTITION, Action.SEARCH),
            line("GET", "/studies/{study}/holds", Place.PARTITION, Action.SEARCH),
            line("PUT", "/studies/{study}/holds/{hold}", Place.PARTITION, Action.OPERATE),
            line("DELETE", "/studies/{study}/holds/{hold}", Place.PARTITION, Action.OPERATE),
            // Retrieve
            line("GET", "/studies/**", Place.PARTITION, Action.RETRIEVE),
            line("GET", "/wado", Place.PARTITION, Action.RETRIEVE),
            line("GET", "/fhir/**", Place.PARTITION, Action.RETRIEVE),
            line("POST", "/fhir/{type}/_search", Place.PARTITION, Action.RETRIEVE),
            // Store
            line("POST", "/studies", Place.PARTITION, Action.STORE),
            line("PUT", "/studies", Place.PARTITION, Action.STORE),
            line("POST", "/studies/{study}", Place.PARTITION, Action.STORE),
            line("PUT", "/studies/{study}", Place.PARTITION, Action.STORE),
            line("POST", "/commitment-requests/{transaction}", Place.PARTITION, Action.STORE),
            line("GET", "/commitment-requests/{transaction}", Place.PARTITION, Action.STORE, Action.SEARCH),
            // Change
            line("POST", "/studies/$bulkUpdate", Place.PARTITION, Action.UPDATE),
            line("POST", "/studies/{study}/$move", Place.PARTITION, Action.UPDATE),
            line("POST", "/studies/{study}/$revert", Place.PARTITION, Action.UPDATE),
            line("POST", "/studies/{study}/series/{series}/$revert", Place.PARTITION, Action.UPDATE),
            line("POST", "/studies/{study}/$restore", Place.PARTITION, Action.UPDATE),
            line("POST", "/studies/{study}/series/{series}/$restore", Place.PARTITION, Action.UPDATE),
            line(
                    "POST",
                    "/studies/{study}/series/{series}/instances/{instance}/$restore",
                    Place.PARTITION,
                    Action.UPDATE),
            line("POST", "/patients/$merge", Place.PARTITION, Action.UPDATE),
            // Delete
            line("DELETE", "/studies/**", Place.PARTITION, Action.DELETE),
            line("POST", "/studies/$delete", Place.PARTITION, Action.DELETE),
            line("POST", "/studies/{study}/$erase", Place.PARTITION, Action.ERASE),
            line("POST", "/patients/$erase", Place.PARTITION, Action.ERASE),
            // Worklist
            line("GET", "/workitems", Place.PARTITION, Action.WORKLIST_READ),
            line("GET", "/workitems/{workitem}", Place.PARTITION, Action.WORKLIST_READ),
            line("GET", "/subscribers/{subscriber}", Place.PARTITION, Action.WORKLIST_READ),
            line("POST", "/workitems/{workitem}/subscribers/{subscriber}", Place.PARTITION, Action.WORKLIST_READ),
            line("DELETE", "/workitems/{workitem}/subscribers/{subscriber}", Place.PARTITION, Action.WORKLIST_READ),
            line(
                    "POST",
                    "/workitems/{workitem}/subscribers/{subscriber}/suspend",
                    Place.PARTITION,
                    Action.WORKLIST_READ),
            line("POST", "/workitems", Place.PARTITION, Action.WORKLIST_WRITE),
            line("POST", "/workitems/{workitem}", Place.PARTITION, Action.WORKLIST_WRITE),
            line("PUT", "/workitems/{workitem}/state", Place.PARTITION, Action.WORKLIST_WRITE),
            line("POST", "/workitems/{workitem}/cancelrequest", Place.PARTITION, Action.WORKLIST_WRITE),
            // Move in and out
            line("POST", "/export", Place.PARTITION, Action.EXPORT),
            line("POST", "/import", Place.PARTITION, Action.IMPORT),
            // Extended query tags
            line("GET", "/extendedquerytags/**", Place.SERVER, Action.SEARCH, Action.TAGS),
            line("POST", "/extendedquerytags/**", Place.SERVER, Action.TAGS),
            line("PATCH", "/extendedquerytags/**", Place.SERVER, Action.TAGS),
            line("DELETE", "/extendedquerytags/**", Place.SERVER, Action.TAGS),
            // Operations
            line("GET", "/operations", Place.SERVER, WHO_FOLLOW),
            line("GET", "/operations/**", Place.OPERATION, WHO_FOLLOW),
            line("POST", "/operations/{operation}/$cancel", Place.OPERATION, WHO_BEGIN),
            // The feed
            line("GET", "/changefeed/**", Place.SERVER, Action.FEED),
            // Data partitions
            line("GET", "/partitions", Place.SERVER, Action.SEARCH, Action.OPERATE),
            line("GET", "/partitions/{partition}", Place.SERVER, Action.SEARCH, Action.OPERATE),
            line("PUT", "/partitions/{partition}", Place.SERVER, Action.OPERATE),
            line("DELETE", "/partitions/{partition}", Place.SERVER, Action.OPERATE),
            line("POST", "/$remove", Place.SERVER, Action.OPERATE),
            // Operating
            line("GET", "/webhooks/**", Place.SERVER, Action.OPERATE),
            line("PUT", "/webhooks/**", Place.SERVER, Action.OPERATE),
            line("POST", "/webhooks/**", Place.SERVER, Action.OPERATE),
            line("DELETE", "/webhooks/**", Place.SERVER, Action.OPERATE),
            line("GET", "/cast/**", Place.SERVER, Action.OPERATE),
            line("POST", "/cast/**", Place.SERVER, Action.OPERATE),
            // Cohorts
            line("GET", "/cohorts/**", Place.SERVER, Action.COHORTS),
            line("POST", "/cohorts/**", Place.SERVER, Action.COHORTS),
            line("PUT", "/cohorts/**", Place.SERVER, Action.COHORTS),
            line("DELETE", "/cohorts/**", Place.SERVER, Action.COHORTS));

    private Permissions() {}

    private static Permission line(String method, String template, Place place, Action... actions) {
        return new Permission(
                method, template, place, actions.length == 0 ? Set.of() : EnumSet.copyOf(Arrays.asList(actions)));
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
