package org.isocenter.server.push;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// The signature of a request as Standard Webhooks 1.0 has it: HMAC-SHA256 over the id, the time in seconds
/// and the body, with dots between.
public final class Signature {
    private static final String PREFIX = "whsec_";
    private static final int SECRET_BYTES_MIN = 24;
    private static final int SECRET_BYTES_MAX = 64;
    private static final int SECRET_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Signature() {}

    static String of(byte[] secret, String id, long seconds, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            mac.update((id + "." + seconds + ".").getBytes(StandardCharsets.US_ASCII));
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("this Java has no HMAC-SHA256", missing);
        }
    }

    /// A secret that nobody knows.
    public static byte[] secret() {
        byte[] secret = new byte[SECRET_BYTES];
        RANDOM.nextBytes(secret);
        return secret;
    }

    /// A secret as it is told.
    public static String print(byte[] secret) {
        return PREFIX + Base64.getEncoder().encodeToString(secret);
    }

    /// Reads a secret of 24 to 64 bytes, or returns null where the text is none.
    public static byte @Nullable [] findSecret(String text) {
        if (!text.startsWith(PREFIX) || text.length() > PREFIX.length() + SECRET_BYTES_MAX * 2) {
            return null;
        }
        try {
            byte[] secret = Base64.getDecoder().decode(text.substring(PREFIX.length()));
            return secret.length < SECRET_BYTES_MIN || secret.length > SECRET_BYTES_MAX ? null : secret;
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }
}
