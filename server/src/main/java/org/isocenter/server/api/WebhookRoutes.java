package org.isocenter.server.api;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.Partitions;
import org.isocenter.server.archive.Webhooks;
import org.isocenter.server.archive.Webhooks.DeadLetter;
import org.isocenter.server.archive.Webhooks.Wish;
import org.isocenter.server.http.Exchange;
import org.isocenter.server.http.JsonContent;
import org.isocenter.server.http.Refusal;
import org.isocenter.server.push.Event.Kind;
import org.isocenter.server.push.EventFilter;
import org.isocenter.server.push.Webhook;
import org.isocenter.server.push.Webhook.Held;
import org.isocenter.server.push.Webhook.Standing;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Webhooks: who is called, how far each has been told, and what was given up.
final class WebhookRoutes {
    private static final String JSON = "application/json";
    private static final int BODY_MAX_BYTES = 16_384;
    private static final int BATCH_MAX = 500;
    private static final int VALUES_MAX = 32;
    private static final int LIMIT_DEFAULT = 100;
    private static final int LIMIT_MAX = 1_000;
    private static final Set<String> MEMBERS =
            Set.of("url", "secret", "partition", "modalities", "actions", "batchSize", "from");
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Webhooks webhooks;

    WebhookRoutes(Webhooks webhooks) {
        this.webhooks = webhooks;
    }

    void list(Exchange exchange) throws IOException {
        Parameters.of(exchange);
        ArrayNode list = MAPPER.createArrayNode();
        webhooks.list(Caller.anyone()).forEach(standing -> list.add(json(standing)));
        send(exchange, 200, list);
    }

    void get(Exchange exchange) throws IOException {
        Parameters.of(exchange);
        send(exchange, 200, json(standing(name(exchange))));
    }

    /// Adds a webhook, or gives one that is there another definition. A secret that was made is told here and
    /// never again.
    void put(Exchange exchange) throws IOException {
        Parameters.of(exchange);
        String name = name(exchange);
        switch (webhooks.put(Caller.anyone(), name, wish(body(exchange)))) {
            case Webhooks.NotAllowed refused -> throw new Refusal(400, "destination-not-allowed", refused.reason());
            case Webhooks.BadSecret refused ->
                throw invalid("secret is whsec_ and 24 to 64 bytes in base64; without one the server makes one");
            case Webhooks.Begun refused ->
                throw invalid("from is for a webhook that is new; one that is there is sent to $replay");
            case Webhooks.Full refused ->
                throw new Refusal(409, "too-many-webhooks", "there are as many webhooks as there may be");
            case Webhooks.Done done -> {
                ObjectNode json = json(standing(name));
                if (done.secret() != null) {
                    json.put("secret", done.secret());
                }
                send(exchange, done.added() ? 201 : 200, json);
            }
        }
    }

    void delete(Exchange exchange) throws IOException {
        Parameters.of(exchange);
        present(webhooks.delete(Caller.anyone(), name(exchange)));
        exchange.sendEmpty(204);
    }

    void pause(Exchange exchange) throws IOException {
        asked(exchange);
        String name = name(exchange);
        present(webhooks.pause(Caller.anyone(), name));
        send(exchange, 200, json(standing(name)));
    }

    void resume(Exchange exchange) throws IOException {
        asked(exchange);
        String name = name(exchange);
        present(webhooks.resume(Caller.anyone(), name));
        send(exchange, 200, json(standing(name)));
    }

    void replay(Exchange exchange) throws IOException {
        asked(exchange);
        String name = name(exchange);
        JsonNode body = body(exchange);
        Long from = body.size() == 1 ? findPosition(body) : null;
        if (from == null) {
            throw invalid("a replay has from, the sequence to begin with, and no other member");
        }
        present(webhooks.replay(Caller.anyone(), name, from));
        send(exchange, 200, json(standing(name)));
    }

    void deadLetters(Exchange exchange) throws IOException {
        Parameters parameters = Parameters.of(exchange, "after", "limit");
        List<DeadLetter> letters = webhooks.deadLetters(
                Caller.anyone(), name(exchange), parameters.number("after", 0, 0, Long.MAX_VALUE), (int)
                        parameters.number("limit", LIMIT_DEFAULT, 1, LIMIT_MAX));
        if (letters == null) {
            throw missing();
        }
        ArrayNode list = MAPPER.createArrayNode();
        for (DeadLetter letter : letters) {
            Held held = letter.held();
            ObjectNode json = list.addObject()
                    .put("sequence", held.position())
                    .put("attempts", held.attempts())
                    .put("status", held.status());
            put(json, "problem", held.problem());
            put(json, "firstFailedTime", held.firstFailed());
            put(json, "lastFailedTime", held.lastFailed());
            json.set("event", MAPPER.readTree(letter.json()));
        }
        send(exchange, 200, list);
    }

    /// Sends again one event that was given up, or all.
    void resend(Exchange exchange) throws IOException {
        asked(exchange);
        Long position = null;
        if (exchange.hasPathValue("sequence")) {
            String text = exchange.pathValue("sequence");
            if (!text.matches("\\d{1,18}")) {
                throw Parameters.invalid("a dead letter is named by its sequence");
            }
            position = Long.valueOf(text);
        }
        int sent = webhooks.resend(Caller.anyone(), name(exchange), position);
        if (sent < 0) {
            throw missing();
        }
        if (sent == 0 && position != null) {
            throw new Refusal(404, "not-found", "there is no such dead letter");
        }
        send(exchange, 200, MAPPER.createObjectNode().put("resent", sent));
    }

