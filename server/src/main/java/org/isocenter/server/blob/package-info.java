/// Object storage behind one seam: write-once blobs under opaque keys. Door: `BlobStore`.
@org.jspecify.annotations.NullMarked
package org.isocenter.server.blob;
