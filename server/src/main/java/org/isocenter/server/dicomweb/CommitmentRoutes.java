package org.isocenter.server.dicomweb;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Tags;
import org.isocenter.dicom.Uids;
import org.isocenter.server.archive.Partitions;
import org.isocenter.server.archive.Safekeeping;
import org.isocenter.server.archive.Safekeeping.Kept;
import org.isocenter.server.archive.Safekeeping.Standing;
import org.isocenter.server.commitment.Reference;
import org.isocenter.server.commitment.Verdict;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.Refusal;
import org.isocenter.server.http.Router;
import org.jspecify.annotations.Nullable;

/// Storage commitment (PS3.18 section 13): instances are named one by one, or within their studies, and the
/// answer names in the same way those that are kept and those that are not.
public final class CommitmentRoutes {
    private static final int REFERENCES_MAX = 10_000;
    private static final String RETRY_SECONDS = "2";

    private final Safekeeping safekeeping;
    private final Partitions partitions;

    public CommitmentRoutes(Safekeeping safekeeping, Partitions partitions) {
        this.safekeeping = safekeeping;
        this.partitions = partitions;
    }

    public void register(Router router) {
        for (Root version : new Root[] {Root.DICOM_WEB, Root.V1, Root.V2}) {
            for (Root root : new Root[] {version, version.inPartition()}) {
                String path = root.prefix() + "/commitment-requests/{commitment}";
                router.on("POST", path, x -> request(View.of(root, partitions, x), x));
                router.on("GET", path, x -> check(View.of(root, partitions, x), x));
            }
        }
    }

    private void request(View view, Exchange exchange) throws IOException {
        Representation representation = Representation.negotiate(exchange);
        String transaction = PathUids.transaction(exchange);
        List<Reference> references = references(DataSetBody.COMMITMENT_REQUEST.read(exchange));
        answer(exchange, representation, safekeeping.request(view.caller(), transaction, references));
    }

    private void check(View view, Exchange exchange) throws IOException {
        Representation representation = Representation.negotiate(exchange);
        answer(exchange, representation, safekeeping.find(view.caller(), PathUids.transaction(exchange)));
    }

    private static void answer(Exchange exchange, Representation representation, @Nullable Standing standing)
            throws IOException {
        switch (standing) {
            case null ->
                throw new Refusal(404, "not-found", "there is no commitment request with this transaction UID");
            case Standing.Duplicate _ ->
                throw new Refusal(
                        409, "transaction-uid-in-use", "there is another commitment request with this transaction UID");
            case Standing.Working _ ->
                exchange.header("Retry-After", RETRY_SECONDS)
                        .header("Cache-Control", "no-store")
                        .sendEmpty(202);
            case Standing.Done done -> {
                exchange.header("Vary", "Accept").header("Cache-Control", "no-store");
                DataSetOutput.send(exchange, 200, representation, response(done.references()));
            }
        }
    }

    // ---- the request (PS3.18 J.1)

    private static List<Reference> references(DataSet request) {
        List<Reference> references = new ArrayList<>();
        for (DataSet item : request.items(Tag.ReferencedSOPSequence)) {
            references.add(new Reference(
                    null, null, uid(item, Tag.ReferencedSOPClassUID), uid(item, Tag.ReferencedSOPInstanceUID)));
        }
        for (DataSet study : request.items(Tag.ReferencedStudySequence)) {
            addStudy(study, references);
        }
        if (references.isEmpty()) {
            throw DataSetBody.COMMITMENT_REQUEST.invalid("the request names no instance, neither in "
                    + Tags.format(Tag.ReferencedSOPSequence) + " nor in " + Tags.format(Tag.ReferencedStudySequence));
        }
        if (references.size() > REFERENCES_MAX) {
            throw new Refusal(
                    413, "content-too-large", "a commitment request names at most " + REFERENCES_MAX + " instances");
        }
        return references;
    }

    private static void addStudy(DataSet study, List<Reference> references) {
        String studyUid = uid(study, Tag.StudyInstanceUID);
        for (DataSet series : study.items(Tag.ReferencedSeriesSequence)) {
            String seriesUid = uid(series, Tag.SeriesInstanceUID);
            for (DataSet ofClass : series.items(Tag.ReferencedInstancesBySOPClassSequence)) {
                String classUid = uid(ofClass, Tag.ReferencedSOPClassUID);
                for (DataSet item : ofClass.items(Tag.ReferencedInstanceSequence)) {
                    references.add(
                            new Reference(studyUid, seriesUid, classUid, uid(item, Tag.ReferencedSOPInstanceUID)));
                }
            }
        }
    }

