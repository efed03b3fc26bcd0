/// Load drivers for DICOMweb servers, with a peer measured side by side, and the micro-benchmarks of the
/// libraries.
///
/// The door is [org.isocenter.bench.Main]. A [org.isocenter.bench.Subject] is a server under test, a group of
/// rows ([org.isocenter.bench.StoreRows] and its like) drives every subject with the same requests in turn,
/// and the [org.isocenter.bench.Report] puts the medians beside each other and beside the figures they have
/// to reach.
@org.jspecify.annotations.NullMarked
package org.isocenter.bench;
