/// Workitems (PS3.4 annex CC): the machine of their states, what their attributes have to satisfy, and
/// their rows.
@org.jspecify.annotations.NullMarked
package org.isocenter.server.worklist;
