package org.isocenter.server.promises;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Vr;
import org.isocenter.server.archive.Find;
import org.isocenter.server.archive.QueryTags;
import org.isocenter.server.db.Database;
import org.isocenter.server.index.Entry.Identity;
import org.isocenter.server.index.Level;
import org.isocenter.server.index.QueryTag;
import org.isocenter.server.index.QueryTag.Definition;
import org.isocenter.server.index.QueryTag.Owner;
import org.isocenter.server.index.Search;
import org.isocenter.server.index.TagTerm;
import org.isocenter.server.job.Operation;
import org.isocenter.server.job.OperationRows;
import org.isocenter.server.telemetry.CrashPoint;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Servers in processes of their own die while they work on an operation, and others go on with it.
final class OperationPromisesTest {
    private static final int INSTANCES = 1_700;

    @TempDir
    private Path folder;

    @Test
    @DisplayName("D1 what is stored is looked through to the end by servers that die in between")
    void whatDiesIsGoneOnWith() throws Exception {
        try (Rig rig = new Rig(folder.resolve("data").resolve("blobs"))) {
            Node node = rig.node(Rig.LONG_KEPT);
            List<Content> contents = new ArrayList<>();
            for (int i = 0; i < INSTANCES; i++) {
                Identity identity = Content.identity(1 + i % 11, 1 + i % 3, i);
                DataSet dataSet = Content.dataSet(identity, 0)
                        .putString(Tag.AcquisitionNumber, i % 2 == 0 ? "4" : "four")
                        .putString(Tag.KVP, "120");
                contents.add(Content.of(identity, dataSet, 0, 2));
            }
            node.store(contents, false);
            QueryTags tags = new QueryTags(node.database(), new Semaphore(0), 128);
            Definition number = new Definition(List.of(Tag.AcquisitionNumber), Vr.IS, "", Owner.INSTANCE);
            Definition voltage = new Definition(List.of(Tag.KVP), Vr.DS, "", Owner.STUDY);
            Operation operation = ((QueryTags.Added.Begun) tags.add(Node.CALLER, List.of(number, voltage))).operation();

            for (int death = 0; death < 2; death++) {
                ChildServer.Command command = command(rig).machine("-Disocenter.crash=operation-stepped:1");
                try (ChildServer server = command.start()) {
                    assertThat(server.exitStatus()).isEqualTo(CrashPoint.HALTED);
                }
                assertThat(now(node.database(), operation).state()).isEqualTo(Operation.State.RUNNING);
                // The others need not wait for the dead.
                node.database()
                        .transaction(
                                session -> session.sql("update operation set lease_until = now() - interval '1 second'")
                                        .update());
            }
            try (ChildServer server = command(rig).start()) {
                assertThat(server.isAlive()).isTrue();
                Polls.until(
                        "the operation ends",
                        Duration.ofSeconds(60),
                        () -> now(node.database(), operation).state().ended());
            }

            Operation done = now(node.database(), operation);
            assertThat(done.state()).isEqualTo(Operation.State.SUCCEEDED);
            assertThat(done.done()).isEqualTo(INSTANCES);
            assertThat(done.errors()).isEqualTo(INSTANCES / 2);
            assertThat(find(node, tags, number, Level.INSTANCE, "4")).isEqualTo(INSTANCES / 2);
            assertThat(find(node, tags, voltage, Level.STUDY, "120")).isEqualTo(11);
            assertThat(tag(tags, number).errors()).isEqualTo(INSTANCES / 2);
        }
    }

    private ChildServer.Command command(Rig rig) {
        return new ChildServer.Command(folder, rig.options).flag("log-level", "error");
    }

    private static Operation now(Database database, Operation operation) {
        return database.query(session -> Objects.requireNonNull(new OperationRows(session).find(1, operation.id())));
    }

    private static QueryTag tag(QueryTags tags, Definition definition) {
        return Objects.requireNonNull(tags.find(Node.CALLER, definition.pathText()));
    }

    private static long find(Node node, QueryTags tags, Definition definition, Level level, String number) {
        TagTerm term = Objects.requireNonNull(TagTerm.findNumbers(tag(tags, definition), List.of(number)));
        Search search = new Search(level, List.of(), List.of(term), null, new Search.Fields(false, Set.of()), 10, 0, 0);
        return new Find(node.database()).count(Node.CALLER, search);
    }
}
