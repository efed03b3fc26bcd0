package org.isocenter.server.api;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isocenter.server.access.AccessTokens;
import org.isocenter.server.access.Caller;
import org.isocenter.server.access.Identity;
import org.isocenter.server.access.InvalidTokenException;
import org.isocenter.server.api.Permissions.Permission;
import org.isocenter.server.archive.Operations;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.Refusal;
import org.isocenter.server.job.Operation;

/// Who asks, by the bearer token of a request (RFC 6750), and whether that is permitted.
public final class Gate {
    private static final String CHALLENGE = "Bearer realm=\"isocenter\"";
    private static final Pattern BEARER = Pattern.compile("(?i:bearer) +([A-Za-z0-9._~+/=-]+)");

    private final AccessTokens tokens;
    private final Operations operations;

    public Gate(AccessTokens tokens, Operations operations) {
        this.tokens = tokens;
        this.operations = operations;
    }

    /// Who asks, by the token.
    ///
    /// @throws Refusal 401 where there is none that is good
    Identity identify(Exchange exchange) {
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

    /// @throws Refusal 403 where somebody may not do that
    void check(Identity identity, Permission permission, Exchange exchange) {
        boolean permitted = switch (permission.place()) {
            case OPEN -> true;
            case PARTITION, SERVER -> identity.permits(permission.actions(), permission.findPartition(exchange));
            case OPERATION -> permitsOperation(identity, permission, exchange);
        };
        if (!permitted) {
            throw new Refusal(403, "not-permitted", "The roles in the token do not permit this here.")
                    .withHeader("WWW-Authenticate", CHALLENGE + ", error=\"insufficient_scope\"");
        }
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
