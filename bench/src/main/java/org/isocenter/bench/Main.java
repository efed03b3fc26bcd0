package org.isocenter.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.isocenter.codec.MalformedException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `isocenter bench`: measures Isocenter, and Orthanc beside it where that is installed.
@Command(
        name = "isocenter bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Measures storing, retrieving, rendering, metadata and search, with Orthanc side by side when it is"
                    + " installed, and prints a table of medians in Markdown.",
            "Also measures the codecs, with OpenJPEG, OpenJPH and libjpeg-turbo side by side where they are.",
            "The part service measures the API around DICOMweb, as ratios: feed, ZIP, partitions, query tags, webhooks.",
            "Servers are started with empty folders of their own and removed at the end."
        },
        footer = {
            "%nThe micro-benchmarks of the codecs, the parser and the JSON writer: ./isocenter bench jmh, with the"
                    + " arguments of JMH (jmh -h lists them).",
            "%nExamples:",
            "  ./isocenter bench",
            "  ./isocenter bench store retrieve --rounds 5",
            "  ./isocenter bench search --scale 10000 --scale 1000000 --orthanc no",
            "  ./isocenter bench codec",
            "  ./isocenter bench cast --entries 100000 --entries 1000000",
            "  ./isocenter bench jmh readHead -prof gc"
        })
public final class Main implements Callable<Integer> {

    enum Part {
        ALL,
        STORE,
        RETRIEVE,
        RENDER,
        METADATA,
        SEARCH,
        CODEC,
        SERVICE,
        CAST,
        HUGE
    }

    enum Peer {
        AUTO,
        NO
    }

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandLine.Model.CommandSpec spec;

    @Parameters(
            paramLabel = "PART",
            arity = "0..*",
            description =
                    "What to measure: ${COMPLETION-CANDIDATES}; all but the service, the cast and the huge one by default.")
    private List<Part> parts = List.of(Part.ALL);

    @Option(names = "--quick", description = "Some minutes (the default).")
    private boolean quick;

    @Option(names = "--full", description = "More sizes, longer windows, more rounds: the better part of an hour.")
    private boolean full;

    @Option(names = "--smoke", description = "Seconds; shows that everything works, the figures mean nothing.")
    private boolean smoke;

    @Option(names = "--huge", description = "Also store and retrieve an instance of 4 GiB.")
    private boolean huge;

    @Option(names = "--scale", paramLabel = "N", description = "Search among N instances; may be given several times.")
    private List<Long> scales = List.of();

    @Option(
            names = "--entries",
            paramLabel = "N",
            description = "Catch up with a feed of N entries; may be given several times.")
    private List<Long> entries = List.of();

    @Option(names = "--rounds", paramLabel = "K", description = "How often the servers take turns.")
    private int rounds;

    @Option(
            names = "--orthanc",
            paramLabel = "WHEN",
            description = "Whether Orthanc is measured beside: ${COMPLETION-CANDIDATES}; auto where it is installed.")
    private Peer orthanc = Peer.AUTO;

    @Option(
            names = "--subjects",
            split = ",",
            paramLabel = "SERVER",
            description = "Only these servers: ${COMPLETION-CANDIDATES}.")
    private Set<Subject.Side> subjects = EnumSet.allOf(Subject.Side.class);

    @Option(names = "--url", paramLabel = "URL", description = "Drive the server at this DICOMweb root instead.")
    private @Nullable URI url;

    @Option(names = "--heap", paramLabel = "SIZE", description = "Java heap of Isocenter (default ${DEFAULT-VALUE}).")
    private String heap = "512m";

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Of all that is made up (default: 1; another each time with --url).")
    private @Nullable Long seed;

    @Option(names = "--work-dir", paramLabel = "DIR", description = "Where the servers keep their data.")
    private Path workDir = Path.of(System.getProperty("java.io.tmpdir"));

    @Option(names = "--keep-data", description = "Leave the folders of the servers behind.")
    private boolean keepData;

    @Option(names = "--markdown", paramLabel = "FILE", description = "Also write the report to a file.")
    private @Nullable Path markdown;

    private Main() {}

