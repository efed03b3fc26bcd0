import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Makes the data dictionary of module `dicom` from the published tables of PS3.6 and PS3.4.
///
/// Run it from the root of the repository, with the folder that holds `attributes.json` and `sops.json`:
///
///     java tools/DictionaryGenerator.java ../shared/standard
///
/// It writes `attributes.txt` and `sop-classes.txt` (resources, a line an entry, fields parted by tabs) and
/// `Tag.java` (a constant for each keyword, those of the hand-written `command-attributes.txt` included). The
/// tables themselves stay outside the repository.
///
/// Rows without a keyword are retired tags of which the standard no longer tells anything; they are left out,
/// as are items and delimiters of group FFFE. Where OB and OW are both allowed OW comes first, as it is what
/// implicit VR stands for (PS3.5 annex A.1).
final class DictionaryGenerator {
    private static final Pattern OBJECT = Pattern.compile("\\{([^{}]*)}");
    private static final Pattern MEMBER = Pattern.compile("\"(\\w+)\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Path RESOURCES = Path.of("dicom/src/main/resources/org/isocenter/dicom");
    private static final Path SOURCES = Path.of("dicom/src/main/java/org/isocenter/dicom");

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 1) {
            System.err.println("usage: java tools/DictionaryGenerator.java FOLDER-OF-TABLES");
            System.exit(2);
        }
        Path tables = Path.of(arguments[0]);
        Map<String, Map<String, String>> attributes = new TreeMap<>();
        for (Map<String, String> row : objects(tables.resolve("attributes.json"))) {
            String tag = row.get("tag").replaceAll("[(),]", "").toUpperCase(Locale.ROOT).replace('X', 'x');
            if (!row.get("keyword").isEmpty() && !tag.startsWith("FFFE")) {
                attributes.put(tag, row);
            }
        }
        Files.createDirectories(RESOURCES);
        Files.write(RESOURCES.resolve("attributes.txt"), attributeLines(attributes));
        Files.write(RESOURCES.resolve("sop-classes.txt"), sopClassLines(objects(tables.resolve("sops.json"))));
        Files.write(SOURCES.resolve("Tag.java"), constants(attributes));
    }

    private static List<Map<String, String>> objects(Path file) throws IOException {
        List<Map<String, String>> rows = new ArrayList<>();
        Matcher object = OBJECT.matcher(Files.readString(file));
        while (object.find()) {
            Map<String, String> row = new LinkedHashMap<>();
            Matcher member = MEMBER.matcher(object.group(1));
            while (member.find()) {
                row.put(member.group(1), unescape(member.group(2)));
            }
            rows.add(row);
        }
        return rows;
    }

    private static String unescape(String text) {
        return Pattern.compile("\\\\u([0-9a-fA-F]{4})")
                .matcher(text)
                .replaceAll(match -> Matcher.quoteReplacement(
                        Character.toString(Integer.parseInt(match.group(1), 16))))
                .replace("\\\"", "\"")
                .replace("\\/", "/");
    }

    private static List<String> attributeLines(Map<String, Map<String, String>> attributes) {
        List<String> lines = new ArrayList<>();
        attributes.forEach((tag, row) -> lines.add(String.join(
                "\t",
                tag,
                row.get("keyword"),
                row.get("valueRepresentation").replace("OB or OW", "OW or OB").replace(" or ", "/"),
                row.get("valueMultiplicity"),
                row.get("retired").equals("Y") ? "R" : "",
                row.get("name"))));
        return lines;
    }

    private static List<String> sopClassLines(List<Map<String, String>> rows) {
        Set<String> seen = new HashSet<>();
        return rows.stream()
                .filter(row -> seen.add(row.get("id")))
                .map(row -> row.get("id") + "\t" + row.get("name"))
                .sorted()
                .toList();
    }

    private static List<String> constants(Map<String, Map<String, String>> attributes) throws IOException {
        List<String> lines = new ArrayList<>(List.of(
                "package org.isocenter.dicom;",
                "",
                "/// The tag of each attribute of PS3.6 and PS3.7 under its keyword. Those of repeating groups name the first group.",
                "///",
                "/// Made by `tools/DictionaryGenerator.java`; not edited by hand.",
                "public final class Tag {",
                "    private Tag() {}",
                ""));
        for (String line : Files.readAllLines(RESOURCES.resolve("command-attributes.txt"))) {
            String[] fields = line.split("\t");
            lines.add("    public static final int " + fields[1] + " = 0x" + fields[0] + ";");
        }
        Set<String> seen = new HashSet<>();
        attributes.forEach((tag, row) -> {
            if (seen.add(row.get("keyword"))) {
                lines.add("    public static final int " + row.get("keyword") + " = 0x" + tag.replace('x', '0') + ";");
            }
        });
        lines.add("}");
        return lines;
    }
}
