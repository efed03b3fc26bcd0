package org.isocenter.server.dicomweb;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.Subscribe;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.Query;
import org.isocenter.server.http.Refusal;
import org.isocenter.server.http.Router;
import org.isocenter.server.worklist.MalformedFilterException;
import org.isocenter.server.worklist.WorkitemFilter;

/// Subscriptions to workitems, and the channel on which subscribers are told (PS3.18 11.10 to 11.12 and
/// 8.10.4).
final class SubscriptionRoutes {
    private static final String SUBSCRIBER = "/workitems/{workitem}/subscribers/{aet}";
    private static final int TITLE_CHARACTERS_MAX = 16;
    private static final int FILTER_CHARACTERS_MAX = 4096;

    private final Subscribe subscribe;
    private final EventChannels channels;

    SubscriptionRoutes(Subscribe subscribe, EventChannels channels) {
        this.subscribe = subscribe;
        this.channels = channels;
    }

    /// @param at the root below which they stand
    void register(Router router, String at, Function<Exchange, View> views) {
        router.on("POST", at + SUBSCRIBER, x -> subscribe(views.apply(x), x));
        router.on("DELETE", at + SUBSCRIBER, x -> unsubscribe(views.apply(x), x));
        router.on("POST", at + SUBSCRIBER + "/suspend", x -> suspend(views.apply(x), x));
        router.on(
                "GET",
                at + "/subscribers/{aet}",
                x -> channels.open(x, views.apply(x).caller(), title(x)));
    }

    private void subscribe(View view, Exchange exchange) throws IOException {
        exchange.refuseOtherOrigins();
        String uid = PathUids.workitem(exchange);
        String aet = title(exchange);
        boolean lock = false;
        List<WorkitemFilter.Key> keys = new ArrayList<>();
        for (Query.Parameter parameter : exchange.query(FILTER_CHARACTERS_MAX).parameters()) {
            switch (parameter.name()) {
                case "deletionlock" -> lock = flag(parameter.value());
                case "filter" -> keys.addAll(keys(parameter.value()));
                case "accept", "charset" -> {}
                default -> keys.add(new WorkitemFilter.Key(parameter.name(), parameter.value()));
            }
        }
        switch (subscribe(view.caller(), uid, aet, keys, lock)) {
            case UNKNOWN -> throw WorkitemAnswers.unknown();
            case FULL ->
                throw new Refusal(429, "too-many-subscriptions", "there are as many subscriptions as there may be");
            case DONE -> {}
        }
        exchange.header("Content-Location", channelUrl(view, aet)).sendEmpty(201);
    }

    private Subscribe.Outcome subscribe(
            Caller caller, String uid, String aet, List<WorkitemFilter.Key> keys, boolean lock) {
        boolean filtered = uid.equals(Subscribe.FILTERED_WORKLIST);
        if (keys.isEmpty() == filtered) {
            throw new Refusal(400, "invalid-query", "a filter belongs to a filtered subscription, and to no other one");
        }
        if (!filtered) {
            return uid.equals(Subscribe.WORKLIST)
                    ? subscribe.toAll(caller, aet, lock)
                    : subscribe.toWorkitem(caller, uid, aet, lock);
        }
        try {
            return subscribe.toMatching(caller, keys, aet, lock);
        } catch (MalformedFilterException malformed) {
            throw WorkitemSearchRoutes.refusal(malformed);
        }
    }

    private void unsubscribe(View view, Exchange exchange) throws IOException {
        String uid = PathUids.workitem(exchange);
        String aet = title(exchange);
        boolean ended = isWorklist(uid)
                ? subscribe.endAll(view.caller(), aet, uid.equals(Subscribe.FILTERED_WORKLIST))
                : subscribe.endWorkitem(view.caller(), uid, aet);
        if (!ended) {
            throw noSubscription();
        }
        exchange.sendEmpty(200);
    }

    private void suspend(View view, Exchange exchange) throws IOException {
        exchange.refuseOtherOrigins();
        String uid = PathUids.workitem(exchange);
        if (!isWorklist(uid)) {
            throw new Refusal(400, "invalid-uid", "only a subscription to the worklist is suspended (C314)");
        }
        if (!subscribe.suspend(view.caller(), title(exchange), uid.equals(Subscribe.FILTERED_WORKLIST))) {
            throw noSubscription();
        }
        exchange.sendEmpty(200);
    }

    private static boolean isWorklist(String uid) {
        return uid.equals(Subscribe.WORKLIST) || uid.equals(Subscribe.FILTERED_WORKLIST);
    }

    private static Refusal noSubscription() {
        return new Refusal(404, "not-found", "there is no such subscription");
    }

    /// The keys of a list `name=value,name=value`. A value may itself be a list: what has no name goes on
    /// with the value before.
    private static List<WorkitemFilter.Key> keys(String filter) {
        List<WorkitemFilter.Key> keys = new ArrayList<>();
        for (String part : filter.split(",", -1)) {
            int equals = part.indexOf('=');
            if (equals >= 0) {
                keys.add(new WorkitemFilter.Key(part.substring(0, equals).strip(), part.substring(equals + 1)));
            } else if (!keys.isEmpty()) {
                WorkitemFilter.Key last = keys.removeLast();
                keys.add(new WorkitemFilter.Key(last.name(), last.value() + "," + part));
            } else {
                throw new Refusal(400, "invalid-query", "a filter is a list of name=value");
            }
        }
        return keys;
    }

    private static boolean flag(String value) {
        if (value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false")) {
            return value.equalsIgnoreCase("true");
        }
        throw new Refusal(400, "invalid-query", "deletionlock is true or false");
    }

    /// The title of the application entity that the path names (PS3.5 table 6.2-1, AE).
    private static String title(Exchange exchange) {
        String title = exchange.pathValue("aet").strip();
        boolean plain = title.chars().allMatch(c -> c >= ' ' && c <= '~' && c != '\\');
        if (title.isEmpty() || title.length() > TITLE_CHARACTERS_MAX || !plain) {
            throw new Refusal(400, "invalid-title", "the path names no title of an application entity");
        }
        return title;
    }

    private static String channelUrl(View view, String aet) {
        URI url = URI.create(view.url());
        String scheme = "https".equals(url.getScheme()) ? "wss" : "ws";
        return scheme + url.toString().substring(url.getScheme().length()) + "/subscribers/"
                + URLEncoder.encode(aet, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
