/// What the server tells about itself, and the named points at which tests may halt it.
@org.jspecify.annotations.NullMarked
package org.isocenter.server.telemetry;
