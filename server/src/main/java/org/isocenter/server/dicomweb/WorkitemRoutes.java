package org.isocenter.server.dicomweb;

import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Uids;
import org.isocenter.server.archive.Partitions;
import org.isocenter.server.archive.StoreTarget;
import org.isocenter.server.archive.StudyInput;
import org.isocenter.server.archive.Subscribe;
import org.isocenter.server.archive.Worklist;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.Query;
import org.isocenter.server.http.Refusal;
import org.isocenter.server.http.Router;
import org.isocenter.server.worklist.Workitem;
import org.isocenter.server.worklist.WorkitemState;
import org.jspecify.annotations.Nullable;

/// The worklist (PS3.18 section 11): workitems are created, read, changed, claimed and brought to an end.
public final class WorkitemRoutes {
    private static final String WORKITEM = "/workitems/{workitem}";

    /// By these names the UID of a workitem that is created may be told, beside standing alone.
    private static final Set<String> UID_NAMES = Set.of("workitem", "affectedsopinstanceuid", "00001000");

    /// By these names a transaction UID may be told, beside standing alone.
    private static final Set<String> TRANSACTION_NAMES =
            Set.of("transactionuid", "transaction-uid", "transaction", "00081195");

    private final Worklist worklist;
    private final StudyInput studies;
    private final Partitions partitions;
    private final WorkitemSearchRoutes search;
    private final SubscriptionRoutes subscriptions;

    public WorkitemRoutes(
            Worklist worklist,
            Subscribe subscribe,
            StudyInput studies,
            Partitions partitions,
            DicomwebOptions.SearchLimits limits) {
        this.worklist = worklist;
        this.studies = studies;
        this.partitions = partitions;
        this.search = new WorkitemSearchRoutes(worklist, limits);
        this.subscriptions = new SubscriptionRoutes(subscribe, new EventChannels(worklist.mailing()));
    }

    public void register(Router router) {
        for (Root version : new Root[] {Root.DICOM_WEB, Root.V1, Root.V2}) {
            register(router, version);
            register(router, version.inPartition());
        }
    }

    private void register(Router router, Root root) {
        String at = root.prefix();
        router.on("POST", at + "/workitems", x -> create(root, x));
        router.on("GET", at + "/workitems", x -> search.search(view(root, x), x));
        router.on("GET", at + WORKITEM, x -> retrieve(view(root, x), x));
        router.on("POST", at + WORKITEM, x -> update(view(root, x), x));
        router.on("PUT", at + WORKITEM + "/state", x -> changeState(view(root, x), x));
        router.on("POST", at + WORKITEM + "/cancelrequest", x -> requestCancel(view(root, x), x));
        subscriptions.register(router, at, x -> view(root, x));
    }

    private View view(Root root, Exchange exchange) {
        return View.of(root, partitions, exchange);
    }

    private void create(Root root, Exchange exchange) throws IOException {
        Representation.negotiate(exchange);
        StoreTarget target = View.target(root, partitions, exchange);
        String uid = findUid(exchange, UID_NAMES);
        DataSet body = DataSetBody.WORKITEM.read(exchange);
        describeStudy(root, exchange, body);
        Worklist.Done done =
                WorkitemAnswers.done(worklist.create(target, uid, body), WorkitemAnswers.Transaction.CREATE);
        String url = root.url(exchange) + "/workitems/" + done.uid();
        exchange.mention("workitem", done.uid());
        exchange.header("Location", url).header("Content-Location", url);
        if (done.modified()) {
            WorkitemAnswers.warn(exchange, "The Workitem was created with modifications.");
        }
        exchange.sendEmpty(201);
    }

    /// Puts into a workitem what there is to say of the study that the query names, if it names one.
    private void describeStudy(Root root, Exchange exchange, DataSet workitem) {
        String study = exchange.query().findFirst("study");
        if (study == null) {
            return;
        }
        if (!Uids.readable(study)) {
            throw invalidUid();
        }
        View view = view(root, exchange);
        if (!studies.describe(view.caller(), Uids.trim(study), view.url(), workitem)) {
            throw new Refusal(404, "not-found", "there is no study with this UID");
        }
    }