    /// Measures, or runs the micro-benchmarks; ends the process with its exit status.
    public static void main(String[] arguments) throws IOException {
        if (arguments.length > 0 && arguments[0].equals("jmh")) {
            org.openjdk.jmh.Main.main(Arrays.copyOfRange(arguments, 1, arguments.length));
            return;
        }
        CommandLine line = new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            command.getErr().println("The benchmark could not be run to its end: " + failure.getMessage());
            failure.printStackTrace(command.getErr());
            return 1;
        });
        System.exit(line.execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException, MalformedException {
        Effort effort = effort();
        Path folder = Folders.createTemporary(workDir.toAbsolutePath());
        PrintWriter out = spec.commandLine().getOut();
        try {
            List<Group> groups = groups(effort);
            boolean peer = !groups.isEmpty() && measuresPeer();
            String machine = Machine.describe(folder, peer);
            spec.commandLine().getErr().print(machine);
            Bench bench = new Bench(
                    effort,
                    () -> subjects(folder, peer),
                    seed(),
                    keepData,
                    folder,
                    spec.commandLine().getErr());
            for (Group group : groups) {
                bench.run(group);
            }
            if (parts.contains(Part.ALL) || parts.contains(Part.CODEC)) {
                CodecTable codecs = new CodecTable(effort, folder, line -> bench.say("%s", line));
                codecs.measure();
                bench.report().addSection(codecs.toMarkdown());
            }
            if (parts.contains(Part.SERVICE)) {
                ServiceTable service = new ServiceTable(effort, folder, heap, seed(), line -> bench.say("%s", line));
                service.measure();
                bench.report().addSection(service.toMarkdown());
            }
            if (parts.contains(Part.CAST)) {
                CastTable.Sizes sizes = CastTable.Sizes.of(effort);
                CastTable cast = new CastTable(
                        entries.isEmpty() ? sizes : sizes.withEntries(entries),
                        folder,
                        heap,
                        seed(),
                        line -> bench.say("%s", line));
                cast.measure();
                bench.report().addSection(cast.toMarkdown());
            }
            String report = bench.report().toMarkdown(machine);
            out.println(report);
            out.flush();
            if (markdown != null) {
                Files.writeString(markdown, report);
            }
        } finally {
            if (!keepData) {
                Folders.delete(folder);
            }
        }
        return 0;
    }

    /// A server of somebody else may still hold what the last run stored; new UIDs are stored anew.
    private long seed() {
        return seed != null ? seed : url == null ? 1 : System.currentTimeMillis() / 1000;
    }

    private Effort effort() {
        if ((quick ? 1 : 0) + (full ? 1 : 0) + (smoke ? 1 : 0) > 1) {
            throw new ParameterException(spec.commandLine(), "Only one of --quick, --full and --smoke can be given.");
        }
        Effort effort = full ? Effort.FULL : smoke ? Effort.SMOKE : Effort.QUICK;
        if (rounds > 0) {
            effort = effort.withRounds(rounds);
        }
        return scales.isEmpty() ? effort : effort.withScales(scales);
    }

    private boolean measuresPeer() {
        boolean wanted = url == null && orthanc == Peer.AUTO && subjects.contains(Subject.Side.ORTHANC);
        if (wanted && !Orthanc.installed()) {
            spec.commandLine()
                    .getErr()
                    .println("Orthanc is not installed (Debian: orthanc orthanc-dicomweb orthanc-postgresql"
                            + " postgresql); measuring without it.");
        }
        return wanted && Orthanc.installed();
    }

    private List<Subject> subjects(Path folder, boolean peer) throws IOException {
        if (url != null) {
            return List.of(new Running(url));
        }
        List<Subject> all = new ArrayList<>();
        if (subjects.contains(Subject.Side.ISOCENTER)) {
            all.add(new Isocenter(folder, heap));
        }
        if (peer) {
            all.add(Orthanc.overSqlite(folder));
            Orthanc overPostgres = Orthanc.findOverPostgres(folder);
            if (overPostgres != null) {
                all.add(overPostgres);
            }
        }
        return all;
    }

    private List<Group> groups(Effort effort) {
        Set<Part> wanted = EnumSet.copyOf(parts);
        boolean all = wanted.contains(Part.ALL);
        List<Group> groups = new ArrayList<>();
        if (all || wanted.contains(Part.STORE)) {
            groups.add(new StoreRows(effort.wide()));
        }
        if (all || wanted.contains(Part.RETRIEVE)) {
            groups.add(new RetrieveRows(effort.wide()));
        }
        if (all || wanted.contains(Part.RENDER)) {
            groups.add(new RenderRows());
        }
        if (all || wanted.contains(Part.METADATA)) {
            groups.add(new MetadataRows(effort.metadataSeries()));
        }
        if (all || wanted.contains(Part.SEARCH)) {
            groups.add(new SearchRows(effort.searchScales()));
        }
        if (huge || wanted.contains(Part.HUGE)) {
            groups.add(new HugeRows());
        }
        return groups;
    }
}
