package org.isocenter.server.api;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.isocenter.server.access.Identity;
import org.isocenter.server.api.Permissions.Permission;
import org.isocenter.server.archive.AuditTrail;
import org.isocenter.server.audit.Act;
import org.isocenter.server.audit.AuditRecord;
import org.isocenter.server.audit.AuditRecord.Phase;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.Guard;
import org.isocenter.server.http.Query;
import org.isocenter.server.http.Router;
import org.isocenter.server.telemetry.UnavailableException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Sees to it that nothing happens of which the audit trail does not know: lets a request pass to its route when
/// the gate does, and has what it does recorded.
///
/// What changes something is recorded before it begins, and everything before the first byte of its answer is sent,
/// with the status of the answer. Where that cannot be done, the answer is 503.
public final class Witness implements Guard {
    private static final Set<String> READING = Set.of("GET", "HEAD");
    private static final Pattern UID = Pattern.compile("[0-9.]{1,64}");
    private static final Pattern LIST = Pattern.compile("[,\\\\]");
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /// What is told of strangers is bounded, so that they cannot fill the disk with it.
    private static final int STRANGERS_A_SECOND = 10;

    private final @Nullable AuditTrail trail;
    private final @Nullable Gate gate;
    private final Map<Router.Entry, Permission> permissions = new HashMap<>();
    private final Pacer strangers = new Pacer(STRANGERS_A_SECOND);

    /// @param trail or null where nothing is recorded
    /// @param gate or null where nobody is asked for a token
    /// @param routes that there are
    public Witness(@Nullable AuditTrail trail, @Nullable Gate gate, List<Router.Entry> routes) {
        this.trail = trail;
        this.gate = gate;
        for (Router.Entry route : routes) {
            Permission permission = Permissions.find(route);
            if (permission == null) {
                throw new IllegalArgumentException("nothing says who may use " + route);
            }
            permissions.put(route, permission);
        }
    }

    @Override
    public void admit(Router.Entry route, Exchange exchange) {
        Permission permission = permissions.get(route);
        if (permission == null) {
            throw new IllegalStateException("a route that was added behind the guard: " + route);
        }
        AuditHeaders headers = AuditHeaders.of(exchange);
        Act act = permission.act();
        if (act == null) {
            return;
        }
        Testimony testimony = trail == null ? null : new Testimony(trail, act, permission, exchange, headers);
        if (testimony != null) {
            exchange.beforeAnswer(testimony::answered);
        }
        if (gate != null) {
            Identity identity = gate.identify(exchange);
            if (testimony != null) {
                testimony.identity = identity;
            }
            gate.check(identity, permission, exchange);
        }
        if (testimony != null && !READING.contains(exchange.method())) {
            testimony.began();
        }
    }

    /// What there is to tell of one request.
    private final class Testimony {
        private final AuditTrail trail;
        private final UUID id = UUID.randomUUID();
        private final Act act;
        private final Permission permission;
        private final Exchange exchange;
        private final AuditHeaders headers;
        private @Nullable Identity identity;

        Testimony(AuditTrail trail, Act act, Permission permission, Exchange exchange, AuditHeaders headers) {
            this.trail = trail;
            this.act = act;
            this.permission = permission;
            this.exchange = exchange;
            this.headers = headers;
        }

        void began() {
            try {
                trail.add(record(Phase.BEGAN, null, 0));
            } catch (UnavailableException unavailable) {
                // Nothing has been done of which there would be something to tell.
                exchange.beforeAnswer(null);
                throw unavailable;
            }
        }

        void answered(int status) {
            if (gate == null || identity != null) {
                trail.add(record(Phase.ANSWERED, status, 0));
                return;
            }
            long untold = strangers.pass();
            if (untold >= 0) {
                trail.addLater(record(Phase.ANSWERED, status, untold));
            }
        }

        private AuditRecord record(Phase phase, @Nullable Integer status, long untold) {
            Identity who = identity;
            return new AuditRecord(
                    Instant.now(),
                    phase,
                    id,
                    act.text(),
                    clean(permission.findPartition(exchange)),
                    who == null ? null : clean(who.subject()),
                    who == null ? null : clean(who.client()),
                    exchange.remoteAddress(),
                    exchange.method(),
                    AuditText.uri(exchange, trail::hash),
                    status,
                    studies(),
                    details(untold));
        }

        private static @Nullable String clean(@Nullable String text) {
            return text == null ? null : AuditText.clean(text);
        }

        private List<String> studies() {
            Set<String> studies = new LinkedHashSet<>(exchange.mentioned().getOrDefault("study", Set.of()));
            if (exchange.hasPathValue("study")) {
                studies.add(exchange.pathValue("study"));
            }
            for (Query.Parameter parameter : exchange.query(Integer.MAX_VALUE).parameters()) {
                if (AuditText.isStudy(parameter.name())) {
                    studies.addAll(List.of(LIST.split(parameter.value())));
                }
            }
            List<String> uids = new ArrayList<>(studies);
            uids.removeIf(uid -> !UID.matcher(uid).matches());
            return uids;
        }

        private String details(long untold) {
            ObjectNode json = MAPPER.createObjectNode();
            exchange.mentioned().forEach((what, names) -> {
                if (!what.equals("study")) {
                    names.forEach(json.withArray(what)::add);
                }
            });
            if (!headers.values().isEmpty()) {
                headers.values().forEach(json.putObject("headers")::put);
            }
            exchange.counted().forEach(json::put);
            if (untold > 0) {
                json.put("untoldBefore", untold);
            }
            return json.toString();
        }
    }
}