    private static void asked(Exchange exchange) {
        exchange.refuseOtherOrigins();
        Parameters.of(exchange);
    }

    private static String name(Exchange exchange) {
        String name = exchange.pathValue("webhook");
        if (!Partitions.isName(name)) {
            throw new Refusal(
                    400, "invalid-webhook", "the name of a webhook is 1 to 64 letters, digits, '.', '-' and '_'");
        }
        return name;
    }

    private Standing standing(String name) {
        Standing standing = webhooks.find(Caller.anyone(), name);
        if (standing == null) {
            throw missing();
        }
        return standing;
    }

    private static void present(boolean there) {
        if (!there) {
            throw missing();
        }
    }

    private static Refusal missing() {
        return new Refusal(404, "no-such-webhook", "there is no webhook of this name");
    }

    private static Refusal invalid(String detail) {
        return new Refusal(400, "invalid-body", detail);
    }

    // ---- what is asked for

    private static JsonNode body(Exchange exchange) throws IOException {
        JsonNode json = JsonContent.read(exchange, BODY_MAX_BYTES, "malformed-body");
        if (!json.isObject()) {
            throw invalid("a webhook is told as an object");
        }
        return json;
    }

    private static Wish wish(JsonNode json) {
        if (!MEMBERS.containsAll(json.propertyNames())) {
            throw invalid("a webhook has url, secret, partition, modalities, actions, batchSize and from");
        }
        String partition = findText(json, "partition");
        if (partition != null && !Partitions.isName(partition)) {
            throw invalid("partition is the name of a data partition");
        }
        List<String> modalities = new ArrayList<>();
        for (String modality : texts(json, "modalities")) {
            if (!FeedFilters.isModality(modality)) {
                throw invalid("modalities is a list of codes such as CT");
            }
            modalities.add(modality.toUpperCase(Locale.ROOT));
        }
        Set<Kind> kinds = EnumSet.noneOf(Kind.class);
        for (String action : texts(json, "actions")) {
            Kind kind = Kind.find(action);
            if (kind == null) {
                throw invalid("actions is a list of create, update, delete and stable");
            }
            kinds.add(kind);
        }
        JsonNode batch = json.path("batchSize");
        if (!batch.isMissingNode()
                && !(batch.isIntegralNumber()
                        && batch.canConvertToInt()
                        && batch.asInt() >= 1
                        && batch.asInt() <= BATCH_MAX)) {
            throw invalid("batchSize is a number from 1 to " + BATCH_MAX);
        }
        return new Wish(
                url(findText(json, "url")),
                findText(json, "secret"),
                new EventFilter(partition, modalities, kinds),
                batch.isMissingNode() ? 1 : batch.asInt(),
                json.has("from") ? findPosition(json) : null);
    }

    private static URI url(@Nullable String text) {
        try {
            if (text != null) {
                return new URI(text);
            }
        } catch (URISyntaxException malformed) {
            throw invalid("url is no URL");
        }
        throw invalid("a webhook has a url");
    }

    private static @Nullable String findText(JsonNode json, String member) {
        JsonNode value = json.path(member);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isString()) {
            throw invalid(member + " is a text");
        }
        return value.asString();
    }

    private static Set<String> texts(JsonNode json, String member) {
        JsonNode values = json.path(member);
        Set<String> texts = new LinkedHashSet<>();
        if (values.isMissingNode() || values.isNull()) {
            return texts;
        }
        if (!values.isArray() || values.size() > VALUES_MAX) {
            throw invalid(member + " is a list of at most " + VALUES_MAX + " texts");
        }
        for (JsonNode value : values) {
            if (!value.isString()) {
                throw invalid(member + " is a list of texts");
            }
            texts.add(value.asString());
        }
        return texts;
    }

    private static Long findPosition(JsonNode json) {
        JsonNode from = json.path("from");
        if (!from.isIntegralNumber() || !from.canConvertToLong() || from.asLong() < 0) {
            throw invalid("from is a sequence of the feed, 0 or more");
        }
        return from.asLong();
    }

    // ---- what is told

    private static ObjectNode json(Standing standing) {
        Webhook webhook = standing.webhook();
        Webhook.Definition definition = webhook.definition();
        ObjectNode json = MAPPER.createObjectNode()
                .put("name", webhook.name())
                .put("url", definition.url().toString());
        put(json, "partition", definition.filter().partition());
        ArrayNode modalities = json.putArray("modalities");
        definition.filter().modalities().forEach(modalities::add);
        ArrayNode actions = json.putArray("actions");
        definition.filter().kinds().forEach(kind -> actions.add(kind.action()));
        json.put("batchSize", definition.batch())
                .put("state", webhook.state().name().toLowerCase(Locale.ROOT))
                .put("position", webhook.position())
                .put("behind", Math.max(0, standing.latest() - webhook.position()));
        put(json, "waitingSince", standing.waitingSince());
        json.put("held", standing.held()).put("deadLetters", standing.dead()).put("delivered", webhook.delivered());
        put(json, "lastSuccessTime", webhook.lastSuccess());
        put(json, "problem", webhook.problem());
        put(json, "createdTime", webhook.created());
        put(json, "lastUpdatedTime", webhook.changed());
        return json;
    }

    private static void put(ObjectNode json, String member, @Nullable Object value) {
        if (value instanceof Instant || value instanceof String) {
            json.put(member, value.toString());
        }
    }

    private static void send(Exchange exchange, int status, JsonNode json) throws IOException {
        exchange.header("Cache-Control", "no-store");
        exchange.send(status, JSON, MAPPER.writeValueAsBytes(json));
    }
}
