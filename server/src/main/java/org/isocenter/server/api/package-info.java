/// The server's own JSON API: change feed, operations and health.
@org.jspecify.annotations.NullMarked
package org.isocenter.server.api;
