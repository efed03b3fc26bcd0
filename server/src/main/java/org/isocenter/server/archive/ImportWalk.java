package org.isocenter.server.archive;

import java.io.IOException;
import java.io.InputStream;
import org.isocenter.server.blob.Folder;
import org.isocenter.server.blob.FolderWalk;
import org.isocenter.server.blob.FolderWalk.Found;
import org.isocenter.server.objects.Bucket;
import org.isocenter.server.objects.Bucket.Listed;
import org.isocenter.server.objects.ObjectWalk;
import org.isocenter.server.telemetry.UnavailableException;
import org.jspecify.annotations.Nullable;

/// The files of a source that are imported, in an order that is the same each time.
sealed interface ImportWalk {
    /// The next file, or what else there is that a file might have been; null behind the last one.
    @Nullable
    Found next();

    /// Where the page of a listing begins that had the file that was given last; null where there are no
    /// pages, or it is the first.
    @Nullable
    String page();

    /// The bytes of a file, from its beginning.
    ///
    /// @throws IOException if it cannot be read
    InputStream read(Found.File file) throws IOException;

    /// @throws UnavailableException if the source as a whole cannot be read now
    void requireSource();

    /// @param after the file behind which to begin, as an earlier walk gave it, or null for the first
    static ImportWalk of(Folder folder, String path, @Nullable String after) {
        try {
            return new Files(folder.walk(path, after));
        } catch (IOException notThere) {
            throw new UnavailableException("a folder that is imported cannot be listed", notThere);
        }
    }

    /// @param page and the file in it behind which to begin; both null for the first
    static ImportWalk of(Bucket bucket, String path, @Nullable String page, @Nullable String after) {
        return new Objects(bucket, new ObjectWalk(bucket, path, page, after));
    }

    /// Those of a folder.
    record Files(FolderWalk walk) implements ImportWalk {
        @Override
        public @Nullable Found next() {
            return walk.next();
        }

        @Override
        public @Nullable String page() {
            return null;
        }

        @Override
        public InputStream read(Found.File file) throws IOException {
            return walk.folder().read(file.path());
        }

        @Override
        public void requireSource() {
            if (!walk.folder().holds("")) {
                throw new UnavailableException("a folder that is imported is not there", null);
            }
        }
    }

    /// Those of a bucket.
    record Objects(Bucket bucket, ObjectWalk walk) implements ImportWalk {
        @Override
        public @Nullable Found next() {
            while (true) {
                Listed listed = walk.next();
                if (listed == null) {
                    return null;
                }
                boolean folder = listed.lengthBytes() == 0 && listed.path().endsWith("/");
                if (!folder) {
                    return found(listed);
                }
            }
        }

        /// Some programs on the way to a store take `..` for a step upwards, and no text of a database has
        /// a zero.
        private static Found found(Listed listed) {
            String path = listed.path();
            return ("/" + path + "/").matches("(?s).*/\\.\\.?/.*|.*\0.*")
                    ? new Found.Other(path.replace('\0', '\uFFFD'), "has a name that cannot be asked for")
                    : new Found.File(path, listed.lengthBytes());
        }

        @Override
        public @Nullable String page() {
            return walk.page();
        }

        @Override
        public InputStream read(Found.File file) {
            return bucket.read(new Listed(file.path(), file.lengthBytes()));
        }

        @Override
        public void requireSource() {
            bucket.list("", null);
        }
    }
}
