package org.isocenter.server;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `isocenter settings`.
@Command(
        name = "settings",
        description = "Shows every setting: the value in force, where it comes from, and what it means.",
        footer = {"%nExamples:", "  ./isocenter settings", "  ./isocenter settings --config /etc/isocenter.yaml"})
final class SettingsCommand implements Callable<Integer>, TakesSettings {

    private final Terminal terminal;
    private final SettingFlags flags;

    @Option(names = "--write-page", paramLabel = "FILE", hidden = true)
    private @Nullable Path page;

    SettingsCommand(Terminal terminal) {
        this.terminal = terminal;
        this.flags = new SettingFlags(terminal);
    }

    @Override
    public SettingFlags flags() {
        return flags;
    }

    @Override
    public Integer call() throws FaultySettingsException, IOException {
        if (page != null) {
            Files.writeString(terminal.folder().resolve(page), SettingsPage.write());
            return 0;
        }
        SettingValues values = flags.read();
        String concern = "";
        for (Setting<?> setting : SettingCatalogue.all()) {
            if (!setting.concern().equals(concern)) {
                terminal.out().print(concern.isEmpty() ? "" : System.lineSeparator());
                concern = setting.concern();
            }
            print(setting, values);
        }
        terminal.out().flush();
        return 0;
    }

    private void print(Setting<?> setting, SettingValues values) {
        PrintWriter out = terminal.out();
        String source = values.findSource(setting);
        out.printf("%-32s %-16s %s%n", setting.key(), values.print(setting), source == null ? "default" : source);
        out.printf("    %s (%s)%n", setting.meaning().replace("`", ""), setting.allowedValues());
    }
}
