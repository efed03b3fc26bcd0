package org.isocenter.server.blob;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The folders beside the store whose files may be read, each known by a name. An operator names them; nobody
/// else can have any other file read.
public final class Folders {
    /// No folder at all.
    public static final Folders NONE = new Folders(List.of());

    private final Map<String, Folder> folders = new LinkedHashMap<>();

    /// @param folders with names that differ
    public Folders(Collection<Folder> folders) {
        for (Folder folder : folders) {
            if (this.folders.put(folder.name(), folder) != null) {
                throw new IllegalArgumentException("two folders have one name");
            }
        }
    }

    /// The folder of this name, or null.
    public @Nullable Folder find(String name) {
        return folders.get(name);
    }

    public Set<String> names() {
        return folders.keySet();
    }
}
