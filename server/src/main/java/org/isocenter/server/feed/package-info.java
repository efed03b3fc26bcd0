/// The ordered change feed.
@org.jspecify.annotations.NullMarked
package org.isocenter.server.feed;
