package org.isocenter.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `isocenter store`: sends files to a DICOMweb server.
@Command(
        name = "store",
        description = {
            "Sends DICOM files to a running server: files, folders with all they hold, and ZIPs.",
            "Other files are skipped. A file the server has already does no harm: the command can be repeated."
        },
        footer = {
            "%nExamples:",
            "  ./isocenter store scan.dcm",
            "  ./isocenter store /media/cdrom study.zip",
            "  ./isocenter store images --url https://images.example.org/dicom-web --parallel 8"
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:everything is stored",
            "1:some files were refused",
            "2:wrong usage, or the server cannot be reached"
        })
final class Store implements Callable<Integer> {

    private static final int REFUSED = 1;
    private static final int UNREACHABLE = 2;
    private static final int RETRIES = 5;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);

    private final Terminal terminal;

    @Parameters(arity = "1..*", paramLabel = "PATH", description = "Files, folders and ZIPs.")
    private List<Path> paths = List.of();

    @Mixin
    private final ServerAddress server = new ServerAddress();

    @Option(
            names = "--parallel",
            paramLabel = "N",
            defaultValue = "4",
            description = "Requests under way at the same time, 1 to 64. Default: ${DEFAULT-VALUE}")
    private int parallel;

    @Option(
            names = "--per-request",
            paramLabel = "N",
            defaultValue = "10",
            description = "Most files in one request, 1 to 1000; a request is also full at 16 MiB."
                    + " Default: ${DEFAULT-VALUE}")
    private int perRequest;

    Store(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        String misuse = findMisuse();
        if (misuse != null) {
            terminal.err().println(misuse);
            return UNREACHABLE;
        }
        List<Path> resolved = paths.stream().map(terminal.folder()::resolve).toList();
        UploadTally tally = new UploadTally();
        long startNanos = System.nanoTime();
        String ended = upload(resolved, tally);
        tally.print(terminal.out(), Duration.ofNanos(System.nanoTime() - startNanos));
        terminal.out().flush();
        if (ended != null) {
            terminal.err().println("Stopped early: " + ended);
            return UNREACHABLE;
        }
        return tally.refusedCount() == 0 ? 0 : REFUSED;
    }

    private @Nullable String upload(List<Path> resolved, UploadTally tally) {
        Uploader.Options options = new Uploader.Options(parallel, perRequest, RETRIES, FIRST_PAUSE);
        try (UploadProgress progress = progress();
                Uploader uploader = new Uploader(server.url(), server::request, options, tally, progress)) {
            Thread census = Thread.ofVirtual().name("census").start(() -> count(resolved, progress));
            new UploadGathering(tally, progress, uploader::send).gather(resolved);
            String ended = uploader.finish();
            census.interrupt();
            return ended;
        }
    }

    private UploadProgress progress() {
        return terminal.interactive()
                ? new UploadProgress.Bar(System.err, UploadProgress.Unit.BYTES)
                : new UploadProgress.Lines(terminal.err());
    }

    /// Walks ahead of the upload to find out how much there is.
    private static void count(List<Path> paths, UploadProgress progress) {
        FileWalk walk = new FileWalk(paths, (folder, e) -> {});
        while (!Thread.currentThread().isInterrupted() && walk.hasNext()) {
            try {
                progress.expect(Files.size(walk.next()));
            } catch (IOException e) {
                // The upload itself will meet this file and say what is wrong with it.
                continue;
            }
        }
    }

    private @Nullable String findMisuse() {
        if (parallel < 1 || parallel > 64) {
            return "--parallel must be 1 to 64";
        }
        if (perRequest < 1 || perRequest > 1000) {
            return "--per-request must be 1 to 1000";
        }
        String address = server.findMisuse();
        if (address != null) {
            return address;
        }
        for (Path path : paths) {
            if (!Files.exists(terminal.folder().resolve(path))) {
                return path + " does not exist";
            }
        }
        return null;
    }
}