    private static String uid(DataSet item, int tag) {
        String uid = item.findString(tag);
        if (uid == null || !Uids.readable(uid)) {
            throw DataSetBody.COMMITMENT_REQUEST.invalid(
                    Tags.format(tag) + " is missing in an item, or is no valid UID");
        }
        return Uids.trim(uid);
    }

    // ---- the response (PS3.18 J.2)

    private static DataSet response(List<Kept> references) {
        DataSet response = new DataSet();
        Predicate<Kept> committed = kept -> kept.verdict() == Verdict.COMMITTED;
        List<Kept> alone = references.stream()
                .filter(kept -> kept.reference().studyUid() == null)
                .toList();
        put(response, Tag.ReferencedSOPSequence, alone, committed, CommitmentRoutes::alone);
        put(response, Tag.FailedSOPSequence, alone, committed.negate(), CommitmentRoutes::alone);
        List<Kept> within = references.stream()
                .filter(kept -> kept.reference().studyUid() != null)
                .toList();
        putStudies(
                response,
                Tag.ReferencedStudySequence,
                within.stream().filter(committed).toList());
        putStudies(
                response,
                Tag.FailedStudySequence,
                within.stream().filter(committed.negate()).toList());
        return response;
    }

    private static void put(
            DataSet to, int tag, List<Kept> references, Predicate<Kept> those, Function<Kept, DataSet> item) {
        DataSet[] items = references.stream().filter(those).map(item).toArray(DataSet[]::new);
        if (items.length > 0) {
            to.putItems(tag, items);
        }
    }

    private static DataSet alone(Kept kept) {
        return failed(
                kept,
                new DataSet()
                        .putString(Tag.ReferencedSOPClassUID, kept.reference().sopClassUid())
                        .putString(
                                Tag.ReferencedSOPInstanceUID, kept.reference().instanceUid()));
    }

    private static DataSet failed(Kept kept, DataSet item) {
        return kept.verdict() == Verdict.COMMITTED
                ? item
                : item.putInts(Tag.FailureReason, kept.verdict().reason());
    }

    private static void putStudies(DataSet response, int tag, List<Kept> references) {
        putGroups(response, tag, references, kept -> kept.reference().studyUid(), (studyUid, ofStudy) -> {
            DataSet study = new DataSet().putString(Tag.StudyInstanceUID, studyUid);
            putGroups(
                    study,
                    Tag.ReferencedSeriesSequence,
                    ofStudy,
                    kept -> kept.reference().seriesUid(),
                    (uid, ofSeries) -> {
                        DataSet series = new DataSet().putString(Tag.SeriesInstanceUID, uid);
                        putGroups(
                                series,
                                Tag.ReferencedInstancesBySOPClassSequence,
                                ofSeries,
                                kept -> kept.reference().sopClassUid(),
                                CommitmentRoutes::ofClass);
                        return series;
                    });
            return study;
        });
    }

    private static DataSet ofClass(String uid, List<Kept> references) {
        DataSet ofClass = new DataSet().putString(Tag.ReferencedSOPClassUID, uid);
        put(
                ofClass,
                Tag.ReferencedInstanceSequence,
                references,
                kept -> true,
                kept -> failed(
                        kept,
                        new DataSet()
                                .putString(
                                        Tag.ReferencedSOPInstanceUID,
                                        kept.reference().instanceUid())));
        return ofClass;
    }

    /// Puts an item for each value that references have in common, in the order in which they came.
    private static void putGroups(
            DataSet to,
            int tag,
            List<Kept> references,
            Function<Kept, @Nullable String> by,
            BiFunction<String, List<Kept>, DataSet> item) {
        Map<String, List<Kept>> groups = new LinkedHashMap<>();
        for (Kept kept : references) {
            groups.computeIfAbsent(Objects.requireNonNull(by.apply(kept)), uid -> new ArrayList<>())
                    .add(kept);
        }
        if (!groups.isEmpty()) {
            List<DataSet> items = new ArrayList<>();
            groups.forEach((uid, group) -> items.add(item.apply(uid, group)));
            to.putItems(tag, items.toArray(DataSet[]::new));
        }
    }
}
