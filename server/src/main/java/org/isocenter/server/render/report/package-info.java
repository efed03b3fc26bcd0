/// Structured reports as pages and as text. {@link org.isocenter.server.render.report.Report} is the door.
@org.jspecify.annotations.NullMarked
package org.isocenter.server.render.report;
