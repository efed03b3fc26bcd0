package org.isocenter.server;

import java.util.Locale;
import java.util.function.Predicate;

/// One thing an operator can choose: a row of the catalogue.
///
/// @param key dotted kebab-case, `http.idle-timeout`
/// @param byDefault the value without any source saying otherwise
/// @param meaning one or two sentences for the reference page and the command line
/// @param allowed what the constraint admits, in words; empty when every value of the type will do
/// @param constraint whether a value of the type is admitted
/// @param secret whether the value must never be shown
record Setting<T>(
        String key,
        SettingType<T> type,
        T byDefault,
        String meaning,
        String allowed,
        Predicate<T> constraint,
        boolean secret) {

    /// What is shown in place of a secret.
    static final String MASK = "***";

    static final String VARIABLE_PREFIX = "ISOCENTER_";

    /// The environment variable: `ISOCENTER_HTTP_IDLE_TIMEOUT`.
    String variable() {
        return VARIABLE_PREFIX + key.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    }

    /// The command line option: `--http-idle-timeout`.
    String flag() {
        return "--" + key.replace('.', '-');
    }

    /// The part of the key before the dot.
    String concern() {
        return key.substring(0, key.indexOf('.'));
    }

    /// What may be written, in words.
    String allowedValues() {
        return allowed.isEmpty() ? type.name() : type.name() + ", " + allowed;
    }

    /// Reads a text and holds it against the constraint.
    T read(String text) throws SettingType.BadValueException {
        T value = type.reader().read(text.strip());
        if (!constraint.test(value)) {
            throw new SettingType.BadValueException("is not allowed");
        }
        return value;
    }

    /// The value as an operator may see it.
    String print(T value) {
        String text = type.printer().apply(value);
        return secret && !text.isEmpty() ? MASK : text;
    }
}
