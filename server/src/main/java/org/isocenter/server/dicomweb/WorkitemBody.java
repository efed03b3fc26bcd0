package org.isocenter.server.dicomweb;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.JsonReader;
import org.isocenter.dicom.Limits;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.XmlReader;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.MediaType;
import org.isocenter.server.http.Refusal;

/// The data set that a request of the worklist brings.
final class WorkitemBody {
    /// A workitem refers to what it is about; it does not hold it.
    static final int BYTES_MAX = 1 << 20;

    private static final Limits LIMITS = new Limits(16, 20_000, 1000, BYTES_MAX, 1, 1, 0, BYTES_MAX, 64);

    private WorkitemBody() {}

    /// The one data set of the body.
    static DataSet read(Exchange exchange) throws IOException {
        return read(exchange, bytes(exchange));
    }

    /// The data set of the body, empty where there is no body.
    static DataSet readIfAny(Exchange exchange) throws IOException {
        byte[] bytes = bytes(exchange);
        return bytes.length == 0 ? new DataSet() : read(exchange, bytes);
    }

    private static DataSet read(Exchange exchange, byte[] bytes) throws IOException {
        String header = exchange.header("Content-Type");
        MediaType type = header == null ? null : MediaType.parse(header);
        InputStream body = new ByteArrayInputStream(bytes);
        try {
            if (type != null && (type.is("application", "dicom+json") || type.is("application", "json"))) {
                return JsonReader.readOne(body, LIMITS);
            }
            if (type != null && (type.is("application", "dicom+xml") || type.is("application", "xml"))) {
                return XmlReader.read(body, LIMITS);
            }
        } catch (MalformedException malformed) {
            // What is wrong may quote a value; where it is does not.
            throw new Refusal(
                    400,
                    "invalid-workitem",
                    "the body is not one data set" + (malformed.path().isEmpty() ? "" : ": see " + malformed.path()));
        }
        throw new Refusal(
                415, "unsupported-media-type", "workitems are sent as application/dicom+json or application/dicom+xml");
    }

    private static byte[] bytes(Exchange exchange) throws IOException {
        byte[] bytes = exchange.body().readNBytes(BYTES_MAX + 1);
        if (bytes.length > BYTES_MAX) {
            throw new Refusal(413, "content-too-large", "a workitem has at most " + BYTES_MAX + " bytes");
        }
        return bytes;
    }
}
