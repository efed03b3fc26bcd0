package org.isocenter.server;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UnmatchedArgsBinding;

/// The options by which a command takes settings: one for each row of the catalogue, and `--config`.
///
/// What is no option at all is not refused by the parser but kept, to be reported together with everything
/// else that is wrong with the settings.
final class SettingFlags {

    /// Shown by `--help` where a command does not say which; the others are in the reference page and in
    /// `isocenter settings`.
    private static final List<Setting<?>> COMMON = List.of(
            SettingCatalogue.HTTP_HOST,
            SettingCatalogue.HTTP_PORT,
            SettingCatalogue.DATA_DIR,
            SettingCatalogue.DATABASE_URL,
            SettingCatalogue.LOG_LEVEL);

    private static final String NO_VALUE = "\0";

    private final Terminal terminal;
    private final List<Setting<?>> shown;
    private final Map<Setting<?>, String> shorter;
    private final Map<String, String> given = new LinkedHashMap<>();
    private String file = "";
    private String[] unknown = {};

    SettingFlags(Terminal terminal) {
        this(terminal, COMMON, Map.of());
    }

    /// @param shown those that help lists
    /// @param shorter second names of options
    SettingFlags(Terminal terminal, List<Setting<?>> shown, Map<Setting<?>, String> shorter) {
        this.terminal = terminal;
        this.shown = shown;
        this.shorter = shorter;
    }

    /// Gives a command the options.
    void addTo(CommandSpec command) {
        command.addOption(OptionSpec.builder("--config")
                .type(String.class)
                .paramLabel("FILE")
                .description("File of settings. Default: isocenter.yaml in the current folder, if there is one.")
                .setter(new TextSetter(text -> file = text == null ? "" : text))
                .build());
        for (Setting<?> setting : SettingCatalogue.all()) {
            command.addOption(option(setting));
        }
        command.addUnmatchedArgsBinding(UnmatchedArgsBinding.forStringArrayConsumer(new ISetter() {
            @Override
            public <T> @Nullable T set(T value) {
                unknown = value instanceof String[] texts ? texts : new String[0];
                return null;
            }
        }));
    }

    /// The values in force for this run of the command.
    SettingValues read() throws FaultySettingsException {
        List<SettingReader.Flag> flags = new ArrayList<>();
        given.forEach((name, text) -> flags.add(new SettingReader.Flag(name, text.equals(NO_VALUE) ? null : text)));
        for (int i = 0; i < unknown.length; i++) {
            String name = unknown[i].replaceFirst("=.*", "");
            flags.add(new SettingReader.Flag(name, null));
            boolean valueFollows = name.startsWith("--")
                    && name.equals(unknown[i])
                    && i + 1 < unknown.length
                    && !unknown[i + 1].startsWith("-");
            i += valueFollows ? 1 : 0;
        }
        Path named = file.isEmpty() ? null : Path.of(file);
        return SettingReader.read(new SettingReader.Sources(terminal.folder(), named, terminal.environment(), flags));
    }

    private <T> OptionSpec option(Setting<T> setting) {
        String byDefault = setting.print(setting.byDefault());
        String second = shorter.get(setting);
        return (second == null ? OptionSpec.builder(setting.flag()) : OptionSpec.builder(second, setting.flag()))
                .type(String.class)
                .arity("0..1")
                .fallbackValue(setting.byDefault() instanceof Boolean ? "true" : NO_VALUE)
                .paramLabel("VALUE")
                .hidden(!shown.contains(setting))
                .showDefaultValue(Visibility.NEVER)
                .description(setting.meaning().replace("`", "") + (byDefault.isEmpty() ? "" : " Default: " + byDefault))
                .setter(new TextSetter(text -> {
                    if (text == null) {
                        given.remove(setting.flag());
                    } else {
                        given.put(setting.flag(), text);
                    }
                }))
                .build();
    }

    private record TextSetter(TextConsumer consumer) implements ISetter {

        @FunctionalInterface
        interface TextConsumer {
            void accept(@Nullable String text);
        }

        @Override
        public <T> @Nullable T set(T value) {
            consumer.accept(value instanceof String text ? text : null);
            return null;
        }
    }
}
