/// The audit trail: who did what, in records that are added to a chain and never changed.
@org.jspecify.annotations.NullMarked
package org.isocenter.server.audit;
