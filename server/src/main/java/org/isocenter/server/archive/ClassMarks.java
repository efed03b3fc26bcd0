package org.isocenter.server.archive;

import java.util.function.Supplier;
import org.isocenter.server.blob.Marks;
import org.isocenter.server.db.Database;
import org.isocenter.server.index.StorageClassRows;
import org.jspecify.annotations.Nullable;

/// The marks of storage classes, as the database knows them. While one is made, and a folder with it, whoever
/// else uses a class for the first time waits.
public final class ClassMarks implements Marks {
    private final Database database;

    public ClassMarks(Database database) {
        this.database = database;
    }

    @Override
    public String of(String storageClass, Supplier<String> first) {
        String known =
                database.<@Nullable String>query(session -> new StorageClassRows(session).findMark(storageClass));
        if (known != null) {
            return known;
        }
        return database.transaction(session -> {
            StorageClassRows rows = new StorageClassRows(session);
            rows.lock();
            String mark = rows.findMark(storageClass);
            if (mark == null) {
                mark = first.get();
                rows.add(storageClass, mark);
            }
            return mark;
        });
    }
}
