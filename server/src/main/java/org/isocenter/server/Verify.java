package org.isocenter.server;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// `isocenter verify`: checks rows against blobs, in both directions.
@Command(
        name = "verify",
        description = {
            "Checks that every instance's bytes are there and unchanged, that no bytes lie about without an instance,",
            "and that counts are right. Safe beside a running server."
        },
        footer = {
            "%nExit status: 0 all is sound, 1 something is not or could not be looked at, 2 misused.",
            "%nExamples:",
            "  ./isocenter verify",
            "  ./isocenter verify --data-dir /srv/isocenter"
        })
final class Verify implements Callable<Integer>, TakesSettings {
    private final Terminal terminal;
    private final SettingFlags flags;

    Verify(Terminal terminal) {
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
            var verify = new org.isocenter.server.archive.Verify(
                    storage.database(), storage.blobs(), Storage.retention(settings));
            var report = verify.verify(finding -> terminal.out().println(finding), instances -> {
                if (instances % 10_000 == 0) {
                    terminal.err().println(instances + " instances checked");
                }
            });
            terminal.out()
                    .printf(
                            "%d instances, %d bytes: %d missing, %d corrupt, %d miscounted; %d blobs without an instance%n",
                            report.instances(),
                            report.bytes(),
                            report.missing(),
                            report.corrupt(),
                            report.miscounted(),
                            report.orphans());
            if (report.away() > 0) {
                terminal.out()
                        .printf(
                                "%d could not be looked at: the folders that they are in are not there%n",
                                report.away());
            }
            terminal.out().flush();
            return report.sound() ? 0 : 1;
        }
    }
}
