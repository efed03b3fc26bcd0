package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Subscriptions to workitems, and what subscribers are told over a WebSocket (PS3.18 11.10 to 11.12, 8.10).
class WorklistEventsTest {
    private static final String WORKLIST = "1.2.840.10008.5.1.4.34.5";
    private static final String FILTERED = "1.2.840.10008.5.1.4.34.5.1";
    private static final String TRANSACTION = "1.2.3.4";
    private static final int STATE = 1;
    private static final int CANCEL_REQUESTED = 2;
    private static final int PROGRESS = 3;
    private static final int ASSIGNED = 5;

    private final Workitems workitems = new Workitems(Archive.get().dicomweb());

    /// A title that no other test uses.
    private static String fresh() {
        return "T" + Integer.toUnsignedString(Draft.uid().hashCode());
    }

    private String subscribe(String uid, String aet, String query) {
        Answer answer = workitems
                .post("/workitems/" + uid + "/subscribers/" + aet + query)
                .assertStatus(201);
        return answer.header("Content-Location");
    }

    private static void assertReport(Ear.Report report, String uid, int type) {
        assertThat(report.text(Tag.AffectedSOPClassUID)).isEqualTo("1.2.840.10008.5.1.4.34.6.1");
        assertThat(report.text(Tag.AffectedSOPInstanceUID)).isEqualTo(uid);
        assertThat(report.text(Tag.EventTypeID)).isEqualTo("" + type);
    }

    private static void assertState(Ear.Report report, String uid, String state) {
        assertReport(report, uid, STATE);
        assertThat(report.text(Tag.ProcedureStepState)).isEqualTo(state);
        assertThat(report.text(Tag.InputReadinessState)).isEqualTo("READY");
    }

    @Test
    void aSubscriberOfAWorkitemIsToldWhatHappensToIt() throws Exception {
        String uid = workitems.create(Workitems.draft("S1", "P1"));
        try (Ear ear = new Ear(subscribe(uid, fresh(), ""))) {
            assertState(ear.next(), uid, "SCHEDULED");

            workitems.changeState(uid, TRANSACTION, "IN PROGRESS").assertStatus(200);
            assertState(ear.next(), uid, "IN PROGRESS");

            DataSet forty = new DataSet().putString(Tag.ProcedureStepProgress, "40");
            workitems
                    .update(
                            uid,
                            TRANSACTION,
                            new DataSet().putItems(Tag.ProcedureStepProgressInformationSequence, forty))
                    .assertStatus(200);
            Ear.Report progress = ear.next();
            assertReport(progress, uid, PROGRESS);
            assertThat(progress.items(Tag.ProcedureStepProgressInformationSequence))
                    .isEqualTo(1);

            workitems
                    .update(
                            uid,
                            TRANSACTION,
                            new DataSet().putItems(Tag.ScheduledStationNameCodeSequence, Workitems.code("S2")))
                    .assertStatus(200);
            assertReport(ear.next(), uid, ASSIGNED);

            workitems
                    .requestCancel(uid, new DataSet().putString(Tag.ReasonForCancellation, "ordered twice"))
                    .assertStatus(202);
            Ear.Report wish = ear.next();
            assertReport(wish, uid, CANCEL_REQUESTED);
            assertThat(wish.text(Tag.ReasonForCancellation)).isEqualTo("ordered twice");
            assertThat(workitems.state(uid)).isEqualTo("IN PROGRESS");

            workitems.update(uid, TRANSACTION, Workitems.result()).assertStatus(200);
            workitems.changeState(uid, TRANSACTION, "COMPLETED").assertStatus(200);
            assertState(ear.next(), uid, "COMPLETED");
        }
    }

    @Test
    void aWorkitemThatIsWithdrawnGoesThroughInProgress() throws Exception {
        String uid = workitems.create(Workitems.draft("S1", "P1"));
        try (Ear ear = new Ear(subscribe(uid, fresh(), "?deletionlock=true"))) {
            workitems.requestCancel(uid, new DataSet()).assertStatus(202);

            assertState(ear.next(), uid, "SCHEDULED");
            assertState(ear.next(), uid, "IN PROGRESS");
            assertState(ear.next(), uid, "CANCELED");
        }
    }

