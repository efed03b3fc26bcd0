/// What was promised to be kept (PS3.18 section 13): requests for storage commitment and what came of them.
@org.jspecify.annotations.NullMarked
package org.isocenter.server.commitment;
