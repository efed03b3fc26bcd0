package org.isocenter.server;

import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.isocenter.server.archive.Operations;
import org.isocenter.server.archive.Tidy;
import picocli.CommandLine.Command;

/// `isocenter retention`: tells what the rules of retention would delete.
@Command(
        name = "retention",
        description = {
            "Lists the studies that retention.rules would have deleted by now, and deletes nothing.",
            "Of each it tells the rule, the data partition and the Study Instance UID. Rules that are given here are"
                    + " looked at before they are in force. Safe beside a running server."
        },
        footer = {
            "%nExamples:",
            "  ./isocenter retention",
            "  ./isocenter retention --retention-rules 'old checks: Modality=CR & StudyAge=3650d'"
        })
final class RetentionCommand implements Callable<Integer>, TakesSettings {
    private final Terminal terminal;
    private final SettingFlags flags;

    RetentionCommand(Terminal terminal) {
        this.terminal = terminal;
        this.flags = new SettingFlags(terminal);
    }

    @Override
    public SettingFlags flags() {
        return flags;
    }

    @Override
    public Integer call() throws Exception {
        Settings settings = Settings.of(flags.read());
        LogFormat.install(settings.log());
        try (Storage storage = Storage.open(settings)) {
            Tidy tidy = new Tidy(
                    storage.database(),
                    new Operations(storage.database(), new Semaphore(0)),
                    settings.retention().rules());
            AtomicLong studies = new AtomicLong();
            tidy.foresee(due -> {
                studies.incrementAndGet();
                terminal.out().println(due.rule().name() + "\t" + due.partition() + "\t" + due.study());
            });
            int rules = settings.retention().rules().size();
            terminal.out()
                    .printf(
                            "%d %s by %d %s%n",
                            studies.get(),
                            studies.get() == 1 ? "study" : "studies",
                            rules,
                            rules == 1 ? "rule" : "rules");
            terminal.out().flush();
            return 0;
        }
    }
}
