package org.isocenter.server;

import java.util.Locale;
import java.util.concurrent.Callable;
import org.isocenter.server.archive.Recode;
import org.isocenter.server.archive.Recode.Keeping;
import org.isocenter.server.archive.Recode.Outcome;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `isocenter recode`: puts everything that is stored into HTJ2K.
@Command(
        name = "recode",
        description = {
            "Puts stored images into HTJ2K Lossless RPCL, from which a viewer reads a thumbnail first. Each is decoded",
            "again and compared before it counts. Safe beside a running server; may be stopped and started again.",
            "",
            "The server does the same with what it stores where store.recode says so."
        },
        footer = {
            "%nExamples:",
            "  ./isocenter recode --keep",
            "  ./isocenter recode --replace --data-dir /srv/isocenter"
        })
final class RecodeCommand implements Callable<Integer>, TakesSettings {
    private static final int STEP = 100;

    private final Terminal terminal;
    private final SettingFlags flags;

    @Option(
            names = "--replace",
            description = {
                "Puts the new form in the place of native pixels, where it is smaller. What was received is made again",
                "bit for bit for who asks for its transfer syntax, and its bytes are kept as long as deleted ones."
            })
    private boolean replace;

    @Option(names = "--keep", description = "Keeps the new form beside what was received.")
    private boolean keep;

    RecodeCommand(Terminal terminal) {
        this.terminal = terminal;
        this.flags = new SettingFlags(terminal);
    }

    @Override
    public SettingFlags flags() {
        return flags;
    }

    @Override
    public Integer call() throws Exception {
        if (keep == replace) {
            terminal.err().println("Say what becomes of what was received: --keep or --replace.");
            return 2;
        }
        Settings settings = Settings.of(flags.read());
        LogFormat.install(settings.log());
        try (Storage storage = Storage.open(settings)) {
            Recode recode = new Recode(
                    storage.database(),
                    storage.blobs(),
                    Storage.retention(settings),
                    replace ? Keeping.NEW : Keeping.BOTH);
            Tally tally = new Tally();
            recode.all((identity, outcome) -> {
                tally.count(outcome);
                if (tally.seen() % STEP == 0) {
                    terminal.err().println(tally);
                }
            });
            terminal.out().println(tally);
            terminal.out().flush();
            return 0;
        }
    }

    private static final class Tally {
        private long done;
        private long left;
        private long before;
        private long after;

        void count(Outcome outcome) {
            switch (outcome) {
                case Outcome.Done made -> {
                    done++;
                    before += made.bytesBefore();
                    after += made.bytesOfForm();
                }
                case Outcome.Left kept -> left++;
            }
        }

        long seen() {
            return done + left;
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%d instances recoded, %d MB as %d MB; %d left as they are",
                    done,
                    before / 1_000_000,
                    after / 1_000_000,
                    left);
        }
    }
}
