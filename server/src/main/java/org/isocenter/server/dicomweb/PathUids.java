package org.isocenter.server.dicomweb;

import org.isocenter.dicom.Uids;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.Refusal;

/// The UIDs of a path.
final class PathUids {
    private PathUids() {}

    static String study(Exchange exchange) {
        return require(exchange.pathValue("study"));
    }

    static String series(Exchange exchange) {
        return require(exchange.pathValue("series"));
    }

    static String instance(Exchange exchange) {
        return require(exchange.pathValue("instance"));
    }

    static String workitem(Exchange exchange) {
        return require(exchange.pathValue("workitem"));
    }

    static String transaction(Exchange exchange) {
        return require(exchange.pathValue("commitment"));
    }

    private static String require(String text) {
        if (!Uids.readable(text)) {
            throw new Refusal(400, "invalid-uid", "the path names something that is no valid UID");
        }
        return Uids.trim(text);
    }

    static Refusal notFound() {
        return new Refusal(404, "not-found", "there is nothing with these UIDs");
    }
}
