/// Rows of cohorts: definitions, and snapshots of who and what belonged to one at a time.
@org.jspecify.annotations.NullMarked
package org.isocenter.server.cohort;
