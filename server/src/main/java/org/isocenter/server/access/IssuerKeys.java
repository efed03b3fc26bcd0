package org.isocenter.server.access;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.RemoteKeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.text.ParseException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The public keys of an issuer of tokens, kept for minutes and, while the issuer is silent, for hours. Where
/// they are is read from the issuer's discovery document (OpenID Connect Discovery 1.0, section 4) when they
/// are first asked for.
final class IssuerKeys implements JWKSource<SecurityContext> {
    /// How long keys are believed that the issuer does not confirm.
    private static final long OUTAGE_MILLISECONDS = 4L * 60 * 60 * 1000;

    /// The issuer is asked again so long after it has failed to tell.
    private static final long PAUSE_NANOS = 2_000_000_000L;

    private final URI issuer;
    private final @Nullable URI place;
    private final WebResource web;
    private @Nullable JWKSource<SecurityContext> source;
    private long failedNanos;
    private @Nullable KeySourceException failure;

    /// @param place of the keys, or null where discovery tells
    IssuerKeys(URI issuer, @Nullable URI place, WebResource web) {
        this.issuer = issuer;
        this.place = place;
        this.web = web;
    }

    @Override
    public List<JWK> get(JWKSelector selector, @Nullable SecurityContext context) throws KeySourceException {
        return source().get(selector, context);
    }

    private synchronized JWKSource<SecurityContext> source() throws KeySourceException {
        if (failure != null && System.nanoTime() - failedNanos < PAUSE_NANOS) {
            throw failure;
        }
        if (source == null) {
            try {
                URI keys = place == null ? discover() : place;
                source = JWKSourceBuilder.create(keys.toURL(), web)
                        .refreshAheadCache(false)
                        .outageTolerant(OUTAGE_MILLISECONDS)
                        .build();
            } catch (IOException | ParseException | IllegalArgumentException failed) {
                failure = new RemoteKeySourceException("the issuer does not tell where its keys are", failed);
                failedNanos = System.nanoTime();
                throw failure;
            }
        }
        return source;
    }

    private URI discover() throws IOException, ParseException {
        String base = issuer.toString().replaceAll("/$", "");
        URI document = URI.create(base + "/.well-known/openid-configuration");
        Map<String, Object> told =
                JSONObjectUtils.parse(web.retrieveResource(document.toURL()).getContent());
        if (!issuer.toString().equals(told.get("issuer"))) {
            throw new IOException("the discovery document is of another issuer");
        }
        URI keys = JSONObjectUtils.getURI(told, "jwks_uri");
        if (keys == null || !issuer.getScheme().equals(keys.getScheme())) {
            throw new MalformedURLException("the discovery document has no jwks_uri of the same scheme");
        }
        return keys;
    }
}
