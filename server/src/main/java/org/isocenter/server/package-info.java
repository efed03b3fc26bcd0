/// Main, wiring, settings and start-up checks.
@org.jspecify.annotations.NullMarked
package org.isocenter.server;
