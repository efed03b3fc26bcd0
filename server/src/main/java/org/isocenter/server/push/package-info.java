/// What is told to those who do not ask: events in their order, the studies that have come to rest, and the
/// webhooks that are called.
@org.jspecify.annotations.NullMarked
package org.isocenter.server.push;
