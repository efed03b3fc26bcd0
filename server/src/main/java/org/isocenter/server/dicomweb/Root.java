package org.isocenter.server.dicomweb;

import org.isocenter.server.http.Exchange;

/// A place in the URL space under which the DICOMweb resources stand.
///
/// @param prefix of the path, without a slash at its end
/// @param compatible whether answers are those of the API that this server is compatible with, where these
///     differ from what the standard or a careful client expects
record Root(String prefix, boolean compatible) {
    /// The resources as this server understands them best.
    static final Root DICOM_WEB = new Root("/dicom-web", false);

    /// Version 2 of the compatible API.
    static final Root V2 = new Root("/v2", true);

    /// The root as the client sees it.
    String url(Exchange exchange) {
        return exchange.baseUrl() + prefix;
    }
}
