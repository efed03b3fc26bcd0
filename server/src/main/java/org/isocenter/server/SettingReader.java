package org.isocenter.server;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.isocenter.server.FaultySettingsException.Fault;
import org.jspecify.annotations.Nullable;

/// Brings the sources of settings together: defaults, then the file, then the environment, then the flags.
///
/// Nothing is ignored in silence: an unknown key, variable or flag is a fault like a value that cannot be
/// read, and all faults are collected before any is reported.
final class SettingReader {

    /// Where settings come from.
    ///
    /// @param folder the current folder, where `isocenter.yaml` is looked for
    /// @param file the file named on the command line, or null
    /// @param environment the environment variables
    /// @param flags the flags in the order given, with their values
    record Sources(Path folder, @Nullable Path file, Map<String, String> environment, List<Flag> flags) {}

    /// A flag as written, with its value; the value is null where none was given.
    record Flag(String name, @Nullable String text) {}

    static final String FILE_NAME = "isocenter.yaml";
    static final String FILE_VARIABLE = "ISOCENTER_CONFIG";

    /// Read by the launcher and by this class; no settings.
    private static final Set<String> OTHER_VARIABLES =
            Set.of("ISOCENTER_JAVA_HOME", "ISOCENTER_JAVA_OPTS", FILE_VARIABLE);

    /// What Kubernetes puts into every container of a namespace in which a service is called isocenter or
    /// isocenter-….
    private static final Pattern CLUSTER_VARIABLE =
            Pattern.compile("ISOCENTER(_.+)?_(SERVICE_(HOST|PORT)(_.+)?|PORT(_\\d+_(TCP|UDP)(_(PROTO|PORT|ADDR))?)?)");

    private final Sources sources;
    private final SettingValues values = new SettingValues();
    private final List<Fault> faults = new ArrayList<>();
    private final Set<Setting<?>> faulty = new HashSet<>();

    private SettingReader(Sources sources) {
        this.sources = sources;
    }

    /// The values in force.
    ///
    /// @throws FaultySettingsException with every fault in every source
    static SettingValues read(Sources sources) throws FaultySettingsException {
        SettingReader reader = new SettingReader(sources);
        reader.readFile();
        reader.readEnvironment();
        reader.readFlags();
        reader.checkRules();
        if (!reader.faults.isEmpty()) {
            throw new FaultySettingsException(reader.faults);
        }
        return reader.values;
    }

    private void readFile() {
        Path file = findFile();
        if (file == null) {
            return;
        }
        Map<String, Integer> lines = new HashMap<>();
        for (SettingFile.Entry entry : SettingFile.read(sources.folder().resolve(file), faults)) {
            String source = SettingFile.place(file.toString(), entry.line());
            Integer earlier = lines.putIfAbsent(entry.key(), entry.line());
            Setting<?> setting = SettingCatalogue.find(entry.key());
            if (setting == null) {
                faults.add(new Fault(source, unknown(entry.key(), "a setting", Setting::key)));
            } else if (earlier != null) {
                faults.add(new Fault(source, "%s is given already in line %d".formatted(entry.key(), earlier)));
            } else {
                take(setting, entry.text(), source);
            }
        }
    }

    private @Nullable Path findFile() {
        if (sources.file() != null) {
            return sources.file();
        }
        String variable = sources.environment().getOrDefault(FILE_VARIABLE, "");
        if (!variable.isEmpty()) {
            return Path.of(variable);
        }
        Path byDefault = Path.of(FILE_NAME);
        return Files.exists(sources.folder().resolve(byDefault)) ? byDefault : null;
    }

    private void readEnvironment() {
        Map<String, Setting<?>> settings = new HashMap<>();
        for (Setting<?> setting : SettingCatalogue.all()) {
            settings.put(setting.variable(), setting);
        }
        for (Map.Entry<String, String> variable : new TreeMap<>(sources.environment()).entrySet()) {
            String name = variable.getKey();
            Setting<?> setting = settings.get(name);
            if (setting != null) {
                // Compose files and shells cannot tell "unset" from "empty"; an empty variable says nothing.
                if (!variable.getValue().isEmpty()) {
                    take(setting, variable.getValue(), name);
                }
            } else if (name.startsWith(Setting.VARIABLE_PREFIX)
                    && !OTHER_VARIABLES.contains(name)
                    && !CLUSTER_VARIABLE.matcher(name).matches()) {
                faults.add(new Fault(name, unknown(name, "a setting", Setting::variable)));
            }
        }
    }

    private void readFlags() {
        Map<String, Setting<?>> settings = new HashMap<>();
        for (Setting<?> setting : SettingCatalogue.all()) {
            settings.put(setting.flag(), setting);
        }
        for (Flag flag : sources.flags()) {
            Setting<?> setting = settings.get(flag.name());
            if (setting == null) {
                faults.add(new Fault(flag.name(), unknown(flag.name(), "an option", Setting::flag)));
            } else if (flag.text() == null) {
                faults.add(new Fault(flag.name(), "needs a value: " + setting.allowedValues()));
            } else {
                take(setting, flag.text(), flag.name());
            }
        }
    }

    private void checkRules() {
        for (SettingCatalogue.Rule rule : SettingCatalogue.rules()) {
            if (rule.settings().stream().anyMatch(faulty::contains)) {
                continue;
            }
            String problem = rule.fault().apply(values);
            if (problem != null) {
                faults.add(new Fault(sourceOf(rule), problem));
            }
        }
    }

    private String sourceOf(SettingCatalogue.Rule rule) {
        for (Setting<?> setting : rule.settings()) {
            String source = values.findSource(setting);
            if (source != null) {
                return source;
            }
        }
        return rule.settings().getFirst().key();
    }

    private void take(Setting<?> setting, String text, String source) {
        try {
            values.read(setting, text, source);
            faulty.remove(setting);
        } catch (SettingType.BadValueException e) {
            faulty.add(setting);
            String shown = setting.secret() ? Setting.MASK : '"' + shorten(text) + '"';
            faults.add(new Fault(
                    source,
                    "%s: %s %s. Allowed: %s".formatted(setting.key(), shown, e.getMessage(), setting.allowedValues())));
        }
    }

    private static String shorten(String text) {
        String line = text.replaceAll("\\p{Cntrl}", " ");
        return line.length() <= 60 ? line : line.substring(0, 60) + "…";
    }

    private static String unknown(String name, String kind, Function<Setting<?>, String> spelling) {
        List<String> names = SettingCatalogue.all().stream().map(spelling).toList();
        String near = Spelling.findNearest(name, names);
        return "%s is not %s. %s"
                .formatted(
                        shorten(name),
                        kind,
                        near == null ? "`isocenter settings` lists them all" : "Did you mean " + near + "?");
    }
}
