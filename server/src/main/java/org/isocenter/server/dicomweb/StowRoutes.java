package org.isocenter.server.dicomweb;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Limits;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Uids;
import org.isocenter.server.archive.Ingest;
import org.isocenter.server.archive.Ingest.InstanceTooLargeException;
import org.isocenter.server.archive.StoreOutcome;
import org.isocenter.server.archive.StoreOutcome.AlreadyStored;
import org.isocenter.server.archive.StoreOutcome.Reason;
import org.isocenter.server.archive.StoreOutcome.Refused;
import org.isocenter.server.archive.StoreOutcome.Stored;
import org.isocenter.server.archive.StoreRules;
import org.isocenter.server.archive.StoreTarget;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.MediaType;
import org.isocenter.server.http.MultipartLimits;
import org.isocenter.server.http.MultipartReader;
import org.isocenter.server.http.Part;
import org.isocenter.server.http.Refusal;
import org.isocenter.server.index.Entry.Identity;
import org.jspecify.annotations.Nullable;

/// Store (PS3.18 section 10.5): instances come in, as parts of a multipart body or as one body.
final class StowRoutes {
    /// The answer to a store says in this header how many instances were there already, byte by byte.
    private static final String ALREADY_STORED = "Isocenter-Already-Stored";

    private final Ingest ingest;
    private final Limits limits;
    private final MultipartLimits multipartLimits;
    private final boolean replaceOnConflict;

    StowRoutes(Ingest ingest, Limits limits, MultipartLimits multipartLimits, boolean replaceOnConflict) {
        this.ingest = ingest;
        this.limits = limits;
        this.multipartLimits = multipartLimits;
        this.replaceOnConflict = replaceOnConflict;
    }

    /// @param target what to store into
    /// @param replace whether the request itself asks that other bytes under the same UIDs take their place
    void store(Root root, StoreTarget target, Exchange exchange, @Nullable String study, boolean replace)
            throws IOException {
        Representation representation = Representation.negotiate(exchange);
        if (study != null && !Uids.readable(study)) {
            throw new Refusal(400, "invalid-uid", "the study of the URL is no valid UID");
        }
        MediaType type = contentType(exchange);
        StoreRules rules = new StoreRules(study, replace || replaceOnConflict, root.strict(), limits);
        int parts;
        List<StoreOutcome> outcomes;
        try (Ingest.Upload upload = ingest.begin(target, rules)) {
            parts = type.is("multipart", "related") ? addParts(exchange, type, upload) : addBody(exchange, upload);
            outcomes = upload.finish();
        } catch (InstanceTooLargeException tooLarge) {
            throw new Refusal(413, "instance-too-large", String.valueOf(tooLarge.getMessage()));
        }
        if (parts == 0) {
            exchange.sendEmpty(204);
        } else {
            answer(root, exchange, representation, study, outcomes);
        }
    }

    private static MediaType contentType(Exchange exchange) {
        String header = exchange.header("Content-Type");
        if (header == null) {
            throw unsupported("no Content-Type");
        }
        MediaType type = MediaType.parse(header);
        if (exchange.header("Content-Encoding") != null) {
            throw unsupported("a Content-Encoding");
        }
        if (type.is("application", "dicom")) {
            return type;
        }
        if (!type.is("multipart", "related")) {
            throw unsupported(type.type() + "/" + type.subtype());
        }
        if (type.parameter("start") != null) {
            throw new Refusal(400, "multipart-start", "the start parameter of multipart/related is not supported");
        }
        String root = type.parameter("type");
        if (root != null && !root.equalsIgnoreCase("application/dicom")) {
            throw unsupported("multipart/related of " + root);
        }
        return type;
    }

    private static Refusal unsupported(String what) {
        return new Refusal(
                415,
                "unsupported-media-type",
                "instances are stored as multipart/related; type=\"application/dicom\" or as application/dicom, not with "
                        + what);
    }

    private int addParts(Exchange exchange, MediaType type, Ingest.Upload upload) throws IOException {
        MultipartReader reader = new MultipartReader(exchange.body(), type.parameter("boundary"), multipartLimits);
        int parts = 0;
        for (Part part = reader.next(); part != null; part = reader.next()) {
            requireDicom(part);
            upload.add(part.body());
            parts++;
        }
        return parts;
    }

