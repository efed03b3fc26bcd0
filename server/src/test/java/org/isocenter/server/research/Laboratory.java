package org.isocenter.server.research;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import org.isocenter.dicom.BulkSource;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Dictionary;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.Limits;
import org.isocenter.dicom.Part10;
import org.isocenter.dicom.Part10Writer;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.TransferSyntax;
import org.isocenter.dicom.Value;
import org.isocenter.dicom.Vr;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.Cohorts;
import org.isocenter.server.archive.Delete;
import org.isocenter.server.archive.DeleteOutcome;
import org.isocenter.server.archive.Find;
import org.isocenter.server.archive.Ingest;
import org.isocenter.server.archive.Partitions;
import org.isocenter.server.archive.QueryTags;
import org.isocenter.server.archive.Reindex;
import org.isocenter.server.archive.Render;
import org.isocenter.server.archive.Retrieve;
import org.isocenter.server.archive.StoreOutcome;
import org.isocenter.server.archive.StoreRules;
import org.isocenter.server.archive.StoreTarget;
import org.isocenter.server.blob.BlobStore;
import org.isocenter.server.blob.FileBlobs;
import org.isocenter.server.blob.FileBlobsOptions;
import org.isocenter.server.db.Database;
import org.isocenter.server.db.TestPostgres;
import org.isocenter.server.dicomweb.DicomwebOptions;
import org.isocenter.server.dicomweb.DicomwebRoutes;
import org.isocenter.server.fhir.Credentials;
import org.isocenter.server.fhir.FhirClient;
import org.isocenter.server.http.HttpDoor;
import org.isocenter.server.http.HttpOptions;
import org.isocenter.server.http.MultipartLimits;
import org.isocenter.server.http.Router;
import org.isocenter.server.index.QueryTag;
import org.isocenter.server.job.Worker;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The routes of cohorts behind a real door, over a real archive and a FHIR server that may be small.
final class Laboratory implements AutoCloseable {
    static final JsonMapper MAPPER = JsonMapper.builder().build();

    /// The length of a value that is long enough to be a link in metadata.
    static final int BULK_BYTES = 2000;

    private final Database database = TestPostgres.freshDatabase();
    private final BlobStore blobs;
    private final Ingest ingest;
    private final @Nullable FhirClient fhir;
    private final QueryTags tags = new QueryTags(database, new Semaphore(0), 128);
    private final HttpDoor door;
    private final HttpClient client = HttpClient.newHttpClient();

    Laboratory(Path folder, @Nullable URI fhirUrl) {
        try {
            blobs = FileBlobs.open(folder.resolve("blobs"), FileBlobsOptions.defaults());
            ingest = new Ingest(database, blobs);
            fhir = fhirUrl == null ? null : new FhirClient(fhirUrl, Credentials.NONE, Duration.ofMinutes(2), null);
            Router router = new Router();
            Cohorts cohorts = new Cohorts(database);
            Find find = new Find(database);
            Retrieve retrieve = new Retrieve(database, blobs);
            new ResearchRoutes(cohorts, find, tags, fhir).register(router);
            new DicomwebRoutes(
                            ingest,
                            retrieve,
                            new Render(retrieve, 1 << 20),
                            find,
                            new Delete(database),
                            cohorts,
                            new Partitions(database),
                            tags,
                            new DicomwebOptions(
                                    Limits.DEFAULT,
                                    MultipartLimits.DEFAULT,
                                    true,
                                    1 << 24,
                                    new DicomwebOptions.SearchLimits(100, 1000, 100_000)))
                    .register(router);
            door = HttpDoor.open(
                    new HttpOptions("127.0.0.1", 0, null, List.of(), 1 << 24, Duration.ofSeconds(60), 64), router);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// An answer, and its body as JSON where it is.
    record Answer(HttpResponse<String> response) {
        int status() {
            return response.statusCode();
        }

        String text() {
            return response.body();
        }

        JsonNode json() {
            return MAPPER.readTree(response.body());
        }

        Answer assertStatus(int status) {
            assertThat(status()).as(text()).isEqualTo(status);
            return this;
        }
    }

    Answer send(String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(door.uri().resolve(path))
                .method(method, BodyPublishers.ofString(body))
                .timeout(Duration.ofMinutes(5));
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return new Answer(client.send(request.build(), BodyHandlers.ofString()));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    Answer get(String path, String... headers) {
        return send("GET", path, "", headers);
    }

    /// What is given out that is no text.
    byte[] download(String path, String accept) {
        HttpRequest request = HttpRequest.newBuilder(door.uri().resolve(path))
                .header("Accept", accept)
                .build();
        try {
            HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("Content-Type")).contains(accept);
            return response.body();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /// Stores a cohort.
    ///
    /// @return its path
    String define(String definition) {
        JsonNode stored = send("POST", "/cohorts", definition).assertStatus(201).json();
        return "/cohorts/" + stored.path("id").asString();
    }

    /// Stores and evaluates a cohort as of 23 November 2026, with up to 1000 members.
    JsonNode evaluate(String definition) {
        return send("POST", define(definition) + "/$evaluate?asOf=2026-11-23&limit=1000", "")
                .assertStatus(200)
                .json();
    }

    /// Adds an attribute to what series can be searched by, and looks through what is stored.
    void addTag(int tag, Vr vr) {
        tags.add(
                Caller.anyone(),
                QueryTag.Reach.ALL,
                List.of(new QueryTag.Definition(List.of(tag), vr, "", QueryTag.Owner.SERIES)));
        assertThat(new Worker(database, Map.of(Reindex.KIND, new Reindex(database))).work())
                .isTrue();
    }

    private static int tag(String keyword) {
        return Objects.requireNonNull(Dictionary.find(keyword), keyword).tag();
    }

    /// Takes in one instance of a study.
    ///
    /// @param attributes keywords and values by turns; a keyword of a sequence and one of its item with a
    ///     dot between
    void store(String study, String series, String instance, String... attributes) {
        DataSet dataSet = new DataSet()
                .putString(Tag.SOPClassUID, "1.2.840.10008.5.1.4.1.1.7")
                .putString(Tag.SOPInstanceUID, instance)
                .putString(Tag.StudyInstanceUID, study)
                .putString(Tag.SeriesInstanceUID, series)
                .put(new Element(Tag.EncapsulatedDocument, Vr.OB, new Value.Bytes(new byte[BULK_BYTES])));
        for (int i = 0; i < attributes.length; i += 2) {
            String[] path = attributes[i].split("\\.");
            if (path.length == 1) {
                dataSet.putString(tag(path[0]), attributes[i + 1]);
            } else {
                dataSet.putItems(tag(path[0]), new DataSet().putString(tag(path[1]), attributes[i + 1]));
            }
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (Ingest.Upload upload =
                ingest.begin(StoreTarget.of(Caller.anyone()), new StoreRules(null, true, false, Limits.DEFAULT))) {
            Part10Writer.write(Part10.of(dataSet, TransferSyntax.EXPLICIT_LITTLE_ENDIAN), BulkSource.NONE, file);
            upload.add(new ByteArrayInputStream(file.toByteArray()));
            assertThat(upload.finish()).allMatch(outcome -> !(outcome instanceof StoreOutcome.Refused));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    void delete(String study) {
        assertThat(new Delete(database).delete(Caller.anyone(), study, null, null))
                .isInstanceOf(DeleteOutcome.Deleted.class);
    }

    @Override
    public void close() {
        door.close();
        ingest.close();
        if (fhir != null) {
            fhir.close();
        }
        blobs.close();
        database.close();
    }
}
