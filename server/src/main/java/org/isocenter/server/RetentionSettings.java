package org.isocenter.server;

import java.time.Duration;

/// How long deleted instances, former versions and orphaned bytes are kept, and how often they are swept.
public record RetentionSettings(Duration deleted, Duration versions, Duration orphanGrace, Duration sweepInterval) {}
