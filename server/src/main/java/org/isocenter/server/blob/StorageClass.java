package org.isocenter.server.blob;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A kind of storage beside `standard`, such as slower and cheaper disks: `NAME=PATH`.
///
/// @param name 1 to 32 lower-case letters, digits and `-`
/// @param folder that its blobs are kept below
public record StorageClass(String name, Path folder) {
    /// The class of the blobs in the folder of the archive itself, which there always is.
    public static final String STANDARD = "standard";

    private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,32}");

    /// Whether a class beside `standard` may have this name.
    static boolean isName(String name) {
        return NAME.matcher(name).matches() && !name.equals(STANDARD);
    }

    /// The class that a text names, or null where it names none.
    private static @Nullable StorageClass find(String text) {
        int sign = text.indexOf('=');
        if (sign < 0 || !isName(text.substring(0, sign).strip())) {
            return null;
        }
        String path = text.substring(sign + 1).strip();
        try {
            return path.isEmpty()
                    ? null
                    : new StorageClass(
                            text.substring(0, sign).strip(), Path.of(path).toAbsolutePath());
        } catch (InvalidPathException noPath) {
            return null;
        }
    }

    /// The classes that texts name, or null where one names none or two have one name.
    public static @Nullable List<StorageClass> find(List<String> texts) {
        List<StorageClass> classes = texts.stream().map(StorageClass::find).toList();
        Set<String> names = new HashSet<>();
        for (StorageClass one : classes) {
            if (one == null || !names.add(one.name)) {
                return null;
            }
        }
        return classes;
    }
}
