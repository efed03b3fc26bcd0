/// Who may do what, and where.
@org.jspecify.annotations.NullMarked
package org.isocenter.server.access;
