/// Who may do what. Only this package makes a `Caller`.
@org.jspecify.annotations.NullMarked
package org.isocenter.server.access;
