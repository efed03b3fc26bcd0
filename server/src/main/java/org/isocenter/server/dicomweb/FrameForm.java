package org.isocenter.server.dicomweb;

import java.util.Locale;
import org.isocenter.dicom.TransferSyntax;
import org.isocenter.server.http.Accept;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.MediaType;
import org.isocenter.server.http.Refusal;
import org.jspecify.annotations.Nullable;

/// How frames and bulk data are given out (PS3.18 10.4.1.1.2, 8.7.3.3).
enum FrameForm {
    MULTIPART,
    SINGLE;

    private static final String OCTET_STREAM = "application/octet-stream";

    /// The form that the client likes best for frames as they are stored.
    ///
    /// A client may name the media type of the stored frames, `*/*`, or octet streams; octet streams without
    /// a transfer syntax are native pixels, so compressed frames are given as octet streams only to a client
    /// that takes any transfer syntax, or theirs. The answer always names the media type that the frames
    /// really have.
    ///
    /// @param frames how many are asked for
    static FrameForm negotiate(Exchange exchange, TransferSyntax stored, int frames) {
        for (Accept.Range range : Accept.parse(exchange.headers("Accept")).ranges()) {
            FrameForm form = range.q() == 0 ? null : find(range.type(), stored);
            if (form != null) {
                if (form == SINGLE && frames > 1) {
                    throw new Refusal(400, "single-part-frames", "several frames need multipart/related");
                }
                return form;
            }
        }
        throw new Refusal(
                406,
                "not-acceptable",
                "the frames are stored as " + stored.mediaType() + "; transfer-syntax=" + stored.uid()
                        + "; ask for transfer-syntax=* to get what is stored");
    }

    private static @Nullable FrameForm find(MediaType type, TransferSyntax stored) {
        String syntax = type.parameter("transfer-syntax");
        boolean anySyntax = syntax == null || syntax.equals("*") || syntax.equals(stored.uid());
        if (type.is("*", "*") || type.is("multipart", "*")) {
            return anySyntax ? MULTIPART : null;
        }
        if (type.is("multipart", "related")) {
            String part = type.parameter("type");
            return part == null || matches(part.toLowerCase(Locale.ROOT), syntax, stored) ? MULTIPART : null;
        }
        return matches(type.type() + "/" + type.subtype(), syntax, stored) ? SINGLE : null;
    }

    private static boolean matches(String media, @Nullable String syntax, TransferSyntax stored) {
        boolean named = syntax != null && (syntax.equals("*") || nativeEqual(syntax, stored));
        boolean unnamed = syntax == null;
        if (media.equals("*/*")) {
            return named || unnamed;
        }
        if (media.equals(OCTET_STREAM)) {
            return named || unnamed && !stored.encapsulated();
        }
        return media.equals(stored.mediaType()) && (named || unnamed);
    }

    /// Native frames are the same bytes in every little-endian syntax.
    private static boolean nativeEqual(String syntax, TransferSyntax stored) {
        if (syntax.equals(stored.uid())) {
            return true;
        }
        TransferSyntax asked = TransferSyntax.find(syntax);
        return asked != null
                && !asked.encapsulated()
                && !stored.encapsulated()
                && asked.bigEndian() == stored.bigEndian();
    }

    /// The form for bulk data, which is octets and nothing else.
    static FrameForm negotiateOctets(Exchange exchange, boolean single) {
        for (Accept.Range range : Accept.parse(exchange.headers("Accept")).ranges()) {
            MediaType type = range.type();
            if (range.q() == 0) {
                continue;
            }
            if (type.is("multipart", "related") || type.is("multipart", "*")) {
                String part = type.parameter("type");
                if (part == null || part.equals("*/*") || part.equalsIgnoreCase(OCTET_STREAM)) {
                    return MULTIPART;
                }
            } else if (type.is("*", "*") || type.is("application", "*") || type.is("application", "octet-stream")) {
                return single ? SINGLE : MULTIPART;
            }
        }
        throw new Refusal(
                406, "not-acceptable", "bulk data is given as application/octet-stream, alone or in multipart/related");
    }
}
