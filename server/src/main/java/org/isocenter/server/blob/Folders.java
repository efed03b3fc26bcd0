package org.isocenter.server.blob;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The folders beside the store whose files may be read, each known by a name. An operator names them; nobody
/// else can have any other file read.
public final class Folders {
    /// No folder at all.
    public static final Folders NONE = new Folders(List.of());

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private final Map<String, Folder> folders = new LinkedHashMap<>();

    /// @param folders with names that differ
    public Folders(Collection<Folder> folders) {
        for (Folder folder : folders) {
            if (this.folders.put(folder.name(), folder) != null) {
                throw new IllegalArgumentException("two folders have one name");
            }
        }
    }

    /// The folders that texts such as `old-archive=/mnt/archive` name, or null where one is no such text or
    /// two have one name.
    public static @Nullable Folders find(List<String> texts) {
        Map<String, Folder> named = new LinkedHashMap<>();
        for (String text : texts) {
            int equals = text.indexOf('=');
            String name = text.substring(0, Math.max(0, equals)).strip();
            String path = text.substring(equals + 1).strip();
            if (!NAME.matcher(name).matches() || path.isEmpty()) {
                return null;
            }
            try {
                if (named.put(name, new Folder(name, Path.of(path))) != null) {
                    return null;
                }
            } catch (InvalidPathException noPath) {
                return null;
            }
        }
        return new Folders(named.values());
    }

    /// The folder of this name, or null.
    public @Nullable Folder find(String name) {
        return folders.get(name);
    }

    public Set<String> names() {
        return folders.keySet();
    }
}
