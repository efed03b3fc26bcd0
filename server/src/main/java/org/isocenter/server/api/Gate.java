package org.isocenter.server.api;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isocenter.server.access.AccessTokens;
import org.isocenter.server.access.Caller;
import org.isocenter.server.access.Identity;
import org.isocenter.server.access.InvalidTokenException;
import org.isocenter.server.api.Permissions.Permission;
import org.isocenter.server.api.Permissions.Place;
import org.isocenter.server.archive.Operations;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.Guard;
import org.isocenter.server.http.Refusal;
import org.isocenter.server.http.Router;
import org.isocenter.server.job.Operation;
import org.jspecify.annotations.Nullable;

/// Lets a request pass whose bearer token (RFC 6750) permits what its route does.
public final class Gate implements Guard {
    private static final String DEFAULT_PARTITION = "Microsoft.Default";
    private static final String PARTITION = "partition";
    private static final String CHALLENGE = "Bearer realm=\"isocenter\"";
    private static final Pattern BEARER = Pattern.compile("(?i:bearer) +([A-Za-z0-9._~+/=-]+)");

    private final AccessTokens tokens;
    private final Operations operations;
    private final Map<Router.Entry, Permission> permissions = new HashMap<>();

    /// @param routes to which there is a gate
    public Gate(AccessTokens tokens, Operations operations, List<Router.Entry> routes) {
        this.tokens = tokens;
        this.operations = operations;
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
            throw new IllegalStateException("a route that was added behind the gate: " + route);
        }
        if (permission.place() != Place.OPEN) {
            check(identity(exchange), permission, exchange);
        }
    }

    private Identity identity(Exchange exchange) {
        List<String> headers = exchange.headers("Authorization");
        if (headers.isEmpty()) {
            throw new Refusal(401, "no-token", "The request has no bearer token in its header Authorization.")
                    .withHeader("WWW-Authenticate", CHALLENGE);
        }
        Matcher bearer = BEARER.matcher(headers.getFirst());
        if (headers.size() > 1 || !bearer.matches()) {
            throw invalid("the header Authorization is not one bearer token");
        }
        try {
            return tokens.read(bearer.group(1));
        } catch (InvalidTokenException refused) {
            throw invalid(String.valueOf(refused.getMessage()));
        }
    }

    private static Refusal invalid(String reason) {
        return new Refusal(401, "invalid-token", "The token is not taken: " + reason + ".")
                .withHeader(
                        "WWW-Authenticate",
                        CHALLENGE + ", error=\"invalid_token\", error_description=\"" + reason + "\"");
    }

    private void check(Identity identity, Permission permission, Exchange exchange) {
        boolean permitted = switch (permission.place()) {
            case OPEN -> true;
            case PARTITION -> {
                String named = findPartition(exchange);
                yield identity.permits(permission.actions(), named == null ? DEFAULT_PARTITION : named);
            }
            case SERVER -> identity.permits(permission.actions(), findPartition(exchange));
            case OPERATION -> permitsOperation(identity, permission, exchange);
        };
        if (!permitted) {
            throw new Refusal(403, "not-permitted", "The roles in the token do not permit this here.")
                    .withHeader("WWW-Authenticate", CHALLENGE + ", error=\"insufficient_scope\"");
        }
    }

    private static @Nullable String findPartition(Exchange exchange) {
        return exchange.hasPathValue(PARTITION) ? exchange.pathValue(PARTITION) : null;
    }

    /// Whether an operation may be seen. One of a data partition that is none of the caller's is refused as one
    /// that is not there.
    private boolean permitsOperation(Identity identity, Permission permission, Exchange exchange) {
        if (identity.permits(permission.actions(), null) || !identity.permitsSomewhere(permission.actions())) {
            return identity.permits(permission.actions(), null);
        }
        Operation operation = operations.find(Caller.anyone(), OperationRoutes.id(exchange));
        if (operation == null || !identity.permits(permission.actions(), operation.partitionName())) {
            throw OperationRoutes.missing();
        }
        return true;
    }
}
