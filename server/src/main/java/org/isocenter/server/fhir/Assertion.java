package org.isocenter.server.fhir;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Who a client is, signed by its private key (RFC 7523 section 3; SMART App Launch, "Client Authentication:
/// Asymmetric"): with RS384 by an RSA key, with ES384 by a key on the curve P-384.
public final class Assertion {
    /// SMART allows five minutes.
    private static final Duration LASTS = Duration.ofMinutes(4);

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final String client;
    private final String keyName;
    private final PrivateKey key;

    /// @param keyName the name of the key where the other side has several (`kid`), or empty
    /// @param pem the key: PKCS #8, as `openssl genpkey` writes it
    /// @throws IllegalArgumentException if this is no such key
    public Assertion(String client, String keyName, String pem) {
        this.client = client;
        this.keyName = keyName;
        this.key = key(pem);
    }

    private static PrivateKey key(String pem) {
        String text = pem.replaceAll("-----(BEGIN|END) PRIVATE KEY-----", "").replaceAll("\\s", "");
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(Base64.getDecoder().decode(text));
        try {
            return KeyFactory.getInstance("RSA").generatePrivate(spec);
        } catch (InvalidKeySpecException notRsa) {
            return ellipticKey(spec);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static PrivateKey ellipticKey(PKCS8EncodedKeySpec spec) {
        try {
            PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(spec);
            if (key instanceof ECPrivateKey curve
                    && curve.getParams().getCurve().getField().getFieldSize() == 384) {
                return key;
            }
            throw new IllegalArgumentException("a key for ES384 is on the curve P-384");
        } catch (InvalidKeySpecException neither) {
            throw new IllegalArgumentException("neither an RSA nor an EC key in PKCS #8", neither);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    String sign(URI audience, Instant now) {
        JsonMapper mapper = JsonMapper.shared();
        boolean elliptic = key instanceof ECPrivateKey;
        ObjectNode header = mapper.createObjectNode()
                .put("alg", elliptic ? "ES384" : "RS384")
                .put("typ", "JWT");
        if (!keyName.isEmpty()) {
            header.put("kid", keyName);
        }
        ObjectNode claims = mapper.createObjectNode()
                .put("iss", client)
                .put("sub", client)
                .put("aud", audience.toString())
                .put("iat", now.getEpochSecond())
                .put("exp", now.plus(LASTS).getEpochSecond())
                .put("jti", UUID.randomUUID().toString());
        String signed = BASE64.encodeToString(mapper.writeValueAsBytes(header)) + "."
                + BASE64.encodeToString(mapper.writeValueAsBytes(claims));
        try {
            Signature signature = Signature.getInstance(elliptic ? "SHA384withECDSAinP1363Format" : "SHA384withRSA");
            signature.initSign(key);
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + BASE64.encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