    @Test
    void aSubscriberOfTheWorklistHearsOfWhatIsThereAndOfWhatComes() throws Exception {
        String there = workitems.create(Workitems.draft("S1", "P1"));
        String aet = fresh();
        try (Ear ear = new Ear(subscribe(WORKLIST, aet, "?deletionlock=true"))) {
            ear.until(there);
            String comes = workitems.create(Workitems.draft("S1", "P1"));
            assertState(ear.until(comes).getLast(), comes, "SCHEDULED");
            assertReport(ear.until(comes).getLast(), comes, ASSIGNED);

            assertThat(workitems
                            .post("/workitems/" + WORKLIST + "/subscribers/" + aet + "/suspend")
                            .status())
                    .isEqualTo(200);
            String unheard = workitems.create(Workitems.draft("S1", "P1"));
            workitems.requestCancel(comes, new DataSet()).assertStatus(202);
            assertThat(ear.until(comes)).noneMatch(report -> unheard.equals(report.text(Tag.AffectedSOPInstanceUID)));
        }
        String all = "/workitems/" + WORKLIST + "/subscribers/" + aet;
        assertThat(workitems.root().delete(all).status()).isEqualTo(200);
        assertThat(workitems.root().delete(all).status()).isEqualTo(404);
    }

    @Test
    void aFilterChoosesWhatIsHeardOf() throws Exception {
        String station = fresh();
        String there = workitems.create(Workitems.draft(station, "P1"));
        String filter = "?filter=PatientID=P1,ScheduledStationNameCodeSequence.CodeValue=" + station;
        try (Ear ear = new Ear(subscribe(FILTERED, fresh(), filter))) {
            assertState(ear.next(), there, "SCHEDULED");

            workitems.create(Workitems.draft(station, "P2"));
            workitems.create(Workitems.draft("S1", "P1"));
            String comes = workitems.create(Workitems.draft(station, "P1"));

            assertState(ear.next(), comes, "SCHEDULED");
        }
    }

    @Test
    void whoWasAwayIsToldWhatHappenedAndHowThingsStand() throws Exception {
        String aet = fresh();
        String changed = workitems.create(Workitems.draft("S1", "P1"));
        String quiet = workitems.create(Workitems.draft("S1", "P1"));
        String url = subscribe(changed, aet, "");
        subscribe(quiet, aet, "");
        try (Ear ear = new Ear(url)) {
            assertState(ear.next(), changed, "SCHEDULED");
            assertState(ear.next(), quiet, "SCHEDULED");
        }
        workitems.changeState(changed, TRANSACTION, "IN PROGRESS").assertStatus(200);
        workitems.requestCancel(changed, new DataSet()).assertStatus(202);

        try (Ear ear = new Ear(url)) {
            // Of the one something may have come while the line was being closed; then it is told again.
            Ear.Report first = ear.next();
            while ("SCHEDULED".equals(first.text(Tag.ProcedureStepState))) {
                first = ear.next();
            }
            assertState(first, changed, "IN PROGRESS");
            assertReport(ear.next(), changed, CANCEL_REQUESTED);
            assertState(ear.until(quiet).getLast(), quiet, "SCHEDULED");
        }
    }

    @Test
    void whoUnsubscribesHearsNoMore() throws Exception {
        String aet = fresh();
        String left = workitems.create(Workitems.draft("S1", "P1"));
        String kept = workitems.create(Workitems.draft("S1", "P1"));
        subscribe(left, aet, "");
        try (Ear ear = new Ear(subscribe(kept, aet, ""))) {
            ear.until(kept);
            assertThat(workitems
                            .root()
                            .delete("/workitems/" + left + "/subscribers/" + aet)
                            .status())
                    .isEqualTo(200);
            workitems.changeState(left, TRANSACTION, "IN PROGRESS").assertStatus(200);
            workitems.changeState(kept, TRANSACTION, "IN PROGRESS").assertStatus(200);

            Ear.Report next = ear.next();
            while ("SCHEDULED".equals(next.text(Tag.ProcedureStepState))) {
                next = ear.next();
            }
            assertState(next, kept, "IN PROGRESS");
        }
        assertThat(workitems
                        .root()
                        .delete("/workitems/" + left + "/subscribers/" + aet)
                        .status())
                .isEqualTo(404);
    }

