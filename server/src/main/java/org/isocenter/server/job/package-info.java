/// Work that takes longer than a request: kept as rows, done in steps by whichever process holds the lease.
@org.jspecify.annotations.NullMarked
package org.isocenter.server.job;
