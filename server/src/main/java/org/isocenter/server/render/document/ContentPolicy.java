package org.isocenter.server.render.document;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/// Values of `Content-Security-Policy` by which nothing in an answer runs, loads anything or sends anything.
public final class ContentPolicy {
    /// For what others have written.
    public static final String NOTHING = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'";

    private ContentPolicy() {}

    /// For a page that this server has written: it may use its own style sheet, which is known by its digest.
    public static String style(String sheet) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(sheet.getBytes(StandardCharsets.UTF_8));
            return NOTHING + "; style-src 'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
        } catch (NoSuchAlgorithmException everyPlatformHasIt) {
            throw new IllegalStateException(everyPlatformHasIt);
        }
    }
}
