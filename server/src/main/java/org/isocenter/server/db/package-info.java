/// PostgreSQL: the embedded cluster, the pool, transactions whose outcome is always known, migrations. The
/// only package that knows java.sql. Door: `Database`.
@org.jspecify.annotations.NullMarked
package org.isocenter.server.db;
