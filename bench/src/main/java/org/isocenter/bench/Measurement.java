package org.isocenter.bench;

/// What one run of a workload against one server came to. CPU is that of the server's whole process tree, NaN
/// where the system does not tell.
record Measurement(
        double perSecond,
        double bytesPerSecond,
        double p50Milliseconds,
        double p99Milliseconds,
        double cpuSecondsPerThousand,
        double driverCpuShare,
        long items,
        long failures,
        String firstFailure) {

    double megabytesPerSecond() {
        return bytesPerSecond / 1e6;
    }
}
