package org.isocenter.server.dicomweb;

import java.util.ArrayList;
import java.util.List;
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

    /// One way to give out frames that the client takes.
    ///
    /// @param syntax the transfer syntax, or null for the one that they are stored in
    record Option(FrameForm form, @Nullable TransferSyntax syntax) {}

    /// What the client takes, best first.
    ///
    /// A client may name the media type of the stored frames or of others, `*/*` for the stored ones, or
    /// octet streams. Octet streams without a transfer syntax are native pixels, and other media types
    /// without one are in the default transfer syntax of theirs (PS3.18 table 8.7.3-2), unless the frames
    /// are stored in another one of the same type.
    ///
    /// @param frames how many are asked for
    static List<Option> negotiate(Exchange exchange, TransferSyntax stored, int frames) {
        List<Option> options = new ArrayList<>();
        for (Accept.Range range : Accept.parse(exchange.headers("Accept")).ranges()) {
            Option option = range.q() == 0 ? null : find(range.type(), stored);
            if (option != null) {
                if (option.form == SINGLE && frames > 1) {
                    throw new Refusal(400, "single-part-frames", "several frames need multipart/related");
                }
                options.add(option);
            }
        }
        return options;
    }

    /// Whether frames are wanted as they are stored, in this form; null where they are not.
    static @Nullable FrameForm findStored(List<Option> options) {
        return options.stream()
                .filter(option -> option.syntax == null)
                .map(Option::form)
                .findFirst()
                .orElse(null);
    }

    static Refusal notAcceptable(TransferSyntax stored) {
        return new Refusal(
                406,
                "not-acceptable",
                "the frames are stored as " + stored.mediaType() + "; transfer-syntax=" + stored.uid()
                        + " and cannot be given in any other form that was asked for; ask for transfer-syntax=* to get"
                        + " what is stored");
    }

    private static @Nullable Option find(MediaType type, TransferSyntax stored) {
        String syntax = type.parameter("transfer-syntax");
        if (type.is("*", "*") || type.is("multipart", "*")) {
            return option(MULTIPART, "*/*", syntax, stored);
        }
        if (type.is("multipart", "related")) {
            String part = type.parameter("type");
            return option(MULTIPART, part == null ? "*/*" : part.toLowerCase(Locale.ROOT), syntax, stored);
        }
        return option(SINGLE, type.type() + "/" + type.subtype(), syntax, stored);
    }

    private static @Nullable Option option(
            FrameForm form, String media, @Nullable String syntax, TransferSyntax stored) {
        boolean any = media.equals("*/*");
        boolean same = any || media.equals(stored.mediaType());
        if (syntax == null || syntax.equals("*")) {
            if (same || syntax != null && media.equals(OCTET_STREAM)) {
                return new Option(form, null);
            }
            TransferSyntax other = findDefault(media);
            return other == null ? null : new Option(form, other);
        }
        if ((same || media.equals(OCTET_STREAM)) && nativeEqual(syntax, stored)) {
            return new Option(form, null);
        }
        TransferSyntax other = TransferSyntax.find(syntax);
        return other != null && (any || other.mediaType().equals(media)) ? new Option(form, other) : null;
    }

    /// What a media type without a transfer syntax means.
    private static @Nullable TransferSyntax findDefault(String media) {
        return switch (media) {
            case OCTET_STREAM -> TransferSyntax.EXPLICIT_LITTLE_ENDIAN;
            case "image/jpeg" -> TransferSyntax.JPEG_LOSSLESS_FIRST_ORDER;
            case "image/dicom-rle" -> TransferSyntax.RLE_LOSSLESS;
            case "image/jls" -> TransferSyntax.JPEG_LS_LOSSLESS;
            case "image/jp2" -> TransferSyntax.JPEG_2000_LOSSLESS;
            case "image/jphc" -> TransferSyntax.HTJ2K_LOSSLESS;
            default -> null;
        };
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
