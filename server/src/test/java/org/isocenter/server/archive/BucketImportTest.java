package org.isocenter.server.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.isocenter.dicom.Limits;
import org.isocenter.server.access.Caller;
import org.isocenter.server.blob.Folders;
import org.isocenter.server.job.Operation;
import org.isocenter.server.job.Step;
import org.isocenter.server.objects.Bucket;
import org.isocenter.server.objects.SmallStore;
import org.isocenter.server.telemetry.RemoteUnavailableException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Imports from a bucket, step by step, each by a server that knows no more of the step before than was noted.
final class BucketImportTest {
    private static final int INSTANCES = 520;
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    @TempDir
    private Path folder;

    private OpenArchive archive;
    private SmallStore store;
    private Bucket bucket;

    @BeforeEach
    void open() throws IOException {
        archive = new OpenArchive(folder);
        store = new SmallStore();
        bucket = store.open("//bucket/in");
    }

    @AfterEach
    void close() {
        bucket.close();
        store.close();
        archive.close();
    }

    private static byte[] instance(int number) {
        return OpenArchive.file(OpenArchive.instance("1.2.1.1." + number));
    }

    private Step step(Operation operation) {
        return new ImportJob(
                        archive.ingest,
                        archive.blobs,
                        new Sources(Folders.NONE, Map.of("cloud", bucket)),
                        new Partitions(archive.database),
                        false,
                        Limits.DEFAULT)
                .next(operation);
    }

    private static Operation operation(String path, Step.@Nullable More before) {
        Instant now = Instant.EPOCH;
        return new Operation(
                1,
                new UUID(0, 1),
                Caller.anyone().partition(),
                Import.KIND,
                new Import.Order("cloud", path, false, null, false).json(),
                List.of(),
                Operation.State.RUNNING,
                now,
                now,
                now,
                null,
                before == null ? 0 : before.done(),
                before == null ? 0 : before.total(),
                0,
                before == null ? null : before.checkpoint(),
                null,
                null,
                0,
                false,
                "Microsoft.Default");
    }

    @Test
    void everyObjectIsImportedOnceHoweverOftenServersChange() {
        for (int i = 0; i < INSTANCES; i++) {
            store.objects.put("in/a b/" + i + ".dcm", instance(i));
        }
        store.objects.put("in/a b/", new byte[0]);
        store.objects.put("in/a b/../up.dcm", instance(INSTANCES));
        store.objects.put("in/a b/readme", "no image".getBytes(StandardCharsets.UTF_8));
        store.objects.put("in/a b/zz", instance(INSTANCES + 1));
        store.objects.put("in/elsewhere.dcm", instance(INSTANCES + 2));
        store.broken = "in/a b/zz";

        List<JsonNode> errors = new ArrayList<>();
        Step.More last = null;
        int steps = 0;
        Step step = step(operation("a b", null));
        while (step instanceof Step.More more) {
            more.errors().forEach(error -> errors.add(MAPPER.readTree(error)));
            last = more;
            steps++;
            step = step(operation("a b", more));
        }

        assertThat(steps).isGreaterThan(1);
        assertThat(step).isInstanceOf(Step.Succeeded.class);
        JsonNode result = MAPPER.readTree(step instanceof Step.Succeeded succeeded ? succeeded.result() : "");
        assertThat(result.path("stored").asInt()).isEqualTo(INSTANCES);
        assertThat(result.path("alreadyStored").asInt()).isZero();
        assertThat(result.path("notDicom").asInt()).isEqualTo(1);
        assertThat(result.path("refused").asInt()).isEqualTo(2);
        assertThat(last).isNotNull();
        assertThat(last == null ? 0 : last.done()).isEqualTo(INSTANCES + 3);
        assertThat(errors)
                .extracting(error -> error.path("path").asString() + ": "
                        + error.path("reason").asString())
                .containsExactly(
                        "a b/../up.dcm: has a name that cannot be asked for",
                        "a b/zz: cannot be read: source here answers 503 SlowDown");
    }

    @Test
    void aStoreThatDoesNotListIsToldOrTriedAgain() {
        store.listingStatus = 403;
        assertThat(step(operation("", null))).isEqualTo(new Step.Failed("source here answers 403"));
        store.listingStatus = 503;
        assertThatThrownBy(() -> step(operation("", null)))
                .isInstanceOf(RemoteUnavailableException.class)
                .hasMessage("source here answers 503");
    }
}
