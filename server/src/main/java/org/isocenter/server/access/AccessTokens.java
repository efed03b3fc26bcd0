package org.isocenter.server.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.net.URI;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.isocenter.server.telemetry.UnavailableException;
import org.jspecify.annotations.Nullable;

/// Reads access tokens: JSON Web Tokens that an issuer has signed for this server (RFC 9068). They are believed
/// by the keys of the issuer alone, which are fetched when the first token comes and again when a token
/// names one that is not known.
public final class AccessTokens {
    /// Signatures by public keys, and no others: neither none nor by a secret that both sides have.
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512);

    /// That of the RFC, and those of issuers older than it.
    private static final DefaultJOSEObjectTypeVerifier<SecurityContext> TYPES = new DefaultJOSEObjectTypeVerifier<>(
            new JOSEObjectType("at+jwt"), new JOSEObjectType("application/at+jwt"), JOSEObjectType.JWT, null);

    /// How far clocks may differ.
    private static final int SKEW_SECONDS = 30;

    /// Where scopes stand: by the RFC, and by Microsoft Entra.
    private static final List<String> SCOPES = List.of("scope", "scp");

    private static final String SILENT = "the keys of the issuer of tokens cannot be had";
    private static final Pattern SPACE = Pattern.compile(" +");

    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    private final WebResource web;
    private final String rolesClaim;
    private final Roles roles;

    /// @param issuer whose tokens are taken
    /// @param audiences by which tokens name this server, at least one of them
    /// @param keys where the keys of the issuer are, or null where its discovery document tells
    /// @param rolesClaim where tokens name roles, beside the scopes
    /// @param tls for the issuer, or null for what Java has
    public AccessTokens(
            URI issuer,
            Collection<String> audiences,
            @Nullable URI keys,
            String rolesClaim,
            Roles roles,
            @Nullable SSLContext tls) {
        this.web = new WebResource(tls);
        this.rolesClaim = rolesClaim;
        this.roles = roles;
        processor.setJWSTypeVerifier(TYPES);
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, new IssuerKeys(issuer, keys, web)));
        DefaultJWTClaimsVerifier<SecurityContext> claims = new DefaultJWTClaimsVerifier<>(
                new HashSet<>(audiences),
                new JWTClaimsSet.Builder().issuer(issuer.toString()).build(),
                Set.of("sub", "exp"),
                Set.of());
        claims.setMaxClockSkew(SKEW_SECONDS);
        processor.setJWTClaimsSetVerifier(claims);
    }

    /// Who has a token.
    ///
    /// @throws InvalidTokenException where the token is not one of the issuer for this server, or is not good
    ///     any more
    /// @throws UnavailableException where the issuer does not give its keys
    public Identity read(String token) throws InvalidTokenException {
        try {
            JWTClaimsSet claims = processor.process(token, null);
            List<String> names = new ArrayList<>(texts(claims.getClaim(rolesClaim)));
            for (String scope : SCOPES) {
                names.addAll(texts(claims.getClaim(scope)));
            }
            return new Identity(claims.getSubject(), client(claims), roles.grants(names));
        } catch (ParseException notOne) {
            throw new InvalidTokenException("it is no JSON Web Token");
        } catch (BadJWTException bad) {
            throw new InvalidTokenException(reason(bad));
        } catch (BadJOSEException bad) {
            throw new InvalidTokenException("it is not signed by a key of the issuer in a way that is taken");
        } catch (RateLimitReachedException many) {
            if (web.failing()) {
                throw new UnavailableException(SILENT, many);
            }
            throw new InvalidTokenException("it is signed by a key that the issuer did not have a moment ago");
        } catch (KeySourceException failed) {
            throw new UnavailableException(SILENT, failed);
        } catch (JOSEException failed) {
            throw new InvalidTokenException("its signature cannot be checked");
        }
    }

    /// The client as RFC 9068 names it, or else as OpenID Connect does.
    private static @Nullable String client(JWTClaimsSet claims) {
        Object client = claims.getClaim("client_id");
        return (client == null ? claims.getClaim("azp") : client) instanceof String text ? text : null;
    }

    /// What the library says of claims, in words of its own that never quote more than what was expected.
    private static String reason(BadJWTException bad) {
        String message = String.valueOf(bad.getMessage());
        if (message.startsWith("Expired")) {
            return "it has expired";
        }
        if (message.contains("before use")) {
            return "it is not valid yet";
        }
        return message.contains("aud") ? "it is meant for another server" : "its claims are not what they have to be";
    }

    /// The names in a claim: a text with spaces between them, or a list of texts.
    private static List<String> texts(@Nullable Object claim) {
        return switch (claim) {
            case String text -> List.of(SPACE.split(text.strip()));
            case Collection<?> list ->
                list.stream()
                        .filter(String.class::isInstance)
                        .map(String.class::cast)
                        .toList();
            case null, default -> List.of();
        };
    }
}
