package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.isocenter.dicom.Tag;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Webhooks: who is called, with what, in which order, and what becomes of what is not taken.
class PushTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final String STABLE = "org.isocenter.study.stable";

    private static Receiver receiver;
    private static Receiver trap;
    private static ServerSocket babbler;
    private static @Nullable Archive started;

    /// Of each test its own: the partition whose events it is told, the webhook, and the path of it.
    private final String name = "push-" + UUID.randomUUID();

    private final String path = "/" + name;
    private Archive archive;
    private Dicomweb root;
    private Dicomweb partition;

    @BeforeAll
    static void start() throws IOException {
        receiver = new Receiver();
        trap = new Receiver();
        babbler = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(PushTest::babble);
        started = Archive.with(
                "--push-allowed-hosts",
                receiver.host() + ",127.0.0.1:" + babbler.getLocalPort() + ",*.invalid,169.254.169.254",
                "--push-stable-after",
                "1s",
                "--push-streams-max",
                "2",
                "--push-retry-for",
                "1s",
                "--push-timeout",
                "1s");
    }

    @AfterAll
    static void stop() throws IOException {
        if (started != null) {
            started.close();
        }
        receiver.close();
        trap.close();
        babbler.close();
    }

    @BeforeEach
    void answerWell() {
        archive = Objects.requireNonNull(started);
        root = archive.root();
        partition = Archive.partition(archive.dicomweb(), name);
        receiver.answer(call -> 204);
    }

    /// Answers every request with a head that has no end.
    private static void babble() {
        while (true) {
            try (Socket socket = babbler.accept()) {
                OutputStream out = socket.getOutputStream();
                out.write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII));
                byte[] header = ("X: " + "x".repeat(8_000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
                while (!socket.isClosed()) {
                    out.write(header);
                }
            } catch (IOException over) {
                if (babbler.isClosed()) {
                    return;
                }
            }
        }
    }

    private Answer put(String members) {
        return root.send(root.request("webhooks/" + name, "Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(members.replace('\'', '"'))));
    }

    private Answer webhook(String more) {
        return put("{'url':'" + receiver.url(path) + "','partition':'" + name + "'" + more + "}");
    }

    private Answer post(String path, String body) {
        return root.send(root.request("webhooks/" + name + path, "Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    private JsonNode standing() {
        return MAPPER.readTree(
                root.get("webhooks/" + name, "Accept", "*/*").assertStatus(200).text());
    }

    private static List<String> subjects(List<JsonNode> events) {
        return events.stream().map(event -> event.path("subject").asString()).toList();
    }

    private String subject(Draft draft) {
        return "partitions/" + name + draft.path();
    }

    private Draft stored(Draft draft) {
        partition.store(draft.bytes()).assertStatus(200);
        return draft;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7})
    void everyChangeIsToldInOrderAndSigned(int batch) throws Exception {
        String secret = "whsec_"
                + Base64.getEncoder().encodeToString("0123456789abcdef01234567".getBytes(StandardCharsets.US_ASCII));
        assertThat(webhook(",'secret':'" + secret + "','actions':['create','delete'],'batchSize':" + batch)
                        .assertStatus(201)
                        .text())
                .doesNotContain("secret");
        Draft study = Draft.ct();
        String[] expected = new String[12];
        for (int i = 0; i < 10; i++) {
            expected[i] = subject(stored(i % 3 == 0 ? Draft.ct() : Draft.ct(study.study, study.series)));
        }
        partition.delete("/studies/" + study.study).assertStatus(204);
        Draft last = stored(Draft.ct());

        List<JsonNode> events = receiver.awaitTaken(path, 17);
        assertThat(subjects(events))
                .hasSize(17)
                .startsWith(expected[0], expected[1])
                .endsWith(subject(last));
        assertThat(events.subList(0, 10))
                .allMatch(event -> event.path("type").asString().endsWith("created"));
        assertThat(events.subList(10, 16))
                .allMatch(event -> event.path("type").asString().endsWith("deleted"));
        assertThat(events.stream()
                        .map(event -> event.path("data").path("sequence").asLong()))
                .isSorted()
                .doesNotHaveDuplicates();
        for (Receiver.Call call : receiver.calls()) {
            if (call.path().equals(path)) {
                assertThat(call.signature()).isEqualTo(signature("0123456789abcdef01234567", call));
                assertThat(call.type())
                        .isEqualTo(batch == 1 ? "application/cloudevents+json" : "application/cloudevents-batch+json");
                assertThat(call.events()).hasSizeLessThanOrEqualTo(batch);
            }
        }
        root.delete("webhooks/" + name).assertStatus(204);
        root.get("webhooks/" + name, "Accept", "*/*").assertProblem(404, "no-such-webhook");
    }

    /// The commands of the page, one after the other, and its program that checks signatures.
    @Test
    void thePageDoesWhatItSays() throws Exception {
        Programs.assume("python3");
        // What the stream has told already when the page listens to it.
        Draft first = stored(Draft.ct());
        stored(Draft.ct(first.study, first.series));
        Map<String, String> words =
                Map.of("https://hooks.example.org/dicom", receiver.url(path).toString(), "/nodules", "/" + name);
        HowToPage page = new HowToPage("how-to/push.md", words);
        List<String> told = page.run(archive, Path.of("."), request -> {
            if (request.contains("DELETE")) {
                stored(Draft.ct());
                receiver.awaitTaken(path, 1);
            }
        });
        assertThat(told).hasSize(9);
        assertThat(told.getFirst()).startsWith("retry: ");
        String secret = MAPPER.readTree(told.get(1)).path("secret").asString();
        String check = Pattern.compile("(?s)```python\n(.*?)```")
                .matcher(page.text())
                .results()
                .findFirst()
                .orElseThrow()
                .group(1);
        Receiver.Call call = receiver.calls().stream()
                .filter(one -> one.path().equals(path))
                .findFirst()
                .orElseThrow();
        String program = check + "\nprint(*(genuine('" + secret + "', {'webhook-id': '" + call.id()
                + "', 'webhook-timestamp': '" + call.timestamp() + "', 'webhook-signature': '" + call.signature()
                + "'}, base64.b64decode('" + Base64.getEncoder().encodeToString(call.body())
                + "') + more) for more in (b'', b'x')))";
        assertThat(run(List.of("python3", "-c", program)).strip()).isEqualTo("True False");
    }

    private static String run(List<String> command) throws IOException {
        byte[] out = Programs.run(command, Path.of("."), Duration.ofSeconds(30));
        return new String(out, StandardCharsets.UTF_8);
    }

    private static String signature(String secret, Receiver.Call call) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
        mac.update((call.id() + "." + call.timestamp() + ".").getBytes(StandardCharsets.US_ASCII));
        return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(call.body()));
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 503, 302, Receiver.HANG_UP, Receiver.SILENCE})
    void whatFailsIsSentAgain(int answer) throws Exception {
        AtomicInteger failures = new AtomicInteger();
        receiver.redirectTo(trap.url("/redirected"));
        receiver.answer(call -> call.path().equals(path) && failures.getAndIncrement() == 0 ? answer : 200);
        webhook(",'actions':['create']").assertStatus(201);
        Draft first = stored(Draft.ct());
        Draft second = stored(Draft.ct(first.study, first.series));
        Draft third = stored(Draft.ct(first.study, first.series));
        assertThat(subjects(receiver.awaitTaken(path, 3)))
                .containsExactly(subject(first), subject(second), subject(third));
        assertThat(trap.calls()).isEmpty();
        root.delete("webhooks/" + name).assertStatus(204);
    }

    @Test
    void aStudyThatFailsHoldsBackItselfAloneAndBecomesADeadLetter() throws Exception {
        Draft bad = Draft.ct();
        receiver.answer(call -> call.path().equals(path) && call.isAbout(bad.study) ? 422 : 200);
        webhook(",'actions':['create','delete'],'batchSize':10").assertStatus(201);
        stored(Draft.ct());
        stored(bad);
        stored(Draft.ct());
        Draft good = stored(Draft.ct());
        assertThat(subjects(receiver.awaitTaken(path, 3)))
                .endsWith(subject(good))
                .doesNotContain(subject(bad));
        receiver.await(
                "a second attempt",
                calls -> calls.stream()
                                .filter(call -> call.path().equals(path) && call.isAbout(bad.study))
                                .count()
                        > 3);
        JsonNode letters = deadLetters(1);
        assertThat(letters.path(0).path("status").asInt()).isEqualTo(422);
        assertThat(letters.path(0).path("attempts").asInt()).isGreaterThan(1);
        assertThat(letters.path(0).path("event").path("subject").asString()).isEqualTo(subject(bad));

        receiver.answer(call -> 200);
        long sequence = letters.path(0).path("sequence").asLong();
        post("/deadletters/" + (sequence + 1_000_000) + "/$resend", "").assertProblem(404, "not-found");
        post("/deadletters/" + sequence + "/$resend", "").assertStatus(200);
        assertThat(subjects(receiver.awaitTaken(path, 4))).endsWith(subject(bad));
        assertThat(standing().path("deadLetters").asInt()).isZero();
        root.delete("webhooks/" + name).assertStatus(204);
    }

    /// What was given up, when there is so much of it.
    private JsonNode deadLetters(int count) throws InterruptedException {
        JsonNode[] letters = new JsonNode[1];
        receiver.await(count + " dead letters", calls -> {
            letters[0] = MAPPER.readTree(root.get("webhooks/" + name + "/deadletters", "Accept", "*/*")
                    .assertStatus(200)
                    .text());
            return letters[0].size() >= count;
        });
        return letters[0];
    }

    @Test
    void whoIsGoneIsCalledNoMoreUntilSomebodySaysSo() throws Exception {
        receiver.answer(call -> call.path().equals(path) ? 410 : 200);
        webhook(",'actions':['create']").assertStatus(201);
        Draft first = stored(Draft.ct());
        receiver.await(
                "it is disabled", calls -> standing().path("state").asString().equals("disabled"));
        assertThat(standing().path("problem").asString()).isEqualTo("answered 410");
        Draft second = stored(Draft.ct());
        receiver.answer(call -> 200);
        post("/$resume", "").assertStatus(200);
        assertThat(subjects(receiver.awaitTaken(path, 2))).containsExactlyInAnyOrder(subject(first), subject(second));
        root.delete("webhooks/" + name).assertStatus(204);
    }

    @Test
    void whatHappensInAPauseIsToldAfterItAndAgainWhenItIsAskedFor() throws Exception {
        webhook(",'modalities':['us'],'actions':['create']").assertStatus(201);
        post("/$pause", "").assertStatus(200);
        stored(Draft.ct());
        Draft first = stored(Draft.ct().text(Tag.Modality, "CS", "US"));
        Draft second = stored(Draft.ct().text(Tag.Modality, "CS", "US"));
        assertThat(standing().path("state").asString()).isEqualTo("paused");
        assertThat(standing().path("behind").asLong()).isPositive();
        assertThat(receiver.taken(path)).isEmpty();
        post("/$resume", "").assertStatus(200);
        List<JsonNode> events = receiver.awaitTaken(path, 2);
        assertThat(subjects(events)).containsExactly(subject(first), subject(second));
        String from = events.getLast().path("id").asString();
        post("/$replay", "{\"from\":" + from + "}").assertStatus(200);
        assertThat(subjects(receiver.awaitTaken(path, 3)).getLast()).isEqualTo(subject(second));
        root.delete("webhooks/" + name).assertStatus(204);
    }

    @Test
    void aNewWebhookMayBeginWithWhatHasHappened() throws Exception {
        Draft before = stored(Draft.ct());
        webhook(",'actions':['create'],'from':0").assertStatus(201);
        assertThat(subjects(receiver.awaitTaken(path, 1))).containsExactly(subject(before));
        webhook(",'from':0").assertProblem(400, "invalid-body");
        root.delete("webhooks/" + name).assertStatus(204);
    }

    @Test
    void aStudyThatIsLeftAloneIsToldOnceEachTime() throws Exception {
        String told = webhook(",'actions':['stable']").assertStatus(201).text();
        assertThat(told).contains("\"secret\":\"whsec_");
        assertThat(webhook(",'actions':['stable']").assertStatus(200).text()).doesNotContain("whsec_");
        Draft draft = stored(Draft.ct());
        JsonNode first = receiver.awaitTaken(path, 1).getFirst();
        assertThat(first.path("type").asString()).isEqualTo(STABLE);
        assertThat(first.path("subject").asString()).isEqualTo("partitions/" + name + draft.studyPath());
        assertThat(first.path("data").path("instances").asInt()).isEqualTo(1);
        assertThat(first.path("data").path("modalities").path(0).asString()).isEqualTo("CT");
        stored(Draft.ct(draft.study, draft.series));
        JsonNode second = receiver.awaitTaken(path, 2).getLast();
        assertThat(second.path("data").path("instances").asInt()).isEqualTo(2);
        // A study that is gone is at rest without being told of.
        partition.delete(draft.studyPath()).assertStatus(204);
        stored(Draft.ct());
        receiver.awaitTaken(path, 3);
        assertThat(subjects(receiver.taken(path)).stream().filter(subject -> subject.endsWith(draft.studyPath())))
                .hasSize(2);
        try (EventStream stream = new EventStream(
                root,
                "?action=stable&partition=" + name + "&after="
                        + first.path("id").asString())) {
            assertThat(stream.next().path("id")).isEqualTo(second.path("id"));
        }
        root.delete("webhooks/" + name).assertStatus(204);
    }

    @Test
    @DisplayName("A6 streams that are left make room for others")
    void a6StreamsThatAreLeftMakeRoom() throws Exception {
        EventStream left = new EventStream(root, "");
        try (EventStream stays = new EventStream(root, "?partition=" + name)) {
            root.get("changefeed/events", "Accept", "*/*").assertProblem(503, "too-many-streams");
            left.close();
            receiver.await("room", calls -> root.head("changefeed/events").status() == 200);
            String subject = subject(stored(Draft.ct()));
            assertThat(stays.next().path("subject").asString()).isEqualTo(subject);
        }
    }

    @Test
    @DisplayName("E03 answers without end are cut off and count as none")
    void e03AnswersWithoutEndAreCutOff() throws Exception {
        put("{'url':'http://127.0.0.1:" + babbler.getLocalPort() + "/','partition':'" + name + "'}")
                .assertStatus(201);
        stored(Draft.ct());
        JsonNode letters = deadLetters(1);
        assertThat(letters.path(0).path("problem").asString()).isEqualTo("the head of the answer is too long");
        root.delete("webhooks/" + name).assertStatus(204);
        archive.assertReady();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "E01 file:///etc/passwd",
                "E01 ftp://127.0.0.1/",
                "E01 http://127.0.0.1:1/",
                "E01 http://127.0.0.1/",
                "E01 http://localhost:80/",
                "E01 http://2130706433/",
                "E01 http://0x7f.1/",
                "E01 http://0177.0.0.1/",
                "E01 http://[::1]/",
                "E01 http://[::ffff:127.0.0.1]/",
                "E01 http://0.0.0.0/",
                "E01 http://user:secret@HOST/",
                "E01 http://HOST@evil.example/",
                "E01 http://evil.example/?HOST",
                "E01 http://evil.example#HOST",
                "E01 http://HOST/#fragment",
                "E01 http://HOST.evil.example/",
                "E01 http://invalid/",
                "E01 http://xinvalid/",
                "E01 http://metadata.google.internal/",
                "E01 gopher://HOST/",
                "E01 http:HOST",
                "E01 //HOST/",
                "E01 HOST",
                "E01 http://HOST/\\r\\nX: y",
                "E01 http://HOST/a b",
                "E01 http://HOST/\\u00e9"
            })
    void placesThatAreNotMeantAreRefused(String row) {
        String url = row.substring(4).replace("HOST", receiver.host());
        Answer answer = put("{\"url\":\"" + url + "\"}").assertStatus(400);
        assertThat(answer.text()).containsAnyOf("destination-not-allowed", "invalid-body");
        root.get("webhooks/" + name, "Accept", "*/*").assertStatus(404);
    }

    @Test
    @DisplayName("E02 addresses that are for nobody are not called, even if the host is named")
    void e02AddressesOfALinkAreNotCalled() throws Exception {
        put("{'url':'http://169.254.169.254/latest/meta-data/','partition':'" + name + "'}")
                .assertStatus(201);
        stored(Draft.ct());
        JsonNode letters = deadLetters(1);
        assertThat(letters.path(0).path("problem").asString())
                .isEqualTo("the host has an address that requests do not go to");
        assertThat(letters.path(0).path("status").asInt()).isZero();
        root.delete("webhooks/" + name).assertStatus(204);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "[]",
                "'x'",
                "{}",
                "{'url':7}",
                "{'url':'URL','more':1}",
                "{'url':'URL','secret':'short'}",
                "{'url':'URL','secret':'whsec_AAAA'}",
                "{'url':'URL','batchSize':0}",
                "{'url':'URL','batchSize':501}",
                "{'url':'URL','batchSize':1.5}",
                "{'url':'URL','from':-1}",
                "{'url':'URL','from':1e30}",
                "{'url':'URL','partition':'a*'}",
                "{'url':'URL','modalities':'CT'}",
                "{'url':'URL','modalities':['C\\\\T']}",
                "{'url':'URL','actions':['explode']}",
                "{'url':'URL','actions':[null]}"
            })
    void whatIsNoWebhookIsRefused(String body) {
        put(body.replace("URL", receiver.url(path).toString())).assertStatus(400);
        root.get("webhooks/" + name, "Accept", "*/*").assertProblem(404, "no-such-webhook");
        post("/$replay", "{\"from\":0}").assertProblem(404, "no-such-webhook");
        post("/$pause", "").assertProblem(404, "no-such-webhook");
        post("/deadletters/$resend", "").assertProblem(404, "no-such-webhook");
    }

    @Test
    void aNameIsOneAndABodyIsJson() {
        for (String bad : List.of("a%20b", "a*", "a%0d%0ax", "a".repeat(65))) {
            root.get("webhooks/" + bad, "Accept", "*/*").assertStatus(400);
        }
        root.send(root.request("webhooks/" + name, "Content-Type", "text/plain").PUT(BodyPublishers.ofString("{}")))
                .assertProblem(415, "unsupported-media-type");
        put("{'url':'" + "x".repeat(20_000) + "'}").assertProblem(413, "content-too-large");
    }
}