    /// A part without a type has that of the whole.
    private static void requireDicom(Part part) {
        if (part.header("Content-Transfer-Encoding") instanceof String encoding
                && !encoding.equalsIgnoreCase("binary")) {
            throw new Refusal(400, "transfer-encoding", "parts are binary, not " + encoding);
        }
        MediaType type = part.contentType();
        if (type != null && !type.is("application", "dicom")) {
            throw unsupported("a part of " + type.type() + "/" + type.subtype());
        }
    }

    private static int addBody(Exchange exchange, Ingest.Upload upload) throws IOException {
        upload.add(exchange.body());
        return 1;
    }

    private static void answer(
            Root root,
            Exchange exchange,
            Representation representation,
            @Nullable String study,
            List<StoreOutcome> outcomes)
            throws IOException {
        List<DataSet> stored = new ArrayList<>();
        List<DataSet> failed = new ArrayList<>();
        int warned = 0;
        int already = 0;
        for (StoreOutcome outcome : outcomes) {
            switch (outcome) {
                case Stored one -> {
                    // Where bad values are refused, there is no answer that warns.
                    List<String> warnings = root.strict() ? List.of() : one.warnings();
                    stored.add(referenced(root, exchange, one.identity(), one.sopClassUid(), warnings));
                    exchange.mention("study", one.identity().studyUid());
                    warned += warnings.isEmpty() ? 0 : 1;
                }
                case AlreadyStored one
                when root.compatible() ->
                    failed.add(failed(
                            one.sopClassUid(),
                            one.identity().instanceUid(),
                            Reason.ALREADY_EXISTS,
                            "the instance is stored already"));
                case AlreadyStored one -> {
                    stored.add(referenced(root, exchange, one.identity(), one.sopClassUid(), one.warnings()));
                    exchange.mention("study", one.identity().studyUid());
                    already++;
                }
                case Refused one ->
                    failed.add(failed(one.sopClassUid(), one.sopInstanceUid(), one.reason(), one.detail()));
            }
        }
        exchange.count("stored", stored.size() - already);
        exchange.count("alreadyStored", already);
        exchange.count("failed", failed.size());
        DataSet payload = new DataSet();
        if (study != null && !stored.isEmpty()) {
            payload.putString(Tag.RetrieveURL, root.url(exchange) + "/studies/" + study);
        }
        if (!failed.isEmpty()) {
            payload.putItems(Tag.FailedSOPSequence, failed.toArray(DataSet[]::new));
        }
        if (!stored.isEmpty()) {
            payload.putItems(Tag.ReferencedSOPSequence, stored.toArray(DataSet[]::new));
        }
        if (already > 0) {
            exchange.header(ALREADY_STORED, Integer.toString(already));
        }
        int status = stored.isEmpty() ? 409 : failed.isEmpty() && warned == 0 ? 200 : 202;
        DataSetOutput.send(exchange, status, representation, payload);
    }

    private static DataSet referenced(
            Root root, Exchange exchange, Identity identity, String sopClassUid, List<String> warnings) {
        DataSet item = new DataSet()
                .putString(Tag.ReferencedSOPClassUID, sopClassUid)
                .putString(Tag.ReferencedSOPInstanceUID, identity.instanceUid())
                .putString(
                        Tag.RetrieveURL,
                        root.url(exchange) + "/studies/" + identity.studyUid() + "/series/" + identity.seriesUid()
                                + "/instances/" + identity.instanceUid());
        if (!warnings.isEmpty()) {
            item.putInts(Tag.WarningReason, 1);
        }
        if (!warnings.isEmpty() || root.compatible() && !root.strict()) {
            item.putItems(
                    Tag.FailedAttributesSequence,
                    warnings.stream().map(StowRoutes::comment).toArray(DataSet[]::new));
        }
        return item;
    }

    private static DataSet failed(
            @Nullable String sopClassUid, @Nullable String sopInstanceUid, Reason reason, String detail) {
        DataSet item = new DataSet().putInts(Tag.FailureReason, reason.code());
        if (sopClassUid != null && Uids.readable(sopClassUid)) {
            item.putString(Tag.ReferencedSOPClassUID, Uids.trim(sopClassUid));
        }
        if (sopInstanceUid != null && Uids.readable(sopInstanceUid)) {
            item.putString(Tag.ReferencedSOPInstanceUID, Uids.trim(sopInstanceUid));
        }
        return item.putItems(Tag.FailedAttributesSequence, comment(detail));
    }

    /// What is wrong with an attribute.
    static DataSet comment(String text) {
        return new DataSet().putString(Tag.ErrorComment, "DICOM100: " + text);
    }
}
