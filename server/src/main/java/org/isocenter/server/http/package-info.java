/// The HTTP kit: engine, router, bodies, multipart, ranges, negotiation, problems. The only package that
/// knows Jetty.
///
/// Door: `HttpDoor`, opened with a `Router` whose routes answer an `Exchange`, blocking, each on a virtual
/// thread of its own. What every request must satisfy is asked at the door, before a route sees it; every
/// failure leaves as one `Problem`.
@org.jspecify.annotations.NullMarked
package org.isocenter.server.http;
