package org.isocenter.server;

import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// How the text of a setting becomes a value, and how a value is printed so that reading it again gives the
/// same.
///
/// @param name what a value of this type is, as the reference page says it
/// @param reader makes a value of a text, or says why it is none
/// @param printer the shortest text that reads as the value
record SettingType<T>(String name, Reader<T> reader, Function<T, String> printer) {

    @FunctionalInterface
    interface Reader<T> {
        T read(String text) throws BadValueException;
    }

    /// The text of a setting is no value of its type; the message completes the sentence `"text" …`.
    static final class BadValueException extends Exception {
        private static final long serialVersionUID = 1;

        BadValueException(String message) {
            super(message);
        }
    }

    private static final Pattern AMOUNT = Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?)\\s*([A-Za-z]*)");

    private static final Map<String, Long> BYTE_UNITS = Map.ofEntries(
            Map.entry("", 1L),
            Map.entry("b", 1L),
            Map.entry("kib", 1L << 10),
            Map.entry("mib", 1L << 20),
            Map.entry("gib", 1L << 30),
            Map.entry("tib", 1L << 40),
            Map.entry("kb", 1_000L),
            Map.entry("mb", 1_000_000L),
            Map.entry("gb", 1_000_000_000L),
            Map.entry("tb", 1_000_000_000_000L));

    private static final Map<String, Duration> TIME_UNITS = Map.of(
            "ms", Duration.ofMillis(1),
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "d", Duration.ofDays(1));

    static final SettingType<String> TEXT = new SettingType<>("text", text -> text, text -> text);

    static final SettingType<Integer> NUMBER =
            new SettingType<>("whole number", SettingType::readNumber, value -> Integer.toString(value));

    static final SettingType<Long> BYTES = new SettingType<>("bytes", SettingType::readBytes, SettingType::printBytes);

    static final SettingType<Duration> DURATION =
            new SettingType<>("duration", SettingType::readDuration, SettingType::printDuration);

    static final SettingType<Boolean> BOOLEAN =
            new SettingType<>("true or false", SettingType::readBoolean, value -> Boolean.toString(value));

    static final SettingType<Path> PATH = new SettingType<>("path", SettingType::readPath, Path::toString);

    static final SettingType<URI> WEB_ADDRESS = new SettingType<>("URL", SettingType::readWebAddress, URI::toString);

    static final SettingType<List<String>> TEXTS =
            new SettingType<>("list", SettingType::readTexts, values -> String.join(", ", values));

    /// One of the constants of an enum, written in lower case.
    static <E extends Enum<E>> SettingType<E> choice(Class<E> type) {
        E[] constants = type.getEnumConstants();
        String allowed = Arrays.stream(constants).map(SettingType::printChoice).collect(Collectors.joining(", "));
        return new SettingType<>(
                "one of " + allowed,
                text -> {
                    for (E constant : constants) {
                        if (printChoice(constant).equals(text.toLowerCase(Locale.ROOT))) {
                            return constant;
                        }
                    }
                    throw new BadValueException("is not one of " + allowed);
                },
                SettingType::printChoice);
    }

    private static <E extends Enum<E>> String printChoice(E constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static int readNumber(String text) throws BadValueException {
        try {
            return Integer.parseInt(text.replace("_", ""));
        } catch (NumberFormatException e) {
            throw new BadValueException("is not a whole number");
        }
    }

    private static long readBytes(String text) throws BadValueException {
        Matcher amount = AMOUNT.matcher(text.replace("_", ""));
        Long unit = amount.matches() ? BYTE_UNITS.get(amount.group(2).toLowerCase(Locale.ROOT)) : null;
        if (unit == null) {
            throw new BadValueException("is not a number of bytes such as 65536, 64 KiB or 4 GiB");
        }
        try {
            return new BigDecimal(amount.group(1))
                    .multiply(BigDecimal.valueOf(unit))
                    .longValueExact();
        } catch (ArithmeticException e) {
            throw new BadValueException("is not a whole number of bytes below 8 EiB");
        }
    }

    private static String printBytes(long value) {
        String[] units = {"TiB", "GiB", "MiB", "KiB"};
        for (int i = 0; i < units.length; i++) {
            long unit = 1L << (10 * (units.length - i));
            if (value != 0 && value % unit == 0) {
                return value / unit + " " + units[i];
            }
        }
        return Long.toString(value);
    }

    private static Duration readDuration(String text) throws BadValueException {
        Matcher amount = AMOUNT.matcher(text);
        Duration unit = amount.matches() ? TIME_UNITS.get(amount.group(2).toLowerCase(Locale.ROOT)) : null;
        try {
            if (unit != null) {
                BigDecimal millis = new BigDecimal(amount.group(1)).multiply(BigDecimal.valueOf(unit.toMillis()));
                return Duration.ofMillis(millis.longValueExact());
            }
            return Duration.parse(text);
        } catch (DateTimeParseException | ArithmeticException e) {
            throw new BadValueException("is not a duration such as 500ms, 30s, 10m, 1h, 3d or PT1H30M");
        }
    }

    private static String printDuration(Duration value) {
        String[] units = {"d", "h", "m", "s", "ms"};
        for (String unit : units) {
            long unitMillis = TIME_UNITS.getOrDefault(unit, Duration.ZERO).toMillis();
            if (!value.isZero() && value.toMillis() % unitMillis == 0) {
                return value.toMillis() / unitMillis + unit;
            }
        }
        return "0s";
    }

    private static boolean readBoolean(String text) throws BadValueException {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on" -> true;
            case "false", "no", "off" -> false;
            default -> throw new BadValueException("is neither true nor false");
        };
    }

    private static Path readPath(String text) throws BadValueException {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new BadValueException("is not a path");
        }
    }

    private static URI readWebAddress(String text) throws BadValueException {
        if (text.isEmpty()) {
            return URI.create("");
        }
        try {
            URI uri = new URI(text);
            boolean web = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            if (web && uri.getHost() != null && uri.getRawUserInfo() == null && uri.getRawFragment() == null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // Said below, for this and for every other address that is none of ours.
        }
        throw new BadValueException("is not an address such as https://images.example.org");
    }

    private static List<String> readTexts(String text) {
        List<String> values = new ArrayList<>();
        for (String value : text.split(",", -1)) {
            if (!value.isBlank()) {
                values.add(value.strip());
            }
        }
        return List.copyOf(values);
    }
}
