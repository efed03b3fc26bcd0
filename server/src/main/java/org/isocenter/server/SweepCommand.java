package org.isocenter.server;

import java.util.concurrent.Callable;
import org.isocenter.server.archive.Sweep;
import picocli.CommandLine.Command;

/// `isocenter sweep`: removes bytes that nothing refers to.
@Command(
        name = "sweep",
        description = {
            "Removes the bytes of instances that were deleted or replaced longer ago than the retention, and of stores",
            "that never came to an end. A running server does so by itself now and then; this does it now."
        },
        footer = {"%nExamples:", "  ./isocenter sweep", "  ./isocenter sweep --data-dir /srv/isocenter"})
final class SweepCommand implements Callable<Integer>, TakesSettings {
    private final Terminal terminal;
    private final SettingFlags flags;

    SweepCommand(Terminal terminal) {
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
            Sweep.Report report = new Sweep(storage.database(), storage.blobs(), Storage.retention(settings)).sweep();
            terminal.out()
                    .printf(
                            "%d blobs removed, %d of them never had an instance; %d wait for their time%n",
                            report.removed(), report.orphans(), report.waiting());
            terminal.out().flush();
            return 0;
        }
    }
}
