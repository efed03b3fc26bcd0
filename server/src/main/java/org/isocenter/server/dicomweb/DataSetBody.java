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

/// The one data set that a request brings, and how large it may be.
enum DataSetBody {
    /// A workitem refers to what it is about; it does not hold it.
    WORKITEM("a workitem", 1 << 20, 20_000, 1_000),

    COMMITMENT_REQUEST("a commitment request", 4 << 20, 100_000, 50_000);

    private final String what;
    private final int bytesMax;
    private final Limits limits;

    DataSetBody(String what, int bytesMax, int elementsMax, int itemsMax) {
        this.what = what;
        this.bytesMax = bytesMax;
        this.limits = new Limits(16, elementsMax, itemsMax, bytesMax, 1, 1, 0, bytesMax, 64);
    }

    /// What to answer where the data set is not what it has to be.
    Refusal invalid(String detail) {
        return switch (this) {
            case WORKITEM -> new Refusal(400, "invalid-workitem", detail);
            case COMMITMENT_REQUEST -> new Refusal(400, "invalid-commitment-request", detail);
        };
    }

    DataSet read(Exchange exchange) throws IOException {
        return read(exchange, bytes(exchange));
    }

    /// The data set of the body, empty where there is no body.
    DataSet readIfAny(Exchange exchange) throws IOException {
        byte[] bytes = bytes(exchange);
        return bytes.length == 0 ? new DataSet() : read(exchange, bytes);
    }

    private DataSet read(Exchange exchange, byte[] bytes) throws IOException {
        String header = exchange.header("Content-Type");
        MediaType type = header == null ? null : MediaType.parse(header);
        InputStream body = new ByteArrayInputStream(bytes);
        try {
            if (type != null && (type.is("application", "dicom+json") || type.is("application", "json"))) {
                return JsonReader.readOne(body, limits);
            }
            if (type != null && (type.is("application", "dicom+xml") || type.is("application", "xml"))) {
                return XmlReader.read(body, limits);
            }
        } catch (MalformedException malformed) {
            // What is wrong may quote a value; where it is does not.
            throw invalid(
                    "the body is not one data set" + (malformed.path().isEmpty() ? "" : ": see " + malformed.path()));
        }
        throw new Refusal(
                415, "unsupported-media-type", what + " is sent as application/dicom+json or application/dicom+xml");
    }

    private byte[] bytes(Exchange exchange) throws IOException {
        byte[] bytes = exchange.body().readNBytes(bytesMax + 1);
        if (bytes.length > bytesMax) {
            throw new Refusal(413, "content-too-large", what + " has at most " + bytesMax + " bytes");
        }
        return bytes;
    }
}
