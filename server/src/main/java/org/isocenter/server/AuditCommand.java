package org.isocenter.server;

import java.util.concurrent.Callable;
import org.isocenter.server.archive.AuditTrail;
import org.isocenter.server.archive.AuditTrail.Anchor;
import org.isocenter.server.archive.AuditTrail.Verdict;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// `isocenter audit`: checks the audit trail.
@Command(
        name = "audit",
        description = {
            "Checks that every record of the audit trail is there, in its place, and what it was when it was written.",
            "Prints where the trail ends, as NUMBER:DIGEST. Write that down elsewhere and give it to a later check with"
                    + " --since: a trail that somebody with the rights of the database has written anew from the beginning"
                    + " has other digests. Safe beside a running server."
        },
        footer = {
            "%nExit status: 0 all is what it was, 1 something is not, 2 misused.",
            "%nExamples:",
            "  ./isocenter audit",
            "  ./isocenter audit --since NUMBER:DIGEST"
        })
final class AuditCommand implements Callable<Integer>, TakesSettings {
    private final Terminal terminal;
    private final SettingFlags flags;

    @Option(
            names = "--since",
            paramLabel = "NUMBER:DIGEST",
            converter = AnchorReader.class,
            description = "What an earlier check printed.")
    private @Nullable Anchor since;

    AuditCommand(Terminal terminal) {
        this.terminal = terminal;
        this.flags = new SettingFlags(terminal);
    }

    /// Reads what the command printed.
    static final class AnchorReader implements ITypeConverter<Anchor> {
        @Override
        public Anchor convert(String text) {
            Anchor anchor = Anchor.find(text);
            if (anchor == null) {
                throw new TypeConversionException("'" + text + "' is not NUMBER:DIGEST as a check printed it");
            }
            return anchor;
        }
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
            Verdict verdict = AuditTrail.verify(
                    storage.database(), since, fault -> terminal.out().println(fault));
            Anchor end = new Anchor(verdict.end().number(), verdict.end().digest());
            terminal.out()
                    .printf(
                            "%d records, %d faults; the trail ends with%n%s%n",
                            verdict.records(), verdict.faults(), end.text());
            terminal.out().flush();
            return verdict.faults() == 0 ? 0 : 1;
        }
    }
}
