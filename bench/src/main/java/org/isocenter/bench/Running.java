package org.isocenter.bench;

import java.net.InetSocketAddress;
import java.net.URI;

/// A server that somebody else runs. It is neither restarted nor cleaned, and its costs are unknown.
final class Running implements Subject {

    private final InetSocketAddress address;
    private final String root;

    /// @param uri the DICOMweb root, for example `http://127.0.0.1:8080/dicom-web`
    Running(URI uri) {
        if (!"http".equals(uri.getScheme()) || uri.getHost() == null) {
            throw new IllegalArgumentException("not an http address: " + uri);
        }
        this.address = new InetSocketAddress(uri.getHost(), uri.getPort() < 0 ? 80 : uri.getPort());
        this.root = uri.getRawPath().replaceAll("/+$", "");
    }

    @Override
    public Side side() {
        return Side.ISOCENTER;
    }

    @Override
    public String name() {
        return WireClient.host(address);
    }

    @Override
    public void start() {
        // It runs already.
    }

    @Override
    public void stop() {
        // It is not ours to stop.
    }

    @Override
    public void end(boolean keepData) {
        // Nor to clean.
    }

    @Override
    public boolean restarts() {
        return false;
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public String root() {
        return root;
    }

    @Override
    public double cpuSeconds() {
        return Double.NaN;
    }

    @Override
    public long residentBytes() {
        return 0;
    }

    @Override
    public long peakBytes() {
        return 0;
    }
}
