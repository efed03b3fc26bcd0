package org.isocenter.server.export;

import java.io.IOException;
import org.isocenter.server.objects.Bucket;
import org.isocenter.server.objects.Parts;

/// A bucket or a container. What an attempt that came to nothing has left there is not seen.
final class BucketSink implements ObjectSink {
    private final Bucket bucket;

    BucketSink(Bucket bucket) {
        this.bucket = bucket;
    }

    @Override
    public void put(String path, Content content) throws IOException {
        Parts parts = bucket.put(path);
        boolean whole = false;
        try {
            content.writeTo(parts);
            parts.finish();
            whole = true;
        } finally {
            if (!whole) {
                parts.abandon();
            }
        }
    }

    @Override
    public String address(String path) {
        return bucket.address(path);
    }

    @Override
    public void close() {
        bucket.close();
    }
}