    private void retrieve(View view, Exchange exchange) throws IOException {
        Representation representation = Representation.negotiate(exchange);
        Workitem workitem = worklist.find(view.caller(), uid(exchange));
        if (workitem == null) {
            throw WorkitemAnswers.unknown();
        }
        exchange.header("Vary", "Accept").header("Cache-Control", "no-cache");
        DataSetOutput.send(exchange, 200, representation, workitem.dataSet());
    }

    private void update(View view, Exchange exchange) throws IOException {
        String uid = uid(exchange);
        String transaction = findUid(exchange, TRANSACTION_NAMES);
        DataSet body = DataSetBody.WORKITEM.read(exchange);
        if (transaction == null) {
            transaction = findTransaction(body);
        }
        WorkitemAnswers.done(
                worklist.update(view.caller(), uid, transaction, body), WorkitemAnswers.Transaction.UPDATE);
        exchange.header("Content-Location", view.url() + "/workitems/" + uid);
        exchange.sendEmpty(200);
    }

    private void changeState(View view, Exchange exchange) throws IOException {
        String uid = uid(exchange);
        DataSet body = DataSetBody.WORKITEM.read(exchange);
        String transaction = findTransaction(body);
        if (transaction == null) {
            transaction = findUid(exchange, TRANSACTION_NAMES);
        }
        String named = body.findString(Tag.ProcedureStepState);
        WorkitemState target = named == null ? null : WorkitemState.find(named);
        if (target == null) {
            throw new Refusal(
                    400,
                    "invalid-workitem",
                    "ProcedureStepState has to be IN PROGRESS, COMPLETED or CANCELED when the state is changed");
        }
        Worklist.Done done = WorkitemAnswers.done(
                worklist.changeState(view.caller(), uid, transaction, target),
                WorkitemAnswers.Transaction.CHANGE_STATE);
        switch (done.verdict()) {
            case ALREADY_CANCELED -> WorkitemAnswers.warn(exchange, WorkitemAnswers.ALREADY_CANCELED);
            case ALREADY_COMPLETED -> WorkitemAnswers.warn(exchange, WorkitemAnswers.ALREADY_COMPLETED);
            default -> {}
        }
        exchange.sendEmpty(200);
    }

    private void requestCancel(View view, Exchange exchange) throws IOException {
        exchange.refuseOtherOrigins();
        String uid = uid(exchange);
        DataSet body = DataSetBody.WORKITEM.readIfAny(exchange);
        WorkitemAnswers.done(
                worklist.requestCancel(view.caller(), uid, body), WorkitemAnswers.Transaction.REQUEST_CANCEL);
        exchange.sendEmpty(202);
    }

    /// The workitem that the path names.
    static String uid(Exchange exchange) {
        return PathUids.workitem(exchange);
    }

    private static @Nullable String findTransaction(DataSet body) {
        String transaction = body.findString(Tag.TransactionUID);
        if (transaction != null && !Uids.readable(transaction)) {
            throw invalidUid();
        }
        return transaction == null ? null : Uids.trim(transaction);
    }

    private static Refusal invalidUid() {
        return new Refusal(400, "invalid-uid", "a UID of the request is no valid UID");
    }

    /// The UID that the query tells, under one of the names or, as PS3.18 11.4.1 and 11.6.1 have it, bare;
    /// or null.
    private static @Nullable String findUid(Exchange exchange, Set<String> names) {
        for (Query.Parameter parameter : exchange.query().parameters()) {
            boolean named = names.contains(parameter.name().toLowerCase(Locale.ROOT));
            String uid = named ? parameter.value() : parameter.name();
            if (!named && (!parameter.value().isEmpty() || !Uids.readable(uid))) {
                continue;
            }
            if (!Uids.readable(uid)) {
                throw invalidUid();
            }
            return Uids.trim(uid);
        }
        return null;
    }
}
