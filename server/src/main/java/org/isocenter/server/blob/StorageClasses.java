package org.isocenter.server.blob;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.isocenter.server.telemetry.UnavailableException;

/// A store of several classes, each in a folder of its own. The key of a blob tells its class.
///
/// The class `standard` is there or nothing is. Of the others any may be away; what is asked of it then is
/// refused with [AwayException], and all else goes on.
public final class StorageClasses implements BlobStore {
    private final BlobStore standard;
    private final Map<String, ClassFolder> others = new LinkedHashMap<>();

    private StorageClasses(BlobStore standard, List<StorageClass> others, Marks marks, FileBlobsOptions options) {
        this.standard = standard;
        for (StorageClass other : others) {
            this.others.put(other.name(), new ClassFolder(other, options, marks));
        }
    }

    /// Opens the stores of all classes, as far as they are there.
    ///
    /// @param standard folder of the class `standard`, which is made if it is not there
    /// @param others with names that differ; their folders are never made
    /// @throws UnavailableException if the folder of `standard` cannot be used
    public static StorageClasses open(Path standard, List<StorageClass> others, Marks marks, FileBlobsOptions options) {
        StorageClasses classes = new StorageClasses(FileBlobs.open(standard, options), others, marks, options);
        classes.forEachThere(store -> {});
        return classes;
    }

    private ClassFolder other(String name) {
        ClassFolder folder = others.get(name);
        if (folder == null) {
            throw AwayException.storageClass(name);
        }
        return folder;
    }

    private <T> T call(String storageClass, Function<BlobStore, T> call) {
        return storageClass.equals(StorageClass.STANDARD)
                ? call.apply(standard)
                : other(storageClass).call(call::apply);
    }

    /// Calls for what is there. What is said not to be there counts only if its class is not away.
    private <T> T look(BlobKey key, Function<BlobStore, T> call) {
        T found = call(key.storageClass(), call);
        if (!key.storageClass().equals(StorageClass.STANDARD)) {
            other(key.storageClass()).require();
        }
        return found;
    }

    /// Calls the stores that are there; those that are away are left alone.
    private void forEachThere(Consumer<BlobStore> call) {
        call.accept(standard);
        for (ClassFolder other : others.values()) {
            try {
                other.call(store -> {
                    call.accept(store);
                    return true;
                });
            } catch (AwayException away) {
                // It has said so.
                continue;
            }
        }
    }

    @Override
    public List<String> classes() {
        List<String> names = new ArrayList<>();
        names.add(StorageClass.STANDARD);
        names.addAll(others.keySet());
        return names;
    }

    @Override
    public BlobWriter write(String storageClass) {
        return call(storageClass, store -> store.write(storageClass));
    }

    @Override
    public BlobWriter link(String storageClass, Folder folder, String path) {
        return call(storageClass, store -> store.link(storageClass, folder, path));
    }

    @Override
    public BlobReader open(BlobRef ref) {
        return call(ref.key().storageClass(), store -> store.open(ref));
    }

    @Override
    public BlobRef refer(BlobKey key) {
        return call(key.storageClass(), store -> store.refer(key));
    }

    @Override
    public boolean exists(BlobKey key) {
        return look(key, store -> store.exists(key));
    }

    @Override
    public void delete(BlobKey key) {
        look(key, store -> {
            store.delete(key);
            return true;
        });
    }

    @Override
    public void forEach(BlobVisitor visitor) {
        forEachThere(store -> store.forEach(visitor));
    }

    @Override
    public CompactReport compact(Relocation relocation) {
        List<CompactReport> reports = new ArrayList<>();
        forEachThere(store -> reports.add(store.compact(relocation)));
        return reports.stream().reduce(new CompactReport(0, 0, 0, 0), CompactReport::plus);
    }

    @Override
    public void purge() {
        standard.purge();
        for (ClassFolder other : others.values()) {
            try {
                other.call(store -> {
                    store.purge();
                    return true;
                });
            } catch (AwayException away) {
                if (other.isUsed()) {
                    throw away;
                }
            }
        }
    }

    @Override
    public void probe(String storageClass) {
        call(storageClass, store -> {
            store.probe(storageClass);
            return true;
        });
    }

    @Override
    public void close() {
        others.values().forEach(ClassFolder::close);
        standard.close();
    }
}
