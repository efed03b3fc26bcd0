package org.isocenter.server.objects;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.isocenter.server.objects.Bucket.Listed;
import org.isocenter.server.telemetry.RemoteUnavailableException;
import org.jspecify.annotations.Nullable;

/// The objects below a path of a bucket, in the order in which it lists them. A walk can begin behind any
/// object that an earlier one gave: at the page that had it. Where that object is gone meanwhile, or others
/// have pushed it into the next page, some come again; none is left out.
public final class ObjectWalk {
    /// Pages without anything, which some stores have; more of them than this are a fault.
    private static final int EMPTY_PAGES_MAX = 1_000;

    private final Bucket bucket;
    private final String below;
    private Deque<Listed> objects = new ArrayDeque<>();
    private boolean more = true;
    private @Nullable String page;
    private @Nullable String next;
    private @Nullable String after;

    /// @param path names parted by slashes, or empty for all of it
    /// @param page where the page begins that had `after`; null for the first
    /// @param after the object behind which to begin, or null
    public ObjectWalk(Bucket bucket, String path, @Nullable String page, @Nullable String after) {
        this.bucket = bucket;
        this.below = path.isEmpty() ? "" : path + "/";
        this.next = page;
        this.after = after;
    }

    /// The next object; null behind the last one.
    public @Nullable Listed next() {
        for (int empty = 0; objects.isEmpty() && more; empty++) {
            if (empty == EMPTY_PAGES_MAX) {
                throw new RemoteUnavailableException("an object store lists nothing without an end", null);
            }
            turn();
        }
        return objects.poll();
    }

    private void turn() {
        page = next;
        Page listed = bucket.list(below, page);
        objects = new ArrayDeque<>(behind(listed.objects()));
        String following = listed.next();
        next = following;
        more = following != null;
        if (following != null && following.equals(page)) {
            throw new RemoteUnavailableException("an object store lists the same again and again", null);
        }
    }

    /// What is new of the page with which an earlier walk ended.
    private List<Listed> behind(List<Listed> all) {
        String last = after;
        after = null;
        for (int i = 0; last != null && i < all.size(); i++) {
            if (all.get(i).path().equals(last)) {
                return all.subList(i + 1, all.size());
            }
        }
        return all;
    }

    /// Where the page begins that had the object that was given last.
    public @Nullable String page() {
        return page;
    }
}
