package org.isocenter.server.dicomweb;

import java.util.ArrayList;
import java.util.List;
import org.isocenter.dicom.TransferSyntax;
import org.isocenter.server.http.Accept;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.MediaType;
import org.isocenter.server.http.Refusal;
import org.jspecify.annotations.Nullable;

/// How instances are given out whole: all in one multipart body, or one as it is (PS3.18 10.4.4), or as the
/// files of a medium.
enum InstanceForm {
    MULTIPART,
    ZIP,
    SINGLE;

    /// One way to give out instances that the client takes.
    ///
    /// @param syntax the transfer syntax, or null for whatever they are stored in
    record Option(InstanceForm form, @Nullable TransferSyntax syntax) {}

    /// What the client takes, best first.
    ///
    /// A client that names no transfer syntax gets Explicit VR Little Endian (PS3.18 8.7.3.5.2), and
    /// what is stored where that cannot be made. With `*`, and in a ZIP, it gets what is stored.
    ///
    /// @param single whether there is but one instance, so that it may stand alone
    static List<Option> negotiate(Exchange exchange, boolean single) {
        List<Option> options = new ArrayList<>();
        boolean otherSyntax = false;
        for (Accept.Range range : Accept.parse(exchange.headers("Accept")).ranges()) {
            InstanceForm form = range.q() == 0 ? null : find(range.type(), single);
            if (form == null) {
                continue;
            }
            String syntax = range.type().parameter("transfer-syntax");
            if (syntax == null && form == ZIP) {
                options.add(new Option(form, null));
            } else if (syntax == null) {
                options.add(new Option(form, TransferSyntax.EXPLICIT_LITTLE_ENDIAN));
                options.add(new Option(form, null));
            } else if (syntax.equals("*")) {
                options.add(new Option(form, null));
            } else {
                TransferSyntax known = TransferSyntax.find(syntax);
                otherSyntax |= known == null;
                if (known != null) {
                    options.add(new Option(form, known));
                }
            }
        }
        if (options.isEmpty()) {
            throw otherSyntax
                    ? new Refusal(406, "transfer-syntax-not-acceptable", "the transfer syntax is not known")
                    : new Refusal(
                            406,
                            "not-acceptable",
                            "instances are given as multipart/related; type=\"application/dicom\""
                                    + (single ? ", as application/dicom" : "") + " or as application/zip");
        }
        return options;
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
            case "application/zip" -> ZIP;
            case "application/dicom", "application/*" -> single ? SINGLE : null;
            default -> null;
        };
    }
}