    @Test
    void u06ASubscriptionThatIsNoneIsRefused() {
        String aet = fresh();
        String uid = workitems.create(Workitems.draft("S1", "P1"));

        workitems.post("/workitems/" + Draft.uid() + "/subscribers/" + aet).assertProblem(404, "not-found");
        workitems
                .post("/workitems/" + uid + "/subscribers/" + aet + "?deletionlock=perhaps")
                .assertProblem(400, "invalid-query");
        workitems.post("/workitems/" + FILTERED + "/subscribers/" + aet).assertProblem(400, "invalid-query");
        workitems
                .post("/workitems/" + FILTERED + "/subscribers/" + aet + "?filter=PatientID")
                .assertProblem(400, "invalid-query");
        workitems
                .post("/workitems/" + FILTERED + "/subscribers/" + aet + "?filter=StudyDate=2020")
                .assertProblem(400, "unsupported-key");
        workitems.post("/workitems/" + uid + "/subscribers/" + "X".repeat(17)).assertProblem(400, "invalid-title");
        workitems.post("/workitems/" + uid + "/subscribers/" + aet + "/suspend").assertProblem(400, "invalid-uid");
        workitems
                .post("/workitems/" + WORKLIST + "/subscribers/" + aet + "/suspend")
                .assertProblem(404, "not-found");
        workitems.root().get("/subscribers/" + aet).assertProblem(426, "upgrade-required");
    }

    @Test
    void u07APageOfAnotherOriginGetsNoChannel() {
        String url = workitems.root().root().toString().replaceFirst("^http", "ws") + "/subscribers/" + fresh();

        assertThatThrownBy(() -> HttpClient.newHttpClient()
                        .newWebSocketBuilder()
                        .header("Origin", "http://page.example")
                        .buildAsync(URI.create(url), new WebSocket.Listener() {})
                        .join())
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        refused ->
                                assertThat(refused.getResponse().statusCode()).isEqualTo(403));
    }

    @Test
    void u07APageOfAnotherOriginSubscribesAndCancelsNothing() {
        String uid = workitems.create(Workitems.draft("S1", "P1"));
        for (String path : List.of(
                "/workitems/" + uid + "/cancelrequest",
                "/workitems/" + uid + "/subscribers/" + fresh(),
                "/workitems/" + WORKLIST + "/subscribers/" + fresh() + "/suspend")) {
            for (String origin : List.of("http://page.example", "null")) {
                workitems
                        .root()
                        .send(workitems
                                .root()
                                .request(path, "Origin", origin)
                                .POST(HttpRequest.BodyPublishers.noBody()))
                        .assertProblem(403, "cross-origin");
            }
        }
        assertThat(workitems.state(uid)).isEqualTo("SCHEDULED");
    }

    @Test
    void u08WhatASubscriberSaysDoesNoHarm() throws Exception {
        String uid = workitems.create(Workitems.draft("S1", "P1"));
        try (Ear ear = new Ear(subscribe(uid, fresh(), ""))) {
            assertState(ear.next(), uid, "SCHEDULED");
            for (int i = 0; i < 100; i++) {
                ear.say("{\"00741000\":".repeat(100));
            }
            workitems.changeState(uid, TRANSACTION, "IN PROGRESS").assertStatus(200);
            assertState(ear.next(), uid, "IN PROGRESS");
        }
        Archive.get().assertReady();
    }

    /// Frames that break RFC 6455: without a mask, of an unknown kind, with a bit of no extension, longer
    /// than any memory, the rest of a message that never began.
    @ParameterizedTest
    @ValueSource(
            strings = {"810178", "858000000000", "C1810000000078", "81FF400000000000000000000000", "80810000000078"})
    void u09FramesThatAreNoneEndTheChannel(String frame) throws IOException {
        String path = Archive.get().path() + "/subscribers/" + fresh();
        try (Wire wire = Archive.get().wire()) {
            wire.send("GET " + path + " HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
            assertThat(wire.answer().status()).isEqualTo(101);

            byte[] rest = wire.send(HexFormat.of().parseHex(frame)).rest();

            // A frame of closing, with the status of a breach of the protocol or of a message too large.
            String hex = HexFormat.of().formatHex(rest);
            assertThat(hex).containsPattern("88[0-7][0-9a-f]03(ea|f1)");
        }
        Archive.get().assertReady();
    }
}
