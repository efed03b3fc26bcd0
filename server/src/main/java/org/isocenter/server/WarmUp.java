package org.isocenter.server;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.isocenter.dicom.BulkSource;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Part10;
import org.isocenter.dicom.Part10Writer;
import org.isocenter.dicom.TransferSyntax;
import org.isocenter.server.archive.Rehearsal;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/// `isocenter warm-up`: starts a server on an empty folder, works it for some seconds as clients would and
/// stops it, so that the virtual machine can note which classes a start needs and which methods are used
/// much, and how. The launcher runs it once after each build.
@Command(name = "warm-up", hidden = true, description = "Starts and stops a server for the ahead-of-time cache.")
final class WarmUp implements Callable<Integer> {

    private static final int SMALL_INSTANCES = 400;
    private static final int LARGE_INSTANCES = 60;
    private static final int SMALL_SIDE = 8;
    /// So that blobs get a file of their own.
    private static final int LARGE_SIDE = 512;

    private static final int TURNS = 20;
    private static final String STUDY = "2.25.1";

    private static final List<String> PATHS = List.of(
            "/health/ready",
            "/changefeed",
            "/dicom-web/studies?limit=1",
            "/dicom-web/studies?PatientName=*arm*&StudyDate=20260101-&fuzzymatching=true",
            "/dicom-web/studies/" + STUDY + "/series",
            "/dicom-web/studies/" + STUDY + "/metadata",
            "/dicom-web/studies/" + STUDY,
            "/dicom-web/studies/" + STUDY + "/series/" + STUDY + ".1/instances/" + STUDY + ".1.1/frames/1");

    private final Terminal terminal;
    private final RunningServer.Start start;

    WarmUp(Terminal terminal, RunningServer.Start start) {
        this.terminal = terminal;
        this.start = start;
    }

    @Override
    public Integer call() throws Exception {
        Path folder = Files.createTempDirectory("isocenter-warm-up");
        try {
            List<SettingReader.Flag> flags = List.of(
                    new SettingReader.Flag(SettingCatalogue.HTTP_PORT.flag(), "0"),
                    new SettingReader.Flag(
                            SettingCatalogue.DATA_DIR.flag(),
                            folder.resolve("data").toString()),
                    new SettingReader.Flag(SettingCatalogue.LOG_LEVEL.flag(), "error"));
            Settings settings =
                    Settings.of(SettingReader.read(new SettingReader.Sources(folder, null, Map.of(), flags)));
            LogFormat.install(settings.log());
            try (RunningServer server = start.start(settings)) {
                upload(server.uri(), folder);
                ask(server.uri());
            }
        } finally {
            delete(folder);
        }
        terminal.out().println("warm");
        return 0;
    }

    private static void ask(URI server) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (int turn = 0; turn < TURNS; turn++) {
                for (String path : PATHS) {
                    HttpRequest request =
                            HttpRequest.newBuilder(server.resolve(path)).build();
                    client.send(request, HttpResponse.BodyHandlers.discarding());
                }
            }
        }
    }

    /// Stores some instances, as a client would: both sides have worked then, often enough for the virtual
    /// machine to know what is used much.
    private static void upload(URI server, Path folder) throws IOException {
        for (int number = 1; number <= SMALL_INSTANCES + LARGE_INSTANCES; number++) {
            DataSet instance = Rehearsal.instance(STUDY, number, number <= SMALL_INSTANCES ? SMALL_SIDE : LARGE_SIDE);
            try (OutputStream file = Files.newOutputStream(folder.resolve(number + ".dcm"))) {
                Part10Writer.write(Part10.of(instance, TransferSyntax.EXPLICIT_LITTLE_ENDIAN), BulkSource.NONE, file);
            }
        }
        UploadTally tally = new UploadTally();
        UploadProgress progress = new UploadProgress.Lines(new PrintWriter(Writer.nullWriter()));
        Uploader.Options options = new Uploader.Options(2, 10, 0, Duration.ZERO);
        try (Uploader uploader =
                new Uploader(server.resolve("/dicom-web"), HttpRequest::newBuilder, options, tally, progress)) {
            new UploadGathering(tally, progress, uploader::send).gather(List.of(folder));
            uploader.finish();
        }
    }

    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
