/// Object stores elsewhere: buckets of Amazon S3 and of the stores that speak as it does, and containers of
/// Azure Blob Storage, by their REST APIs. Exports write to them, imports read from them.
@org.jspecify.annotations.NullMarked
package org.isocenter.server.objects;
