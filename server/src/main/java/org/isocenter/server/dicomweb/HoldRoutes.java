package org.isocenter.server.dicomweb;

import java.io.IOException;
import java.util.List;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.Holds;
import org.isocenter.server.archive.Partitions;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.Refusal;
import org.isocenter.server.http.Router;
import org.isocenter.server.index.HoldRows.Hold;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/// Holds on studies: by whom, and why, they may not be deleted.
public final class HoldRoutes {
    private static final int BODY_BYTES_MAX = 1 << 16;
    private static final int LIMIT_MAX = 1_000;

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Holds holds;
    private final Partitions partitions;

    public HoldRoutes(Holds holds, Partitions partitions) {
        this.holds = holds;
        this.partitions = partitions;
    }

    public void register(Router router) {
        for (Root version : new Root[] {Root.DICOM_WEB, Root.V1, Root.V2}) {
            for (Root root : new Root[] {version, version.inPartition()}) {
                String ofStudy = root.prefix() + "/studies/{study}/holds";
                router.on("GET", root.prefix() + "/holds", x -> list(root, x, null));
                router.on("GET", ofStudy, x -> list(root, x, PathUids.study(x)));
                router.on("PUT", ofStudy + "/{hold}", x -> place(root, x));
                router.on("DELETE", ofStudy + "/{hold}", x -> lift(root, x));
            }
        }
    }

    private void list(Root root, Exchange exchange, @Nullable String study) throws IOException {
        Caller caller = View.of(root, partitions, exchange).caller();
        PageParameters page = PageParameters.plain(exchange);
        ArrayNode json = MAPPER.createArrayNode();
        List<Hold> found = holds.list(
                caller, study, page.number("offset", 0, 0, Integer.MAX_VALUE), page.number("limit", 100, 1, LIMIT_MAX));
        for (Hold hold : found) {
            json.addObject()
                    .put("studyInstanceUid", hold.studyUid())
                    .put("name", hold.name())
                    .put("reason", hold.reason())
                    .put("placed", hold.placed().toString());
        }
        exchange.header("Cache-Control", "no-store");
        exchange.send(200, "application/json", MAPPER.writeValueAsBytes(json));
    }

    private void place(Root root, Exchange exchange) throws IOException {
        Caller caller = View.of(root, partitions, exchange).caller();
        String study = PathUids.study(exchange);
        String name = name(exchange);
        String reason = JsonBody.read(exchange, BODY_BYTES_MAX, "reason").findReason();
        if (reason == null) {
            throw JsonBody.invalid("reason says why the study is held");
        }
        switch (holds.place(caller, study, name, reason)) {
            case NEW -> exchange.sendEmpty(201);
            case CHANGED -> exchange.sendEmpty(204);
            case UNKNOWN_STUDY -> throw PathUids.notFound();
            case TOO_LATE -> throw new Refusal(409, "being-erased", "the study is being erased");
        }
    }

    private void lift(Root root, Exchange exchange) throws IOException {
        Caller caller = View.of(root, partitions, exchange).caller();
        if (!holds.lift(caller, PathUids.study(exchange), name(exchange))) {
            throw new Refusal(404, "not-found", "there is no hold of this name on this study");
        }
        exchange.sendEmpty(204);
    }

    private static String name(Exchange exchange) {
        String name = exchange.pathValue("hold");
        if (!Holds.isName(name)) {
            throw new Refusal(400, "invalid-hold", "the name of a hold is 1 to 64 letters, digits, '.', '-' and '_'");
        }
        return name;
    }
}
