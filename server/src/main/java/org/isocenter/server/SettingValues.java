package org.isocenter.server;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The values in force, each with the place it came from. Settings nobody has given have their default.
final class SettingValues {

    private record Given(Object value, String source) {}

    private final Map<Setting<?>, Given> given = new HashMap<>();

    <T> void put(Setting<T> setting, T value, String source) {
        given.put(setting, new Given(value, source));
    }

    /// Sets a value read from text.
    <T> void read(Setting<T> setting, String text, String source) throws SettingType.BadValueException {
        put(setting, setting.read(text), source);
    }

    @SuppressWarnings("unchecked") // put is the only way in, and it is typed
    <T> T get(Setting<T> setting) {
        Given value = given.get(setting);
        return value == null ? setting.byDefault() : (T) value.value();
    }

    /// Where the value in force was given, or null when it is the default.
    @Nullable
    String findSource(Setting<?> setting) {
        Given value = given.get(setting);
        return value == null ? null : value.source();
    }

    /// The value in force as an operator may see it.
    <T> String print(Setting<T> setting) {
        return setting.print(get(setting));
    }
}
