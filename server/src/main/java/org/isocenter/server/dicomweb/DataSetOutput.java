package org.isocenter.server.dicomweb;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.isocenter.dicom.BulkLinks;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.JsonWriter;
import org.isocenter.dicom.XmlWriter;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.Header;
import org.isocenter.server.http.MultipartWriter;
import org.isocenter.server.http.ResponseBody;

/// Answers with data sets that are at hand.
final class DataSetOutput {
    static final String JSON = "application/dicom+json";
    static final String XML = "application/dicom+xml";

    private DataSetOutput() {}

    /// One data set: a JSON object, or an XML document.
    static void send(Exchange exchange, int status, Representation representation, DataSet dataSet) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        switch (representation) {
            case JSON -> {
                JsonWriter writer = new JsonWriter(bytes, BulkLinks.NONE);
                writer.write(dataSet);
                writer.flush();
                exchange.send(status, JSON, bytes.toByteArray());
            }
            case XML -> {
                new XmlWriter(bytes, BulkLinks.NONE).write(dataSet);
                exchange.send(status, XML, bytes.toByteArray());
            }
        }
    }

    /// The type of a multipart body of XML documents.
    static String multipartXml(String boundary) {
        return "multipart/related; type=\"" + XML + "\"; boundary=" + boundary;
    }

    /// One XML document of a multipart body.
    static void xmlPart(MultipartWriter multipart, DataSet dataSet, BulkLinks links) throws IOException {
        multipart.part(List.of(new Header("Content-Type", XML)));
        ResponseBody body = multipart.body();
        new XmlWriter(body, links).write(dataSet);
    }
}
