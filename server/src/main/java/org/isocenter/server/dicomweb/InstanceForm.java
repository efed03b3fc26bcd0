package org.isocenter.server.dicomweb;

import java.util.Set;
import org.isocenter.server.http.Accept;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.MediaType;
import org.isocenter.server.http.Refusal;
import org.jspecify.annotations.Nullable;

/// How instances are given out whole: all in one multipart body, or one as it is (PS3.18 10.4.4).
enum InstanceForm {
    MULTIPART,
    SINGLE;

    /// The form that the client likes best of those that can be had.
    ///
    /// Instances are given in the transfer syntax in which they are stored. A client that names no transfer
    /// syntax, or `*`, takes them so; one that names another finds them not acceptable.
    ///
    /// @param single whether there is but one instance, so that it may stand alone
    /// @param stored the transfer syntaxes of all instances
    static InstanceForm negotiate(Exchange exchange, boolean single, Set<String> stored) {
        boolean otherSyntax = false;
        for (Accept.Range range : Accept.parse(exchange.headers("Accept")).ranges()) {
            InstanceForm form = range.q() == 0 ? null : find(range.type(), single);
            if (form != null) {
                if (takes(range.type(), stored)) {
                    return form;
                }
                otherSyntax = true;
            }
        }
        throw otherSyntax
                ? new Refusal(
                        406,
                        "transfer-syntax-not-acceptable",
                        "stored as " + String.join(", ", stored) + "; ask for transfer-syntax=* to get what is stored")
                : new Refusal(
                        406,
                        "not-acceptable",
                        "instances are given as multipart/related; type=\"application/dicom\""
                                + (single ? " or as application/dicom" : ""));
    }

    private static @Nullable InstanceForm find(MediaType type, boolean single) {
        return switch (type.type() + "/" + type.subtype()) {
            case "*/*", "multipart/*" -> MULTIPART;
            case "multipart/related" -> {
                String part = type.parameter("type");
                yield part == null || part.equals("*/*") || part.equalsIgnoreCase("application/dicom")
                        ? MULTIPART
                        : null;
            }
            case "application/dicom", "application/*" -> single ? SINGLE : null;
            default -> null;
        };
    }

    private static boolean takes(MediaType type, Set<String> stored) {
        String syntax = type.parameter("transfer-syntax");
        return syntax == null || syntax.equals("*") || stored.stream().allMatch(syntax::equals);
    }
}
